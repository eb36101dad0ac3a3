// Scopes: variable scopes and name scopes of a store, as context managers.
//
// Role in the flow: below tensorthaw/_store.py. It must not know variables.

#ifndef THAW_PYTHON_SRC_SCOPES_H_
#define THAW_PYTHON_SRC_SCOPES_H_

#include <nanobind/nanobind.h>

#include <string>

#include "engine/variables/scopes/variable_scope.h"

namespace thaw::python {

void BindScopes(nanobind::module_& module);

// None, False, True and AUTO_REUSE, and back.
// Errors: ValueError  anything else.
Reuse ReuseFromPython(nanobind::handle reuse);
nanobind::object ReuseToPython(Reuse reuse);

// One `name_scope(name)` of a stack.
class NameScopeEntry {
 public:
  NameScopeEntry(ScopeStack* stack, std::string name) : stack_(stack), name_(std::move(name)) {}
  std::string Enter();
  void Exit();

 private:
  ScopeStack* stack_;
  std::string name_;
  std::vector<std::string> outer_;  // by entering
};

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_SCOPES_H_
