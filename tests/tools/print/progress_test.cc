#include "tools/print/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

namespace thaw {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// A progress display whose clock the test moves and whose text it reads.
class ProgressTest : public testing::Test {
 protected:
  ProgressTest() { EXPECT_EQ(::pipe(pipe_), 0); }
  ~ProgressTest() override {
    ::close(pipe_[0]);
    if (pipe_[1] >= 0) ::close(pipe_[1]);
  }

  Progress Make(ProgressMode mode) {
    return Progress(pipe_[1], mode, [this] { return now_; });
  }

  void UpdateEvery(Progress& progress, milliseconds step, int count) {
    for (int i = 1; i <= count; ++i) {
      now_ += step;
      progress.Update({static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(count)});
    }
  }

  std::string Text() {
    ::close(pipe_[1]);
    pipe_[1] = -1;
    std::string text(1 << 16, '\0');
    const ssize_t length = ::read(pipe_[0], text.data(), text.size());
    text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    return text;
  }

  int pipe_[2] = {-1, -1};
  std::chrono::steady_clock::time_point now_;
};

TEST_F(ProgressTest, WorkOfLessThanASecondIsSilent) {
  for (const ProgressMode mode : {ProgressMode::kBar, ProgressMode::kPlain, ProgressMode::kJson}) {
    Progress progress = Make(mode);
    UpdateEvery(progress, milliseconds(99), 10);
    progress.Finish();
  }

  EXPECT_EQ(Text(), "");
}

TEST_F(ProgressTest, LogsGetALineEveryTwoSecondsAtMost) {
  Progress progress = Make(ProgressMode::kAuto);  // a pipe is no terminal

  UpdateEvery(progress, milliseconds(100), 100);
  progress.Finish();

  const std::string text = Text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);  // at 1, 3, 5, 7 and 9 s
  EXPECT_THAT(text, HasSubstr("thaw: 10 %, "));
}

TEST_F(ProgressTest, BarIsDrawnInPlaceAndRemoved) {
  Progress progress = Make(ProgressMode::kBar);

  UpdateEvery(progress, milliseconds(50), 30);
  progress.Finish();

  const std::string text = Text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0);
  EXPECT_TRUE(text.ends_with("\r\x1b[K"));
}

TEST_F(ProgressTest, JsonIsOneObjectALine) {
  Progress progress = Make(ProgressMode::kJson);

  UpdateEvery(progress, milliseconds(500), 4);

  EXPECT_THAT(Text(), HasSubstr("{\"schema\": \"thaw.progress/1\", \"bytes_done\": 2, "
                                "\"bytes_total\": 4, \"seconds\": 1.000}\n"));
}

TEST_F(ProgressTest, NoneIsSilent) {
  Progress progress = Make(ProgressMode::kNone);

  UpdateEvery(progress, milliseconds(1000), 10);

  EXPECT_EQ(Text(), "");
}

TEST(ProgressBarTextTest, FillsUp) {
  EXPECT_THAT(ProgressBarText({0, 100}, 0), HasSubstr("[>                       ] 0 B of 100 B"));
  EXPECT_THAT(ProgressBarText({std::uint64_t{1} << 30, std::uint64_t{2} << 30}, 1.0),
              HasSubstr("[============>           ] 1.0 GiB of 2.0 GiB, 1.1 GB/s, 1.0 s left"));
  EXPECT_THAT(ProgressBarText({100, 100}, 1), HasSubstr("[========================]"));
  EXPECT_THAT(ProgressBarText({0, 0}, 1), HasSubstr("[========================]"));
}

}  // namespace
}  // namespace thaw
