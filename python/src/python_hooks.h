// Python hooks: callables of Python as the functions that the engine calls.
//
// Role in the flow: under the bindings of the store. A callable may raise anything; the exception
// waits here while the engine unwinds with a Status, and is raised again as itself.

#ifndef THAW_PYTHON_SRC_PYTHON_HOOKS_H_
#define THAW_PYTHON_SRC_PYTHON_HOOKS_H_

#include <nanobind/nanobind.h>

#include <memory>
#include <utility>

#include "engine/variables/initializers/initializer_argument.h"
#include "engine/variables/partitioning/partitioner.h"
#include "engine/variables/scopes/variable_scope.h"
#include "io/base/result.h"
#include "python/src/errors.h"

namespace thaw::python {

// An initializer that was checked and is ready to be kept: tensorthaw._core.Initializer.
struct InitializerHandle {
  Initializer initializer;
};

// A reference that C++ keeps; it is given back with the GIL.
std::shared_ptr<const void> KeepObject(nanobind::handle object);
// The object of KeepObject; None for nullptr.
nanobind::object KeptObject(const std::shared_ptr<const void>& kept);

// Keeps the Python exception that is being handled, for ValueOrRaiseKept.
Status KeepException(nanobind::python_error& exception);
// Raises the exception that was kept, if there is one; else nothing.
void RaiseKept();

// As ValueOrRaise, but what a hook raised comes first.
template <typename T>
T ValueOrRaiseKept(Result<T> result) {
  if (!result.ok()) RaiseKept();
  return ValueOrRaise(std::move(result));
}

// The partitioner that a caller gives: one of ours, or a callable f(shape=…, dtype=…).
//   Not callable: its call is a ValueError, as in TensorFlow.
Partitioner PartitionerFromPython(nanobind::handle partitioner);
nanobind::object PartitionerToPython(const Partitioner& partitioner);

// The initializer that a caller gives: a numpy array is a value; one of tensorthaw's initializers
// and any other callable are functions. A class is called without arguments first.
InitializerArgument InitializerFromPython(nanobind::handle initializer);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_PYTHON_HOOKS_H_
