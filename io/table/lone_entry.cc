#include "io/table/lone_entry.h"

#include <algorithm>
#include <array>
#include <vector>

#include "io/base/coding.h"
#include "io/base/crc32c.h"

namespace thaw {
namespace {

// Behind the value: one restart point at 0 and the count of restart points.
constexpr std::size_t kRestartsSize = 2 * sizeof(std::uint32_t);
// In front of the key: three varints of at most 5 bytes.
constexpr std::size_t kMaxLengthsSize = 15;

// Where the value of a block begins that starts with an entry of that key and no other; 0: it does
// not.
std::size_t ValueBegin(ByteView head, std::string_view key, std::uint64_t block_size) {
  ByteView rest = head;
  const auto shared = DecodeVarint32(&rest);
  const auto suffix = shared ? DecodeVarint32(&rest) : std::nullopt;
  const auto value = suffix ? DecodeVarint32(&rest) : std::nullopt;
  if (!value || *shared != 0 || *suffix != key.size() || rest.size() < key.size()) return 0;
  if (AsChars(rest.first(key.size())) != key) return 0;
  const std::size_t begin = head.size() - rest.size() + key.size();
  return begin + *value + kRestartsSize == block_size ? begin : 0;
}

}  // namespace

Result<std::optional<LoneEntry>> FindLoneEntry(const File& file, const BlockHandle& handle,
                                               std::string_view key, std::size_t head_size) {
  constexpr std::size_t kTailSize = kRestartsSize + kBlockTrailerSize;
  if (handle.size < kTailSize) return std::optional<LoneEntry>();
  std::vector<std::byte> head(std::min<std::uint64_t>(handle.size - kRestartsSize,
                                                      kMaxLengthsSize + key.size() + head_size));
  THAW_RETURN_IF_ERROR(file.Read(handle.offset, head));
  const std::size_t begin = ValueBegin(head, key, handle.size);
  if (begin == 0) return std::optional<LoneEntry>();

  std::array<std::byte, kTailSize> tail;
  THAW_RETURN_IF_ERROR(file.Read(handle.offset + handle.size - kRestartsSize, tail));
  const bool is_plain = LoadLittleEndian<std::uint32_t>(tail.data()) == 0 &&
                        LoadLittleEndian<std::uint32_t>(tail.data() + sizeof(std::uint32_t)) == 1 &&
                        tail[kRestartsSize] == static_cast<std::byte>(BlockCompression::kNone);
  if (!is_plain) return std::optional<LoneEntry>();

  LoneEntry entry;
  entry.value_offset = handle.offset + begin;
  entry.value_size = handle.size - kRestartsSize - begin;
  head.resize(begin + std::min<std::uint64_t>({head.size() - begin, head_size, entry.value_size}));
  entry.value_head = AsChars(ByteView(head).subspan(begin));
  // The stored checksum covers what is before the value, the value, restart points and the byte of
  // compression.
  const ByteView behind = ByteView(tail).first(kRestartsSize + 1);
  const std::uint32_t sealed =
      UnmaskCrc(LoadLittleEndian<std::uint32_t>(tail.data() + kRestartsSize + 1));
  entry.before_crc32c = Crc32c(ByteView(head).first(begin));
  entry.up_to_crc32c = Crc32cWithoutEnd(sealed, Crc32c(behind), behind.size());
  return std::optional(std::move(entry));
}

std::uint32_t LoneEntry::RestCrc32c(std::size_t begin) const {
  const std::string_view head = std::string_view(value_head).substr(0, begin);
  return Crc32cWithoutStart(up_to_crc32c, Crc32cExtend(before_crc32c, AsBytes(head)),
                            value_size - head.size());
}

}  // namespace thaw
