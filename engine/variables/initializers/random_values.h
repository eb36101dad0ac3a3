// Random values: reproducible draws, one for each element of a tensor.
//
// Role in the flow: under the initializers. A draw depends on the seed and the element's number
// alone, so that any part of a tensor can be drawn by itself. It knows neither dtypes nor shapes.

#ifndef THAW_ENGINE_VARIABLES_INITIALIZERS_RANDOM_VALUES_H_
#define THAW_ENGINE_VARIABLES_INITIALIZERS_RANDOM_VALUES_H_

#include <cstdint>

namespace thaw {

// Uniform in [0, 1), with 53 random bits.
double DrawUniform(std::uint64_t seed, std::uint64_t index);

// Mean 0, standard deviation 1.
double DrawNormal(std::uint64_t seed, std::uint64_t index);

// DrawNormal, drawn again until the magnitude is below 2.
double DrawTruncatedNormal(std::uint64_t seed, std::uint64_t index);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_INITIALIZERS_RANDOM_VALUES_H_
