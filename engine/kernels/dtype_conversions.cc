#include "engine/kernels/dtype_conversions.h"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/kernels/kernel_variant.h"

namespace thaw {
namespace {

using enum ElementKind;

// What a dtype's elements are on either side of a conversion; unlisted dtypes are only copied.
struct Row {
  DType dtype;
  ElementKind from;
  ElementKind to;
  bool is_integer;
};

constexpr Row kRows[] = {
    {DType::kFloat64, kFloat64, kFloat64, false},
    {DType::kFloat32, kFloat32, kFloat32, false},
    {DType::kFloat16, kFloat16, kFloat16, false},
    {DType::kBFloat16, kBFloat16, kBFloat16, false},
    {DType::kFloat8E4M3FN, kFloat8E4M3FN, kFloat8E4M3FN, false},
    {DType::kFloat8E5M2, kFloat8E5M2, kFloat8E5M2, false},
    {DType::kInt64, kBits64, kBits64, true},
    {DType::kInt32, kSigned32, kBits32, true},
    {DType::kInt16, kSigned16, kBits16, true},
    {DType::kInt8, kSigned8, kBits8, true},
    {DType::kUInt64, kBits64, kBits64, true},
    {DType::kUInt32, kBits32, kBits32, true},
    {DType::kUInt16, kBits16, kBits16, true},
    {DType::kUInt8, kBits8, kBits8, true},
    {DType::kBool, kBits8, kTruth, true},
};

// The kind of the same size without a sign.
constexpr ElementKind WithoutSign(ElementKind kind) {
  if (kind == kSigned32) return kBits32;
  if (kind == kSigned16) return kBits16;
  return kind == kSigned8 ? kBits8 : kind;
}

constexpr std::optional<Conversion> ConversionOfRows(const Row& from, const Row& to) {
  if (from.is_integer != to.is_integer) return std::nullopt;
  if (!from.is_integer) return Conversion{from.from, to.to};
  if (to.to == kTruth) return Conversion{WithoutSign(from.from), kTruth};
  if (SizeOf(from.from) == SizeOf(to.to)) return Conversion{};
  // New bits are the sign's; no sign is needed to leave bits out.
  if (SizeOf(from.from) < SizeOf(to.to)) return Conversion{from.from, to.to};
  return Conversion{WithoutSign(from.from), to.to};
}

constexpr auto kPairs = [] {
  // Floats among themselves, integers and bool among themselves.
  std::array<DTypePair, 6 * 5 + 9 * 8> pairs{};
  std::size_t n = 0;
  for (const Row& from : kRows) {
    for (const Row& to : kRows) {
      if (from.dtype == to.dtype || !ConversionOfRows(from, to)) continue;
      pairs[n++] = {from.dtype, to.dtype};
    }
  }
  return pairs;
}();

std::optional<Conversion> ConversionOf(DType from, DType to) {
  if (!IsFixedSize(from) || !IsFixedSize(to)) return std::nullopt;
  if (from == to) return Conversion{};
  const auto row_of = [](DType dtype) { return std::ranges::find(kRows, dtype, &Row::dtype); };
  const auto* const from_row = row_of(from);
  const auto* const to_row = row_of(to);
  if (from_row == std::end(kRows) || to_row == std::end(kRows)) return std::nullopt;
  return ConversionOfRows(*from_row, *to_row);
}

// The form for large destinations. Measured from memory that no cache holds (bench/README.md): on
// Intel four pages in turns are 1.15 times one stream, because the hardware prefetcher stops at the
// end of a page; on AMD they are 0.75 of it. Stores past the caches beat the others on both.
StoreForm PreferredForm() {
  return Vendor() == CpuVendor::kIntel ? StoreForm::kNonTemporalFourPages : StoreForm::kNonTemporal;
}

const Kernel* FindVariant(IsaLevel level, Conversion conversion, std::size_t swap_unit) {
  const StoreForm preferred = PreferredForm();
  const Kernel* found = nullptr;
  for (const KernelVariant& variant : KernelVariants(level)) {
    if (variant.conversion != conversion || variant.swap_unit != swap_unit) continue;
    found = &variant.kernel;
    if (variant.form == preferred) break;
  }
  return found;
}

}  // namespace

std::span<const KernelVariant> KernelVariants(IsaLevel level) {
  switch (level) {
    case IsaLevel::kPortable:
      return KernelVariants_Scalar();
    case IsaLevel::kSse42:
      return KernelVariants_Sse42();
    case IsaLevel::kAvx2:
      return KernelVariants_Avx2();
    case IsaLevel::kAvx512:
      return KernelVariants_Avx512();
    case IsaLevel::kNeon:
      return KernelVariants_Neon();
  }
  return {};
}

const Kernel* FindKernelAt(IsaLevel level, DType from, DType to, bool byte_swapped) {
  const std::optional<Conversion> conversion = ConversionOf(from, to);
  if (!conversion) return nullptr;
  const std::size_t swap_unit = byte_swapped ? SwapUnit(from) : 1;
  for (int i = static_cast<int>(level); i >= 0; --i) {
    const Kernel* const kernel = FindVariant(static_cast<IsaLevel>(i), *conversion, swap_unit);
    if (kernel != nullptr) return kernel;
  }
  return nullptr;
}

const Kernel* FindKernel(DType from, DType to, bool byte_swapped) {
  return FindKernelAt(BestIsaLevel(), from, to, byte_swapped);
}

std::span<const DTypePair> DTypeConversions() { return kPairs; }

}  // namespace thaw
