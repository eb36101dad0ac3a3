#include "engine/shared/publication_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

namespace thaw {
namespace {

// Between two looks whether the lock is free; a restore takes longer.
constexpr std::chrono::milliseconds kPause{2};

// The holder removes the file before it lets go, so a lock on it may be on a file of the past.
bool IsStillNamed(const Descriptor& file, const std::string& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(file.get(), &held) == 0 && ::stat(path.c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

}  // namespace

Result<PublicationLock> PublicationLock::Take(const std::string& path,
                                              const CancellationToken* cancel) {
  const std::string lock_path = path + ".lock";
  for (;;) {
    Descriptor file(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open()) {
      return ErrnoError(errno, "cannot make the lock of the shared memory").WithFile(lock_path);
    }
    int error = 0;
    while ((error = ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 ? 0 : errno) == EWOULDBLOCK) {
      if (cancel != nullptr && cancel->is_cancelled()) {
        return CancelledError("cancelled while another process restores into the shared memory")
            .WithFile(path);
      }
      std::this_thread::sleep_for(kPause);
    }
    if (error != 0 && error != EINTR) {
      return ErrnoError(error, "cannot lock the shared memory").WithFile(lock_path);
    }
    if (error == 0 && IsStillNamed(file, lock_path)) {
      return PublicationLock(lock_path, std::move(file));
    }
  }
}

PublicationLock::~PublicationLock() {
  if (file_.is_open()) ::unlink(lock_path_.c_str());
}

}  // namespace thaw
