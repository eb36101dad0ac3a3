// Request: what a caller wants restored, and where to.
//
// Role in the flow: the planner's input beside the checkpoint's index.

#ifndef THAW_ENGINE_PLAN_REQUEST_H_
#define THAW_ENGINE_PLAN_REQUEST_H_

#include <string>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/shape.h"
#include "io/base/status.h"

namespace thaw {

struct Request {
  std::string tensor;  // its name in the checkpoint; any that FindTensor knows
  // The slice's shape_and_slice, e.g. "100 100 0,20:0,100"; empty: the whole tensor.
  std::string slice_spec;
  // The dtype of the buffer. With `allow_conversion` it may differ from the stored one.
  DType dtype = DType::kInvalid;
  bool allow_conversion = false;
  // The shape of the buffer; a stored tensor (or slice) of another shape is refused.
  Shape shape;
  // Elements × width bytes; empty for strings.
  MutableByteView buffer;
  // The receiver of a string tensor, one entry per element; nullptr otherwise.
  std::vector<std::string>* strings = nullptr;
  // Who asks, for messages: the variable's op name; may be empty.
  std::string requester;
  // Why who asks can take no value at all; the request fails with it if nothing else is wrong.
  Status cannot_take = Status();
};

}  // namespace thaw

#endif  // THAW_ENGINE_PLAN_REQUEST_H_
