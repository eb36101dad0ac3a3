// The sorted table: reading an index of 100,000 entries, and looking a key up in it.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "io/storage/memory_storage.h"
#include "io/table/table.h"
#include "io/table/table_builder.h"

namespace thaw {
namespace {

constexpr int kEntries = 100000;

std::string Key(int i) {
  char key[32];
  std::snprintf(key, sizeof(key), "model/layer/v%06d", i);
  return key;
}

// Values as long as those of a bundle's index.
std::string TableBytes() {
  std::string bytes;
  TableBuilder builder(&bytes);
  for (int i = 0; i < kEntries; ++i) {
    if (!builder.Add(Key(i), std::string(24, 'v')).ok()) std::abort();
  }
  if (!builder.Finish().ok()) std::abort();
  return bytes;
}

std::unique_ptr<File> TableFile() {
  MemoryStorage storage;
  storage.Put("index", TableBytes());
  return storage.Open("index", IoMode::kAuto).value();
}

// Looks at nothing.
class NoVisitor final : public TableVisitor {
 public:
  void Expect(std::size_t) override {}
  void Visit(std::string_view, ByteView) override {}
};

void OpenTable(benchmark::State& state) {
  const std::unique_ptr<File> file = TableFile();
  NoVisitor visitor;
  for (auto _ : state) benchmark::DoNotOptimize(Table::Open(*file, &visitor).value().size());
  state.SetItemsProcessed(state.iterations() * kEntries);
}
BENCHMARK(OpenTable)->Unit(benchmark::kMillisecond);

void FindKey(benchmark::State& state) {
  const std::unique_ptr<File> file = TableFile();
  NoVisitor visitor;
  const Table table = Table::Open(*file, &visitor).value();
  int i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.Find(Key(i)));
    i = (i + 7919) % kEntries;
  }
}
BENCHMARK(FindKey);

// Opens the table for one key alone.
void OpenTableForOneKey(benchmark::State& state) {
  const std::unique_ptr<File> file = TableFile();
  NoVisitor visitor;
  int i = 0;
  for (auto _ : state) {
    const std::string key = Key(i);
    benchmark::DoNotOptimize(Table::OpenFor(*file, {&key, 1}, &visitor).value().size());
    i = (i + 7919) % kEntries;
  }
}
BENCHMARK(OpenTableForOneKey)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace thaw

BENCHMARK_MAIN();
