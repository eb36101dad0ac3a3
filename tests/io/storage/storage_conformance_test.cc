#include "io/storage/local_storage.h"
#include "io/storage/memory_storage.h"
#include "tests/conformance/storage_suite.h"
#include "tests/support/faulty_storage.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

class LocalUnderTest final : public StorageUnderTest {
 public:
  explicit LocalUnderTest(bool guard_faults) : storage_(guard_faults) {}
  const Storage& storage() const override { return storage_; }
  void Put(const std::string& name, const std::string& bytes) override {
    folder_.Write(name, bytes);
  }
  std::string Path(const std::string& name) const override { return folder_.Path(name); }

 private:
  LocalStorage storage_;
  TempFolder folder_;
};

class MemoryUnderTest final : public StorageUnderTest {
 public:
  const Storage& storage() const override { return storage_; }
  void Put(const std::string& name, const std::string& bytes) override {
    storage_.Put(Path(name), bytes);
  }
  std::string Path(const std::string& name) const override { return "root/" + name; }

 private:
  MemoryStorage storage_;
};

// The test double keeps the same promises while it injects nothing.
class FaultyUnderTest final : public StorageUnderTest {
 public:
  FaultyUnderTest() : faulty_(memory_.storage()) {
    FaultPlan plan;
    plan.piece_size = 8192;
    faulty_.SetPlan(plan);
  }
  const Storage& storage() const override { return faulty_; }
  void Put(const std::string& name, const std::string& bytes) override { memory_.Put(name, bytes); }
  std::string Path(const std::string& name) const override { return memory_.Path(name); }

 private:
  MemoryUnderTest memory_;
  FaultyStorage faulty_;
};

template <bool kGuardFaults>
std::unique_ptr<StorageUnderTest> MakeLocal() {
  return std::make_unique<LocalUnderTest>(kGuardFaults);
}

INSTANTIATE_TEST_SUITE_P(
    Backends, StorageSuite,
    ::testing::Values(
        StorageCase{"local_auto", IoMode::kAuto, MakeLocal<true>},
        StorageCase{"local_mmap", IoMode::kMmap, MakeLocal<true>},
        StorageCase{"local_mmap_unguarded", IoMode::kMmap, MakeLocal<false>},
        StorageCase{"local_pread", IoMode::kPread, MakeLocal<true>},
        StorageCase{"local_direct", IoMode::kDirect, MakeLocal<true>},
        StorageCase{"memory", IoMode::kAuto, [] { return std::make_unique<MemoryUnderTest>(); }},
        StorageCase{"faulty", IoMode::kAuto, [] { return std::make_unique<FaultyUnderTest>(); }}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace thaw
