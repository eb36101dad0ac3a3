#include "io/base/dtype.h"

#include <array>

namespace thaw {
namespace {

struct DTypeRow {
  std::string_view name;
  std::size_t element_size;
  std::size_t swap_unit;
};

// Indexed by DType. tensor_bundle_v2.md §6 has the widths with their source.
constexpr std::array<DTypeRow, 34> kRows = {{
    {"invalid", 0, 1},
    {"float32", 4, 4},
    {"float64", 8, 8},
    {"int32", 4, 4},
    {"uint8", 1, 1},
    {"int16", 2, 2},
    {"int8", 1, 1},
    {"string", 0, 1},
    {"complex64", 8, 4},
    {"int64", 8, 8},
    {"bool", 1, 1},
    {"qint8", 1, 1},
    {"quint8", 1, 1},
    {"qint32", 4, 4},
    {"bfloat16", 2, 2},
    {"qint16", 2, 2},
    {"quint16", 2, 2},
    {"uint16", 2, 2},
    {"complex128", 16, 8},
    {"float16", 2, 2},
    {"resource", 0, 1},
    {"variant", 0, 1},
    {"uint32", 4, 4},
    {"uint64", 8, 8},
    {"float8_e5m2", 1, 1},
    {"float8_e4m3fn", 1, 1},
    {"float8_e4m3fnuz", 1, 1},
    {"float8_e4m3b11fnuz", 1, 1},
    {"float8_e5m2fnuz", 1, 1},
    {"int4", 1, 1},
    {"uint4", 1, 1},
    {"int2", 1, 1},
    {"uint2", 1, 1},
    {"float4_e2m1fn", 1, 1},
}};

// types.proto: DT_FLOAT_REF = DT_FLOAT + 100, and so on.
constexpr std::int64_t kRefOffset = 100;

const DTypeRow& RowOf(DType dtype) {
  const auto index = static_cast<std::size_t>(dtype);
  return index < kRows.size() ? kRows[index] : kRows[0];
}

}  // namespace

std::string_view DTypeName(DType dtype) { return RowOf(dtype).name; }

std::optional<DType> DTypeFromName(std::string_view name) {
  if (name == "float") return DType::kFloat32;
  if (name == "double") return DType::kFloat64;
  if (name == "half") return DType::kFloat16;
  for (std::size_t i = 1; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return static_cast<DType>(i);
  }
  return std::nullopt;
}

std::optional<DType> DTypeFromNumber(std::int64_t number) {
  if (number > kRefOffset) number -= kRefOffset;
  if (number < 1 || number >= static_cast<std::int64_t>(kRows.size())) return std::nullopt;
  return static_cast<DType>(number);
}

std::size_t ElementSize(DType dtype) { return RowOf(dtype).element_size; }

std::size_t SwapUnit(DType dtype) { return RowOf(dtype).swap_unit; }

}  // namespace thaw
