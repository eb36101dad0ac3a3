#include "engine/memory/host_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace thaw {
namespace {

TEST(HostMemoryTest, MemoryIsZeroAndAligned) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{1000}, HostMemory::kHugeAlignment - 1,
                                 HostMemory::kHugeAlignment, 3 * HostMemory::kHugeAlignment + 7}) {
    const auto memory = HostMemory::Allocate(size);

    ASSERT_TRUE(memory.ok());
    const MutableByteView bytes = memory->bytes();
    ASSERT_EQ(bytes.size(), size);
    EXPECT_TRUE(
        std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; }));
    const std::size_t alignment =
        size < HostMemory::kHugeAlignment ? 64 : HostMemory::kHugeAlignment;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % alignment, 0u) << size;
    std::fill(bytes.begin(), bytes.end(), std::byte{1});
  }
}

TEST(HostMemoryTest, ImpossibleSizesAreResourceExhausted) {
  for (const std::uint64_t size :
       {std::uint64_t{1} << 62, std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_EQ(HostMemory::Allocate(size).status().code(), StatusCode::kResourceExhausted);
  }
}

TEST(HostMemoryTest, MovingHandsTheMemoryOver) {
  auto first = HostMemory::Allocate(100);
  HostMemory second = std::move(*first);
  HostMemory third;
  third = std::move(second);

  EXPECT_EQ(third.bytes().size(), 100u);
  EXPECT_TRUE(HostMemory::Allocate(0)->bytes().empty());
}

}  // namespace
}  // namespace thaw
