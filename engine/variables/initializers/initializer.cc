#include "engine/variables/initializers/initializer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <string>

#include "engine/variables/initializers/element_encoding.h"
#include "engine/variables/initializers/orthogonal_matrix.h"
#include "engine/variables/initializers/random_values.h"
#include "engine/variables/initializers/slice_runs.h"

namespace thaw {
namespace {

// ---- Fans ----

struct Fans {
  double in = 1.0;
  double out = 1.0;
};

// TensorFlow's _compute_fans: the last two dimensions, times the size of the receptive field.
Fans ComputeFans(Dims full_shape) {
  if (full_shape.empty()) return {};
  if (full_shape.size() == 1) {
    const auto length = static_cast<double>(full_shape[0]);
    return {length, length};
  }
  double receptive_field = 1.0;
  for (const std::int64_t dim : full_shape.first(full_shape.size() - 2)) {
    receptive_field *= static_cast<double>(dim);
  }
  return {receptive_field * static_cast<double>(full_shape[full_shape.size() - 2]),
          receptive_field * static_cast<double>(full_shape.back())};
}

double Variance(const VarianceScalingInitializer& scaling, Dims full_shape) {
  const Fans fans = ComputeFans(full_shape);
  switch (scaling.mode) {
    case VarianceScalingInitializer::Mode::kFanIn:
      return scaling.scale / std::max(1.0, fans.in);
    case VarianceScalingInitializer::Mode::kFanOut:
      return scaling.scale / std::max(1.0, fans.out);
    case VarianceScalingInitializer::Mode::kFanAvg:
      break;
  }
  return scaling.scale / std::max(1.0, (fans.in + fans.out) / 2.0);
}

// ---- Filling ----

bool FillsAnyShape(const ConstantInitializer& constant) { return constant.shape.empty(); }

// Where the elements of a buffer lie in the full tensor.
struct Place {
  Dims shape;
  Dims full_shape;
  const TensorSlice* slice;

  // The slice to cut an array of that shape by; nullptr: it is the value as it is.
  const TensorSlice* SliceOf(Dims array_shape) const {
    return std::equal(array_shape.begin(), array_shape.end(), shape.begin(), shape.end()) ? nullptr
                                                                                          : slice;
  }
};

// Calls value_at(index in the full tensor) for each element of the buffer in order.
template <typename ValueAt>
Status FillEach(DType dtype, const Place& place, MutableByteView buffer, ValueAt value_at) {
  const std::size_t width = ElementSize(dtype);
  std::byte* out = buffer.data();
  Status status;
  ForEachRun(place.full_shape, place.slice, [&](std::uint64_t begin, std::uint64_t length) {
    for (std::uint64_t i = begin; i < begin + length && status.ok(); ++i) {
      const Result<Element> element = value_at(i);
      if (!element.ok()) {
        status = element.status().WithTfClass("ValueError");
        return;
      }
      std::memcpy(out, element->data(), width);
      out += width;
    }
  });
  return status;
}

// FillEach for numbers, without an encoding per element where the type has a native form.
template <typename NumberAt>
Status FillNumbers(DType dtype, const Place& place, MutableByteView buffer, NumberAt number_at) {
  const auto fill_native = [&](auto zero) {
    std::byte* out = buffer.data();
    ForEachRun(place.full_shape, place.slice, [&](std::uint64_t begin, std::uint64_t length) {
      for (std::uint64_t i = begin; i < begin + length; ++i, out += sizeof(zero)) {
        const auto value = static_cast<decltype(zero)>(number_at(i));
        std::memcpy(out, &value, sizeof(value));
      }
    });
    return Status();
  };
  if (dtype == DType::kFloat32) return fill_native(0.0F);
  if (dtype == DType::kFloat64) return fill_native(0.0);
  return FillEach(dtype, place, buffer,
                  [&](std::uint64_t index) { return EncodeReal(dtype, number_at(index)); });
}

void Repeat(ByteView element, MutableByteView buffer) {
  for (std::size_t at = 0; at < buffer.size(); at += element.size()) {
    std::memcpy(buffer.data() + at, element.data(), element.size());
  }
}

struct Filler {
  DType dtype;
  Place place;
  MutableByteView buffer;

