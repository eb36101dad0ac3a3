#include "engine/saver/saver_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kNever = 1e9;  // seconds

TEST(SaverHistoryTest, TheOldestGoesWhenThereAreTooMany) {
  SaverHistory history(2, kNever, 0.0);

  history.Record("a", 1.0);
  history.Record("b", 2.0);
  EXPECT_EQ(history.TakeRemovable(), std::nullopt);
  history.Record("c", 3.0);

  EXPECT_THAT(history.last_paths(), ElementsAre("b", "c"));
  EXPECT_EQ(history.TakeRemovable(), "a");
  EXPECT_EQ(history.TakeRemovable(), std::nullopt);
}

TEST(SaverHistoryTest, TheSamePathAgainIsTheNewest) {
  SaverHistory history(2, kNever, 0.0);

  for (const char* path : {"a", "b", "a"}) history.Record(path, 1.0);

  EXPECT_THAT(history.last_paths(), ElementsAre("b", "a"));
  EXPECT_EQ(history.TakeRemovable(), std::nullopt);
}

TEST(SaverHistoryTest, WithoutALimitNothingIsRemembered) {
  SaverHistory history(0, kNever, 0.0);

  for (const char* path : {"a", "b"}) history.Record(path, 1.0);

  EXPECT_THAT(history.last_paths(), IsEmpty());
  EXPECT_EQ(history.TakeRemovable(), std::nullopt);
}

TEST(SaverHistoryTest, ANegativeLimitRemovesWhatWasJustWritten) {
  SaverHistory history(-1, kNever, 0.0);

  history.Record("a", 1.0);

  EXPECT_THAT(history.last_paths(), IsEmpty());
  EXPECT_EQ(history.TakeRemovable(), "a");
}

TEST(SaverHistoryTest, OneIsKeptEveryNSeconds) {
  SaverHistory history(1, 10.0, 0.0);
  std::vector<std::string> removed;

  for (int i = 1; i <= 12; ++i) {
    history.Record(std::to_string(4 * i), 4.0 * i);
    if (const auto path = history.TakeRemovable()) removed.push_back(*path);
  }

  // Kept: the first after 10 s, after 20 s, and so on.
  EXPECT_THAT(removed, ElementsAre("4", "8", "16", "20", "28", "36", "40"));
}

TEST(SaverHistoryTest, AnInfiniteTimeIsNeverRemoved) {
  SaverHistory history(1, kNever, 0.0);
  history.set_last({{"old", std::numeric_limits<double>::infinity()}});

  history.Record("new", 1.0);

  EXPECT_EQ(history.TakeRemovable(), std::nullopt);
  EXPECT_THAT(history.last(), ElementsAre(SavedCheckpoint{"new", 1.0}));
}

}  // namespace
}  // namespace thaw
