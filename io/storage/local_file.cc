#include "io/storage/local_file.h"

#include <cerrno>

namespace thaw {
namespace {

std::int64_t Nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

FileIdentity IdentityOf(const struct stat& info) {
  return {info.st_dev, info.st_ino, static_cast<std::uint64_t>(info.st_size),
          Nanoseconds(info.st_mtim), Nanoseconds(info.st_ctim)};
}

Status LocalFile::CheckUnchanged() const {
  struct stat now;
  if (::fstat(descriptor().get(), &now) != 0) {
    return ErrnoError(errno, "cannot look at the open file").WithFile(path());
  }
  if (IdentityOf(now) == identity()) return Status();
  return FailedPreconditionError("the file was changed while it was read")
      .WithFile(path())
      .WithHint("start again when nobody writes to it")
      .WithTfClass(Status::kNoTfClass);
}

Status LocalFile::CheckRange(std::uint64_t offset, std::uint64_t length) const {
  if (RangeFits(offset, length, size())) return Status();
  return OutOfRangeError("the file has " + std::to_string(size()) + " bytes, too few for " +
                         std::to_string(length) + " bytes there")
      .WithFile(path())
      .WithOffset(offset);
}

Status LocalFile::CheckStillReaches(std::uint64_t end) const {
  struct stat now;
  if (::fstat(descriptor().get(), &now) != 0) {
    return ErrnoError(errno, "cannot look at the open file").WithFile(path());
  }
  const auto size_now = static_cast<std::uint64_t>(now.st_size);
  return size_now >= end ? Status() : ShrunkTo(size_now);
}

Status LocalFile::ShrunkTo(std::uint64_t size_now) const {
  return OutOfRangeError("the file became shorter while it was read: it had " +
                         std::to_string(size()) + " bytes and has " + std::to_string(size_now))
      .WithFile(path())
      .WithOffset(size_now);
}

}  // namespace thaw
