// Map errors: the words for everything that a map can get wrong.
//
// Role in the flow: the resolver decides that and when an entry fails; this file says it, with
// TensorFlow's facts and advice of our own. It decides nothing.

#ifndef THAW_ENGINE_ASSIGN_MAP_ERRORS_H_
#define THAW_ENGINE_ASSIGN_MAP_ERRORS_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/assign/assignment_map.h"
#include "engine/assign/finding.h"
#include "engine/assign/tensor_hints.h"
#include "engine/variables/variable_store.h"
#include "io/base/status.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// The words of one resolution. Every fault has the code of its case and a status with the class
// that TensorFlow raises (ValueError where TensorFlow fails by accident) and names the checkpoint.
class MapErrors {
 public:
  MapErrors(const CheckpointReader& checkpoint, const VariableStore& store)
      : checkpoint_(checkpoint), store_(store), tensors_(checkpoint) {}

  // One to one: the key is no tensor of the checkpoint.
  Fault TensorNotFound(const MapEntry& entry);
  // One to one: the shapes differ.
  Fault ShapeMismatch(const MapEntry& entry, const Variable& variable, Dims stored);
  // The value names no variable, so it is a scope, but the key is none.
  Fault ScopeToTensor(const MapEntry& entry, std::string_view scope);
  // A scope: no tensor belongs to a variable in it. `rest`: the variable's name below the scope.
  Fault ScopeTensorNotFound(const MapEntry& entry, std::string_view variable,
                            std::string_view tensor, std::string_view rest);
  // A scope: the name up to "/part_" is neither a variable nor partitioned.
  Fault CutNameNotFound(const MapEntry& entry, std::string_view cut_name, std::string_view tensor);
  // A list of parts: parts of two variables.
  Fault MixedParts(const MapEntry& entry, const Variable& first, const Variable& other);
  // A list of parts: a variable that is no part of one.
  Fault NotAPart(const MapEntry& entry, const Variable& variable);
  // The map names an object that the store lacks.
  Fault NoSuchObject(const MapEntry& entry, std::string_view op_name);

 private:
  Status ValueError(std::string what, std::string_view tensor, std::string_view hint) const;
  std::string DidYouMeanVariable(std::string_view name);
  Fault NameFault(const MapEntry& entry, std::string what);
  std::string ScopeHint(const MapEntry& entry, std::string_view variable);
  std::string MissingSlashHint(const MapEntry& entry) const;
  std::string TextOf(const MapEntry& entry) const;
  // The entry that gives the tensor `key` to the variable as an object.
  std::string ObjectEntry(const std::string& key, const Variable& variable) const;

  const std::vector<std::string_view>& Keys();

  // A search looks at every key, so only the first ones are done.
  static constexpr int kMaxVariableSearches = 64;

  const CheckpointReader& checkpoint_;
  const VariableStore& store_;
  TensorHints tensors_;
  std::vector<std::string_view> keys_;  // of the store, once asked for
  int num_variable_searches_ = 0;
};

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_MAP_ERRORS_H_
