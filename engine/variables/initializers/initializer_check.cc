// CheckInitializer: what TensorFlow refuses when a variable is made.

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/variables/initializers/element_encoding.h"
#include "engine/variables/initializers/initializer.h"

namespace thaw {
namespace {

Status TypeError(std::string what) {
  return InvalidArgumentError(std::move(what)).WithTfClass("TypeError");
}

// random_ops: the dtypes of normal values.
bool HasNormalValues(DType dtype) {
  return dtype == DType::kFloat16 || dtype == DType::kBFloat16 || dtype == DType::kFloat32 ||
         dtype == DType::kFloat64;
}

Status NoSuchValues(DType dtype) {
  return TypeError("dtype " + std::string(DTypeName(dtype)) +
                   " has no such random values: only float16, bfloat16, float32 and float64 have");
}

struct Checker {
  DType dtype;
  Dims shape;
  Dims full_shape;

  Status operator()(const ZerosInitializer&) const { return Status(); }
  Status operator()(const OnesInitializer&) const {
    const auto one = EncodeInteger(dtype, 1);
    return one.ok() ? Status() : one.status().WithTfClass("TypeError");
  }
  Status operator()(const ConstantInitializer& constant) const;
  Status operator()(const UniformInitializer& uniform) const;
  Status operator()(const NormalInitializer&) const { return CheckNormal(); }
  Status operator()(const TruncatedNormalInitializer&) const { return CheckNormal(); }
  Status operator()(const VarianceScalingInitializer& scaling) const {
    if (scaling.distribution != VarianceScalingInitializer::Distribution::kUniform) {
      return CheckNormal();
    }
    return (*this)(GlorotUniformInitializer{});
  }
  // A limit is no whole number, and other types have no uniform values at all.
  Status operator()(const GlorotUniformInitializer&) const {
    if (HasNormalValues(dtype)) return Status();
    if (dtype == DType::kInt32 || dtype == DType::kInt64) return NoSuchValues(dtype);
    return TfValueError("dtype " + std::string(DTypeName(dtype)) + " has no uniform random values");
  }
  Status operator()(const OrthogonalInitializer&) const {
    if (shape.size() < 2) return NeedsTwoDimensions();
    return HasNormalValues(dtype) && dtype != DType::kBFloat16 ? Status() : NoSuchValues(dtype);
  }
  Status operator()(const IdentityInitializer& identity) const {
    if (full_shape.size() != 2) return NeedsTwoDimensions();
    const auto gain = EncodeReal(dtype, identity.gain);
    return gain.ok() ? Status() : gain.status().WithTfClass("TypeError");
  }
  Status operator()(const ArrayInitializer& array) const {
    THAW_RETURN_IF_ERROR(CheckDType(array.value));
    const Shape& given = array.value.shape;
    if (std::equal(given.begin(), given.end(), shape.begin(), shape.end()) ||
        std::equal(given.begin(), given.end(), full_shape.begin(), full_shape.end())) {
      return Status();
    }
    return TfValueError("a value of shape " + ShapeToTuple(given) + " is none of shape " +
                        ShapeToTuple(shape));
  }
  Status operator()(const RepeatedInitializer& repeated) const {
    THAW_RETURN_IF_ERROR(CheckDType(repeated.value));
    const std::int64_t given = NumElements(repeated.value.shape).value_or(0);
    const std::int64_t wanted = NumElements(shape).value_or(0);
    if (given <= wanted) return Status();
    return TfValueError("Too many elements provided: takes at most " + std::to_string(wanted) +
                        ", but got " + std::to_string(given) + ", for shape " +
                        ShapeToTuple(shape));
  }

  Status CheckNormal() const { return HasNormalValues(dtype) ? Status() : NoSuchValues(dtype); }
  Status CheckDType(const ArrayValue& value) const {
    if (value.dtype == dtype) return Status();
    return TfValueError("a value of dtype " + std::string(DTypeName(value.dtype)) +
                        " is none of dtype " + std::string(DTypeName(dtype)));
  }
  Status NeedsTwoDimensions() const {
    return TfValueError(
        "The tensor to initialize must be at least two-dimensional (an identity: a matrix): the "
        "shape is " +
        ShapeToList(shape));
  }
};

Status Checker::operator()(const ConstantInitializer& constant) const {
  const bool is_text = !constant.strings.empty();
  const std::size_t num_values = NumValues(constant);
  // A constant without any element may be for any dtype.
  if (num_values > 0 && is_text != (dtype == DType::kString)) {
    return TfValueError(std::string(is_text ? "text" : "a number") + " is no value of a " +
                        std::string(DTypeName(dtype)) + " variable");
  }
  const auto num_elements = NumElements(constant.shape);
  if (!num_elements || static_cast<std::uint64_t>(*num_elements) != num_values) {
    return TfValueError("a constant of shape " + ShapeToList(constant.shape) + " has " +
                        std::to_string(num_values) + " values");
  }
  if (!constant.shape.empty() && !ShapesCompatible(constant.shape, full_shape)) {
    return TfValueError(
        "Shapes " + ShapeToTuple(full_shape) + " and " + ShapeToTuple(constant.shape) +
        " are not compatible: the constant needs the variable's full shape, or none");
  }
  if (is_text) return Status();
  for (std::size_t i = 0; i < num_values; ++i) {
    const auto element = EncodeValue(constant, dtype, i);
    if (!element.ok()) return element.status().WithTfClass("ValueError");
  }
  return Status();
}

Status Checker::operator()(const UniformInitializer& uniform) const {
  if (dtype == DType::kString) return TfValueError("a string variable has no random values");
  if (!IsWholeNumber(dtype)) return Status();
  if (!(uniform.low < uniform.high)) {
    return TfValueError("a uniform range of whole numbers needs low < high");
  }
  // The ends of the range must be elements: everything between them is, then.
  for (const double end : {uniform.low, std::ceil(uniform.high) - 1.0}) {
    const auto element = EncodeReal(dtype, std::floor(end));
    if (!element.ok()) return element.status().WithTfClass("ValueError");
  }
  return Status();
}

}  // namespace

Status CheckInitializer(const Initializer& initializer, DType dtype, Dims shape, Dims full_shape) {
  return std::visit(Checker{dtype, shape, full_shape}, initializer);
}

}  // namespace thaw
