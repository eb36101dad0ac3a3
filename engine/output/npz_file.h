// NpzFile: NumPy's archive of arrays, a zip file of stored (not compressed) npy files.
//
// Role in the flow: `--out x.npz`. Members lie in byte order of their names, dated 1980-01-01, so
// that the same arrays give the same bytes; their elements start at multiples of 64 bytes, so that
// they can be mapped.

#ifndef THAW_ENGINE_OUTPUT_NPZ_FILE_H_
#define THAW_ENGINE_OUTPUT_NPZ_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/output/array_layout.h"
#include "engine/output/output.h"
#include "engine/output/zip_format.h"
#include "io/storage/atomic_file.h"

namespace thaw {

// Skips strings, variants, and names that hold a NUL or are too long for a zip member.
// One thread.
class NpzFile final : public Output {
 public:
  // Errors: as AtomicFile::Create.
  static Result<std::unique_ptr<Output>> Create(const std::string& path, IfExists if_exists);

  Status Declare(std::span<const ArraySpec> arrays) override;
  const std::vector<SkippedArray>& skipped() const override { return layout_.skipped(); }
  Status Write(std::size_t index, ByteView elements) override;
  Status Finish() override;

 private:
  explicit NpzFile(std::unique_ptr<AtomicFile> file) : file_(std::move(file)) {}

  void PlaceMembers();
  // Writes the elements and extends `*crc` by them.
  Status WriteElements(const PlacedArray& array, ByteView elements, std::uint32_t* crc);
  std::string Directory() const;

  std::unique_ptr<AtomicFile> file_;
  ArrayLayout layout_;
  std::vector<ZipMember> members_;  // of layout_.placed(), same order
  std::vector<std::size_t> order_;  // indices into members_, in the order of the file
  std::uint64_t directory_offset_ = 0;
};

}  // namespace thaw

#endif  // THAW_ENGINE_OUTPUT_NPZ_FILE_H_
