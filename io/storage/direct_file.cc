#include "io/storage/direct_file.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <string>

#include "io/storage/staging.h"

namespace thaw {
namespace {

// Reads whole blocks from `offset`, itself at a block's start. Returns the bytes read, fewer than
// asked only at the end of the file: a request must not start inside a block, so a read that ends
// there is not continued.
Result<std::size_t> ReadBlocks(const Descriptor& file, std::uint64_t offset, MutableByteView out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = ::pread(file.get(), out.data() + done, out.size() - done,
                              static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      return ErrnoError(errno, "cannot read " + std::to_string(out.size() - done) + " bytes")
          .WithOffset(offset + done);
    done += static_cast<std::size_t>(n);
    if (n == 0 || done % kStagingAlignment != 0) break;
  }
  return done;
}

std::size_t RoundUpToBlock(std::size_t n) {
  return (n + kStagingAlignment - 1) / kStagingAlignment * kStagingAlignment;
}

}  // namespace

bool DirectFile::IsSupported(const Descriptor& file) {
  const Staging block(kStagingAlignment);
  return block.ok() && ReadBlocks(file, 0, block.view()).ok();
}

// The device delivers whole blocks, so each request starts at the block that holds `offset`. The
// sink is given whole blocks counted from `offset`; the few bytes behind them are read once more
// with the next request.
Status DirectFile::Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
                         PieceSink sink) const {
  assert(length == 0 || staging.size() >= kBlockSize);
  THAW_RETURN_IF_ERROR(CheckRange(offset, length));
  const std::uint64_t end = offset + length;
  while (offset < end) {
    const std::size_t head = offset % kStagingAlignment;
    const std::size_t room = (kBlockSize - head) / kStagingAlignment * kStagingAlignment;
    const std::size_t wanted = std::min<std::uint64_t>(end - offset, room);
    Result<std::size_t> read =
        ReadBlocks(descriptor(), offset - head, staging.first(RoundUpToBlock(head + wanted)));
    if (!read.ok()) return read.status().WithFile(path());
    if (*read < head + wanted) return ShrunkTo(offset - head + *read);
    sink(staging.subspan(head, wanted));
    offset += wanted;
  }
  return Status();
}

}  // namespace thaw
