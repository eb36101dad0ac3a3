// AssignmentMap: the pairs that init_from_checkpoint is given.
//
// Role in the flow: made by the caller or read from a map file; resolved by the resolver. Order and
// duplicates are kept: both matter to TensorFlow's rules.

#ifndef THAW_ENGINE_ASSIGN_ASSIGNMENT_MAP_H_
#define THAW_ENGINE_ASSIGN_ASSIGNMENT_MAP_H_

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "engine/variables/variable.h"

namespace thaw {

struct MapEntry {
  std::string key;  // a tensor of the checkpoint, or a scope that ends in "/"
  MapValue value;
};

class AssignmentMap {
 public:
  AssignmentMap() = default;
  // {{"/", "/"}, {"old/", "new/"}}: names and scopes.
  AssignmentMap(std::initializer_list<std::pair<std::string, std::string>> names);

  void Add(MapEntry entry) { entries_.push_back(std::move(entry)); }
  void Add(std::string key, std::string name_or_scope);
  void AddVariable(std::string key, std::string op_name);
  void AddParts(std::string key, std::vector<std::string> op_names);

  const std::vector<MapEntry>& entries() const { return entries_; }

 private:
  std::vector<MapEntry> entries_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_ASSIGNMENT_MAP_H_
