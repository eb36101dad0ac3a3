// MappedFile: a local file whose bytes are handed out where the page cache keeps them.
//
// Role in the flow: the way to read a file that is in the page cache. Nothing is copied before the
// sink. A page that cannot be read ends the visit with a Status (fault_guard.h). With IoMode::kAuto
// it also offers a descriptor past the page cache, for ranges that are not in it.

#ifndef THAW_IO_STORAGE_MAPPED_FILE_H_
#define THAW_IO_STORAGE_MAPPED_FILE_H_

#include <mutex>
#include <optional>

#include "io/storage/local_file.h"
#include "io/storage/mapping.h"

namespace thaw {

// IoMode::kMmap. Thread-safe. Unmaps when it is destroyed, which stalls the threads of a process
// that still copy elsewhere: keep it until a restore is over.
class MappedFile final : public LocalFile {
 public:
  struct Options {
    // Turn SIGBUS inside Visit into a Status; without it, such a fault ends the process.
    bool is_guarded = true;
    // Offer descriptors for reads beside the map.
    bool is_automatic = false;
  };

  MappedFile(OpenedFile opened, Mapping mapping, Options options);

  IoMode mode() const override { return IoMode::kMmap; }
  std::size_t staging_size() const override { return 0; }
  Status Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
               PieceSink sink) const override;
  void WillNeed(std::uint64_t offset, std::uint64_t length) const override;
  std::optional<std::uint64_t> CachedBytes(std::uint64_t offset,
                                           std::uint64_t length) const override;
  bool is_automatic() const override { return options_.is_automatic; }
  // Opened on the first call, which reads a block.
  int direct_descriptor() const override;
  int buffered_descriptor() const override {
    return options_.is_automatic ? descriptor().get() : -1;
  }

 private:
  bool VisitPiece(PieceSink sink, ByteView piece) const;
  bool IsMincoreTruthful() const;
  Descriptor OpenDirectly() const;

  const Mapping mapping_;
  const Options options_;
  mutable std::once_flag direct_once_;
  mutable Descriptor direct_;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_MAPPED_FILE_H_
