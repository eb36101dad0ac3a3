// TensorHints: the tensors that somebody probably meant.
//
// Role in the flow: advice in errors and explanations. It knows a checkpoint's names only.

#ifndef THAW_ENGINE_ASSIGN_TENSOR_HINTS_H_
#define THAW_ENGINE_ASSIGN_TENSOR_HINTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// One thread. A search looks at every name, so only the first kMaxSearches are done: a map that
// fails for 100,000 variables gets its answer in seconds, with advice for the first of them.
class TensorHints {
 public:
  explicit TensorHints(const CheckpointReader& checkpoint) : checkpoint_(checkpoint) {}

  // The name addresses a tensor: as a key, a full name or an object path.
  bool Has(std::string_view name) const;
  // Nearest first; empty when none comes near, or after kMaxSearches.
  std::vector<std::string> Nearest(std::string_view name, std::size_t max = 3);
  // "did you mean …?", what else there is to say about a name that was not found, or empty.
  std::string DidYouMeanTensor(std::string_view name);

 private:
  static constexpr int kMaxSearches = 64;

  const CheckpointReader& checkpoint_;
  int num_searches_ = 0;
};

// A scope S around the variable of that name such that the entry {key: S} leads to a tensor of the
// checkpoint: "/" when the whole name does; empty when there is none.
std::string ScopeThatFits(const CheckpointReader& checkpoint, std::string_view key,
                          std::string_view variable);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_TENSOR_HINTS_H_
