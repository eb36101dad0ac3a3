// Property: opening any bytes as a table fails with a Status that names the file, or gives keys
// that rise strictly, each of which Find finds; and a second opening gives the same.

#include <cstdint>

#include "io/storage/memory_storage.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/support/loaded_table.h"

namespace thaw {
namespace {

void CheckTable(const LoadedTable& table, const LoadedTable& again) {
  FUZZ_CHECK(table.size() == again.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    FUZZ_CHECK(table.key(i) == again.key(i));
    FUZZ_CHECK(AsChars(table.value(i)) == AsChars(again.value(i)));
    FUZZ_CHECK(i == 0 || table.key(i - 1) < table.key(i));
    FUZZ_CHECK(table.Find(table.key(i)) == i);
  }
}

void Run(ByteView bytes) {
  MemoryStorage storage;
  storage.Put("x", bytes);
  const auto file = storage.Open("x", IoMode::kAuto);
  const auto table = LoadedTable::Open(**file);
  const auto again = LoadedTable::Open(**file);
  FUZZ_CHECK(table.ok() == again.ok());
  FUZZ_CHECK(table.ok() || table.status().file() == "x");
  if (table.ok()) CheckTable(*table, *again);
}

}  // namespace
}  // namespace thaw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thaw::Run(std::as_bytes(std::span(data, size)));
  return 0;
}
