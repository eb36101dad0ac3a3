// What this machine can do without a checkpoint: plain copies between huge pages, and what fresh
// memory costs.

#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <cstdint>
#include <string>

#include "bench/support/crew.h"
#include "bench/support/huge_buffer.h"
#include "engine/kernels/copy.h"

namespace thaw {
namespace {

constexpr std::size_t kBytes = std::size_t{512} << 20;

// Each thread copies its share, in chunks where the form is not the C library's whole copy.
void CopyShares(const CopyForm& form, std::byte* dst, const std::byte* src, Crew* crew) {
  const std::size_t share = kBytes / static_cast<std::size_t>(crew->size());
  crew->Run([&](int index) {
    const std::size_t begin = share * static_cast<std::size_t>(index);
    form.copy(dst + begin, src + begin, share);
  });
}

void RegisterCopy(const CopyForm& form, int threads) {
  const std::string name = "copy/" + std::string(form.name) + "/threads:" + std::to_string(threads);
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    const HugeBuffer source = HugeBuffer::Allocate(kBytes).value();
    const HugeBuffer destination = HugeBuffer::Allocate(kBytes).value();
    Crew crew(threads);
    for (auto _ : state) {
      CopyShares(form, destination.bytes().data(), source.bytes().data(), &crew);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBytes));
  })->UseRealTime();
}

// Writing to memory that the kernel has yet to give and to clear.
void FreshMemory(benchmark::State& state, int advice) {
  constexpr std::size_t kSize = std::size_t{256} << 20;
  for (auto _ : state) {
    void* const fresh =
        ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fresh == MAP_FAILED) {
      state.SkipWithError("no memory");
      break;
    }
    ::madvise(fresh, kSize, advice);
    for (std::size_t offset = 0; offset < kSize; offset += 4096) {
      static_cast<std::byte*>(fresh)[offset] = std::byte{1};
    }
    ::munmap(fresh, kSize);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kSize));
}
BENCHMARK_CAPTURE(FreshMemory, small_pages, MADV_NOHUGEPAGE)->UseRealTime();
BENCHMARK_CAPTURE(FreshMemory, huge_pages, MADV_HUGEPAGE)->UseRealTime();

void RegisterAll() {
  for (const CopyForm& form : CopyForms()) {
    for (const int threads : {1, 2}) RegisterCopy(form, threads);
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
