// Storage and File: where bytes come from, whatever holds them.
//
// Role in the flow: the seam between the formats and the outside world. Table and checkpoint
// readers see only these two classes, so a test can put memory, faults or delays behind them. They
// must not know what the bytes mean.

#ifndef THAW_IO_STORAGE_STORAGE_H_
#define THAW_IO_STORAGE_STORAGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/result.h"

namespace thaw {

// How the bytes of a file are fetched.
enum class IoMode {
  kAuto,    // the backend chooses; local files are mapped, and what is cold is read directly
  kMmap,    // memory map
  kPread,   // positional reads through the page cache
  kDirect,  // positional reads that bypass the page cache
};

// Where the bytes of a file come from, as far as it matters for how they are fetched.
enum class FileSystemKind : std::uint8_t {
  kDisk,     // a local disk, or what behaves like one
  kMemory,   // there is no disk behind it (tmpfs)
  kOverlay,  // layers over other file systems, which hold the cached pages
  kUser,     // served by a process (FUSE): what it caches cannot be seen
  kNetwork,  // served by another machine: reads take long, and many may be under way
};

// A reference to a callable that consumes consecutive pieces of a file: void(ByteView) noexcept.
// It must not allocate, lock, throw, or hold an object with a destructor across a read of the
// piece: when a mapped page cannot be read, the callable is left by a jump.
class PieceSink {
 public:
  template <typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, PieceSink>)
  PieceSink(F&& f)  // NOLINT: implicit, a lambda is passed where a sink is wanted
      : object_(const_cast<void*>(static_cast<const void*>(&f))),
        call_([](void* object, ByteView piece) {
          (*static_cast<std::remove_reference_t<F>*>(object))(piece);
        }) {}

  void operator()(ByteView piece) const { call_(object_, piece); }

 private:
  void* object_;
  void (*call_)(void*, ByteView);
};

// What Visit wants of the address of its staging.
inline constexpr std::size_t kStagingAlignment = 4096;

// Tells a file from every other one, and from itself after a change. That of a backend whose files
// never change is the same for all.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  // since 1970: the content
  std::int64_t changed_ns = 0;   // since 1970: anything, renaming too

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// One immutable file that is open.
// Thread-safe: any number of threads may call any method at once.
class File {
 public:
  virtual ~File() = default;
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  virtual const std::string& path() const = 0;
  // Bytes, as it was when the file was opened.
  virtual std::uint64_t size() const = 0;
  // As it was when the file was opened.
  virtual FileIdentity identity() const { return {}; }
  // The mode in force, never kAuto; "memory" files report kMmap.
  virtual IoMode mode() const = 0;

  // Bytes of caller's memory that Visit wants as `staging`; 0 when pieces are handed out in place.
  virtual std::size_t staging_size() const = 0;

  // Hands bytes [offset, offset + length) to `sink`, in order, in pieces that are not empty; each
  // but the last is a multiple of 4 KiB long where the bytes are as they are stored. A byte is
  // fetched once: what the sink saw is what it gets, even if another process changes the file
  // meanwhile.
  //   staging: at least staging_size() bytes, aligned to 4 KiB when that is not 0.
  // Errors: OutOfRange  the file ends before offset + length, now or when it was opened.
  //         Unavailable the device failed (EIO), or a mapped page could not be read.
  // After an error the sink may have seen a part of the range.
  virtual Status Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
                       PieceSink sink) const = 0;

  // Starts to bring [offset, offset + length) into memory; a hint without result.
  virtual void WillNeed(std::uint64_t offset, std::uint64_t length) const {
    (void)offset;
    (void)length;
  }

  virtual FileSystemKind file_system() const { return FileSystemKind::kMemory; }

  // How many bytes of [offset, offset + length) are in the page cache; nullopt: cannot be told.
  virtual std::optional<std::uint64_t> CachedBytes(std::uint64_t offset,
                                                   std::uint64_t length) const {
    (void)offset;
    (void)length;
    return std::nullopt;
  }

  // Whether the file was opened with kAuto and has more than one way to be fetched: in place by
  // Visit, or by reads of whole blocks (ReadQueue) into memory of the caller.
  virtual bool is_automatic() const { return false; }
  // What a ReadQueue reads from: past the page cache, or through it. -1: there is no such way, or
  // it was not asked for.
  virtual int direct_descriptor() const { return -1; }
  virtual int buffered_descriptor() const { return -1; }

  // OK while the file is the one that was opened (device, inode, size, times).
  // Errors: FailedPrecondition  it was changed meanwhile.
  virtual Status CheckUnchanged() const { return Status(); }

  // Copies bytes [offset, offset + out.size()) to `out`. Errors as Visit.
  Status Read(std::uint64_t offset, MutableByteView out) const;
};

enum class PathKind { kMissing, kFile, kDirectory };

// A place that holds files.
// Thread-safe.
class Storage {
 public:
  virtual ~Storage() = default;

  // Errors: NotFound, PermissionDenied, Unavailable, ResourceExhausted (descriptors, address
  // space); InvalidArgument for a directory; Unimplemented for a mode the backend lacks.
  virtual Result<std::unique_ptr<File>> Open(const std::string& path, IoMode mode) const = 0;

  // Errors: PermissionDenied when the path cannot be looked at.
  virtual Result<PathKind> Kind(const std::string& path) const = 0;

  // The identity of the file that the path leads to now. Errors: NotFound, PermissionDenied.
  virtual Result<FileIdentity> Identify(const std::string& path) const {
    (void)path;
    return FileIdentity();
  }

  // The names in a directory, without "." and "..", sorted bytewise.
  virtual Result<std::vector<std::string>> List(const std::string& directory) const = 0;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_STORAGE_H_
