#include "engine/kernels/copy.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/kernels/kernel_variant.h"

namespace thaw {
namespace {

void Memcpy(std::byte* dst, const std::byte* src, std::size_t n) noexcept {
  if (n != 0) std::memcpy(dst, src, n);
}

// A restore copies chunk by chunk, and a C library that goes past the caches only for large copies
// behaves differently then.
void MemcpyChunked(std::byte* dst, const std::byte* src, std::size_t n) noexcept {
  constexpr std::size_t kChunk = std::size_t{4} << 20;
  for (std::size_t begin = 0; begin < n; begin += kChunk) {
    std::memcpy(dst + begin, src + begin, std::min(kChunk, n - begin));
  }
}

// The plain copy among the best level's kernels.
const Kernel* CopyKernel(StoreForm form) {
  for (const KernelVariant& variant : KernelVariants(BestIsaLevel())) {
    if (variant.conversion.is_copy() && variant.swap_unit == 1 && variant.form == form) {
      return &variant.kernel;
    }
  }
  return nullptr;
}

template <StoreForm kForm>
void KernelCopy(std::byte* dst, const std::byte* src, std::size_t n) noexcept {
  static const Kernel* const kernel = CopyKernel(kForm);
  kernel->transfer_unchecked(dst, src, n, 0);
}

std::vector<CopyForm> AvailableForms() {
  std::vector<CopyForm> forms = {{"memcpy", Memcpy},
                                 {"memcpy_chunked", MemcpyChunked},
                                 {"temporal", KernelCopy<StoreForm::kTemporal>}};
  if (CopyKernel(StoreForm::kNonTemporal) != nullptr) {
    forms.push_back({"nt1", KernelCopy<StoreForm::kNonTemporal>});
  }
  if (CopyKernel(StoreForm::kNonTemporalFourPages) != nullptr) {
    forms.push_back({"nt4", KernelCopy<StoreForm::kNonTemporalFourPages>});
  }
  return forms;
}

}  // namespace

std::span<const CopyForm> CopyForms() {
  static const std::vector<CopyForm> forms = AvailableForms();
  return forms;
}

}  // namespace thaw
