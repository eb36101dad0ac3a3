// OpNames: the names of a TensorFlow graph's ops, as far as variables take them.
//
// Role in the flow: the VariableStore asks it for each variable's op name. It knows no variable.

#ifndef THAW_ENGINE_VARIABLES_OP_NAMES_H_
#define THAW_ENGINE_VARIABLES_OP_NAMES_H_

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "io/base/result.h"

namespace thaw {

// One thread.
class OpNames {
 public:
  // The op name that TensorFlow gives a variable called `name`, taken from now on: made unique,
  // whatever the case, by "_1", "_2", …; but a name that ends in a slash (an optimizer's slot)
  // stands for exactly that name without the slash.
  // Errors: InvalidArgument (ValueError)  "Duplicate node name"; not a valid name.
  Result<std::string> Claim(std::string_view name);

  // Takes exactly `op_name`.
  // Errors: as Claim.
  Status ClaimExactly(std::string_view op_name);

 private:
  std::string Unique(std::string_view name);
  Status Take(const std::string& op_name);

  // Graph.unique_name's memory: how often a lower-case name was asked for.
  std::unordered_map<std::string, std::size_t> uses_;
  std::unordered_set<std::string> taken_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_OP_NAMES_H_
