#include "io/checkpoint/bundle_v2/extent_overlap.h"

#include <gtest/gtest.h>

#include <vector>

namespace thaw {
namespace {

std::vector<std::uint32_t> OwnersOfOverlaps(const std::vector<Extent>& extents) {
  std::vector<OwnedExtent> owned;
  for (const Extent& extent : extents) {
    owned.push_back({extent, static_cast<std::uint32_t>(owned.size())});
  }
  std::vector<std::uint32_t> owners;
  for (const auto& overlap : FindExtentOverlaps(owned)) owners.push_back(overlap.extent.owner);
  return owners;
}

using Owners = std::vector<std::uint32_t>;

TEST(ExtentOverlapTest, NeighboursAndHolesAreFine) {
  EXPECT_EQ(OwnersOfOverlaps({}), Owners{});
  EXPECT_EQ(OwnersOfOverlaps({{0, 8, 8}, {0, 0, 8}, {0, 100, 4}}), Owners{});
}

TEST(ExtentOverlapTest, SameExtentMayBeNamedByMany) {
  EXPECT_EQ(OwnersOfOverlaps({{0, 8, 8}, {0, 8, 8}, {0, 8, 8}, {0, 16, 1}}), Owners{});
}

TEST(ExtentOverlapTest, EmptyExtentsOverlapNothing) {
  EXPECT_EQ(OwnersOfOverlaps({{0, 0, 8}, {0, 4, 0}, {0, 0, 0}, {0, 8, 0}}), Owners{});
}

TEST(ExtentOverlapTest, OtherShardIsAnotherFile) {
  EXPECT_EQ(OwnersOfOverlaps({{0, 0, 8}, {1, 4, 8}, {2, 0, 1}}), Owners{});
}

TEST(ExtentOverlapTest, PartialOverlapIsFoundForTheLater) {
  EXPECT_EQ(OwnersOfOverlaps({{0, 7, 8}, {0, 0, 8}}), Owners{0});
}

TEST(ExtentOverlapTest, ContainedExtentOverlaps) {
  EXPECT_EQ(OwnersOfOverlaps({{0, 0, 100}, {0, 10, 5}, {0, 20, 5}}), (Owners{1, 2}));
  EXPECT_EQ(OwnersOfOverlaps({{0, 0, 8}, {0, 0, 4}}), Owners{0}) << "same start, other end";
}

TEST(ExtentOverlapTest, OverlapBehindAContainedExtentIsFound) {
  EXPECT_EQ(OwnersOfOverlaps({{0, 0, 100}, {0, 10, 5}, {0, 99, 5}, {0, 104, 1}}), (Owners{1, 2}));
}

}  // namespace
}  // namespace thaw
