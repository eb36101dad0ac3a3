// Initializer: what gives a variable its value when no checkpoint does, and the record of the
// checkpoint tensor when one does.
//
// Role in the flow: held by each variable of the store. init_from_checkpoint replaces it by a
// CheckpointSource, exactly as TensorFlow replaces a variable's initializer; nothing is read until
// the initializers run.

#ifndef THAW_ENGINE_VARIABLES_INITIALIZERS_INITIALIZER_H_
#define THAW_ENGINE_VARIABLES_INITIALIZERS_INITIALIZER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/variables/initializers/array_value.h"
#include "engine/variables/initializers/element_encoding.h"
#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"

namespace thaw {

// A value with its own shape, row-major in the element type of the variable it is for. A scalar
// value fills a variable of any shape.
struct ConstantInitializer {
  Shape shape;
  std::vector<double> reals;  // numeric dtypes that a double holds
  // Integers, kept exactly (for uint64 their bits); used when not empty.
  std::vector<std::int64_t> integers;
  std::vector<std::string> strings;  // string dtype
};
struct ZerosInitializer {};
struct OnesInitializer {};
// Random values depend on the seed and on the element's place in the full tensor alone, so a
// partitioned variable starts with the same values as a whole one. Seed 0: the store draws one from
// the variable's name, so that variables differ from each other.
struct UniformInitializer {
  double low = 0.0;
  double high = 1.0;
  std::uint64_t seed = 0;
};
struct NormalInitializer {
  double mean = 0.0;
  double stddev = 1.0;
  std::uint64_t seed = 0;
};
// As NormalInitializer, with values of two standard deviations and more drawn again.
struct TruncatedNormalInitializer {
  double mean = 0.0;
  double stddev = 1.0;
  std::uint64_t seed = 0;
};
// Zero mean, and a variance of scale / max(1, fan); the fans are those of the full shape.
struct VarianceScalingInitializer {
  enum class Mode { kFanIn, kFanOut, kFanAvg };
  enum class Distribution { kTruncatedNormal, kNormal, kUniform };

  double scale = 1.0;
  Mode mode = Mode::kFanIn;
  Distribution distribution = Distribution::kTruncatedNormal;
  std::uint64_t seed = 0;
};
// VarianceScaling of scale 1, kFanAvg and kUniform.
struct GlorotUniformInitializer {
  std::uint64_t seed = 0;
};
// All dimensions but the last flattened: orthonormal columns or rows, whichever are fewer, times
// `gain`. Each part of a partitioned variable is orthogonal by itself.
struct OrthogonalInitializer {
  double gain = 1.0;
  std::uint64_t seed = 0;
};
// A matrix with `gain` on its diagonal, cut for a part.
struct IdentityInitializer {
  double gain = 1.0;
};
// A value of the variable's dtype. Of the full shape, which a part cuts, or of the part's own.
struct ArrayInitializer {
  ArrayValue value;
};
// TensorFlow's constant_initializer: the values in row-major order, the last one repeated; zeros
// where there is none. Each part of a partitioned variable starts with the first value.
struct RepeatedInitializer {
  ArrayValue value;  // at most as many elements as the variable, or the part
};

// The values a program gives; the default depends on the dtype (DefaultInitializer).
using Initializer =
    std::variant<ZerosInitializer, OnesInitializer, ConstantInitializer, UniformInitializer,
                 NormalInitializer, TruncatedNormalInitializer, VarianceScalingInitializer,
                 GlorotUniformInitializer, OrthogonalInitializer, IdentityInitializer,
                 ArrayInitializer, RepeatedInitializer>;

// Shorthands for programs.
inline Initializer Zeros() { return ZerosInitializer{}; }
inline Initializer Ones() { return OnesInitializer{}; }
Initializer Constant(double value);

// How many values the constant has, and the one numbered `index` (numeric) as an element.
// Errors: as EncodeReal and EncodeInteger.
std::size_t NumValues(const ConstantInitializer& constant);
Result<Element> EncodeValue(const ConstantInitializer& constant, DType dtype, std::size_t index);

// TensorFlow's default: Glorot uniform for floating types, zeros for integers, bool and strings.
// Errors: InvalidArgument (ValueError)  the dtype has none (complex, quantised).
Result<Initializer> DefaultInitializer(DType dtype);

// The shape of the value, where the initializer brings one: that of a nested constant or an array.
std::optional<Shape> ShapeOfValue(const Initializer& initializer);

// Whether a variable of that dtype can start with `initializer`. `shape` is that of the variable or
// part, `full_shape` that of the whole.
// Errors: InvalidArgument (ValueError, or TypeError where TensorFlow's is one)  a constant of
//         another shape, a number that the dtype cannot hold, text for numbers or numbers for text,
//         random values of a dtype that has none, a shape without the rank that it needs.
Status CheckInitializer(const Initializer& initializer, DType dtype, Dims shape, Dims full_shape);

// Fills a buffer of `dtype` and `shape` (elements × width bytes). For a part of a partitioned
// variable `full_shape` and `slice` (resolved) tell where it lies; random values are those of the
// whole, fans those of the full shape, a constant of the full shape is cut.
// Errors: InvalidArgument (ValueError, TypeError)  as CheckInitializer, or the buffer has another
//         size. ResourceExhausted  no memory to make an orthogonal matrix.
Status FillBuffer(const Initializer& initializer, DType dtype, Dims shape, Dims full_shape,
                  const TensorSlice* slice, MutableByteView buffer);

// The same for a string variable: one element per entry of `*strings`.
Status FillStrings(const Initializer& initializer, Dims shape, Dims full_shape,
                   const TensorSlice* slice, std::vector<std::string>* strings);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_INITIALIZERS_INITIALIZER_H_
