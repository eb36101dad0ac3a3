#include "tools/print/talk.h"

#include <unistd.h>

#include <cerrno>
#include <string>

#include "tools/print/name_text.h"

namespace thaw {

// One write per line, so that lines of processes that share a log stay whole.
void Talk::Line(std::string_view label, std::string_view text) const {
  const std::string line = "thaw: " + std::string(label) + PrintableText(text) + "\n";
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Talk::Note(std::string_view text) const {
  if (level_ != Level::kQuiet) Line("", text);
}

void Talk::Detail(std::string_view text) const {
  if (level_ == Level::kVerbose) Line("", text);
}

void Talk::Error(const Status& status) const {
  Line("error: ", status.message());
  if (!status.hint().empty()) Line("hint: ", status.hint());
}

}  // namespace thaw
