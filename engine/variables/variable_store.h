// VariableStore: the variables of one program, as TensorFlow's graph keeps them.
//
// Role in the flow: the caller, or a model file, fills it; the resolver looks variables up by store
// key (get_variable's) or op name (any); the restore gives them values. Only get_variable enters a
// variable under a key: one made by Variable is reachable as an object alone. That difference is
// the reason this engine exists.

#ifndef THAW_ENGINE_VARIABLES_VARIABLE_STORE_H_
#define THAW_ENGINE_VARIABLES_VARIABLE_STORE_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/variables/scopes/variable_scope.h"
#include "engine/variables/variable.h"
#include "engine/variables/variable_getter.h"
#include "engine/variables/variable_request.h"
#include "io/base/result.h"

namespace thaw {

// Which variables: global ones are those that Variable and get_variable made, local ones those of
// get_local_variable.
enum class VariableGroup { kGlobal, kLocal, kAll };

struct VariableOptions {
  std::optional<Initializer> initializer;  // default: TensorFlow's for the dtype
  bool use_resource = false;
  std::string op_name;  // overrides the name that TensorFlow would make unique
};

// Owns its variables; pointers to them stay valid as long as the store. One thread.
class VariableStore {
 public:
  VariableStore();
  ~VariableStore();
  VariableStore(VariableStore&&) noexcept;
  VariableStore& operator=(VariableStore&&) noexcept;

  // ---- In the current scope ----

  // The variable scopes and name scopes that are open.
  ScopeStack& scopes();
  const ScopeStack& scopes() const;

  // tf.compat.v1.get_variable, or get_local_variable: CompleteRequest in the current scope, then
  // GetCompleted. Errors: those of both.
  Result<GotVariable> Get(VariableRequest request);
  // get_variable's true getter, which a custom getter calls: the name is absolute, nothing comes
  // from the scope. `request.dtype` defaults to float32. Errors: as GetVariableIn.
  Result<GotVariable> GetCompleted(VariableRequest request);
  // tf.compat.v1.Variable in the current name scope. Errors: as MakePlainVariable.
  Result<thaw::Variable*> Make(PlainVariableRequest request);

  // ---- With full names, whatever scope is open ----

  // get_variable with the full scoped name, without reuse.
  // Errors: InvalidArgument (ValueError)  with TensorFlow's facts: the name exists, a partitioned
  //         version exists, not a valid name, no default initializer.
  Result<thaw::Variable*> GetVariable(const std::string& name, DType dtype, const Shape& shape,
                                      const VariableOptions& options = {});

  // The partitioned form: `partitions` has one number per dimension, at most one above 1.
  // Returns the parts in order.
  Result<std::vector<thaw::Variable*>> GetPartitionedVariable(
      const std::string& name, DType dtype, const Shape& shape,
      std::span<const std::int64_t> partitions, const VariableOptions& options = {});

  // tf.Variable: outside the store's keys. `shape` may have unknown dimensions.
  Result<thaw::Variable*> Variable(const std::string& name, DType dtype, const Shape& shape,
                                   const VariableOptions& options = {});

  // Uses the caller's memory for the value: elements × width bytes, alive until the variable's last
  // use. Errors: InvalidArgument  wrong size, or a string variable.
  Status Bind(thaw::Variable* variable, MutableByteView memory);

  // Gives `variable` memory for a value of its shape unless it has some (huge pages where large).
  Status EnsureBuffer(thaw::Variable* variable);

  // Gives those of `variables` that lack it memory that lies together, which is cheaper to bring
  // into being. An attempt: where a shape is not known or memory is short, EnsureBuffer says so
  // later.
  void ReserveBuffers(std::span<thaw::Variable* const> variables);

  // In order of creation, parts one by one.
  std::span<thaw::Variable* const> variables() const;
  std::vector<thaw::Variable*> variables(VariableGroup group) const;

  // By key in the store ("bar", "emb/part_0"); nullptr when get_variable made none of it.
  thaw::Variable* FindKey(std::string_view key) const;
  // By op name, in the store or not.
  thaw::Variable* FindOpName(std::string_view op_name) const;
  // By full name; nullptr when no partitioner made it.
  PartitionedVariable* FindPartitioned(std::string_view name) const;
  // Keys of the store in byte order.
  std::vector<std::string_view> keys() const;

  // The map entries applied to this store, in the order TensorFlow worked through them.
  void RecordEntry(AppliedEntry entry);
  std::span<const AppliedEntry> applied_entries() const;

  // For the sentences of errors and reports. Default: that of map files.
  void set_map_notation(MapNotation notation);
  MapNotation map_notation() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_VARIABLE_STORE_H_
