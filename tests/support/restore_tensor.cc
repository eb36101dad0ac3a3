#include "tests/support/restore_tensor.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>

namespace thaw {
namespace {

constexpr std::uint64_t kMaxRealSize = std::uint64_t{1} << 30;

// Address space without memory behind it.
class Untouchable {
 public:
  explicit Untouchable(std::size_t size)
      : size_(size),
        memory_(
            ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    if (memory_ != MAP_FAILED) return;
    std::perror("mmap");
    std::abort();
  }
  ~Untouchable() { ::munmap(memory_, size_); }
  Untouchable(const Untouchable&) = delete;
  Untouchable& operator=(const Untouchable&) = delete;

  MutableByteView bytes() const { return {static_cast<std::byte*>(memory_), size_}; }

 private:
  std::size_t size_;
  void* memory_;
};

}  // namespace

RestoredTensor RestoreTensor(const Checkpoint& checkpoint, const TensorInfo& tensor,
                             RestoreOptions options) {
  RestoredTensor result;
  Request request;
  request.tensor = tensor.name;
  request.dtype = tensor.dtype;
  request.shape.assign(tensor.shape.begin(), tensor.shape.end());
  if (tensor.dtype == DType::kString) request.strings = &result.strings;
  const std::uint64_t size =
      static_cast<std::uint64_t>(NumElements(tensor.shape).value_or(0)) * ElementSize(tensor.dtype);
  std::optional<Untouchable> huge;
  if (size > kMaxRealSize) {
    request.buffer = huge.emplace(size).bytes();
  } else {
    result.bytes.assign(size, kCanary);
    request.buffer = std::as_writable_bytes(std::span(result.bytes));
  }
  options.poison = static_cast<std::byte>(kPoison);

  const RestoreOutcome outcome = Restore(checkpoint, std::span(&request, 1), options);

  result.status = outcome.status;
  if (!outcome.requests.empty()) result.state = outcome.requests[0].state;
  return result;
}

}  // namespace thaw
