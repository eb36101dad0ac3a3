// Variable scopes: where get_variable finds its prefix and its defaults, and the name scopes that
// open beside them.
//
// Role in the flow: the VariableStore owns one ScopeStack; programs enter and leave scopes, the
// getter asks for the current one. Nothing here knows a variable.

#ifndef THAW_ENGINE_VARIABLES_SCOPES_VARIABLE_SCOPE_H_
#define THAW_ENGINE_VARIABLES_SCOPES_VARIABLE_SCOPE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/variables/initializers/initializer_argument.h"
#include "engine/variables/partitioning/partitioner.h"
#include "engine/variables/scopes/op_names.h"
#include "io/base/dtype.h"
#include "io/base/result.h"

namespace thaw {

// What get_variable does with a name that exists. kDefault is Python's None: the scope's setting
// or, where a custom getter asks so, "reuse if it exists".
enum class Reuse { kDefault, kNo, kYes, kAuto };

// An object of another language that a scope keeps for its program; never looked at here.
using OpaqueHook = std::shared_ptr<const void>;

// What a scope gives to get_variable where the call itself gives nothing.
struct ScopeSettings {
  std::optional<InitializerArgument> initializer;
  std::optional<Partitioner> partitioner;
  std::optional<DType> dtype;  // of the root scope: float32
  std::optional<bool> use_resource;
  OpaqueHook regularizer;
  OpaqueHook constraint;  // not inherited by the scopes below
  // From the outermost to the innermost: each calls the one before it.
  std::vector<OpaqueHook> custom_getters;
};

// tf.compat.v1.VariableScope. One thread.
class VariableScope {
 public:
  VariableScope(std::string name, std::string original_name_scope, Reuse reuse,
                ScopeSettings settings)
      : name_(std::move(name)),
        original_name_scope_(std::move(original_name_scope)),
        reuse_(reuse),
        settings_(std::move(settings)) {}

  // The absolute name, without a slash at its end; empty for the root.
  const std::string& name() const { return name_; }
  // The name scope that was opened with it, with a slash at its end: "a/b_1/".
  const std::string& original_name_scope() const { return original_name_scope_; }
  // kNo, kYes or kAuto.
  Reuse reuse() const { return reuse_; }
  void reuse_variables() { reuse_ = Reuse::kYes; }
  const ScopeSettings& settings() const { return settings_; }
  ScopeSettings& mutable_settings() { return settings_; }

 private:
  std::string name_;
  std::string original_name_scope_;
  Reuse reuse_;
  ScopeSettings settings_;
};

// The arguments of tf.compat.v1.variable_scope: exactly one of `name` and `scope`, or neither and a
// `default_name`.
struct ScopeRequest {
  std::optional<std::string> name;
  std::shared_ptr<VariableScope> scope;
  std::optional<std::string> default_name;
  ScopeSettings settings;
  Reuse reuse = Reuse::kDefault;  // kNo counts as kDefault
  bool auxiliary_name_scope = true;
};

class ScopeStack;

// One `variable_scope(…)`: may be entered again after it was left. One thread; outlived by its
// stack.
class ScopeEntry {
 public:
  ScopeEntry(ScopeStack* stack, ScopeRequest request);

  // Opens the name scope, then the variable scope.
  // Errors: InvalidArgument (ValueError)  a name that is no scope name; reuse without a name.
  Result<std::shared_ptr<VariableScope>> Enter();

  // Errors: FailedPrecondition (RuntimeError)  another scope is the current one: "Improper
  //         nesting". The name scope is left all the same.
  Status Exit();

 private:
  // What Exit puts back, by entering.
  struct Entered {
    std::string name_scope;
    std::shared_ptr<VariableScope> outer;
    std::shared_ptr<VariableScope> inner;
    std::map<std::string, std::size_t, std::less<>> open_counts;
    std::string absolute_name;
  };

  // The name of the name scope that opens beside; nullopt: none does.
  std::optional<std::string> NameScopeToOpen() const;
  // Makes `name` (relative) or the request's scope the current one.
  std::shared_ptr<VariableScope> EnterByName(const std::string& name, Entered* entered);
  std::shared_ptr<VariableScope> EnterByScope(Entered* entered);

  ScopeStack* stack_;
  ScopeRequest request_;
  // Kept from the first entering: later ones give the same name and, for a scope object, the same
  // object.
  std::optional<std::string> name_scope_to_open_;
  std::optional<std::string> variable_scope_name_;
  std::string original_name_scope_;
  std::shared_ptr<VariableScope> object_;

  std::vector<Entered> entered_;
};

// The scopes that are open. One thread.
class ScopeStack {
 public:
  explicit ScopeStack(OpNames* op_names);

  const std::shared_ptr<VariableScope>& current() const { return current_; }
  // Where Variable puts its names; empty at the root, without a slash at its end.
  const std::string& name_scope() const { return name_scope_; }

  // tf.compat.v1.name_scope: returns what to give to LeaveNameScope.
  // Errors: InvalidArgument (ValueError)  not a valid scope name.
  Result<std::string> EnterNameScope(std::string_view name);
  void LeaveNameScope(std::string outer) { name_scope_ = std::move(outer); }

 private:
  friend class ScopeEntry;

  // `prefix`, or with "_1", "_2", … where a scope of that name was opened under the current one.
  std::string UniqueScopeName(const std::string& prefix) const;
  std::string Absolute(const std::string& name) const;
  std::size_t OpenCount(std::string_view absolute_name) const;
  void CloseBelow(const std::string& absolute_name);

  OpNames* op_names_;
  std::shared_ptr<VariableScope> current_;
  std::string name_scope_;
  // How often each variable scope was opened since the one above it was entered.
  std::map<std::string, std::size_t, std::less<>> open_counts_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_SCOPES_VARIABLE_SCOPE_H_
