#include "io/base/coding.h"

#include <limits>

namespace thaw {

std::optional<std::uint64_t> DecodeVarint64(ByteView* input) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift <= 63; shift += 7) {
    if (input->empty()) return std::nullopt;
    const auto byte = std::to_integer<std::uint64_t>(input->front());
    *input = input->subspan(1);
    // The tenth byte has room for one bit only.
    if (shift == 63 && byte > 1) return std::nullopt;
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> DecodeVarint32(ByteView* input) {
  const std::size_t size_before = input->size();
  const auto value = DecodeVarint64(input);
  if (!value || *value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  if (size_before - input->size() > 5) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

void AppendVarint64(std::uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

}  // namespace thaw
