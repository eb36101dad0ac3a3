// Initializer: what gives a variable its value when no checkpoint does, and the record of the
// checkpoint tensor when one does.
//
// Role in the flow: held by each variable of the store. init_from_checkpoint replaces it by a
// CheckpointSource, exactly as TensorFlow replaces a variable's initializer; nothing is read until
// the initializers run.

#ifndef THAW_ENGINE_VARIABLES_INITIALIZER_H_
#define THAW_ENGINE_VARIABLES_INITIALIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"
#include "io/checkpoint/checkpoint_reader.h"

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
struct GlorotUniformInitializer {
  std::uint64_t seed = 0;
};

// The values a program gives; the default depends on the dtype (DefaultInitializer).
using Initializer = std::variant<ZerosInitializer, OnesInitializer, ConstantInitializer,
                                 UniformInitializer, NormalInitializer, GlorotUniformInitializer>;

// Shorthands for programs.
inline Initializer Zeros() { return ZerosInitializer{}; }
inline Initializer Ones() { return OnesInitializer{}; }
Initializer Constant(double value);

// TensorFlow's default: Glorot uniform for floating types, zeros for integers, bool and strings.
// Errors: InvalidArgument (ValueError)  the dtype has none (complex, quantised).
Result<Initializer> DefaultInitializer(DType dtype);

// Whether a variable of that dtype and (full) shape can start with `initializer`.
// Errors: InvalidArgument (ValueError)  a constant of another shape, a number that the dtype cannot
//         hold, text for numbers or numbers for text, random values of a dtype that has none.
Status CheckInitializer(const Initializer& initializer, DType dtype, Dims full_shape);

// Fills a buffer of `dtype` and `shape` (elements × width bytes). For a part of a partitioned
// variable `full_shape` and `slice` (resolved) tell where it lies; random values differ per part,
// Glorot's fans are those of the full shape, a nested constant is cut.
// Errors: InvalidArgument (ValueError)  as CheckInitializer, or the buffer has another size.
Status FillBuffer(const Initializer& initializer, DType dtype, Dims shape, Dims full_shape,
                  const TensorSlice* slice, MutableByteView buffer);

// The same for a string variable: one element per entry of `*strings`.
Status FillStrings(const Initializer& initializer, Dims shape, Dims full_shape,
                   const TensorSlice* slice, std::vector<std::string>* strings);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_INITIALIZER_H_
