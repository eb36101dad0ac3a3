#include "engine/output/npy_format.h"

#include <bit>
#include <cassert>
#include <cstdint>

namespace thaw {
namespace {

// The letter of NumPy's kind; 'V' where it has no such type.
char NpyKind(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return 'b';
    case DType::kInt8:
    case DType::kInt16:
    case DType::kInt32:
    case DType::kInt64:
      return 'i';
    case DType::kUInt8:
    case DType::kUInt16:
    case DType::kUInt32:
    case DType::kUInt64:
      return 'u';
    case DType::kFloat16:
    case DType::kFloat32:
    case DType::kFloat64:
      return 'f';
    case DType::kComplex64:
    case DType::kComplex128:
      return 'c';
    default:
      return 'V';
  }
}

// "()", "(3,)", "(3, 4)".
std::string NpyShape(Dims shape) {
  if (shape.size() == 1) return "(" + std::to_string(shape[0]) + ",)";
  return ShapeToTuple(shape);
}

}  // namespace

std::string NpyDescr(DType dtype) {
  assert(IsFixedSize(dtype));
  const char kind = NpyKind(dtype);
  const std::size_t size = ElementSize(dtype);
  const char native = std::endian::native == std::endian::little ? '<' : '>';
  const bool has_order = size > 1 && kind != 'V';
  return std::string(1, has_order ? native : '|') + kind + std::to_string(size);
}

std::string NpyHeader(DType dtype, Dims shape) {
  constexpr std::size_t kAlignment = 64;
  constexpr std::size_t kBeforeDictionary = 10;  // magic, version, length
  std::string dictionary = "{'descr': '" + NpyDescr(dtype) +
                           "', 'fortran_order': False, 'shape': " + NpyShape(shape) + ", }";
  const std::size_t unpadded = kBeforeDictionary + dictionary.size() + 1;
  dictionary.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  dictionary += '\n';
  // Rank 254 with 19 digits a dimension stays far below the 65,535 of version 1.0.
  std::string header = "\x93NUMPY";
  header += '\x01';
  header += '\0';
  header += static_cast<char>(dictionary.size() & 0xff);
  header += static_cast<char>(dictionary.size() >> 8);
  return header + dictionary;
}

bool NeedsSignExtension(DType dtype) { return dtype == DType::kInt4 || dtype == DType::kInt2; }

void SignExtend(DType dtype, ByteView elements, MutableByteView out) {
  assert(NeedsSignExtension(dtype) && elements.size() == out.size());
  // Flipping the sign bit and taking it off again carries it through the bits above.
  const unsigned sign = dtype == DType::kInt4 ? 0x8 : 0x2;
  const unsigned mask = 2 * sign - 1;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const unsigned bits = std::to_integer<unsigned>(elements[i]) & mask;
    out[i] = static_cast<std::byte>(((bits ^ sign) - sign) & 0xff);
  }
}

}  // namespace thaw
