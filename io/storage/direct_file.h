// DirectFile: a local file fetched by positional reads that bypass the page cache.
//
// Role in the flow: the way to read a file that is not in the page cache at the device's own rate,
// and without filling the cache. The executor hands its descriptor to a ReadQueue, which keeps many
// reads under way; Visit has one under way, and its bytes pass through the caller's staging.

#ifndef THAW_IO_STORAGE_DIRECT_FILE_H_
#define THAW_IO_STORAGE_DIRECT_FILE_H_

#include "io/storage/local_file.h"

namespace thaw {

// IoMode::kDirect. Thread-safe.
class DirectFile final : public LocalFile {
 public:
  // The descriptor is open with O_DIRECT.
  explicit DirectFile(OpenedFile opened) : LocalFile(std::move(opened)) {}

  // Whether the file system serves this file in blocks of kStagingAlignment past the page cache.
  // Reads a block.
  static bool IsSupported(const Descriptor& file);

  IoMode mode() const override { return IoMode::kDirect; }
  std::size_t staging_size() const override { return kBlockSize; }
  int direct_descriptor() const override { return descriptor().get(); }
  Status Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
               PieceSink sink) const override;

 private:
  // One request: large enough that the device's latency hides behind its rate, and a huge page of
  // staging.
  static constexpr std::size_t kBlockSize = std::size_t{2} << 20;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_DIRECT_FILE_H_
