#include "io/checkpoint/safetensors/safetensors_dtypes.h"

#include <algorithm>
#include <iterator>

namespace thaw {
namespace {

// Of safetensors 0.8.0. Types of fewer than 8 bits are packed, TensorFlow's are not.
constexpr SafetensorsDType kDTypes[] = {
    {"BOOL", 8, DType::kBool, true, true},
    {"F4", 4, DType::kFloat4E2M1FN, false, false},
    {"F6_E2M3", 6, DType::kInvalid, false, false},
    {"F6_E3M2", 6, DType::kInvalid, false, false},
    {"U8", 8, DType::kUInt8, true, true},
    {"I8", 8, DType::kInt8, true, true},
    {"F8_E5M2", 8, DType::kFloat8E5M2, true, true},
    {"F8_E4M3", 8, DType::kFloat8E4M3FN, true, true},
    {"F8_E8M0", 8, DType::kInvalid, false, false},
    {"F8_E4M3FNUZ", 8, DType::kFloat8E4M3FNUZ, true, false},
    {"F8_E5M2FNUZ", 8, DType::kFloat8E5M2FNUZ, true, false},
    {"I16", 16, DType::kInt16, true, true},
    {"U16", 16, DType::kUInt16, true, true},
    {"F16", 16, DType::kFloat16, true, true},
    {"BF16", 16, DType::kBFloat16, true, true},
    {"I32", 32, DType::kInt32, true, true},
    {"U32", 32, DType::kUInt32, true, true},
    {"F32", 32, DType::kFloat32, true, true},
    {"C64", 64, DType::kComplex64, true, false},
    {"F64", 64, DType::kFloat64, true, true},
    {"I64", 64, DType::kInt64, true, true},
    {"U64", 64, DType::kUInt64, true, true},
};

}  // namespace

const SafetensorsDType* FindSafetensorsDType(std::string_view name) {
  const auto row = std::ranges::find(kDTypes, name, &SafetensorsDType::name);
  return row == std::end(kDTypes) ? nullptr : row;
}

const SafetensorsDType* FindSafetensorsDType(DType dtype) {
  if (dtype == DType::kInvalid) return nullptr;
  const auto row = std::ranges::find(kDTypes, dtype, &SafetensorsDType::dtype);
  return row == std::end(kDTypes) ? nullptr : row;
}

}  // namespace thaw
