#include "engine/memory/memory_pool.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <utility>
#include <vector>

namespace thaw {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

TEST(MemoryPoolTest, ReturnedMemoryIsTakenAgain) {
  MemoryPool pool;
  Result<HostMemory> first = pool.Take(8 * kMiB);
  ASSERT_TRUE(first.ok());
  const std::byte* address = first->bytes().data();

  pool.Return(std::move(*first));
  const std::uint64_t kept = pool.statistics().kept_bytes;
  const Result<HostMemory> second = pool.Take(8 * kMiB);

  ASSERT_TRUE(second.ok());
  EXPECT_EQ(kept, 8 * kMiB);
  EXPECT_EQ(second->bytes().data(), address);
  EXPECT_EQ(pool.statistics().kept_bytes, 0u);
}

TEST(MemoryPoolTest, MemoryThatIsMuchLargerIsLeft) {
  MemoryPool pool;
  pool.Return(std::move(*pool.Take(16 * kMiB)));

  const Result<HostMemory> fits = pool.Take(15 * kMiB);
  pool.Return(std::move(*pool.Take(16 * kMiB)));
  const Result<HostMemory> small = pool.Take(8 * kMiB);

  ASSERT_TRUE(fits.ok() && small.ok());
  EXPECT_EQ(fits->bytes().size(), 16 * kMiB);
  EXPECT_EQ(small->bytes().size(), 8 * kMiB);
  EXPECT_EQ(pool.statistics().kept_bytes, 16 * kMiB);
}

TEST(MemoryPoolTest, SmallMemoryIsNotKept) {
  MemoryPool pool;

  pool.Return(std::move(*pool.Take(MemoryPool::kSmallest - 1)));
  pool.Return(std::move(*pool.Take(0)));

  EXPECT_EQ(pool.statistics().kept_bytes, 0u);
}

TEST(MemoryPoolTest, TrimGivesEverythingBack) {
  MemoryPool pool;
  Result<HostMemory> other = pool.Take(4 * kMiB);
  pool.Return(std::move(*pool.Take(4 * kMiB)));
  pool.Return(std::move(*other));

  EXPECT_EQ(pool.Trim(), 8 * kMiB);
  EXPECT_EQ(pool.statistics().kept_bytes, 0u);
  EXPECT_EQ(pool.Trim(), 0u);
}

TEST(MemoryPoolTest, TrimKeepsAsMuchAsItIsTold) {
  MemoryPool pool;
  std::vector<HostMemory> taken;
  for (const std::uint64_t size : {4 * kMiB, 6 * kMiB, 8 * kMiB}) taken.push_back(*pool.Take(size));
  for (HostMemory& memory : taken) pool.Return(std::move(memory));

  EXPECT_EQ(pool.Trim(14 * kMiB), 4 * kMiB);
  EXPECT_EQ(pool.Trim(14 * kMiB), 0u);
  EXPECT_EQ(pool.Trim(7 * kMiB), 14 * kMiB);
}

TEST(MemoryPoolTest, BeyondItsLimitGoesWhatWasKeptLongest) {
  MemoryPool pool(10 * kMiB);
  HostMemory first = *pool.Take(4 * kMiB);
  HostMemory second = *pool.Take(4 * kMiB);
  HostMemory third = *pool.Take(6 * kMiB);
  HostMemory too_large = *pool.Take(11 * kMiB);
  const std::byte* second_address = second.bytes().data();

  pool.Return(std::move(first));
  pool.Return(std::move(second));
  pool.Return(std::move(third));
  pool.Return(std::move(too_large));
  const PoolStatistics full = pool.statistics();
  const HostMemory again = *pool.Take(4 * kMiB);

  EXPECT_EQ(full.limit_bytes, 10 * kMiB);
  EXPECT_EQ(full.kept_bytes, 10 * kMiB);
  EXPECT_EQ(full.dropped_bytes, 4 * kMiB);
  EXPECT_EQ(full.fresh_bytes, 25 * kMiB);
  EXPECT_EQ(pool.statistics().reused_bytes, 4 * kMiB);
  EXPECT_EQ(again.bytes().data(), second_address);
}

TEST(MemoryPoolTest, AnImpossibleSizeIsRefusedAfterTheKeptMemoryWasGivenBack) {
  MemoryPool pool;
  pool.Return(std::move(*pool.Take(4 * kMiB)));

  const Result<HostMemory> refused = pool.Take(std::numeric_limits<std::uint64_t>::max());

  EXPECT_EQ(refused.status().code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(pool.statistics().kept_bytes, 0u);
}

TEST(MemoryPoolTest, ThreadsNeverShareMemory) {
  MemoryPool pool;
  std::vector<int> mismatches(4);
  std::vector<std::thread> threads;
  for (std::size_t id = 0; id < mismatches.size(); ++id) {
    threads.emplace_back([&pool, &mismatches, id] {
      for (int round = 0; round < 100; ++round) {
        Result<HostMemory> memory = pool.Take(2 * kMiB);
        if (!memory.ok()) continue;
        memory->bytes()[0] = static_cast<std::byte>(id);
        std::this_thread::yield();
        mismatches[id] += memory->bytes()[0] != static_cast<std::byte>(id);
        pool.Return(std::move(*memory));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(mismatches, std::vector<int>(4));
}

}  // namespace
}  // namespace thaw
