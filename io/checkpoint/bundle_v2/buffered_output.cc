#include "io/checkpoint/bundle_v2/buffered_output.h"

#include <algorithm>

namespace thaw {
namespace {

// Appends of at least this size go to the file as they are.
constexpr std::size_t kBufferSize = 256 * 1024;

}  // namespace

Status BufferedOutput::Append(ByteView bytes) {
  if (bytes.size() > kBufferSize - buffer_.size()) THAW_RETURN_IF_ERROR(Flush());
  if (bytes.size() >= kBufferSize) return file_->Append(bytes);
  buffer_.append(AsChars(bytes));
  return Status();
}

Status BufferedOutput::PadTo(std::uint64_t alignment) {
  std::uint64_t missing = (alignment - size() % alignment) % alignment;
  const std::string zeros(std::min<std::uint64_t>(missing, kBufferSize), '\0');
  while (missing > 0) {
    const auto n = std::min<std::uint64_t>(missing, zeros.size());
    THAW_RETURN_IF_ERROR(Append(AsBytes(zeros).first(n)));
    missing -= n;
  }
  return Status();
}

Status BufferedOutput::Seal() {
  THAW_RETURN_IF_ERROR(Flush());
  return file_->Seal();
}

Status BufferedOutput::Flush() {
  THAW_RETURN_IF_ERROR(file_->Append(AsBytes(buffer_)));
  buffer_.clear();
  return Status();
}

}  // namespace thaw
