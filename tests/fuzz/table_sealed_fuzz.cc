// Property: as table_fuzz, for tables whose checksums are right; and the builder, given the entries
// of a table that opens, writes a table with the same entries.

#include <cstdint>
#include <string>
#include <vector>

#include "io/storage/memory_storage.h"
#include "io/table/table_builder.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/seal_table.h"
#include "tests/support/loaded_table.h"

namespace thaw {
namespace {

Result<LoadedTable> Open(MemoryStorage& storage, ByteView bytes) {
  storage.Put("x", bytes);
  const auto file = storage.Open("x", IoMode::kAuto);
  return LoadedTable::Open(**file);
}

void Run(ByteView bytes) {
  std::vector<std::byte> sealed(bytes.begin(), bytes.end());
  SealTable(&sealed);
  MemoryStorage storage;
  const auto table = Open(storage, sealed);
  if (!table.ok()) return;

  std::string rebuilt;
  TableBuilder builder(&rebuilt, {.block_size = 64, .restart_interval = 3});
  for (std::size_t i = 0; i < table->size(); ++i) {
    FUZZ_CHECK(i == 0 || table->key(i - 1) < table->key(i));
    FUZZ_CHECK(builder.Add(table->key(i), AsChars(table->value(i))).ok());
  }
  FUZZ_CHECK(builder.Finish().ok());
  const auto again = Open(storage, AsBytes(rebuilt));
  FUZZ_CHECK(again.ok() && again->size() == table->size());
  for (std::size_t i = 0; i < table->size(); ++i) {
    FUZZ_CHECK(again->Find(table->key(i)) == i);
    FUZZ_CHECK(AsChars(again->value(i)) == AsChars(table->value(i)));
  }
}

}  // namespace
}  // namespace thaw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thaw::Run(std::as_bytes(std::span(data, size)));
  return 0;
}
