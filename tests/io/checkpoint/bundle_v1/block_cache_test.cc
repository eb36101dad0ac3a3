#include "io/checkpoint/bundle_v1/block_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "io/checkpoint/bundle_v1/saved_slice_encoding.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "io/storage/memory_storage.h"
#include "io/table/table_builder.h"

namespace thaw {
namespace {

// A table of one block with one record of 1000 bytes, which stands for any block of that number.
class BlockCacheTest : public testing::Test {
 protected:
  BlockCacheTest() {
    const TensorSlice whole = TensorSlice::Full(1);
    const std::string elements(1000, 'x');
    std::string bytes;
    TableBuilder table(&bytes);
    record_ = {EncodeSliceKey("t", whole), 0, DType::kInt8, 1000, 0, 1000};
    EXPECT_TRUE(
        table.Add(record_.key, *EncodeSavedSlice("t", whole, DType::kInt8, AsBytes(elements)))
            .ok());
    EXPECT_TRUE(table.Finish().ok());
    storage_.Put("x", bytes);
    file_ = *storage_.Open("x", IoMode::kAuto);
  }

  BlockCache::Decode Decoder() {
    return [this](std::uint32_t) -> Result<std::shared_ptr<const DecodedBlock>> {
      ++num_decoded_;
      if (fails_) return UnavailableError("the device failed");
      const auto blocks = TableBlocks::Open(*file_, TensorSliceTableLimits());
      return DecodedBlock::Decode(*blocks, 0, std::span(&record_, 1));
    };
  }

  MemoryStorage storage_;
  std::unique_ptr<File> file_;
  DecodedRecord record_;
  std::atomic<int> num_decoded_{0};
  bool fails_ = false;
};

TEST_F(BlockCacheTest, ABlockIsDecodedOnceForAllWhoTakePartsOfIt) {
  BlockCache cache(Decoder());
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&cache] {
      auto lease = cache.Get(7, 2000);
      ASSERT_TRUE(lease.ok());
      EXPECT_EQ((**lease).bytes(0).size(), 1000u);
      lease->Took(100);
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(num_decoded_, 1);
}

TEST_F(BlockCacheTest, ABlockThatWasTakenWholeIsDropped) {
  BlockCache cache(Decoder());
  for (int i = 0; i < 2; ++i) {
    auto lease = cache.Get(7, 2000);
    ASSERT_TRUE(lease.ok());
    lease->Took(1000);
  }

  EXPECT_EQ(num_decoded_, 2);
}

TEST_F(BlockCacheTest, TheBlockLongestUnusedMakesRoom) {
  BlockCache cache(Decoder());
  ASSERT_TRUE(cache.Get(1, 2000).ok());
  ASSERT_TRUE(cache.Get(2, 2000).ok());
  ASSERT_TRUE(cache.Get(1, 2000).ok());
  ASSERT_TRUE(cache.Get(3, BlockCache::kMaxBytes - 1500).ok());  // there is room for one of them
  EXPECT_EQ(num_decoded_, 3);

  ASSERT_TRUE(cache.Get(1, 2000).ok());
  EXPECT_EQ(num_decoded_, 3);
  ASSERT_TRUE(cache.Get(2, 2000).ok());
  EXPECT_EQ(num_decoded_, 4);
}

TEST_F(BlockCacheTest, ABlockLargerThanTheCacheIsDecodedAlone) {
  BlockCache cache(Decoder());
  std::atomic<bool> is_second_there{false};
  std::thread second;
  {
    auto first = cache.Get(1, 4 * BlockCache::kMaxBytes);
    ASSERT_TRUE(first.ok());
    second = std::thread([&] {
      EXPECT_TRUE(cache.Get(2, BlockCache::kMaxBytes).ok());
      is_second_there = true;
    });
    std::this_thread::yield();
    EXPECT_FALSE(is_second_there);  // the first still takes some of the memory
  }
  second.join();

  EXPECT_TRUE(is_second_there);
}

TEST_F(BlockCacheTest, AFailureIsToldAndTriedAgain) {
  fails_ = true;
  BlockCache cache(Decoder());
  EXPECT_EQ(cache.Get(1, 2000).status().code(), StatusCode::kUnavailable);
  fails_ = false;

  EXPECT_TRUE(cache.Get(1, 2000).ok());
}

TEST_F(BlockCacheTest, AnExceptionLeavesNoSlotToWaitFor) {
  bool throws = true;
  BlockCache cache([&](std::uint32_t block) {
    if (throws) throw std::bad_alloc();
    return Decoder()(block);
  });
  EXPECT_THROW((void)cache.Get(1, 2000), std::bad_alloc);
  throws = false;

  EXPECT_TRUE(cache.Get(1, 2000).ok());
}

}  // namespace
}  // namespace thaw
