// RequestCheck: RestoreV2's and Assign's rules for one request.
//
// Role in the flow: the planner's first step. It finds the tensor, compares dtypes, shapes and
// slices, and says which box of the tensor goes to the request's buffer; it knows nothing of files,
// chunks or other requests.
// Rules and their order: docs/tensorflow_rules.md, "What is checked when values are read".

#ifndef THAW_ENGINE_PLAN_REQUEST_CHECK_H_
#define THAW_ENGINE_PLAN_REQUEST_CHECK_H_

#include <optional>
#include <string>

#include "engine/kernels/kernel.h"
#include "engine/plan/request.h"
#include "io/base/result.h"
#include "io/base/slice.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// NotFound for a name that `reader` lacks, with the nearest names as a hint.
Status KeyNotFoundError(const CheckpointReader& reader, const std::string& name);

// OK when a buffer of the request's dtype can take elements of the stored dtype: the same dtype, or
// one that `*kernel` converts. `*kernel` is nullptr for strings.
// Errors: InvalidArgument  one line with TensorFlow's facts.
Status CheckDType(const CheckpointReader& reader, const TensorInfo& tensor, const Request& request,
                  const Kernel** kernel);

// The slice that the request wants, resolved; nullopt: the whole tensor.
// Errors: InvalidArgument, Internal    the slice_spec, as TensorFlow.
//         Unimplemented                a dtype that has no elements of ours (variant, resource).
Result<std::optional<TensorSlice>> FindWanted(const TensorInfo& tensor, const Request& request);

// Whether the request's buffer takes a value of `shape`: TensorFlow's Assign, which comes after all
// that RestoreV2 checks.
// Errors: InvalidArgument  its shape is another, or its size does not fit; `cannot_take`.
Status CheckReceiver(Dims shape, const Request& request);

}  // namespace thaw

#endif  // THAW_ENGINE_PLAN_REQUEST_CHECK_H_
