// LoadTarget: where one tensor of a bulk load goes.
//
// Role in the flow: between Python's arrays and the engine's requests. Everything that can be wrong
// with a caller's buffer by itself is found here, before anything is read; what depends on the
// checkpoint (names, dtypes, shapes) is the engine's to check. It must not run anything.
//
// All functions need the GIL.

#ifndef THAW_PYTHON_SRC_LOAD_TARGETS_H_
#define THAW_PYTHON_SRC_LOAD_TARGETS_H_

#include <nanobind/nanobind.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/plan/request.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw::python {

struct LoadTarget {
  nanobind::object array;  // what Python gets, or lends
  MutableByteView memory;  // of `array`
  // A numpy array over the memory that the request fills: `array` itself, a view of it, or an array
  // of the stored dtype that NumPy converts into `array` afterwards (`needs_cast`).
  nanobind::object landing;
  bool needs_cast = false;
  Request request;
  std::unique_ptr<std::vector<std::string>> strings;  // the receiver of a string tensor
};

// Errors: UnimplementedError  NumPy has no such dtype.
void CheckHasArray(const TensorInfo& tensor);

// A new array for all of `tensor`, or for the resolved slice `box` of it, of dtype `wanted`.
//   array: it, if it is there already.
// Errors: as CheckHasArray; ResourceExhaustedError  no memory.
LoadTarget NewArrayTarget(const TensorInfo& tensor, DType wanted, bool is_byte_swapped,
                          const TensorSlice* box = nullptr, nanobind::object array = {});

// The caller's buffer for the tensor `name`.
//   tensor: nullopt when the checkpoint has none of that name (the engine will say so).
//   cast: the dtypes may differ.
// Errors: TypeError             no buffer, or of elements that TensorFlow has not.
//         ValueError            read-only, not C-contiguous, not in this machine's memory.
//         InvalidArgumentError  the bytes of its elements are reversed.
LoadTarget CallerTarget(nanobind::handle buffer, const std::string& name,
                        const std::optional<TensorInfo>& tensor, bool cast, bool is_byte_swapped);

// Errors: ValueError  two targets share memory.
void CheckApart(std::span<const LoadTarget> targets);

// After its request was done: strings and converted elements into `array`.
void FinishTarget(const LoadTarget& target);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_LOAD_TARGETS_H_
