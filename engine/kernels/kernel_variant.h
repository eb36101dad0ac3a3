// KernelVariant: one compiled form of one move, and the lists of them by instruction set.
//
// Role in the flow: what convert_<isa> offer and dtype_conversions chooses from. Nobody else needs
// this file but the kernel suite and the kernel benchmark, which run every variant.

#ifndef THAW_ENGINE_KERNELS_KERNEL_VARIANT_H_
#define THAW_ENGINE_KERNELS_KERNEL_VARIANT_H_

#include <cstddef>
#include <span>

#include "engine/kernels/conversion.h"
#include "engine/kernels/kernel.h"
#include "io/base/cpu.h"

namespace thaw {

// How a large destination is written. Small moves are temporal in every form.
enum class StoreForm {
  kTemporal,
  kNonTemporal,           // past the caches, front to back
  kNonTemporalFourPages,  // the same, four neighbouring pages in turns
};

struct KernelVariant {
  Conversion conversion;
  std::size_t swap_unit = 1;  // bytes that are reversed together in the source; 1: none
  StoreForm form = StoreForm::kTemporal;
  Kernel kernel;
};

// The variants compiled for exactly this level; empty when it has none of its own on this target.
// They must only be run where BestIsaLevel() is at least `level`.
std::span<const KernelVariant> KernelVariants(IsaLevel level);

// Below: one list per source file, for KernelVariants.
std::span<const KernelVariant> KernelVariants_Scalar();
std::span<const KernelVariant> KernelVariants_Sse42();
std::span<const KernelVariant> KernelVariants_Avx2();
std::span<const KernelVariant> KernelVariants_Avx512();
std::span<const KernelVariant> KernelVariants_Neon();

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_KERNEL_VARIANT_H_
