// Errors: how a Status becomes a Python exception.
//
// Role in the flow: every binding ends a failed engine call here. The class is the one that
// TensorFlow's Python API raises in the same place (Status::tf_class): one of tensorthaw.errors, or
// ValueError, TypeError, RuntimeError. It must not know what failed.
//
// Convention of all bindings: no exception of ours is thrown but through these functions; they need
// the GIL.
//   RaiseIfError(store.Initialize());                  // a Status
//   Checkpoint c = ValueOrRaise(Checkpoint::Open(p));  // a Result
//   RaiseTypeError("names must be …");                 // a wrong argument, named

#ifndef THAW_PYTHON_SRC_ERRORS_H_
#define THAW_PYTHON_SRC_ERRORS_H_

#include <nanobind/nanobind.h>

#include <string>
#include <string_view>
#include <utility>

#include "io/base/result.h"
#include "io/base/status.h"

namespace thaw::python {

// The exception object of a failed Status; not raised yet, so that attributes may be added.
nanobind::object MakeException(const Status& status);

// Raises `exception`, an instance.
[[noreturn]] void Raise(const nanobind::object& exception);

[[noreturn]] void RaiseTypeError(const std::string& text);
[[noreturn]] void RaiseValueError(const std::string& text);

[[noreturn]] inline void RaiseStatus(const Status& status) { Raise(MakeException(status)); }

inline void RaiseIfError(const Status& status) {
  if (!status.ok()) RaiseStatus(status);
}

template <typename T>
T ValueOrRaise(Result<T> result) {
  if (!result.ok()) RaiseStatus(result.status());
  return std::move(result).value();
}

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_ERRORS_H_
