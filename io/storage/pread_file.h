// PreadFile: a local file fetched by positional reads through the page cache.
//
// Role in the flow: the fallback where mapping is refused. Bytes pass through the caller's staging,
// one block at a time: a block stays in the core's cache between the read and the sink.

#ifndef THAW_IO_STORAGE_PREAD_FILE_H_
#define THAW_IO_STORAGE_PREAD_FILE_H_

#include "io/storage/local_file.h"

namespace thaw {

// IoMode::kPread. Thread-safe.
class PreadFile final : public LocalFile {
 public:
  explicit PreadFile(OpenedFile opened) : LocalFile(std::move(opened)) {}

  IoMode mode() const override { return IoMode::kPread; }
  std::size_t staging_size() const override { return kBlockSize; }
  Status Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
               PieceSink sink) const override;
  void WillNeed(std::uint64_t offset, std::uint64_t length) const override;

 private:
  // Fits the level-2 cache of the cores in use, with room for the destination.
  static constexpr std::size_t kBlockSize = std::size_t{512} << 10;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_PREAD_FILE_H_
