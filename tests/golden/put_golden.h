// PutGolden: a tensor of a manifest into a writer of checkpoints.
//
// Role in the flow: test support, for every writer that has Add, AddSlice and their forms for
// strings.

#ifndef THAW_TESTS_GOLDEN_PUT_GOLDEN_H_
#define THAW_TESTS_GOLDEN_PUT_GOLDEN_H_

#include "io/base/bytes.h"
#include "io/base/slice.h"
#include "io/base/status.h"
#include "tests/golden/golden_manifest.h"

namespace thaw {

template <typename Writer>
Status PutGolden(Writer& writer, const GoldenTensor& tensor) {
  const bool is_string = tensor.dtype == DType::kString;
  if (tensor.spec.empty()) {
    return is_string ? writer.AddStrings(tensor.name, tensor.shape, tensor.strings)
                     : writer.Add(tensor.name, tensor.dtype, tensor.shape, AsBytes(tensor.bytes));
  }
  const TensorSlice slice = ParseShapeAndSlice(tensor.spec)->slice;
  return is_string ? writer.AddStringSlice(tensor.name, tensor.shape, slice, tensor.strings)
                   : writer.AddSlice(tensor.name, tensor.shape, slice, tensor.dtype,
                                     AsBytes(tensor.bytes));
}

}  // namespace thaw

#endif  // THAW_TESTS_GOLDEN_PUT_GOLDEN_H_
