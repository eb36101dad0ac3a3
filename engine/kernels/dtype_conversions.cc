#include "engine/kernels/dtype_conversions.h"

#include <array>
#include <optional>

#include "engine/kernels/kernel_variant.h"

namespace thaw {
namespace {

struct Row {
  DType from;
  DType to;
  Conversion conversion;
};

constexpr Row kRows[] = {
    {DType::kFloat32, DType::kBFloat16, Conversion::kFloat32ToBFloat16},
    {DType::kBFloat16, DType::kFloat32, Conversion::kBFloat16ToFloat32},
    {DType::kFloat32, DType::kFloat16, Conversion::kFloat32ToFloat16},
    {DType::kFloat16, DType::kFloat32, Conversion::kFloat16ToFloat32},
    {DType::kFloat64, DType::kFloat32, Conversion::kFloat64ToFloat32},
    {DType::kFloat32, DType::kFloat64, Conversion::kFloat32ToFloat64},
};

constexpr auto kPairs = [] {
  std::array<DTypePair, std::size(kRows)> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kRows[i].from, kRows[i].to};
  return pairs;
}();

std::optional<Conversion> ConversionOf(DType from, DType to) {
  if (!IsFixedSize(from) || !IsFixedSize(to)) return std::nullopt;
  if (from == to) return Conversion::kNone;
  for (const Row& row : kRows) {
    if (row.from == from && row.to == to) return row.conversion;
  }
  return std::nullopt;
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
