// What every Executor must do, whatever it runs on.
//
// A new executor instantiates both suites with itself, on each kind of storage:
//   INSTANTIATE_TEST_SUITE_P(Mine, ExecutorSuite,
//                            testing::ValuesIn(ExecutorCases(MyExecutor(), {1, 2, 8})),
//                            ExecutorSuite::Name);
//   INSTANTIATE_TEST_SUITE_P(Mine, LocalFileExecutorSuite,
//                            testing::ValuesIn(LocalExecutorCases(MyExecutor(), {1, 2, 8})),
//                            ExecutorSuite::Name);

#ifndef THAW_TESTS_CONFORMANCE_EXECUTOR_SUITE_H_
#define THAW_TESTS_CONFORMANCE_EXECUTOR_SUITE_H_

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/exec/executor.h"
#include "engine/plan/planner.h"
#include "io/storage/descriptor.h"
#include "io/storage/local_storage.h"
#include "io/storage/memory_storage.h"
#include "tests/support/chopped_storage.h"
#include "tests/support/faulty_storage.h"
#include "tests/support/in_memory_checkpoint.h"
#include "tests/support/random_restore.h"
#include "tests/support/temp_folder.h"

namespace thaw {

enum class Backing { kMemory, kPieces, kStaged, kMmap, kPread, kDirect, kCold };

struct ExecutorCase {
  const Executor* executor = nullptr;
  Backing backing = Backing::kMemory;
  int threads = 1;
};

inline std::string NameOf(const ExecutorCase& test) {
  constexpr const char* kNames[] = {"Memory", "Pieces", "Staged", "Mmap",
                                    "Pread",  "Direct", "Cold"};
  return std::string(kNames[static_cast<int>(test.backing)]) + std::to_string(test.threads) +
         "Threads";
}

inline void PrintTo(const ExecutorCase& test, std::ostream* out) { *out << NameOf(test); }

inline std::vector<ExecutorCase> LocalExecutorCases(const Executor& executor,
                                                    const std::vector<int>& thread_counts) {
  std::vector<ExecutorCase> cases;
  for (const Backing backing : {Backing::kMmap, Backing::kPread, Backing::kDirect}) {
    for (const int threads : thread_counts) cases.push_back({&executor, backing, threads});
  }
  return cases;
}

inline std::vector<ExecutorCase> ExecutorCases(const Executor& executor,
                                               const std::vector<int>& thread_counts) {
  std::vector<ExecutorCase> cases = LocalExecutorCases(executor, thread_counts);
  for (const Backing backing : {Backing::kMemory, Backing::kPieces, Backing::kStaged}) {
    for (const int threads : thread_counts) cases.push_back({&executor, backing, threads});
  }
  return cases;
}

// Where the file system has a disk behind it.
inline void DropFromPageCache(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  ::fdatasync(file.get());
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
}

// Writes the shards of a checkpoint to a storage of the wanted kind and opens it there.
class BackedCheckpoint {
 public:
  BackedCheckpoint(InMemoryCheckpoint* checkpoint, Backing backing) {
    auto memory = std::make_shared<MemoryStorage>();
    const bool is_local = backing >= Backing::kMmap;
    const std::string prefix = is_local ? folder_.Path("ckpt") : "ckpt";
    for (std::uint32_t s = 0; s < checkpoint->num_shards(); ++s) {
      const std::string name = "ckpt.data-" + std::to_string(s);
      if (is_local) {
        const std::string path = folder_.Write(name, checkpoint->shard(s));
        if (backing == Backing::kCold) DropFromPageCache(path);
      } else {
        memory->Put(name, checkpoint->shard(s));
      }
    }
    real_ = memory;
    IoMode mode = IoMode::kAuto;
    if (is_local) {
      real_ = std::make_shared<LocalStorage>();
      mode = backing == Backing::kMmap     ? IoMode::kMmap
             : backing == Backing::kPread  ? IoMode::kPread
             : backing == Backing::kDirect ? IoMode::kDirect
                                           : IoMode::kAuto;
    }
    faulty_ = std::make_shared<FaultyStorage>(*real_);
    FaultPlan faults;
    if (backing == Backing::kPieces) faults.piece_size = 4096;
    faulty_->SetPlan(faults);
    std::shared_ptr<const Storage> outer = faulty_;
    if (backing == Backing::kStaged) outer = std::make_shared<ChoppedStorage>(faulty_);
    checkpoint->Open(outer, mode, prefix);
  }

