// Arrays: elements and strings to numpy arrays and back.
//
// Role in the flow: what bindings use to give a value to Python and to take one. Memory of an array
// is reached without a copy; the array (or its base) must be kept alive while it is used.
//
// All functions need the GIL. Code that works on the memory may release it (nb::gil_scoped_release)
// as long as it holds a reference to the array.

#ifndef THAW_PYTHON_SRC_ARRAYS_H_
#define THAW_PYTHON_SRC_ARRAYS_H_

#include <nanobind/nanobind.h>

#include <span>
#include <string>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/shape.h"

namespace thaw::python {

// (2, 3), with None for kUnknownDim.
nanobind::tuple ShapeToPython(Dims shape);

// The dimensions that a caller gives: a sequence of ints, None (where `allow_unknown`) for an
// unknown one.
// Errors: TypeError   no sequence, or an element that is no int.
//         ValueError  negative, or more than 64 bits. `argument` names it.
Shape ShapeFromPython(nanobind::handle shape, const char* argument, bool allow_unknown = false);

// An array of `shape` whose elements are not set yet (object arrays: None).
nanobind::object EmptyArray(DType dtype, Dims shape);

// Where a numpy array's elements lie.
struct ArrayMemory {
  Shape shape;
  MutableByteView bytes;  // all elements, where they are contiguous
  bool is_contiguous = false;
  bool is_writable = false;
  bool is_native = false;  // elements have this machine's byte order
};

// The memory of a numpy array of any dtype, by one question to NumPy.
ArrayMemory MemoryOf(nanobind::handle array);

// An array with a copy of the elements.
//   elements: NumElements(shape) × ElementSize(dtype) bytes, as a checkpoint has them.
nanobind::object ArrayFromElements(DType dtype, Dims shape, ByteView elements);

// An array of dtype object with `bytes` in it.
nanobind::object ArrayFromStrings(Dims shape, std::span<const std::string> strings);

// Puts `bytes` objects into an array of dtype object of that many elements, in row-major order.
void AssignStrings(nanobind::handle array, std::span<const std::string> strings);

// Elements of a value as TensorFlow would store it.
struct HostValue {
  DType dtype = DType::kInvalid;
  Shape shape;
  ByteView elements;                 // into `owner`; empty for strings
  std::vector<std::string> strings;  // of dtype string
  nanobind::object owner;            // the array that holds `elements`
};

// The elements of `value`: an array, or anything that numpy.asarray takes. Contiguous arrays in
// this machine's byte order are not copied. Python numbers become float32 and int32 as in
// TensorFlow (int64 where they need it); str elements become UTF-8. 2- and 4-bit elements get zeros
// above, as TensorFlow stores them (ml_dtypes leaves those bits open).
// Errors: TypeError  no array can be made of it, or TensorFlow has no such dtype.
HostValue ValueFromPython(nanobind::handle value, const char* argument);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_ARRAYS_H_
