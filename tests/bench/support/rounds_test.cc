#include "bench/support/rounds.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace thaw {
namespace {

TEST(RoundsTest, FiguresAreMedianAndExtremes) {
  const Figures odd = FiguresOf({3.0, 1.0, 2.0});
  EXPECT_EQ(odd.median, 2.0);
  EXPECT_EQ(odd.min, 1.0);
  EXPECT_EQ(odd.max, 3.0);
  EXPECT_EQ(FiguresOf({4.0, 1.0, 3.0, 2.0}).median, 2.5);
}

// Arms that write their letter down and claim a fixed time.
struct Recorder {
  std::string calls;

  Arm Make(char letter, double seconds) {
    return {1000000000,
            [this, letter, seconds]() -> Result<double> {
              calls += letter;
              return seconds;
            },
            {}};
  }
};

TEST(RoundsTest, EveryArmRunsOnceUntimedAndThenOnceARoundInChangingOrder) {
  Recorder recorder;
  Arm a = recorder.Make('a', 1.0), b = recorder.Make('b', 0.5), c = recorder.Make('c', 2.0);

  ASSERT_TRUE(RunRounds({&a, &b, &c}, {.rounds = 8}).ok());

  ASSERT_EQ(recorder.calls.size(), 3u + 8 * 3u);
  EXPECT_EQ(recorder.calls.substr(0, 3), "abc");
  std::set<std::string> orders;
  for (std::size_t round = 0; round < 8; ++round) {
    const std::string order = recorder.calls.substr(3 + 3 * round, 3);
    EXPECT_EQ(std::set<char>(order.begin(), order.end()).size(), 3u) << order;
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 1u);
  EXPECT_EQ(a.gbps, std::vector<double>(8, 1.0));
  EXPECT_EQ(b.gbps, std::vector<double>(8, 2.0));
  EXPECT_EQ(c.gbps, std::vector<double>(8, 0.5));
}

TEST(RoundsTest, ShortRunsAreRepeatedUntilTheyAreLongEnough) {
  Recorder recorder;
  Arm arm = recorder.Make('a', 0.03);

  ASSERT_TRUE(RunRounds({&arm}, {.rounds = 2, .least_seconds = 0.1}).ok());

  EXPECT_EQ(recorder.calls.size(), 1u + 2 * 4u);
  EXPECT_NEAR(arm.gbps[0], 1 / 0.03, 1e-9);
}

TEST(RoundsTest, TheFirstErrorAndACancellationEndTheRounds) {
  Arm failing{1, []() -> Result<double> { return DataLossError("broken"); }, {}};
  EXPECT_EQ(RunRounds({&failing}, {}).code(), StatusCode::kDataLoss);

  Recorder recorder;
  Arm arm = recorder.Make('a', 1.0);
  CancellationToken cancel;
  cancel.Cancel();
  EXPECT_EQ(RunRounds({&arm}, {.cancel = &cancel}).code(), StatusCode::kCancelled);
  EXPECT_EQ(recorder.calls, "");
}

}  // namespace
}  // namespace thaw
