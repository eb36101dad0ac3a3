#include "io/base/name_glob.h"

#include <cstddef>

namespace thaw {
namespace {

unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

// The length of the set that `glob` begins with, "[…]"; 0 when it has no end. A bracket right
// after the opening (or its "!") is a member.
std::size_t SetLength(std::string_view glob) {
  std::size_t i = 1;
  if (i < glob.size() && (glob[i] == '!' || glob[i] == '^')) ++i;
  const std::size_t end = glob.find(']', i + 1);
  return end == std::string_view::npos ? 0 : end + 1;
}

// `set` is what stands between the brackets.
bool SetHas(std::string_view set, char c) {
  const bool negated = set.front() == '!' || set.front() == '^';
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found |= Byte(set[i]) <= Byte(c) && Byte(c) <= Byte(set[i + 2]);
      i += 2;
    } else {
      found |= set[i] == c;
    }
  }
  return found != negated;
}

// Matches one pattern element other than `*` against `c`; its length in the pattern, 0 for no.
std::size_t MatchOne(std::string_view glob, char c) {
  if (glob.empty()) return 0;
  if (glob.front() == '?') return 1;
  if (glob.front() == '[') {
    const std::size_t length = SetLength(glob);
    if (length != 0) return SetHas(glob.substr(1, length - 2), c) ? length : 0;
  }
  if (glob.front() == '\\' && glob.size() > 1) return glob[1] == c ? 2 : 0;
  return glob.front() == c ? 1 : 0;
}

}  // namespace

bool GlobMatches(std::string_view glob, std::string_view name) {
  if (glob == name) return true;
  // After a mismatch only the last star can take one byte more: what earlier stars took stays.
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t g = 0;
  std::size_t n = 0;
  std::size_t after_star = kNone;
  std::size_t star_end = 0;  // the star covers name up to here
  while (n < name.size()) {
    if (g < glob.size() && glob[g] == '*') {
      after_star = ++g;
      star_end = n;
      continue;
    }
    if (const std::size_t length = MatchOne(glob.substr(g), name[n]); length != 0) {
      g += length;
      ++n;
      continue;
    }
    if (after_star == kNone) return false;
    g = after_star;
    n = ++star_end;
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

}  // namespace thaw
