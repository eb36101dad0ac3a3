#include "io/checkpoint/file_content.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "io/base/coding.h"

namespace thaw {
namespace {

using namespace std::string_view_literals;

// Enough for the header of a tar member.
constexpr std::uint64_t kHeadSize = 512;
// docs/format/sorted_table.md: the last 8 bytes of the footer, little-endian.
constexpr std::uint64_t kTableMagic = 0xdb4775248b80fb57u;
constexpr std::uint64_t kTableFooterSize = 48;

struct Signature {
  FileContent content;
  std::size_t offset;
  std::string_view bytes;
};

constexpr Signature kSignatures[] = {
    {FileContent::kGitLfsPointer, 0, "version https://git-lfs.github.com/spec/"sv},
    {FileContent::kGitLfsPointer, 0, "version https://hawser.github.com/spec/"sv},
    {FileContent::kGzip, 0, "\x1f\x8b\x08"sv},
    {FileContent::kXz, 0, "\xfd\x37zXZ\0"sv},
    {FileContent::kBzip2, 0, "BZh"sv},
    {FileContent::kZstd, 0, "\x28\xb5\x2f\xfd"sv},
    {FileContent::kZip, 0, "PK\x03\x04"sv},
    {FileContent::kZip, 0, "PK\x05\x06"sv},
    {FileContent::kTar, 257, "ustar"sv},
    {FileContent::kHdf5, 0, "\x89HDF\r\n\x1a\n"sv},
    {FileContent::kNumpy, 0, "\x93NUMPY"sv},
    {FileContent::kPickle, 0, "\x80\x02"sv},
    {FileContent::kPickle, 0, "\x80\x03"sv},
    {FileContent::kPickle, 0, "\x80\x04\x95"sv},
    {FileContent::kPickle, 0, "\x80\x05\x95"sv},
};

// Markup begins with one of these, in any case, after white space.
constexpr Signature kMarkup[] = {
    {FileContent::kHtml, 0, "<!doctype html"sv},
    {FileContent::kHtml, 0, "<html"sv},
    {FileContent::kHtml, 0, "<head"sv},
    {FileContent::kXml, 0, "<?xml"sv},
};

bool EqualIgnoringCase(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
  });
}

FileContent IdentifyMarkup(std::string_view head) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  for (const Signature& tag : kMarkup) {
    if (EqualIgnoringCase(head.substr(0, tag.bytes.size()), tag.bytes)) return tag.content;
  }
  return FileContent::kUnknown;
}

// Its header: 8 bytes of length, then JSON that fits the file.
bool LooksLikeSafetensors(std::string_view head, std::uint64_t file_size) {
  if (head.size() < 10 || head[8] != '{') return false;
  const auto length = LoadLittleEndian<std::uint64_t>(AsBytes(head).data());
  return length >= 2 && RangeFits(8, length, file_size);
}

FileContent IdentifyHead(std::string_view head, std::uint64_t file_size) {
  for (const Signature& signature : kSignatures) {
    if (head.size() >= signature.offset &&
        head.substr(signature.offset).starts_with(signature.bytes)) {
      return signature.content;
    }
  }
  if (LooksLikeSafetensors(head, file_size)) return FileContent::kSafetensors;
  return IdentifyMarkup(head);
}

}  // namespace

std::string_view FileContentName(FileContent content) {
  switch (content) {
    case FileContent::kUnknown:
      return "no known kind of file";
    case FileContent::kEmpty:
      return "an empty file";
    case FileContent::kSortedTable:
      return "a sorted table";
    case FileContent::kSafetensors:
      return "a safetensors file";
    case FileContent::kGitLfsPointer:
      return "a Git LFS pointer";
    case FileContent::kHtml:
      return "an HTML page";
    case FileContent::kXml:
      return "an XML document";
    case FileContent::kGzip:
      return "a gzip archive";
    case FileContent::kXz:
      return "an xz archive";
    case FileContent::kBzip2:
      return "a bzip2 archive";
    case FileContent::kZstd:
      return "a zstd archive";
    case FileContent::kZip:
      return "a zip archive (as .zip, .npz, .keras and PyTorch files are)";
    case FileContent::kTar:
      return "a tar archive";
    case FileContent::kHdf5:
      return "an HDF5 file (as Keras .h5 models are)";
    case FileContent::kNumpy:
      return "a NumPy array";
    case FileContent::kPickle:
      return "a Python pickle";
  }
  return "no known kind of file";
}

Result<FileContent> IdentifyFileContent(const Storage& storage, const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const std::unique_ptr<File> file, storage.Open(path, IoMode::kPread));
  if (file->size() == 0) return FileContent::kEmpty;
  if (file->size() >= kTableFooterSize) {
    std::array<std::byte, 8> magic;
    THAW_RETURN_IF_ERROR(file->Read(file->size() - magic.size(), magic));
    if (LoadLittleEndian<std::uint64_t>(magic.data()) == kTableMagic) {
      return FileContent::kSortedTable;
    }
  }
  std::string head(std::min(file->size(), kHeadSize), '\0');
  THAW_RETURN_IF_ERROR(file->Read(0, {reinterpret_cast<std::byte*>(head.data()), head.size()}));
  return IdentifyHead(head, file->size());
}

Status CheckNotForeign(FileContent content, const std::string& path) {
  std::string_view hint;
  switch (content) {
    case FileContent::kUnknown:
    case FileContent::kEmpty:
    case FileContent::kSortedTable:
    case FileContent::kSafetensors:
      return Status();
    case FileContent::kGitLfsPointer:
      hint = "the file itself is not downloaded: run `git lfs pull`";
      break;
    case FileContent::kHtml:
    case FileContent::kXml:
      hint = "a download saved an error page or a login page in its place: download it again";
      break;
    case FileContent::kGzip:
    case FileContent::kXz:
    case FileContent::kBzip2:
    case FileContent::kZstd:
    case FileContent::kZip:
    case FileContent::kTar:
      hint = "unpack it first";
      break;
    case FileContent::kHdf5:
    case FileContent::kNumpy:
    case FileContent::kPickle:
      hint = "it was written by another tool and holds no TensorFlow checkpoint";
      break;
  }
  return NotFoundError("is " + std::string(FileContentName(content)) + ", not a checkpoint")
      .WithFile(path)
      .WithHint(hint)
      .WithTfClass("DataLossError");
}

}  // namespace thaw
