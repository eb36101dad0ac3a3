// The fixed frame of a sorted table: block handles, block trailers and the footer.
//
// Role in the flow: where the blocks of a table file lie and how each is sealed. It must not know
// what is inside a block.
// Format: docs/format/sorted_table.md §1, §2.

#ifndef THAW_IO_TABLE_LAYOUT_H_
#define THAW_IO_TABLE_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "io/base/bytes.h"
#include "io/base/result.h"

namespace thaw {

// Where a block lies; `size` excludes its trailer. Both in bytes.
struct BlockHandle {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// Takes a handle off the front of `*input`; nullopt when it is malformed.
// Untrusted input: yes.
std::optional<BlockHandle> DecodeBlockHandle(ByteView* input);
void AppendBlockHandle(const BlockHandle& handle, std::string* out);

// How the bytes of a block are stored; format.cc in LevelDB and TensorFlow: CompressionType.
enum class BlockCompression : std::uint8_t { kNone = 0, kSnappy = 1 };

// One byte of compression, then the masked CRC of the stored bytes and that byte.
inline constexpr std::size_t kBlockTrailerSize = 5;

// The compression of a block, after its checksum was found right.
//   sealed: the stored bytes and the trailer, at least kBlockTrailerSize.
// Errors: DataLoss  the checksum does not match, or the compression is unknown.
// Untrusted input: yes.
Result<BlockCompression> CheckBlockTrailer(ByteView sealed);
// Appends the trailer of a block whose stored bytes are `stored`.
void AppendBlockTrailer(ByteView stored, BlockCompression compression, std::string* out);

struct Footer {
  BlockHandle metaindex;
  BlockHandle index;
};

inline constexpr std::size_t kFooterSize = 48;

// `bytes`: the last kFooterSize bytes of the file.
// Errors: DataLoss  the magic number, a handle or the padding is wrong.
// Untrusted input: yes.
Result<Footer> DecodeFooter(ByteView bytes);
void AppendFooter(const Footer& footer, std::string* out);

}  // namespace thaw

#endif  // THAW_IO_TABLE_LAYOUT_H_
