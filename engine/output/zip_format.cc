#include "engine/output/zip_format.h"

#include <algorithm>
#include <string_view>

#include "io/base/coding.h"
#include "io/base/utf8.h"

namespace thaw {
namespace {

// APPNOTE 4.3.7, 4.3.12 and 4.3.14 to 4.3.16.
constexpr std::uint32_t kLocalHeaderSignature = 0x04034b50;
constexpr std::uint32_t kDirectorySignature = 0x02014b50;
constexpr std::uint32_t kZip64EndSignature = 0x06064b50;
constexpr std::uint32_t kZip64LocatorSignature = 0x07064b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint64_t kLocalHeaderFixedSize = 30;
constexpr std::uint64_t kZip64EndRest = 44;  // bytes of that record after its length

// The value of a field whose content stands in a zip64 field.
constexpr std::uint32_t kIn64 = 0xffffffff;
constexpr std::uint16_t kCountIn64 = 0xffff;

constexpr std::uint16_t kVersion = 20;    // 2.0, APPNOTE 4.4.3
constexpr std::uint16_t kVersion64 = 45;  // 4.5: zip64
constexpr std::uint16_t kMadeByUnix = 3 << 8;
constexpr std::uint32_t kRegularFile = 0100644u << 16;  // st_mode in the external attributes
constexpr std::uint16_t kUtf8Flag = 1 << 11;            // APPNOTE appendix D
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kMidnight = 0;
constexpr std::uint16_t kFirstOf1980 = (1 << 5) | 1;
constexpr std::uint16_t kZip64Field = 0x0001;
// A field that readers pass over; Android's zipalign made it customary for this use.
constexpr std::uint16_t kAlignmentField = 0xd935;
constexpr std::uint64_t kAlignmentFieldMin = 6;

void Append16(std::uint16_t value, std::string* out) { AppendLittleEndian(value, out); }
void Append32(std::uint32_t value, std::string* out) { AppendLittleEndian(value, out); }
void Append64(std::uint64_t value, std::string* out) { AppendLittleEndian(value, out); }

bool Needs64(std::uint64_t value) { return value >= kIn64; }

std::uint32_t Field32(std::uint64_t value) {
  return Needs64(value) ? kIn64 : static_cast<std::uint32_t>(value);
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// Bit 11 where the name is text beyond ASCII; other bytes are stored as they are.
std::uint16_t NameFlags(std::string_view name) {
  return !IsAscii(name) && IsValidUtf8(name) ? kUtf8Flag : std::uint16_t{0};
}

// A local header has both sizes in 64 bits or none.
std::string LocalZip64Field(std::uint64_t size) {
  std::string field;
  if (!Needs64(size)) return field;
  Append16(kZip64Field, &field);
  Append16(16, &field);
  Append64(size, &field);
  Append64(size, &field);
  return field;
}

// The directory has those that are needed.
std::string DirectoryZip64Field(const ZipMember& member) {
  std::string values;
  if (Needs64(member.size)) {
    Append64(member.size, &values);
    Append64(member.size, &values);
  }
  if (Needs64(member.header_offset)) Append64(member.header_offset, &values);
  std::string field;
  if (values.empty()) return field;
  Append16(kZip64Field, &field);
  Append16(static_cast<std::uint16_t>(values.size()), &field);
  return field + values;
}

std::string PaddingField(std::uint64_t size) {
  std::string field;
  if (size == 0) return field;
  Append16(kAlignmentField, &field);
  Append16(static_cast<std::uint16_t>(size - 4), &field);
  field.resize(size, '\0');
  return field;
}

// What a local header and an entry of the directory have in common: APPNOTE 4.4.
void AppendCommonFields(const ZipMember& member, std::uint16_t version, std::size_t extra_size,
                        std::string* out) {
  Append16(version, out);
  Append16(NameFlags(member.name), out);
  Append16(kStored, out);
  Append16(kMidnight, out);
  Append16(kFirstOf1980, out);
  Append32(member.crc32, out);
  Append32(Field32(member.size), out);
  Append32(Field32(member.size), out);
  Append16(static_cast<std::uint16_t>(member.name.size()), out);
  Append16(static_cast<std::uint16_t>(extra_size), out);
}

// APPNOTE 4.3.14 and 4.3.15.
void AppendZip64End(std::uint64_t count, std::uint64_t offset, std::uint64_t size,
                    std::string* out) {
  Append32(kZip64EndSignature, out);
  Append64(kZip64EndRest, out);
  Append16(kMadeByUnix | kVersion64, out);
  Append16(kVersion64, out);
  Append32(0, out);  // this disk
  Append32(0, out);  // the directory's disk
  Append64(count, out);
  Append64(count, out);
  Append64(size, out);
  Append64(offset, out);
  Append32(kZip64LocatorSignature, out);
  Append32(0, out);  // disk of the record above
  Append64(offset + size, out);
  Append32(1, out);  // disks
}

}  // namespace

std::uint64_t ZipPadding(const ZipMember& member, std::uint64_t alignment) {
  ZipMember unpadded = member;
  unpadded.padding = 0;
  const std::uint64_t content = member.header_offset + ZipLocalHeaderSize(unpadded);
  const std::uint64_t missing = (alignment - content % alignment) % alignment;
  return missing == 0 || missing >= kAlignmentFieldMin ? missing : missing + alignment;
}

std::uint64_t ZipLocalHeaderSize(const ZipMember& member) {
  return kLocalHeaderFixedSize + member.name.size() + LocalZip64Field(member.size).size() +
         member.padding;
}

std::string ZipLocalHeader(const ZipMember& member) {
  const std::string extra = LocalZip64Field(member.size) + PaddingField(member.padding);
  std::string header;
  Append32(kLocalHeaderSignature, &header);
  AppendCommonFields(member, Needs64(member.size) ? kVersion64 : kVersion, extra.size(), &header);
  return header + member.name + extra;
}

void AppendZipDirectoryEntry(const ZipMember& member, std::string* out) {
  const std::string extra = DirectoryZip64Field(member);
  const std::uint16_t version = extra.empty() ? kVersion : kVersion64;
  Append32(kDirectorySignature, out);
  Append16(kMadeByUnix | version, out);
  AppendCommonFields(member, version, extra.size(), out);
  Append16(0, out);  // length of the comment
  Append16(0, out);  // disk
  Append16(0, out);  // internal attributes
  Append32(kRegularFile, out);
  Append32(Field32(member.header_offset), out);
  *out += member.name;
  *out += extra;
}

void AppendZipEnd(std::uint64_t count, std::uint64_t offset, std::uint64_t size, std::string* out) {
  if (count >= kCountIn64 || Needs64(size) || Needs64(offset)) {
    AppendZip64End(count, offset, size, out);
  }
  const auto count16 = static_cast<std::uint16_t>(std::min<std::uint64_t>(count, kCountIn64));
  Append32(kEndSignature, out);
  Append16(0, out);  // this disk
  Append16(0, out);  // the directory's disk
  Append16(count16, out);
  Append16(count16, out);
  Append32(Field32(size), out);
  Append32(Field32(offset), out);
  Append16(0, out);  // length of the comment
}

}  // namespace thaw