  Status operator()(const ZerosInitializer&) const {
    std::fill(buffer.begin(), buffer.end(), std::byte{0});
    return Status();
  }
  Status operator()(const OnesInitializer&) const {
    THAW_ASSIGN_OR_RETURN(const Element one, EncodeInteger(dtype, 1));
    Repeat(ByteView(one).first(ElementSize(dtype)), buffer);
    return Status();
  }
  Status operator()(const ConstantInitializer& constant) const {
    if (FillsAnyShape(constant)) {
      THAW_ASSIGN_OR_RETURN(const Element element, EncodeValue(constant, dtype, 0));
      Repeat(ByteView(element).first(ElementSize(dtype)), buffer);
      return Status();
    }
    return FillEach(dtype, place, buffer, [&](std::uint64_t index) {
      return EncodeValue(constant, dtype, static_cast<std::size_t>(index));
    });
  }
  Status operator()(const UniformInitializer& uniform) const {
    const double range = uniform.high - uniform.low;
    const bool is_whole = IsWholeNumber(dtype);
    return FillNumbers(dtype, place, buffer, [&](std::uint64_t index) {
      const double value = uniform.low + range * DrawUniform(uniform.seed, index);
      return is_whole ? std::floor(value) : value;
    });
  }
  Status operator()(const NormalInitializer& normal) const {
    return FillNumbers(dtype, place, buffer, [&](std::uint64_t index) {
      return normal.mean + normal.stddev * DrawNormal(normal.seed, index);
    });
  }
  Status operator()(const TruncatedNormalInitializer& normal) const {
    return FillNumbers(dtype, place, buffer, [&](std::uint64_t index) {
      return normal.mean + normal.stddev * DrawTruncatedNormal(normal.seed, index);
    });
  }
  Status operator()(const VarianceScalingInitializer& scaling) const {
    // The standard deviation of a standard normal value that is truncated at 2.
    constexpr double kTruncatedStddev = 0.87962566103423978;
    const double variance = Variance(scaling, place.full_shape);
    switch (scaling.distribution) {
      case VarianceScalingInitializer::Distribution::kTruncatedNormal:
        return (*this)(
            TruncatedNormalInitializer{0.0, std::sqrt(variance) / kTruncatedStddev, scaling.seed});
      case VarianceScalingInitializer::Distribution::kNormal:
        return (*this)(NormalInitializer{0.0, std::sqrt(variance), scaling.seed});
      case VarianceScalingInitializer::Distribution::kUniform:
        break;
    }
    const double limit = std::sqrt(3.0 * variance);
    return (*this)(UniformInitializer{-limit, limit, scaling.seed});
  }
  Status operator()(const GlorotUniformInitializer& glorot) const {
    return (*this)(VarianceScalingInitializer{1.0, VarianceScalingInitializer::Mode::kFanAvg,
                                              VarianceScalingInitializer::Distribution::kUniform,
                                              glorot.seed});
  }
  Status operator()(const OrthogonalInitializer& orthogonal) const {
    const auto cols = static_cast<std::size_t>(place.shape.back());
    const auto num_elements = static_cast<std::size_t>(*NumElements(place.shape));
    if (num_elements == 0) return Status();
    std::uint64_t seed = orthogonal.seed;
    // Parts differ from each other.
    for (std::size_t i = 0; place.slice != nullptr && i < place.slice->rank(); ++i) {
      seed += static_cast<std::uint64_t>(place.slice->dims[i].start) << (8 * (i % 4));
    }
    THAW_ASSIGN_OR_RETURN(const std::vector<double> matrix,
                          RandomOrthogonalMatrix(num_elements / cols, cols, seed));
    return FillNumbers(dtype, {place.shape, place.shape, nullptr}, buffer,
                       [&](std::uint64_t index) { return orthogonal.gain * matrix[index]; });
  }
  Status operator()(const IdentityInitializer& identity) const {
    const auto cols = static_cast<std::uint64_t>(place.full_shape[1]);
    return FillNumbers(dtype, place, buffer, [&](std::uint64_t index) {
      return index / cols == index % cols ? identity.gain : 0.0;
    });
  }
  Status operator()(const ArrayInitializer& array) const {
    const std::size_t width = ElementSize(dtype);
    const std::byte* values = array.value.bytes->data();
    std::byte* out = buffer.data();
    ForEachRun(array.value.shape, place.SliceOf(array.value.shape),
               [&](std::uint64_t begin, std::uint64_t length) {
                 const auto size = static_cast<std::size_t>(length) * width;
                 if (size == 0) return;
                 std::memcpy(out, values + static_cast<std::size_t>(begin) * width, size);
                 out += size;
               });
    return Status();
  }
  Status operator()(const RepeatedInitializer& repeated) const {
    const std::size_t width = ElementSize(dtype);
    const ByteView values(*repeated.value.bytes);
    if (values.empty()) return (*this)(ZerosInitializer{});
    const std::size_t given = std::min(values.size(), buffer.size());
    std::copy_n(values.begin(), given, buffer.begin());
    Repeat(values.last(width), buffer.subspan(given));
    return Status();
  }
};

// The cut of an array of strings, or all of it.
void AppendRuns(const std::vector<std::string>& values, Dims shape, const TensorSlice* slice,
                std::vector<std::string>* strings) {
  ForEachRun(shape, slice, [&](std::uint64_t begin, std::uint64_t length) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(begin);
    strings->insert(strings->end(), first, first + static_cast<std::ptrdiff_t>(length));
  });
}

std::vector<std::string> InitialStrings(const Initializer& initializer, std::size_t num_elements,
                                        const Place& place) {
  std::vector<std::string> strings;
  if (const auto* array = std::get_if<ArrayInitializer>(&initializer)) {
    strings.reserve(num_elements);
    const Shape& shape = array->value.shape;
    AppendRuns(*array->value.strings, shape, place.SliceOf(shape), &strings);
    return strings;
  }
  if (const auto* repeated = std::get_if<RepeatedInitializer>(&initializer)) {
    const std::vector<std::string>& values = *repeated->value.strings;
    strings.assign(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(
                                                        std::min(values.size(), num_elements)));
    strings.resize(num_elements, values.empty() ? std::string() : values.back());
    return strings;
  }
  const auto* constant = std::get_if<ConstantInitializer>(&initializer);
  if (constant == nullptr || constant->strings.empty()) {
    return std::vector<std::string>(num_elements);
  }
  if (FillsAnyShape(*constant)) {
    return std::vector<std::string>(num_elements, constant->strings[0]);
  }
  strings.reserve(num_elements);
  AppendRuns(constant->strings, place.full_shape, place.slice, &strings);
  return strings;
}

}  // namespace

