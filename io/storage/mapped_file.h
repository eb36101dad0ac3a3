// MappedFile: a local file whose bytes are handed out where the page cache keeps them.
//
// Role in the flow: the way to read a file that is in the page cache. Nothing is copied before the
// sink. A page that cannot be read ends the visit with a Status (fault_guard.h).

#ifndef THAW_IO_STORAGE_MAPPED_FILE_H_
#define THAW_IO_STORAGE_MAPPED_FILE_H_

#include "io/storage/local_file.h"
#include "io/storage/mapping.h"

namespace thaw {

// IoMode::kMmap. Thread-safe. Unmaps when it is destroyed, which stalls the threads of a process
// that still copy elsewhere: keep it until a restore is over.
class MappedFile final : public LocalFile {
 public:
  // guarded: turn SIGBUS inside Visit into a Status; without it, such a fault ends the process.
  MappedFile(OpenedFile opened, Mapping mapping, bool guarded);

  IoMode mode() const override { return IoMode::kMmap; }
  std::size_t staging_size() const override { return 0; }
  Status Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
               PieceSink sink) const override;
  void WillNeed(std::uint64_t offset, std::uint64_t length) const override;

 private:
  bool VisitPiece(PieceSink sink, ByteView piece) const;

  Mapping mapping_;
  bool guarded_;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_MAPPED_FILE_H_
