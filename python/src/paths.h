// Paths and names: Python's str, bytes and os.PathLike to bytes and back.
//
// Role in the flow: every binding that takes a path or a tensor's name. Names in checkpoints and
// paths are any bytes; Python's str carries those that are no UTF-8 as surrogates
// ("surrogateescape"), so every name makes the way there and back.

#ifndef THAW_PYTHON_SRC_PATHS_H_
#define THAW_PYTHON_SRC_PATHS_H_

#include <nanobind/nanobind.h>

#include <string>
#include <string_view>

namespace thaw::python {

// The bytes of a path. `argument` is its name in messages.
// Errors: TypeError   neither str, bytes nor os.PathLike.
//         ValueError  empty, or with a NUL.
std::string PathFromPython(nanobind::handle path, const char* argument);

// The bytes of a name.
// Errors: TypeError  not a str.
std::string TextFromPython(nanobind::handle text, const char* argument);

// A str of any bytes.
nanobind::str TextToPython(std::string_view text);

// For messages: repr(value), the name of its type, and `arrays['w']`.
std::string Repr(nanobind::handle value);
std::string TypeName(nanobind::handle value);
std::string ElementLabel(const char* argument, std::string_view name);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_PATHS_H_
