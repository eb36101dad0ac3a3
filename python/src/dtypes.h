// Dtypes: TensorFlow's element types as NumPy and ml_dtypes have them.
//
// Role in the flow: every binding that takes or gives a dtype. Values that TensorFlow's readers
// give as plain integers (quantised types) are plain integers here, too.
//
// All functions need the GIL.

#ifndef THAW_PYTHON_SRC_DTYPES_H_
#define THAW_PYTHON_SRC_DTYPES_H_

#include <nanobind/nanobind.h>

#include "io/base/dtype.h"

namespace thaw::python {

// numpy.dtype of the arrays that hold elements of `dtype`: ml_dtypes' for what NumPy lacks, object
// for strings. One object per dtype, made on first use.
// Errors: UnimplementedError  variant, resource, or a type that the installed ml_dtypes lacks.
nanobind::object DTypeToNumpy(DType dtype);

// TensorFlow's name as a str, "float32".
nanobind::object DTypeToName(DType dtype);

// The dtype that a caller names: TensorFlow's name ("bfloat16", "string"), a NumPy or ml_dtypes
// dtype or scalar type (numpy.float32), or a Python type as TensorFlow takes it: float is float32,
// int is int64, bytes and str are string.
// Errors: TypeError  not a dtype, or one that TensorFlow has not. `argument` names it.
DType DTypeFromPython(nanobind::handle dtype, const char* argument);

// The dtype of the elements of a numpy array with this numpy.dtype: object, S and U are strings.
// kInvalid: TensorFlow has none of that kind.
DType DTypeOfNumpy(nanobind::handle numpy_dtype);

// True for the integers that an array of `dtype` holds in place of a quantised type.
bool HoldsElementsOf(DType array, DType stored);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_DTYPES_H_