Initializer Constant(double value) { return ConstantInitializer{{}, {value}, {}, {}}; }

std::size_t NumValues(const ConstantInitializer& constant) {
  if (!constant.strings.empty()) return constant.strings.size();
  return constant.integers.empty() ? constant.reals.size() : constant.integers.size();
}

std::optional<Shape> ShapeOfValue(const Initializer& initializer) {
  const auto* constant = std::get_if<ConstantInitializer>(&initializer);
  if (constant != nullptr && !constant->shape.empty()) return constant->shape;
  if (const auto* array = std::get_if<ArrayInitializer>(&initializer)) return array->value.shape;
  return std::nullopt;
}

Result<Element> EncodeValue(const ConstantInitializer& constant, DType dtype, std::size_t index) {
  return constant.integers.empty() ? EncodeReal(dtype, constant.reals[index])
                                   : EncodeInteger(dtype, constant.integers[index]);
}

Result<Initializer> DefaultInitializer(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
    case DType::kFloat64:
    case DType::kFloat16:
    case DType::kBFloat16:
      return Initializer(GlorotUniformInitializer{});
    case DType::kQInt8:
    case DType::kQUInt8:
    case DType::kQInt16:
    case DType::kQUInt16:
    case DType::kQInt32:
      break;
    default:
      if (IsWholeNumber(dtype) || dtype == DType::kString) return Initializer(ZerosInitializer{});
  }
  return TfValueError("An initializer for a variable of " + std::string(DTypeName(dtype)) +
                      " is required: TensorFlow has no default for this dtype");
}

Status FillBuffer(const Initializer& initializer, DType dtype, Dims shape, Dims full_shape,
                  const TensorSlice* slice, MutableByteView buffer) {
  THAW_RETURN_IF_ERROR(CheckInitializer(initializer, dtype, shape, full_shape));
  const auto num_elements = NumElements(shape);
  std::uint64_t size = 0;
  if (!num_elements ||
      !CheckedMul(static_cast<std::uint64_t>(*num_elements), ElementSize(dtype), &size) ||
      size != buffer.size()) {
    return TfValueError("a buffer of " + std::to_string(buffer.size()) + " bytes does not hold " +
                        std::string(DTypeName(dtype)) + ShapeToString(shape));
  }
  return std::visit(Filler{dtype, {shape, full_shape, slice}, buffer}, initializer);
}

Status FillStrings(const Initializer& initializer, Dims shape, Dims full_shape,
                   const TensorSlice* slice, std::vector<std::string>* strings) {
  THAW_RETURN_IF_ERROR(CheckInitializer(initializer, DType::kString, shape, full_shape));
  const auto num_elements = NumElements(shape);
  if (!num_elements) return TfValueError("a shape with unknown dimensions has no default value");
  try {
    *strings = InitialStrings(initializer, static_cast<std::size_t>(*num_elements),
                              {shape, full_shape, slice});
  } catch (const std::exception&) {  // bad_alloc, or more strings than a vector may hold
    return ResourceExhaustedError("cannot hold " + std::to_string(*num_elements) + " strings");
  }
  return Status();
}

}  // namespace thaw
