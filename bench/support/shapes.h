// THE list of synthetic checkpoints: sets of tensors whose sizes are those of typical models.
//
// Role in the flow: what `thaw bench --shape` and the benchmarks restore when nobody has a
// checkpoint at hand. Written tensor by tensor, so that a checkpoint may be larger than the memory.

#ifndef THAW_BENCH_SUPPORT_SHAPES_H_
#define THAW_BENCH_SUPPORT_SHAPES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/restore.h"
#include "io/base/status.h"

namespace thaw {

struct CheckpointShape {
  std::string_view name;
  std::string_view summary;
  std::uint64_t default_bytes;
};

// bert-base, one-huge, tiny, partitioned, llm.
std::span<const CheckpointShape> CheckpointShapes();

// Writes the checkpoint `prefix`, values N(0, 0.02), the same in every run.
//   bytes: of all tensors, met as closely as the proportions allow; 0: the shape's default.
// Errors: InvalidArgument (no such shape, too small a size), Cancelled, and those of BundleWriter.
Status WriteCheckpointShape(std::string_view name, std::uint64_t bytes, const std::string& prefix,
                            const CancellationToken* cancel = nullptr);

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_SHAPES_H_
