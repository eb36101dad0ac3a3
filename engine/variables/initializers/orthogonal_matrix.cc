#include "engine/variables/initializers/orthogonal_matrix.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <string>

#include "engine/variables/initializers/random_values.h"

namespace thaw {
namespace {

double Dot(const double* a, const double* b, std::size_t n) {
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

// Makes `vector` orthogonal to the `count` unit vectors before it, each of length n. Twice: the
// second pass removes what rounding left of the first.
void Orthogonalize(const double* units, std::size_t count, double* vector, std::size_t n) {
  for (int pass = 0; pass < 2; ++pass) {
    for (std::size_t k = 0; k < count; ++k) {
      const double* unit = units + k * n;
      const double share = Dot(unit, vector, n);
      for (std::size_t i = 0; i < n; ++i) vector[i] -= share * unit[i];
    }
  }
}

// `count` orthonormal vectors of length n >= count, one after the other. Gram and Schmidt's process
// on normal vectors is the Q of their QR decomposition with a positive diagonal of R, which is
// uniformly distributed.
std::vector<double> OrthonormalVectors(std::size_t count, std::size_t n, std::uint64_t seed) {
  std::vector<double> vectors(count * n);
  std::uint64_t draw = 0;
  for (std::size_t v = 0; v < count; ++v) {
    double* vector = vectors.data() + v * n;
    double length = 0.0;
    // A vector that lies in the span of the others has no direction of its own; draw another.
    while (!(length > 1e-9)) {
      for (std::size_t i = 0; i < n; ++i) vector[i] = DrawNormal(seed, draw++);
      Orthogonalize(vectors.data(), v, vector, n);
      length = std::sqrt(Dot(vector, vector, n));
    }
    for (std::size_t i = 0; i < n; ++i) vector[i] /= length;
  }
  return vectors;
}

}  // namespace

Result<std::vector<double>> RandomOrthogonalMatrix(std::size_t rows, std::size_t cols,
                                                   std::uint64_t seed) {
  try {
    std::vector<double> vectors =
        OrthonormalVectors(std::min(rows, cols), std::max(rows, cols), seed);
    if (rows < cols) return vectors;
    std::vector<double> matrix(vectors.size());
    for (std::size_t c = 0; c < cols; ++c) {
      for (std::size_t r = 0; r < rows; ++r) matrix[r * cols + c] = vectors[c * rows + r];
    }
    return matrix;
  } catch (const std::exception&) {  // bad_alloc, or more elements than a vector may hold
    return ResourceExhaustedError("no memory for an orthogonal matrix of " + std::to_string(rows) +
                                  " x " + std::to_string(cols));
  }
}

}  // namespace thaw
