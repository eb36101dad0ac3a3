// The zip format: the records around stored (not compressed) members.
//
// Role in the flow: below npz_file; pure bytes. Sizes and offsets that do not fit 32 bits go into
// zip64 fields. Source: PKWARE's APPNOTE 6.3.10.

#ifndef THAW_ENGINE_OUTPUT_ZIP_FORMAT_H_
#define THAW_ENGINE_OUTPUT_ZIP_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace thaw {

// A member's name has 16 bits for its length.
inline constexpr std::size_t kMaxZipNameSize = 0xffff;

struct ZipMember {
  std::string name;                 // at most kMaxZipNameSize bytes
  std::uint64_t size = 0;           // bytes of its content
  std::uint32_t crc32 = 0;          // of its content
  std::uint64_t header_offset = 0;  // of its local header, from the start of the file
  std::uint64_t padding = 0;        // bytes between local header and content: ZipPadding
};

// The padding that puts the content of `member` at a multiple of `alignment` (a power of two, 8 to
// 4096) when its local header lies at header_offset.
std::uint64_t ZipPadding(const ZipMember& member, std::uint64_t alignment);

// What lies before the content; its size, padding included, does not depend on the sum.
std::uint64_t ZipLocalHeaderSize(const ZipMember& member);
std::string ZipLocalHeader(const ZipMember& member);

// The member's entry in the directory.
void AppendZipDirectoryEntry(const ZipMember& member, std::string* out);

// What follows the directory, which has `count` entries and lies at [offset, offset + size).
void AppendZipEnd(std::uint64_t count, std::uint64_t offset, std::uint64_t size, std::string* out);

}  // namespace thaw

#endif  // THAW_ENGINE_OUTPUT_ZIP_FORMAT_H_
