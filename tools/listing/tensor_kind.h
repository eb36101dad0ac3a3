// TensorKind: what a tensor is for, judged by its name.
//
// Role in the flow: the `kind` column of `thaw ls`. A checkpoint does not say what a tensor is; the
// names that TensorFlow's optimizers, averages and counters give are conventions, listed here. The
// object graph of a TF2 checkpoint knows which values are an optimizer's.

#ifndef THAW_TOOLS_LISTING_TENSOR_KIND_H_
#define THAW_TOOLS_LISTING_TENSOR_KIND_H_

#include <string_view>

#include "io/checkpoint/checkpoint_reader.h"
#include "io/checkpoint/object_graph/object_graph.h"

namespace thaw {

enum class TensorKind {
  kWeight,
  kOptimizerSlot,  // Adam's moments, Adagrad's accumulator, … and the optimizer's own scalars
  kEma,            // tf.train.ExponentialMovingAverage's shadow variables
  kCounter,        // global_step, save_counter, …
  kObjectGraph,    // the string that describes TF2's objects
};

// "weight", "optimizer slot", "EMA", "counter", "object graph".
std::string_view TensorKindName(TensorKind kind);

// `graph`: of the checkpoint, where it has one that can be read; it knows which variables belong to
// an optimizer and what name a variable had in its program.
TensorKind KindOf(const TensorInfo& tensor, const ObjectGraph* graph = nullptr);

}  // namespace thaw

#endif  // THAW_TOOLS_LISTING_TENSOR_KIND_H_
