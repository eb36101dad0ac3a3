// Talk: what `thaw` says to people, on stderr.
//
// Role in the flow: notes, warnings and errors of all commands, under -q and -v. Data never goes
// through it.

#ifndef THAW_TOOLS_PRINT_TALK_H_
#define THAW_TOOLS_PRINT_TALK_H_

#include <string_view>

#include "io/base/status.h"

namespace thaw {

// Thread-compatible. A stderr that cannot be written to is ignored: there is nobody to tell.
class Talk {
 public:
  enum class Level { kQuiet, kNormal, kVerbose };

  Talk(int fd, Level level) : fd_(fd), level_(level) {}

  bool is_verbose() const { return level_ == Level::kVerbose; }

  // "thaw: text"; silent with -q.
  void Note(std::string_view text) const;
  // The same, only with -v.
  void Detail(std::string_view text) const;
  // "thaw: error: …" and, on a second line, "thaw: hint: …". Never silent.
  void Error(const Status& status) const;

 private:
  void Line(std::string_view label, std::string_view text) const;

  int fd_;
  Level level_;
};

}  // namespace thaw

#endif  // THAW_TOOLS_PRINT_TALK_H_
