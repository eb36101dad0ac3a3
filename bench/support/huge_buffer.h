// HugeBuffer: anonymous memory in huge pages, touched before anyone measures.
//
// Role in the flow: the destinations of every benchmark, and the source of the memory limit. Fresh
// pages would cost more than the copy into them.

#ifndef THAW_BENCH_SUPPORT_HUGE_BUFFER_H_
#define THAW_BENCH_SUPPORT_HUGE_BUFFER_H_

#include <cstddef>
#include <utility>

#include "io/base/bytes.h"
#include "io/base/result.h"

namespace thaw {

// Owns its memory; starts at a 2 MiB boundary, all bytes written once. Thread-compatible.
class HugeBuffer {
 public:
  // Errors: ResourceExhausted.
  static Result<HugeBuffer> Allocate(std::size_t size);

  HugeBuffer() = default;
  HugeBuffer(HugeBuffer&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  HugeBuffer& operator=(HugeBuffer&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~HugeBuffer();

  MutableByteView bytes() const { return bytes_; }

 private:
  explicit HugeBuffer(MutableByteView bytes) : bytes_(bytes) {}

  MutableByteView bytes_;
};

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_HUGE_BUFFER_H_
