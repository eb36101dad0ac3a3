// The npy format: how NumPy stores one array.
//
// Role in the flow: below npy_file (one array) and npz_file (many in an archive).
// Source: numpy/lib/format.py, "Format Version 1.0".

#ifndef THAW_ENGINE_OUTPUT_NPY_FORMAT_H_
#define THAW_ENGINE_OUTPUT_NPY_FORMAT_H_

#include <string>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/shape.h"

namespace thaw {

// NumPy's type string, e.g. "<f4". Types that NumPy lacks are raw bytes, "|V2".
//   dtype: of fixed size.
std::string NpyDescr(DType dtype);

// Everything before the elements; a multiple of 64 bytes long.
std::string NpyHeader(DType dtype, Dims shape);

// The bytes of the elements are those of the checkpoint, but for the signed 4- and 2-bit types: a
// checkpoint has zeros above their bits, our files have copies of the sign there, so that `|V1`
// viewed as int8 is the number (ml_dtypes looks at the low bits alone and reads both).
bool NeedsSignExtension(DType dtype);

// Extends `elements` to `out`, which has the same length; the ranges may be the same.
//   dtype: one that NeedsSignExtension.
void SignExtend(DType dtype, ByteView elements, MutableByteView out);

}  // namespace thaw

#endif  // THAW_ENGINE_OUTPUT_NPY_FORMAT_H_
