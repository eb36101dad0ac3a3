#include "io/storage/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <random>

namespace thaw {
namespace {

// As many random names as a folder full of leftovers could ever need.
constexpr int kMaxAttempts = 16;

std::string TemporaryName(const std::string& base_name) {
  std::random_device random;
  char suffix[64];
  std::snprintf(suffix, sizeof suffix, ".%ld.%08x%08x.tmp", static_cast<long>(::getpid()),
                static_cast<unsigned>(random()), static_cast<unsigned>(random()));
  // A name component holds 255 bytes; a long base name is cut, the rest keeps it recognisable.
  const std::string shown = base_name.substr(0, 200);
  return "." + shown + suffix;
}

int Sync(const Descriptor& descriptor) {
  int result;
  do {
    result = ::fsync(descriptor.get());
  } while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

}  // namespace

AtomicFile::AtomicFile(std::string path, IfExists if_exists)
    : path_(std::move(path)), if_exists_(if_exists) {
  base_name_ = path_.substr(path_.rfind('/') + 1);
}

Result<std::unique_ptr<AtomicFile>> AtomicFile::Create(const std::string& path,
                                                       IfExists if_exists) {
  if (path.empty() || path.back() == '/' || path.find('\0') != std::string::npos) {
    return InvalidArgumentError("not the name of an output file").WithFile(path);
  }
  std::unique_ptr<AtomicFile> file(new AtomicFile(path, if_exists));
  if (Status status = file->OpenTemporary(); !status.ok()) return status.WithFile(path);
  return file;
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
}

Status AtomicFile::OpenTemporary() {
  std::string folder = path_.substr(0, path_.size() - base_name_.size());
  if (folder.empty()) folder = ".";
  folder_ = Descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_.is_open()) {
    return ErrnoError(errno, "cannot write here").WithHint("create the folder " + folder);
  }
  struct stat existing;
  if (::fstatat(folder_.get(), base_name_.c_str(), &existing, AT_SYMLINK_NOFOLLOW) == 0) {
    if (S_ISDIR(existing.st_mode)) return InvalidArgumentError("the output is a folder");
    if (if_exists_ == IfExists::kKeep) return AlreadyExistsError("the output is already there");
  }
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const std::string name = TemporaryName(base_name_);
    // The kernel takes the umask off, as for any file that a program creates.
    file_ = Descriptor(::openat(folder_.get(), name.c_str(),
                                O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (file_.is_open()) {
      temporary_ = name;
      return Status();
    }
    if (errno != EEXIST) break;
  }
  return ErrnoError(errno, "cannot create a file");
}

Status AtomicFile::Fail(const Status& status) {
  if (failure_.ok()) failure_ = status.WithFile(path_);
  return failure_;
}

Status AtomicFile::Reserve(std::uint64_t size) {
  THAW_RETURN_IF_ERROR(failure_);
  if (size <= size_) return Status();
  int error;
  do {
    error = ::posix_fallocate(file_.get(), 0, static_cast<off_t>(size));
  } while (error == EINTR);
  // File systems without the call (and files over their limit) leave it to the writes to find out.
  if (error == EOPNOTSUPP || error == EINVAL) {
    error = ::ftruncate(file_.get(), static_cast<off_t>(size)) == 0 ? 0 : errno;
  }
  if (error != 0) return Fail(ErrnoError(error, "cannot reserve space"));
  size_ = size;
  return Status();
}

Status AtomicFile::WriteAt(std::uint64_t offset, ByteView bytes) {
  THAW_RETURN_IF_ERROR(failure_);
  if (state_ != State::kOpen) return FailedPreconditionError("written after Seal").WithFile(path_);
  std::uint64_t end;
  if (!CheckedAdd(offset, bytes.size(), &end) || end > INT64_MAX) {
    return Fail(InvalidArgumentError("write beyond the largest file"));
  }
  if (Status status = WriteFully(file_, offset, bytes); !status.ok()) return Fail(status);
  size_ = std::max(size_, end);
  return Status();
}

Status AtomicFile::Seal() {
  THAW_RETURN_IF_ERROR(failure_);
  if (state_ != State::kOpen) return Status();
  // fsync is not repeated after a failure: the kernel may have dropped the pages it could not
  // write, and a second call would then report success.
  if (const int error = Sync(file_); error != 0) {
    return Fail(ErrnoError(error, "cannot put the file on disk"));
  }
  if (const int error = file_.Close(); error != 0) {
    return Fail(ErrnoError(error, "cannot close the file"));
  }
  state_ = State::kSealed;
  return Status();
}

Status AtomicFile::Publish() {
  THAW_RETURN_IF_ERROR(Seal());
  if (state_ == State::kPublished) return Status();
  THAW_RETURN_IF_ERROR(Rename());
  temporary_.clear();
  state_ = State::kPublished;
  if (const int error = Sync(folder_); error != 0) {
    return Fail(ErrnoError(error, "cannot put the file's name on disk"));
  }
  return Status();
}

Status AtomicFile::Rename() {
  if (if_exists_ == IfExists::kReplace) {
    if (::renameat(folder_.get(), temporary_.c_str(), folder_.get(), base_name_.c_str()) != 0) {
      return Fail(ErrnoError(errno, "cannot rename the finished file"));
    }
    return Status();
  }
  int error = 0;
  if (::renameat2(folder_.get(), temporary_.c_str(), folder_.get(), base_name_.c_str(),
                  RENAME_NOREPLACE) != 0) {
    error = errno;
  }
  // File systems without the flag: a hard link refuses a taken name just as well.
  if (error == EINVAL || error == ENOSYS) {
    error = 0;
    if (::linkat(folder_.get(), temporary_.c_str(), folder_.get(), base_name_.c_str(), 0) != 0) {
      error = errno;
    } else {
      ::unlinkat(folder_.get(), temporary_.c_str(), 0);
    }
  }
  if (error == EEXIST) return Fail(AlreadyExistsError("the output appeared meanwhile"));
  if (error != 0) return Fail(ErrnoError(error, "cannot rename the finished file"));
  return Status();
}

}  // namespace thaw
