#include "engine/variables/initializer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <numbers>
#include <string>

#include "engine/variables/element_encoding.h"
#include "engine/variables/slice_runs.h"

namespace thaw {
namespace {

Status ValueError(std::string what) {
  return InvalidArgumentError(std::move(what)).WithTfClass("ValueError");
}

// ---- Constants ----

std::size_t NumValues(const ConstantInitializer& constant) {
  if (!constant.strings.empty()) return constant.strings.size();
  return constant.integers.empty() ? constant.reals.size() : constant.integers.size();
}

bool FillsAnyShape(const ConstantInitializer& constant) { return constant.shape.empty(); }

Status CheckConstantShape(const ConstantInitializer& constant, Dims full_shape) {
  const auto num_elements = NumElements(constant.shape);
  if (!num_elements || static_cast<std::uint64_t>(*num_elements) != NumValues(constant)) {
    return ValueError("a constant of shape " + ShapeToList(constant.shape) + " has " +
                      std::to_string(NumValues(constant)) + " values");
  }
  if (FillsAnyShape(constant) || ShapesCompatible(constant.shape, full_shape)) return Status();
  return ValueError("Shapes " + ShapeToTuple(full_shape) + " and " + ShapeToTuple(constant.shape) +
                    " are not compatible: the constant needs the variable's full shape, or none");
}

Result<Element> EncodeValue(const ConstantInitializer& constant, DType dtype, std::size_t index) {
  return constant.integers.empty() ? EncodeReal(dtype, constant.reals[index])
                                   : EncodeInteger(dtype, constant.integers[index]);
}

Status CheckConstant(const ConstantInitializer& constant, DType dtype, Dims full_shape) {
  const bool is_text = !constant.strings.empty();
  // A constant without any element may be for any dtype.
  if (NumValues(constant) > 0 && is_text != (dtype == DType::kString)) {
    return ValueError(std::string(is_text ? "text" : "a number") + " is no value of a " +
                      std::string(DTypeName(dtype)) + " variable");
  }
  THAW_RETURN_IF_ERROR(CheckConstantShape(constant, full_shape));
  if (is_text) return Status();
  for (std::size_t i = 0; i < NumValues(constant); ++i) {
    const auto element = EncodeValue(constant, dtype, i);
    if (!element.ok()) return element.status().WithTfClass("ValueError");
  }
  return Status();
}

// ---- Random values ----

// SplitMix64's output function: a bijection that mixes all bits.
std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// The `draw`-th number of element `index`, uniform in [0, 1).
double Draw(std::uint64_t seed, std::uint64_t index, std::uint64_t draw) {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15u;  // 2^64 / golden ratio
  const std::uint64_t bits = Mix(Mix(seed + kGolden) + (2 * index + draw + 1) * kGolden);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

double DrawUniform(const UniformInitializer& uniform, std::uint64_t index) {
  return uniform.low + (uniform.high - uniform.low) * Draw(uniform.seed, index, 0);
}

// Box and Muller's transform.
double DrawNormal(const NormalInitializer& normal, std::uint64_t index) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - Draw(normal.seed, index, 0)));
  const double angle = 2.0 * std::numbers::pi * Draw(normal.seed, index, 1);
  return normal.mean + normal.stddev * radius * std::cos(angle);
}

// TensorFlow's _compute_fans: the last two dimensions, times the size of the receptive field.
double GlorotLimit(Dims full_shape) {
  double fan_in = 1.0;
  double fan_out = 1.0;
  if (full_shape.size() == 1) {
    fan_in = fan_out = static_cast<double>(full_shape[0]);
  } else if (full_shape.size() >= 2) {
    double receptive_field = 1.0;
    for (const std::int64_t dim : full_shape.first(full_shape.size() - 2)) {
      receptive_field *= static_cast<double>(dim);
    }
    fan_in = receptive_field * static_cast<double>(full_shape[full_shape.size() - 2]);
    fan_out = receptive_field * static_cast<double>(full_shape.back());
  }
  return std::sqrt(3.0 / std::max(1.0, (fan_in + fan_out) / 2.0));
}

// ---- Filling ----

