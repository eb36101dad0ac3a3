// PublicationLock: one process at a time makes the shared memory of a name.
//
// Role in the flow: held from the look whether somebody has made it to the moment it has its name.
// The kernel releases it when the holder ends, however that ends. It knows a path only.

#ifndef THAW_ENGINE_SHARED_PUBLICATION_LOCK_H_
#define THAW_ENGINE_SHARED_PUBLICATION_LOCK_H_

#include <string>
#include <utility>

#include "engine/exec/run_control.h"
#include "io/base/result.h"
#include "io/storage/descriptor.h"

namespace thaw {

// Movable. Released when it is destroyed, and its file (`path` + ".lock") removed.
class PublicationLock {
 public:
  // Waits while another process holds it.
  // Errors: Cancelled by the token (may be nullptr); as open's.
  static Result<PublicationLock> Take(const std::string& path, const CancellationToken* cancel);

  PublicationLock(PublicationLock&&) noexcept = default;
  PublicationLock& operator=(PublicationLock&&) = delete;
  ~PublicationLock();

 private:
  PublicationLock(std::string lock_path, Descriptor file)
      : lock_path_(std::move(lock_path)), file_(std::move(file)) {}

  std::string lock_path_;
  Descriptor file_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_SHARED_PUBLICATION_LOCK_H_
