// The extension module tensorthaw._core.
//
// Role in the flow: the one list of what it has. Each concept is a file pair with a Bind function;
// a new one is a file pair, a line here and a line in python/CMakeLists.txt. tensorthaw/*.py gives
// the names that people use, and adds only what needs Python callables.
//
// Conventions of all bindings:
// * Errors: errors.h. A wrong argument is a TypeError or ValueError that names it.
// * The GIL: released around everything that reads files or works on whole arrays
//   (nb::gil_scoped_release), held for everything that touches a Python object.
// * Lifetime: what C++ hands out as memory is owned by the array's base; what Python lends is kept
//   alive by an nb::object beside the pointer. C++ objects that others point into are shared_ptr.
// * Values: dtypes.h, arrays.h; names and paths: paths.h.

#include <nanobind/nanobind.h>

#include "python/src/assign.h"
#include "python/src/checkpoint_files.h"
#include "python/src/initializers.h"
#include "python/src/loading.h"
#include "python/src/mapped_memory.h"
#include "python/src/pool_memory.h"
#include "python/src/reader.h"
#include "python/src/savers.h"
#include "python/src/saving.h"
#include "python/src/scopes.h"
#include "python/src/sharing.h"
#include "python/src/store.h"
#include "python/src/variables.h"

NB_MODULE(_core, m) {
  m.doc() = "The compiled part of tensorthaw. Use the names of the package tensorthaw.";
  m.def("version", [] { return THAW_VERSION; });
  thaw::python::BindAssign(m);
  thaw::python::BindCheckpointFiles(m);
  thaw::python::BindMappedMemory(m);
  thaw::python::BindPoolMemory(m);
  thaw::python::BindInitializers(m);
  thaw::python::BindLoading(m);
  thaw::python::BindReader(m);
  thaw::python::BindScopes(m);
  thaw::python::BindSharing(m);
  thaw::python::BindStore(m);
  thaw::python::BindVariables(m);
  thaw::python::BindSaver(m);
  thaw::python::BindSaving(m);
}
