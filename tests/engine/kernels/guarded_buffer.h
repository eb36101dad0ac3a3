// GuardedBuffer: memory between two pages that nobody may touch.
//
// Role in the flow: makes a kernel's read or write outside its range a crash instead of luck.

#ifndef THAW_TESTS_ENGINE_KERNELS_GUARDED_BUFFER_H_
#define THAW_TESTS_ENGINE_KERNELS_GUARDED_BUFFER_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>

namespace thaw {

class GuardedBuffer {
 public:
  // At least `capacity` bytes.
  explicit GuardedBuffer(std::size_t capacity) : size_((capacity + kPage - 1) / kPage * kPage) {
    void* const map =
        mmap(nullptr, size_ + 2 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) std::abort();
    map_ = static_cast<std::byte*>(map);
    if (mprotect(begin(), size_, PROT_READ | PROT_WRITE) != 0) std::abort();
  }
  ~GuardedBuffer() { munmap(map_, size_ + 2 * kPage); }
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  std::size_t size() const { return size_; }
  std::byte* begin() const { return map_ + kPage; }
  // The last n bytes: the byte after them is out of bounds.
  std::byte* LastBytes(std::size_t n) const { return begin() + size_ - n; }

 private:
  static constexpr std::size_t kPage = 4096;

  std::size_t size_;
  std::byte* map_ = nullptr;
};

}  // namespace thaw

#endif  // THAW_TESTS_ENGINE_KERNELS_GUARDED_BUFFER_H_
