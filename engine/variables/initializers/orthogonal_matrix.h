// Orthogonal matrix: a random one, as orthogonal_initializer makes it.
//
// Role in the flow: under the initializers; linear algebra alone.

#ifndef THAW_ENGINE_VARIABLES_INITIALIZERS_ORTHOGONAL_MATRIX_H_
#define THAW_ENGINE_VARIABLES_INITIALIZERS_ORTHOGONAL_MATRIX_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "io/base/result.h"

namespace thaw {

// [rows, cols], row-major: orthonormal columns when rows >= cols, else orthonormal rows, uniformly
// distributed among such matrices. Time: rows × cols × min(rows, cols).
// Errors: ResourceExhausted  no memory for twice its elements.
Result<std::vector<double>> RandomOrthogonalMatrix(std::size_t rows, std::size_t cols,
                                                   std::uint64_t seed);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_INITIALIZERS_ORTHOGONAL_MATRIX_H_
