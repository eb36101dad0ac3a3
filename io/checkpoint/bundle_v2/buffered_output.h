// BufferedOutput: one file of a bundle under construction.
//
// Role in the flow: between BundleWriter and AtomicFile; collects small appends, so that a
// checkpoint of tiny tensors does not cost a system call each. It must not know what it holds.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_BUFFERED_OUTPUT_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_BUFFERED_OUTPUT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "io/base/bytes.h"
#include "io/base/status.h"
#include "io/storage/atomic_file.h"

namespace thaw {

// One thread. Errors of every method: as AtomicFile.
class BufferedOutput {
 public:
  explicit BufferedOutput(std::unique_ptr<AtomicFile> file) : file_(std::move(file)) {}

  // The final name.
  const std::string& path() const { return file_->path(); }
  // Bytes appended so far, in the file or on their way.
  std::uint64_t size() const { return file_->size() + buffer_.size(); }

  Status Append(ByteView bytes);
  // Appends zeros up to the next multiple of `alignment`, which is at least 1.
  Status PadTo(std::uint64_t alignment);

  // Puts all bytes on disk; then Publish gives the file its name.
  Status Seal();
  Status Publish() { return file_->Publish(); }

 private:
  Status Flush();

  std::unique_ptr<AtomicFile> file_;
  std::string buffer_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_BUFFERED_OUTPUT_H_