  FaultyStorage& faults() { return *faulty_; }
  std::string Path(std::uint32_t shard) const {
    return folder_.Path("ckpt.data-" + std::to_string(shard));
  }

 private:
  TempFolder folder_;
  std::shared_ptr<const Storage> real_;
  std::shared_ptr<FaultyStorage> faulty_;
};

class ExecutorSuite : public testing::TestWithParam<ExecutorCase> {
 public:
  static std::string Name(const testing::TestParamInfo<ExecutorCase>& test) {
    return NameOf(test.param);
  }

 protected:
  static constexpr std::byte kPoison{0x5a};

  // Plans with chunks of 8 KiB, so that small tensors are cut and gathered as large ones are.
  static PlanOptions Planning(int threads) { return {.threads = threads, .chunk_bytes = 8192}; }

  ExecutorOptions Options() const {
    return {.threads = GetParam().threads, .memory_budget = 1 << 20, .poison = kPoison};
  }

  Settlement Run(const InMemoryCheckpoint& checkpoint, std::span<const Request> requests,
                 const ExecutorOptions& options) const {
    const Result<Plan> plan = BuildPlan(checkpoint, requests, Planning(options.threads));
    EXPECT_TRUE(plan.ok()) << plan.status().ToString();
    return GetParam().executor->Run(*plan, checkpoint, requests, options);
  }

  // What a buffer holds is what its state says, and nothing mixed.
  static void ExpectStatesAreTrue(const RandomRestore& restore, const Settlement& settlement) {
    ASSERT_EQ(settlement.requests.size(), restore.requests().size());
    for (std::size_t r = 0; r < settlement.requests.size(); ++r) {
      const RequestOutcome& outcome = settlement.requests[r];
      SCOPED_TRACE(restore.requests()[r].tensor + " " + outcome.status.ToString());
      EXPECT_EQ(outcome.status.ok(), outcome.state == BufferState::kDone);
      switch (outcome.state) {
        case BufferState::kDone:
          EXPECT_TRUE(restore.IsExpected(r));
          break;
        case BufferState::kUntouched:
          EXPECT_TRUE(restore.IsFilledWith(r, RandomRestore::kCanary));
          break;
        case BufferState::kPoisoned:
          EXPECT_TRUE(restore.IsFilledWith(r, kPoison));
          break;
      }
    }
  }
};

TEST_P(ExecutorSuite, RandomRequestsGetTheirElements) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    RandomRestore restore(seed);
    BackedCheckpoint backed(&restore.checkpoint(), GetParam().backing);

    const Settlement settlement = Run(restore.checkpoint(), restore.requests(), Options());

    EXPECT_TRUE(settlement.status.ok()) << settlement.status.ToString();
    for (const RequestOutcome& outcome : settlement.requests) {
      EXPECT_EQ(outcome.state, BufferState::kDone);
    }
    ExpectStatesAreTrue(restore, settlement);
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST_P(ExecutorSuite, ADamagedByteFailsItsTensorsAndNoOther) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    RandomRestore restore(seed);
    const std::string tensor = restore.DamageOneByte(seed);
    BackedCheckpoint backed(&restore.checkpoint(), GetParam().backing);

    const Settlement settlement = Run(restore.checkpoint(), restore.requests(), Options());