// Where the elements of a buffer lie in the full tensor.
struct Place {
  Dims full_shape;
  const TensorSlice* slice;
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

void Repeat(const Element& element, std::size_t width, MutableByteView buffer) {
  for (std::size_t at = 0; at < buffer.size(); at += width) {
    std::memcpy(buffer.data() + at, element.data(), width);
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
    Repeat(one, ElementSize(dtype), buffer);
    return Status();
  }
  Status operator()(const ConstantInitializer& constant) const {
    if (FillsAnyShape(constant)) {
      THAW_ASSIGN_OR_RETURN(const Element element, EncodeValue(constant, dtype, 0));
      Repeat(element, ElementSize(dtype), buffer);
      return Status();
    }
    return FillEach(dtype, place, buffer, [&](std::uint64_t index) {
      return EncodeValue(constant, dtype, static_cast<std::size_t>(index));
    });
  }
  Status operator()(const UniformInitializer& uniform) const {
    return FillEach(dtype, place, buffer, [&](std::uint64_t index) {
      const double value = DrawUniform(uniform, index);
      return EncodeReal(dtype, IsWholeNumber(dtype) ? std::floor(value) : value);
    });
  }
  Status operator()(const NormalInitializer& normal) const {
    return FillEach(dtype, place, buffer, [&](std::uint64_t index) {
      return EncodeReal(dtype, DrawNormal(normal, index));
    });
  }
  Status operator()(const GlorotUniformInitializer& glorot) const {
    const double limit = GlorotLimit(place.full_shape);
    return (*this)(UniformInitializer{-limit, limit, glorot.seed});
  }
};

std::vector<std::string> InitialStrings(const Initializer& initializer, std::size_t num_elements,
                                        const Place& place) {
  const auto* constant = std::get_if<ConstantInitializer>(&initializer);
  if (constant == nullptr || constant->strings.empty()) {
    return std::vector<std::string>(num_elements);
  }
  if (FillsAnyShape(*constant)) {
    return std::vector<std::string>(num_elements, constant->strings[0]);
  }
  std::vector<std::string> strings;
  strings.reserve(num_elements);
  ForEachRun(place.full_shape, place.slice, [&](std::uint64_t begin, std::uint64_t length) {
    const auto first = constant->strings.begin() + static_cast<std::ptrdiff_t>(begin);
    strings.insert(strings.end(), first, first + static_cast<std::ptrdiff_t>(length));
  });
  return strings;
}

Status CheckUniform(const UniformInitializer& uniform, DType dtype) {
  if (dtype == DType::kString || !(uniform.low <= uniform.high)) {
    return ValueError(dtype == DType::kString ? "a string variable has no random values"
                                              : "a uniform range needs low <= high");
  }
  if (!IsWholeNumber(dtype)) return Status();
  // The ends of the range must be elements: everything between them is, then.
  for (const double end : {uniform.low, std::ceil(uniform.high) - 1.0}) {
    const auto element = EncodeReal(dtype, std::floor(end));
    if (!element.ok()) return element.status().WithTfClass("ValueError");
  }
  return Status();
}

}  // namespace

Initializer Constant(double value) { return ConstantInitializer{{}, {value}, {}, {}}; }

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
  return ValueError("An initializer for a variable of " + std::string(DTypeName(dtype)) +
                    " is required: TensorFlow has no default for this dtype");
}

Status CheckInitializer(const Initializer& initializer, DType dtype, Dims full_shape) {
  if (const auto* constant = std::get_if<ConstantInitializer>(&initializer)) {
    return CheckConstant(*constant, dtype, full_shape);
  }
  if (const auto* uniform = std::get_if<UniformInitializer>(&initializer)) {
    return CheckUniform(*uniform, dtype);
  }
  if (std::holds_alternative<ZerosInitializer>(initializer)) return Status();
  if (std::holds_alternative<OnesInitializer>(initializer)) {
    const auto one = EncodeInteger(dtype, 1);
    return one.ok() ? Status() : one.status().WithTfClass("ValueError");
  }
  if (IsReal(dtype)) return Status();
  return ValueError("dtype " + std::string(DTypeName(dtype)) + " has no such random values");
}

Status FillBuffer(const Initializer& initializer, DType dtype, Dims shape, Dims full_shape,
                  const TensorSlice* slice, MutableByteView buffer) {
  THAW_RETURN_IF_ERROR(CheckInitializer(initializer, dtype, full_shape));
  const auto num_elements = NumElements(shape);
  std::uint64_t size = 0;
  if (!num_elements ||
      !CheckedMul(static_cast<std::uint64_t>(*num_elements), ElementSize(dtype), &size) ||
      size != buffer.size()) {
    return ValueError("a buffer of " + std::to_string(buffer.size()) + " bytes does not hold " +
                      std::string(DTypeName(dtype)) + ShapeToString(shape));
  }
  return std::visit(Filler{dtype, {full_shape, slice}, buffer}, initializer);
}

Status FillStrings(const Initializer& initializer, Dims shape, Dims full_shape,
                   const TensorSlice* slice, std::vector<std::string>* strings) {
  THAW_RETURN_IF_ERROR(CheckInitializer(initializer, DType::kString, full_shape));
  const auto num_elements = NumElements(shape);
  if (!num_elements) return ValueError("a shape with unknown dimensions has no default value");
  try {
    *strings =
        InitialStrings(initializer, static_cast<std::size_t>(*num_elements), {full_shape, slice});
  } catch (const std::exception&) {  // bad_alloc, or more strings than a vector may hold
    return ResourceExhaustedError("cannot hold " + std::to_string(*num_elements) + " strings");
  }
  return Status();
}

}  // namespace thaw
