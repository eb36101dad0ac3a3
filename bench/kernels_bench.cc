// Every compiled kernel and every checksum variant, from the cache and from memory.
//
// Rates are of source bytes. "memory": 64 MiB of 256 in turns, which no cache of the measured
// machines keeps; "cache": 256 KiB again and again.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "bench/support/huge_buffer.h"
#include "engine/kernels/kernel_variant.h"
#include "io/base/crc32c.h"

namespace thaw {
namespace {

constexpr std::size_t kSpan = std::size_t{256} << 20;

// The source, and a destination for kernels that double their bytes.
struct Memory {
  HugeBuffer source, destination;

  static const Memory& Get() {
    static const Memory memory = {HugeBuffer::Allocate(kSpan).value(),
                                  HugeBuffer::Allocate(2 * kSpan).value()};
    return memory;
  }
};

// Calls move(offset in the source) for the next `n` bytes of its first `span`, of which n is a
// part.
template <typename Move>
void Walk(benchmark::State& state, std::size_t n, std::size_t span, bool is_from_memory,
          Move move) {
  std::size_t offset = 0;
  for (auto _ : state) {
    move(offset);
    if (is_from_memory) offset = (offset + n) % span;
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(n));
}

void RegisterKernel(const Kernel& kernel, bool verify, std::size_t n, bool is_from_memory) {
  const std::string name = std::string(kernel.name) + (verify ? "/summed/" : "/plain/") +
                           (is_from_memory ? "memory" : "cache");
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    const TransferFn transfer = verify ? kernel.transfer : kernel.transfer_unchecked;
    const Memory& memory = Memory::Get();
    // Less of the source where its elements become more than twice as wide.
    const std::size_t span =
        std::min(kSpan, 2 * kSpan / kernel.destination_element * kernel.source_element);
    Walk(state, n, span, is_from_memory, [&](std::size_t offset) {
      std::byte* const dst = memory.destination.bytes().data() +
                             offset / kernel.source_element * kernel.destination_element;
      benchmark::DoNotOptimize(transfer(dst, memory.source.bytes().data() + offset, n, 0));
    });
  });
}

void RegisterSum(IsaLevel level, std::size_t n, bool is_from_memory) {
  const std::string name =
      "crc32c/" + std::string(IsaLevelName(level)) + "/" + (is_from_memory ? "memory" : "cache");
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    Walk(state, n, kSpan, is_from_memory, [&](std::size_t offset) {
      const ByteView bytes = Memory::Get().source.bytes().subspan(offset, n);
      benchmark::DoNotOptimize(Crc32cExtendAt(level, 0, bytes));
    });
  });
}

void RegisterAll() {
  constexpr std::size_t kMemory = std::size_t{64} << 20, kCache = std::size_t{256} << 10;
  for (const IsaLevel level : {IsaLevel::kPortable, IsaLevel::kSse42, IsaLevel::kAvx2,
                               IsaLevel::kAvx512, IsaLevel::kNeon}) {
    if (level > BestIsaLevel()) break;
    if (KernelVariants(level).empty()) continue;  // another architecture's
    RegisterSum(level, kCache, false);
    RegisterSum(level, kMemory, true);
    for (const KernelVariant& variant : KernelVariants(level)) {
      for (const bool verify : {true, false}) {
        RegisterKernel(variant.kernel, verify, kCache, false);
        RegisterKernel(variant.kernel, verify, kMemory, true);
      }
    }
  }
}

}  // namespace
}  // namespace thaw

int main(int argc, char** argv) {
  thaw::RegisterAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
