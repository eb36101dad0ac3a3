#include "tools/print/output_stream.h"

#include <unistd.h>

#include <cerrno>

namespace thaw {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

}  // namespace

void OutputStream::Write(std::string_view text) {
  if (text_ != nullptr) {
    text_->append(text);
    return;
  }
  if (!status_.ok()) return;
  buffer_.append(text);
  if (buffer_.size() >= kBufferBytes) {
    WriteOut(buffer_);
    buffer_.clear();
  }
}

Status OutputStream::Flush() {
  if (status_.ok()) WriteOut(buffer_);
  buffer_.clear();
  return status_;
}

void OutputStream::WriteOut(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno == EINTR && (cancel_ == nullptr || !cancel_->is_cancelled())) continue;
    reader_gone_ = errno == EPIPE;
    status_ = errno == EINTR ? CancelledError("interrupted while writing")
                             : ErrnoError(errno, "cannot write").WithFile("standard output");
    return;
  }
}

}  // namespace thaw
