// VariableTable: the variables of one program and the names they go by.
//
// Role in the flow: the VariableStore's memory of what was made. It enters what the getter made and
// finds it again; the rules of get_variable are not its business.

#ifndef THAW_ENGINE_VARIABLES_VARIABLE_TABLE_H_
#define THAW_ENGINE_VARIABLES_VARIABLE_TABLE_H_

#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/variables/scopes/op_names.h"
#include "engine/variables/variable.h"

namespace thaw {

// Addresses of what it holds stay valid as long as the table. One thread.
class VariableTable {
 public:
  OpNames& op_names() { return op_names_; }

  // Enters a variable whose op name is its own.
  Variable* Add(Variable variable);
  PartitionedVariable* AddPartitioned(PartitionedVariable variable);

  // In order of creation.
  std::span<Variable* const> variables() const { return in_order_; }
  std::vector<std::string_view> keys() const;

  // nullptr where there is none.
  Variable* FindKey(std::string_view key) const;
  Variable* FindOpName(std::string_view op_name) const;
  PartitionedVariable* FindPartitioned(std::string_view name) const;

 private:
  OpNames op_names_;
  std::deque<Variable> owned_;
  std::vector<Variable*> in_order_;
  std::map<std::string, Variable*, std::less<>> by_key_;
  std::unordered_map<std::string, Variable*> by_op_name_;
  std::deque<PartitionedVariable> partitioned_;
  std::map<std::string, PartitionedVariable*, std::less<>> partitioned_by_name_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_VARIABLE_TABLE_H_
