// Slice argument: numpy's notation for a part of a tensor.
//
// Role in the flow: `thaw show --slice 0:10,:`. Text and a shape in, a box out; no I/O.

#ifndef THAW_TOOLS_VALUES_SLICE_ARGUMENT_H_
#define THAW_TOOLS_VALUES_SLICE_ARGUMENT_H_

#include <string_view>

#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"

namespace thaw {

struct SliceArgument {
  TensorSlice slice;  // every extent explicit
  Shape shape;        // of what is shown: dimensions with one index are gone, as in numpy
};

// One item per dimension, separated by commas: "start:stop" (either may be missing, negative ones
// count from the end, both are clamped to the dimension) or one index. Dimensions without an item
// are whole. Brackets around the text are allowed.
// Errors: InvalidArgument  not this notation, a step other than 1, more items than dimensions, an
//         index outside its dimension.
Result<SliceArgument> ParseSliceArgument(std::string_view text, Dims shape);

}  // namespace thaw

#endif  // THAW_TOOLS_VALUES_SLICE_ARGUMENT_H_
