// Name glob: shell patterns over tensor names.
//
// Role in the flow: how `thaw ls CKPT 'encoder/*'` and Python's load choose tensors. A slash is a
// letter like any other here: `*` runs over scopes.

#ifndef THAW_IO_BASE_NAME_GLOB_H_
#define THAW_IO_BASE_NAME_GLOB_H_

#include <string_view>

namespace thaw {

// `*` any bytes, `?` one byte, `[a-z]` and `[!a-z]` one of a set (a set without its end is the
// letter `[`), `\x` the letter x; everything else itself. A name equal to the pattern matches
// always, so brackets can be typed as they are. Cost: at most |glob| * |name| steps.
bool GlobMatches(std::string_view glob, std::string_view name);

}  // namespace thaw

#endif  // THAW_IO_BASE_NAME_GLOB_H_
