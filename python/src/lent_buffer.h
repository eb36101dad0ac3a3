// LentBuffer: a caller's buffer of any kind as a numpy array over the same memory.
//
// Role in the flow: numpy arrays, torch tensors on the CPU, and what else has DLPack or the buffer
// protocol become one thing here. It must not know checkpoints.

#ifndef THAW_PYTHON_SRC_LENT_BUFFER_H_
#define THAW_PYTHON_SRC_LENT_BUFFER_H_

#include <nanobind/nanobind.h>

#include <string>

namespace thaw::python {

// A numpy array over the memory of `buffer`; `buffer` itself when it is one.
//   argument, name: it is argument[name] in messages.
// Errors: TypeError   no array, DLPack or buffer; elements that NumPy and ml_dtypes lack.
//         ValueError  the memory is not this machine's, or the owner does not lend it.
nanobind::object ArrayOverBuffer(nanobind::handle buffer, const char* argument,
                                 const std::string& name);

// The same of a tensor with DLPack that is only read: it may be read-only and lie in any order.
nanobind::object ReadableArrayOver(nanobind::handle tensor, const std::string& label);

// The other way: an object with __dlpack__ over a numpy array's memory, for all dtypes that DLPack
// has. NumPy's own __dlpack__ knows none of ml_dtypes'.
// Errors: TypeError  strings, and elements of 2 or 4 bits.
nanobind::object DlpackOverArray(nanobind::handle array);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_LENT_BUFFER_H_
