#include "tools/print/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "tools/print/number_text.h"

namespace thaw {
namespace {

using std::chrono::milliseconds;

// Work shorter than this shows nothing.
constexpr milliseconds kQuietTime{1000};

// The shortest time between two updates.
milliseconds Interval(ProgressMode mode) {
  switch (mode) {
    case ProgressMode::kBar:
      return milliseconds(100);
    case ProgressMode::kJson:
      return milliseconds(500);
    default:
      return milliseconds(2000);
  }
}

ProgressMode ResolveMode(int fd, ProgressMode mode) {
  if (mode != ProgressMode::kAuto) return mode;
  const char* terminal = std::getenv("TERM");
  const bool can_draw = ::isatty(fd) == 1 && terminal != nullptr && terminal != std::string("dumb");
  return can_draw ? ProgressMode::kBar : ProgressMode::kPlain;
}

double Fraction(const RestoreProgress& progress) {
  if (progress.bytes_total == 0) return 1.0;
  return std::min(
      1.0, static_cast<double>(progress.bytes_done) / static_cast<double>(progress.bytes_total));
}

// "512.0 MiB of 1.0 GiB, 17.1 GB/s, 0.1 s left"
std::string FiguresText(const RestoreProgress& progress, double seconds) {
  std::string text =
      fmt::format("{} of {}", HumanBytes(progress.bytes_done), HumanBytes(progress.bytes_total));
  if (progress.bytes_done == 0 || seconds <= 0) return text;
  const double left = seconds * (1 / Fraction(progress) - 1);
  const std::string rate = HumanRate(progress.bytes_done, seconds);
  return text + (rate.empty() ? "" : ", " + rate) + fmt::format(", {} left", HumanSeconds(left));
}

}  // namespace

std::string ProgressBarText(const RestoreProgress& progress, double seconds) {
  constexpr std::size_t kWidth = 24;
  const auto filled = static_cast<std::size_t>(Fraction(progress) * kWidth);
  std::string bar(filled, '=');
  if (filled < kWidth) bar += '>';
  bar.resize(kWidth, ' ');
  return "[" + bar + "] " + FiguresText(progress, seconds);
}

Progress::Progress(int fd, ProgressMode mode, Clock clock)
    : fd_(fd), mode_(ResolveMode(fd, mode)), clock_(std::move(clock)) {
  Restart();
}

void Progress::Restart() {
  start_ = clock_();
  next_ = start_ + kQuietTime;
}

void Progress::Update(const RestoreProgress& progress) {
  if (mode_ == ProgressMode::kNone) return;
  const auto now = clock_();
  if (now < next_) return;
  next_ = now + Interval(mode_);
  const double seconds = std::chrono::duration<double>(now - start_).count();
  if (mode_ == ProgressMode::kJson) {
    WriteText(
        fmt::format("{{\"schema\": \"thaw.progress/1\", \"bytes_done\": {}, "
                    "\"bytes_total\": {}, \"seconds\": {:.3f}}}\n",
                    progress.bytes_done, progress.bytes_total, seconds));
  } else if (mode_ == ProgressMode::kBar) {
    // Carriage return, text, erase to the end of the line.
    WriteText("\r" + ProgressBarText(progress, seconds) + "\x1b[K");
    bar_is_drawn_ = true;
  } else {
    WriteText(fmt::format("thaw: {:.0f} %, {}\n", Fraction(progress) * 100,
                          FiguresText(progress, seconds)));
  }
}

void Progress::Finish() {
  if (bar_is_drawn_) WriteText("\r\x1b[K");
  bar_is_drawn_ = false;
}

void Progress::WriteText(std::string_view text) {
  // A display that cannot be written to is no reason to fail.
  [[maybe_unused]] const ssize_t written = ::write(fd_, text.data(), text.size());
}

}  // namespace thaw
