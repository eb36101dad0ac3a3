// OpNames: the names of a TensorFlow graph's ops, as far as variables and scopes take them.
//
// Role in the flow: the VariableStore asks it for each variable's op name, the scopes for their
// prefix. It knows no variable.

#ifndef THAW_ENGINE_VARIABLES_SCOPES_OP_NAMES_H_
#define THAW_ENGINE_VARIABLES_SCOPES_OP_NAMES_H_

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "io/base/result.h"

namespace thaw {

// The ops that TensorFlow makes below a variable, whose names no later variable or scope can have.
enum class InnerOps {
  kNone,
  kRefValue,     // x/initial_value, x/Assign, x/read
  kRefFunction,  // x/Initializer, x/Assign, x/read
  kResource,     // x/Initializer, x/IsInitialized, x/Assign, x/Read
};

// One thread.
class OpNames {
 public:
  // Graph.name_scope: the prefix, without a slash at its end, that a scope called `name` opens
  // inside the prefix `current`. Made unique, whatever the case, by "_1", "_2", …; a name that ends
  // in a slash stands for exactly that prefix; an empty one for the root.
  // Errors: InvalidArgument (ValueError)  not a valid scope name.
  Result<std::string> OpenScope(std::string_view current, std::string_view name);

  // The op name that TensorFlow gives a variable called `name` inside the prefix `current`, taken
  // from now on: that of the scope it opens.
  // Errors: InvalidArgument (ValueError)  "Duplicate node name"; not a valid name.
  Result<std::string> Claim(std::string_view current, std::string_view name);
  Result<std::string> Claim(std::string_view name) { return Claim("", name); }

  // Takes exactly `op_name`.
  // Errors: as Claim.
  Status ClaimExactly(std::string_view op_name);

  // Takes the op name of a variable, as OpenScope gave it.
  // Errors: InvalidArgument (ValueError)  "Duplicate node name".
  Status Take(const std::string& op_name, InnerOps inner_ops = InnerOps::kNone);

 private:
  std::string Unique(std::string_view name);
  // Whether an op below a variable has that name, whatever the case.
  bool IsInnerOp(std::string_view lower_name) const;

  // Graph.unique_name's memory: how often a lower-case name was asked for.
  std::unordered_map<std::string, std::size_t> uses_;
  std::unordered_set<std::string> taken_;
  // By the variable's op name in lower case: cheaper than its inner names in `uses_`.
  std::unordered_map<std::string, InnerOps> inner_ops_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_SCOPES_OP_NAMES_H_
