// Destinations: buffers for everything in a checkpoint, and the requests that fill them.
//
// Role in the flow: between an open checkpoint and Restore, for benchmarks.

#ifndef THAW_BENCH_SUPPORT_DESTINATIONS_H_
#define THAW_BENCH_SUPPORT_DESTINATIONS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/support/huge_buffer.h"
#include "engine/checkpoint.h"
#include "engine/kernels/dtype_conversions.h"
#include "engine/plan/request.h"

namespace thaw {

// All buffers lie one after the other in one piece of touched memory, each at a multiple of 64.
class Destinations {
 public:
  // conversion: tensors of its `from` are restored as its `to`.
  // least_bytes: of the memory, if the buffers need less.
  // Errors: ResourceExhausted; Unimplemented for dtypes that have no elements to restore.
  static Result<Destinations> Create(const Checkpoint& checkpoint,
                                     const std::optional<DTypePair>& conversion,
                                     std::uint64_t least_bytes);

  std::span<const Request> requests() const { return requests_; }
  // Bytes of the tensors as they are stored.
  std::uint64_t stored_bytes() const { return stored_bytes_; }
  MutableByteView memory() const { return memory_.bytes(); }

 private:
  std::vector<Request> requests_;
  std::vector<std::unique_ptr<std::vector<std::string>>> strings_;
  std::uint64_t stored_bytes_ = 0;
  HugeBuffer memory_;
};

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_DESTINATIONS_H_
