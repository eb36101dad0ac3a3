#include "engine/output/npz_file.h"

#include <zlib.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "engine/output/npy_format.h"

namespace thaw {
namespace {

constexpr std::string_view kSuffix = ".npy";
constexpr std::uint64_t kMemberAlignment = 64;
// Summed and written together while the block is in the core's cache.
constexpr std::size_t kBlockSize = std::size_t{512} << 10;

std::string WhyNotNpz(const ArraySpec& array) {
  if (!IsFixedSize(array.dtype)) {
    return "npz has no " + std::string(DTypeName(array.dtype)) + " elements";
  }
  if (array.name.find('\0') != std::string::npos) return "a name in npz cannot hold a NUL";
  if (array.name.size() > kMaxZipNameSize - kSuffix.size()) return "the name is too long for npz";
  return "";
}

std::string NpyHeaderOf(const PlacedArray& array) {
  return NpyHeader(array.spec.dtype, array.spec.shape);
}

std::uint32_t Crc32Extend(std::uint32_t crc, ByteView bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

}  // namespace

Result<std::unique_ptr<Output>> NpzFile::Create(const std::string& path, IfExists if_exists) {
  THAW_ASSIGN_OR_RETURN(std::unique_ptr<AtomicFile> file, AtomicFile::Create(path, if_exists));
  return std::unique_ptr<Output>(new NpzFile(std::move(file)));
}

Status NpzFile::Declare(std::span<const ArraySpec> arrays) {
  THAW_RETURN_IF_ERROR(layout_.Declare(arrays, WhyNotNpz));
  PlaceMembers();
  return file_->Reserve(directory_offset_ + Directory().size());
}

// Everything but the sums is known before the first element is written.
void NpzFile::PlaceMembers() {
  std::vector<PlacedArray>& arrays = layout_.placed();
  for (const PlacedArray& array : arrays) {
    members_.push_back({.name = array.spec.name + std::string(kSuffix),
                        .size = NpyHeaderOf(array).size() + array.bytes});
  }
  order_.resize(members_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    return arrays[a].spec.name < arrays[b].spec.name;
  });
  for (const std::size_t i : order_) {
    ZipMember& member = members_[i];
    member.header_offset = directory_offset_;
    member.padding = ZipPadding(member, kMemberAlignment);
    directory_offset_ += ZipLocalHeaderSize(member) + member.size;
    arrays[i].offset = directory_offset_ - arrays[i].bytes;
  }
}

Status NpzFile::Write(std::size_t index, ByteView elements) {
  THAW_ASSIGN_OR_RETURN(const PlacedArray* array, layout_.Take(index, elements.size()));
  if (array == nullptr) return Status();
  ZipMember& member = members_[static_cast<std::size_t>(array - layout_.placed().data())];
  const std::string npy_header = NpyHeaderOf(*array);
  member.crc32 = Crc32Extend(0, AsBytes(npy_header));
  THAW_RETURN_IF_ERROR(WriteElements(*array, elements, &member.crc32));
  return file_->WriteAt(member.header_offset, AsBytes(ZipLocalHeader(member) + npy_header));
}

Status NpzFile::WriteElements(const PlacedArray& array, ByteView elements, std::uint32_t* crc) {
  const DType dtype = array.spec.dtype;
  std::vector<std::byte> extended;
  for (std::size_t done = 0; done < elements.size(); done += kBlockSize) {
    ByteView block = elements.subspan(done, std::min(kBlockSize, elements.size() - done));
    if (NeedsSignExtension(dtype)) {
      extended.resize(block.size());
      SignExtend(dtype, block, extended);
      block = extended;
    }
    *crc = Crc32Extend(*crc, block);
    THAW_RETURN_IF_ERROR(file_->WriteAt(array.offset + done, block));
  }
  return Status();
}

Status NpzFile::Finish() {
  THAW_RETURN_IF_ERROR(layout_.CheckComplete());
  THAW_RETURN_IF_ERROR(file_->WriteAt(directory_offset_, AsBytes(Directory())));
  return file_->Publish();
}

std::string NpzFile::Directory() const {
  std::string directory;
  for (const std::size_t i : order_) AppendZipDirectoryEntry(members_[i], &directory);
  AppendZipEnd(members_.size(), directory_offset_, directory.size(), &directory);
  return directory;
}

}  // namespace thaw
