#include "engine/memory/packing.h"

#include <gtest/gtest.h>

#include <random>

namespace thaw {
namespace {

TEST(PackingTest, NeighboursLieTogetherAtMultiplesOf64) {
  const std::vector<std::uint64_t> sizes = {100, 0, 64, 1};

  const Packing packing = PackBuffers(sizes);

  EXPECT_EQ(packing.slabs, (std::vector<std::uint64_t>{193}));
  EXPECT_EQ(packing.places, (std::vector<Packing::Place>{{0, 0}, {0, 128}, {0, 128}, {0, 192}}));
}

TEST(PackingTest, LargeBuffersHaveSlabsOfTheirOwn) {
  const std::vector<std::uint64_t> sizes = {8, kAloneBytes, 8, kAloneBytes - 1, kAloneBytes - 1};

  const Packing packing = PackBuffers(sizes);

  EXPECT_EQ(packing.slabs,
            (std::vector<std::uint64_t>{128 + kAloneBytes - 1, kAloneBytes, kAloneBytes - 1}));
  EXPECT_EQ(packing.places,
            (std::vector<Packing::Place>{{0, 0}, {1, 0}, {0, 64}, {0, 128}, {2, 0}}));
}

// Whatever the sizes: no two buffers share a byte, none leaves its slab, no slab ends in waste.
TEST(PackingTest, BuffersAreApartAndInside) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::uint64_t> sizes(random() % 300);
    for (std::uint64_t& size : sizes) size = random() >> (38 + random() % 26);

    const Packing packing = PackBuffers(sizes);

    ASSERT_EQ(packing.places.size(), sizes.size());
    std::vector<std::uint64_t> ends(packing.slabs.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const Packing::Place& place = packing.places[i];
      EXPECT_EQ(place.offset % kPackAlignment, 0u);
      EXPECT_GE(place.offset, ends.at(place.slab));
      ends[place.slab] = place.offset + sizes[i];
    }
    EXPECT_EQ(ends, packing.slabs);
    for (const std::uint64_t slab : packing.slabs) {
      EXPECT_TRUE(slab <= kMaxSlabBytes || slab >= kAloneBytes);
    }
    EXPECT_TRUE(PackBuffers(sizes).places == packing.places);
  }
}

}  // namespace
}  // namespace thaw
