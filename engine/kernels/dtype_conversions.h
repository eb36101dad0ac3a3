// THE list of dtype conversions: which kernel moves elements of one dtype into a buffer of another.
//
// Role in the flow: the planner asks here once per tensor. To add a conversion: a scalar version in
// convert_scalar, a row in dtype_conversions.cc, faster variants in convert_<isa>; the kernel suite
// demands that each agrees with the scalar one bit for bit.

#ifndef THAW_ENGINE_KERNELS_DTYPE_CONVERSIONS_H_
#define THAW_ENGINE_KERNELS_DTYPE_CONVERSIONS_H_

#include <span>

#include "engine/kernels/kernel.h"
#include "io/base/cpu.h"
#include "io/base/dtype.h"

namespace thaw {

// The best kernel of this machine for the pair; equal dtypes are a copy. nullptr: no conversion.
//   byte_swapped: the source has the other byte order.
// Rounding: to nearest even, with denormals; NaN stays NaN, as TensorFlow's cast gives it.
const Kernel* FindKernel(DType from, DType to, bool byte_swapped);

// The same restricted to variants of at most `level`: for tests and benchmarks.
const Kernel* FindKernelAt(IsaLevel level, DType from, DType to, bool byte_swapped);

// Pairs of different dtypes that FindKernel knows.
struct DTypePair {
  DType from;
  DType to;
};
std::span<const DTypePair> DTypeConversions();

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_DTYPE_CONVERSIONS_H_