    ExpectStatesAreTrue(restore, settlement);
    for (std::size_t r = 0; r < settlement.requests.size(); ++r) {
      const Status& status = settlement.requests[r].status;
      if (restore.requests()[r].tensor != tensor) {
        EXPECT_TRUE(status.ok()) << status.ToString();
      } else if (!status.ok()) {
        EXPECT_EQ(status.code(), StatusCode::kDataLoss);
        EXPECT_EQ(status.tensor(), tensor);
        EXPECT_TRUE(status.shard().has_value());
        EXPECT_TRUE(status.offset().has_value());
        EXPECT_FALSE(status.file().empty());
      }
    }
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST_P(ExecutorSuite, AChecksumErrorNamesBothSums) {
  InMemoryCheckpoint checkpoint;
  checkpoint.Add("w", DType::kUInt8, {4}, "abcd");
  checkpoint.shard(0)[3] = 'x';
  BackedCheckpoint backed(&checkpoint, GetParam().backing);
  std::vector<std::byte> buffer(4, std::byte{1});
  const std::vector<Request> requests = {{.tensor = "w",
                                          .slice_spec = "",
                                          .dtype = DType::kUInt8,
                                          .shape = {4},
                                          .buffer = buffer,
                                          .requester = ""}};

  const Settlement settlement = Run(checkpoint, requests, Options());

  EXPECT_EQ(settlement.status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(settlement.status.message(),
              testing::HasSubstr("Checksum does not match: stored 2462583345 vs. calculated on the "
                                 "restored bytes"));
  EXPECT_EQ(settlement.restored_bytes, 0u);
}

TEST_P(ExecutorSuite, AFileThatIsCutOffFailsWhatLiesBehindTheCut) {
  for (unsigned seed = 0; seed < 10; ++seed) {
    RandomRestore restore(seed);
    std::string& shard = restore.checkpoint().shard(0);
    shard.resize(shard.size() / 2);
    const std::size_t end = shard.size();
    BackedCheckpoint backed(&restore.checkpoint(), GetParam().backing);

    const Settlement settlement = Run(restore.checkpoint(), restore.requests(), Options());

    EXPECT_EQ(settlement.status.code(), StatusCode::kOutOfRange);
    ExpectStatesAreTrue(restore, settlement);
    for (std::size_t r = 0; r < settlement.requests.size(); ++r) {
      const Status& status = settlement.requests[r].status;
      if (status.ok()) continue;
      EXPECT_EQ(status.code(), StatusCode::kOutOfRange);
      EXPECT_EQ(status.shard(), 0);
      bool reaches_behind = false;
      for (const StoredPart& part : restore.checkpoint().parts(restore.requests()[r].tensor)) {
        reaches_behind |= part.extent.shard == 0 && part.extent.offset + part.extent.length > end;
      }
      EXPECT_TRUE(reaches_behind);
    }
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST_P(ExecutorSuite, AMissingShardFailsItsTensorsAndTouchesNothing) {
  InMemoryCheckpoint checkpoint(2);
  checkpoint.Add("here", DType::kUInt8, {3}, "abc", 0);
  checkpoint.Add("gone", DType::kUInt8, {3}, "xyz", 1);
  BackedCheckpoint backed(&checkpoint, GetParam().backing);
  FaultPlan faults = backed.faults().plan();
  faults.fail_open = 2;
  faults.failure = NotFoundError("no such data file");
  backed.faults().SetPlan(faults);
  std::vector<std::byte> here(3), gone(3, std::byte{0x77});
  const std::vector<Request> requests = {{.tensor = "here",
                                          .slice_spec = "",
                                          .dtype = DType::kUInt8,
                                          .shape = {3},
                                          .buffer = here,
                                          .requester = ""},
                                         {.tensor = "gone",
                                          .slice_spec = "",
                                          .dtype = DType::kUInt8,
                                          .shape = {3},
                                          .buffer = gone,
                                          .requester = ""}};

  const Settlement settlement = Run(checkpoint, requests, Options());

  EXPECT_EQ(settlement.status.code(), StatusCode::kNotFound);
  EXPECT_EQ(settlement.status.tensor(), "gone");
  EXPECT_EQ(settlement.requests[0].state, BufferState::kDone);
  EXPECT_EQ(settlement.requests[1].state, BufferState::kUntouched);
  EXPECT_EQ(gone, std::vector<std::byte>(3, std::byte{0x77}));
}

// Faults that come at a random read, with a random part of it done: no buffer is ever mixed.
TEST_P(ExecutorSuite, AfterAnyFaultEachBufferIsWholeOrCanaryOrPoison) {
  std::mt19937 random(11);
  for (unsigned seed = 0; seed < 30; ++seed) {
    RandomRestore restore(seed);
    if (seed % 3 == 0) restore.DamageOneByte(seed);
    BackedCheckpoint backed(&restore.checkpoint(), GetParam().backing);
    FaultPlan faults = backed.faults().plan();
    faults.fail_visit = 1 + random() % 12;
    faults.bytes_before_failure = random() % 20'000;
    backed.faults().SetPlan(faults);
    CancellationToken cancel;
    ExecutorOptions options = Options();
    options.cancel = &cancel;
    int chunks_left = static_cast<int>(random() % 12);
    options.progress = [&](const RestoreProgress&) {
      if (--chunks_left == 0) cancel.Cancel();
    };

    const Settlement settlement = Run(restore.checkpoint(), restore.requests(), options);

    ExpectStatesAreTrue(restore, settlement);
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST_P(ExecutorSuite, ACancelledRunReadsNothing) {
  RandomRestore restore(3);
  BackedCheckpoint backed(&restore.checkpoint(), GetParam().backing);
  CancellationToken cancel;
  cancel.Cancel();
  ExecutorOptions options = Options();
  options.cancel = &cancel;

  const Settlement settlement = Run(restore.checkpoint(), restore.requests(), options);

  EXPECT_EQ(settlement.status.code(), StatusCode::kCancelled);
  EXPECT_TRUE(backed.faults().visits().empty());
  EXPECT_EQ(settlement.restored_bytes, 0u);
  ExpectStatesAreTrue(restore, settlement);
}

TEST_P(ExecutorSuite, AChangedSourceFailsEvenIfAllChecksumsAgree) {
  RandomRestore restore(4);
  BackedCheckpoint backed(&restore.checkpoint(), GetParam().backing);
  FaultPlan faults = backed.faults().plan();
  faults.is_changed = true;
  backed.faults().SetPlan(faults);

  const Settlement settlement = Run(restore.checkpoint(), restore.requests(), Options());

  EXPECT_EQ(settlement.status.code(), StatusCode::kFailedPrecondition);
  for (const RequestOutcome& outcome : settlement.requests) {
    EXPECT_EQ(outcome.state, BufferState::kDone);
  }
  ExpectStatesAreTrue(restore, settlement);
}

TEST_P(ExecutorSuite, AChangedSourceWithoutChecksumsIsPoisoned) {
  RandomRestore restore(4);
  restore.checkpoint().ForgetChecksums();
  BackedCheckpoint backed(&restore.checkpoint(), GetParam().backing);
  FaultPlan faults = backed.faults().plan();
  faults.is_changed = true;
  backed.faults().SetPlan(faults);

  const Settlement settlement = Run(restore.checkpoint(), restore.requests(), Options());

  EXPECT_EQ(settlement.status.code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(settlement.restored_bytes, 0u);
  ExpectStatesAreTrue(restore, settlement);
}

TEST_P(ExecutorSuite, ProgressGrowsToTheTotal) {
  RandomRestore restore(5);
  BackedCheckpoint backed(&restore.checkpoint(), GetParam().backing);
  RestoreProgress last;
  bool has_grown = true;
  ExecutorOptions options = Options();
  options.progress = [&](const RestoreProgress& progress) {
    has_grown &= progress.bytes_done >= last.bytes_done;
    last = progress;
  };

  const Settlement settlement = Run(restore.checkpoint(), restore.requests(), options);

  EXPECT_TRUE(settlement.status.ok());
  EXPECT_TRUE(has_grown);
  EXPECT_GT(last.bytes_total, 0u);
  EXPECT_EQ(last.bytes_done, last.bytes_total);
}

TEST_P(ExecutorSuite, ACallbackThatThrowsEndsTheRun) {
  RandomRestore restore(6);
  BackedCheckpoint backed(&restore.checkpoint(), GetParam().backing);
  ExecutorOptions options = Options();
  options.progress = [](const RestoreProgress&) { throw std::runtime_error("no"); };

  const Settlement settlement = Run(restore.checkpoint(), restore.requests(), options);

  EXPECT_EQ(settlement.status.code(), StatusCode::kAborted);
  ExpectStatesAreTrue(restore, settlement);
}

TEST_P(ExecutorSuite, AnotherRunMayBeStartedFromACallback) {
  RandomRestore outer(7);
  RandomRestore inner(8);
  BackedCheckpoint outer_backed(&outer.checkpoint(), GetParam().backing);
  BackedCheckpoint inner_backed(&inner.checkpoint(), GetParam().backing);
  Settlement inner_settlement;
  bool is_first = true;
  ExecutorOptions options = Options();
  options.progress = [&](const RestoreProgress&) {
    if (!is_first) return;
    is_first = false;
    inner_settlement = Run(inner.checkpoint(), inner.requests(), Options());
  };

  const Settlement settlement = Run(outer.checkpoint(), outer.requests(), options);

  EXPECT_TRUE(settlement.status.ok());
  EXPECT_TRUE(inner_settlement.status.ok());
  ExpectStatesAreTrue(outer, settlement);
  ExpectStatesAreTrue(inner, inner_settlement);
}

// On files that another process may change.
class LocalFileExecutorSuite : public ExecutorSuite {};

TEST_P(LocalFileExecutorSuite, AFileThatShrinksMeanwhileIsAnError) {
  InMemoryCheckpoint checkpoint;
  const std::string bytes(std::size_t{1} << 20, 'b');
  std::vector<std::vector<std::byte>> buffers;
  std::vector<Request> requests;
  for (int i = 0; i < 8; ++i) {
    checkpoint.Add("t" + std::to_string(i), DType::kUInt8, {1 << 20}, bytes);
    buffers.emplace_back(bytes.size(), RandomRestore::kCanary);
    requests.push_back({.tensor = "t" + std::to_string(i),
                        .slice_spec = "",
                        .dtype = DType::kUInt8,
                        .shape = {1 << 20},
                        .buffer = buffers.back(),
                        .requester = ""});
  }
  BackedCheckpoint backed(&checkpoint, GetParam().backing);
  bool is_first = true;
  ExecutorOptions options = Options();
  options.progress = [&](const RestoreProgress&) {
    if (is_first) std::filesystem::resize_file(backed.Path(0), 4096);
    is_first = false;
  };

  const Settlement settlement = Run(checkpoint, requests, options);

  EXPECT_EQ(settlement.status.code(), StatusCode::kFailedPrecondition)
      << settlement.status.ToString();
  // Other threads may have read all of it before the first chunk was reported.
  if (GetParam().threads == 1) {
    EXPECT_FALSE(settlement.requests.back().status.ok());
  }
  for (std::size_t r = 0; r < requests.size(); ++r) {
    const BufferState state = settlement.requests[r].state;
    const std::byte expected = state == BufferState::kDone       ? std::byte{'b'}
                               : state == BufferState::kPoisoned ? kPoison
                                                                 : RandomRestore::kCanary;
    EXPECT_EQ(buffers[r], std::vector<std::byte>(bytes.size(), expected)) << r;
  }
}

}  // namespace thaw

#endif  // THAW_TESTS_CONFORMANCE_EXECUTOR_SUITE_H_
