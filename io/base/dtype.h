// DType: the element types of TensorFlow, by its numbers and names.
//
// Role in the flow: vocabulary. It must not know how any format stores an element beyond its
// width; conversions between types live in engine/kernels.

#ifndef THAW_IO_BASE_DTYPE_H_
#define THAW_IO_BASE_DTYPE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace thaw {

// types.proto: enum DataType.
enum class DType : std::int32_t {
  kInvalid = 0,
  kFloat32 = 1,
  kFloat64 = 2,
  kInt32 = 3,
  kUInt8 = 4,
  kInt16 = 5,
  kInt8 = 6,
  kString = 7,
  kComplex64 = 8,
  kInt64 = 9,
  kBool = 10,
  kQInt8 = 11,
  kQUInt8 = 12,
  kQInt32 = 13,
  kBFloat16 = 14,
  kQInt16 = 15,
  kQUInt16 = 16,
  kUInt16 = 17,
  kComplex128 = 18,
  kFloat16 = 19,
  kResource = 20,
  kVariant = 21,
  kUInt32 = 22,
  kUInt64 = 23,
  kFloat8E5M2 = 24,
  kFloat8E4M3FN = 25,
  kFloat8E4M3FNUZ = 26,
  kFloat8E4M3B11FNUZ = 27,
  kFloat8E5M2FNUZ = 28,
  kInt4 = 29,
  kUInt4 = 30,
  kInt2 = 31,
  kUInt2 = 32,
  kFloat4E2M1FN = 33,
};

// TensorFlow's Python name, e.g. "float32"; "invalid" for numbers without one.
std::string_view DTypeName(DType dtype);

// The dtype of that name; TensorFlow's C++ spellings "float", "double" and "half" count, too.
std::optional<DType> DTypeFromName(std::string_view name);

// The dtype of a number read from a file. `_REF` numbers (base + 100) give their base type.
// nullopt: TensorFlow has no such type.
std::optional<DType> DTypeFromNumber(std::int64_t number);

// Bytes an element takes in a checkpoint; 0 for string, variant, resource and invalid. The 4- and
// 2-bit types take one byte each (docs/format/tensor_bundle_v2.md §6).
std::size_t ElementSize(DType dtype);

// Elements all have the same width, so a tensor is elements × width bytes.
inline bool IsFixedSize(DType dtype) { return ElementSize(dtype) != 0; }

// Bytes that are reversed together between byte orders: half the element for complex types, 1 for
// one-byte types.
std::size_t SwapUnit(DType dtype);

}  // namespace thaw

#endif  // THAW_IO_BASE_DTYPE_H_
