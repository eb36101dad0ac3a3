#include "io/table/compression.h"

#include <snappy-c.h>

#include <string>

namespace thaw {

Result<ByteView> DecompressBlock(BlockCompression compression, ByteView stored,
                                 const TableLimits& limits, std::vector<std::byte>* buffer) {
  if (compression == BlockCompression::kNone) return stored;

  const std::string_view input = AsChars(stored);
  std::size_t length = 0;
  if (snappy_uncompressed_length(input.data(), input.size(), &length) != SNAPPY_OK) {
    return DataLossError("corrupted compressed block contents: no uncompressed length");
  }
  if (length > limits.max_expansion * stored.size()) {
    return DataLossError("corrupted compressed block contents: " + std::to_string(stored.size()) +
                         " bytes cannot expand to " + std::to_string(length));
  }
  if (length > limits.block_size) {
    return UnimplementedError("a block of " + std::to_string(length) +
                              " bytes exceeds the limit of " + std::to_string(limits.block_size));
  }
  buffer->resize(length);
  if (snappy_uncompress(input.data(), input.size(), reinterpret_cast<char*>(buffer->data()),
                        &length) != SNAPPY_OK) {
    return DataLossError("corrupted compressed block contents");
  }
  return ByteView(buffer->data(), length);
}

}  // namespace thaw
