// ChooseTensors: names and globs to the tensors of a checkpoint.
//
// Role in the flow: the beginning of every load of more than one tensor. It reads the index alone.

#ifndef THAW_ENGINE_TENSOR_CHOICE_H_
#define THAW_ENGINE_TENSOR_CHOICE_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/checkpoint.h"
#include "io/base/result.h"

namespace thaw {

// A tensor, and the name that it was asked for by.
struct ChosenTensor {
  std::size_t index = 0;  // in the checkpoint
  std::string name;
};

// All tensors, in order of their names.
std::vector<ChosenTensor> AllTensors(const Checkpoint& checkpoint);

// The tensors that `names` choose: names that FindTensor knows, and globs (name_glob.h) over keys.
// Each name once, in the order given; a literal name wins over a pattern.
// Errors: NotFound  a name, or a glob that matches nothing.
Result<std::vector<ChosenTensor>> ChooseTensors(const Checkpoint& checkpoint,
                                                std::span<const std::string> names);

}  // namespace thaw

#endif  // THAW_ENGINE_TENSOR_CHOICE_H_
