// Resolver: TensorFlow's init_from_checkpoint, from a map to assignments.
//
// Role in the flow: names in, tensors out. It reads the index's names and shapes and the store's
// keys; it never reads tensor data and starts no thread. spec: docs/tensorflow_rules.md, branch by
// branch.

#ifndef THAW_ENGINE_ASSIGN_RESOLVER_H_
#define THAW_ENGINE_ASSIGN_RESOLVER_H_

#include <memory>
#include <vector>

#include "engine/assign/assignment_map.h"
#include "engine/assign/finding.h"
#include "engine/variables/variable_store.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// One hit: the variable's initializer becomes `source`.
struct Assignment {
  Variable* variable = nullptr;
  CheckpointSource source;
  std::size_t entry = 0;  // index into the map's entries as given
};

// An error of the map with the entry that caused it.
struct MapError {
  std::size_t entry = 0;
  std::string tensor;    // the checkpoint tensor concerned; may be empty
  std::string variable;  // op name or store name of the variable concerned; may be empty
  FindingCode code = FindingCode::kTensorNotFound;
  Status status;
};

struct Resolution {
  // In the order TensorFlow would make them; a later one for the same variable wins.
  std::vector<Assignment> assignments;
  // In the order found. Resolve stops at the first, as TensorFlow does; ResolveAll goes on.
  std::vector<MapError> errors;
  // Entries (as given) that matched no variable: TensorFlow passes over them in silence.
  std::vector<std::size_t> entries_without_match;
  // The entries worked through, in TensorFlow's order, for the store's record.
  std::vector<AppliedEntry> applied_entries;
};

// TensorFlow's own behaviour: stops at the first error; the assignments before it stay.
Resolution Resolve(const std::shared_ptr<const CheckpointReader>& checkpoint,
                   const AssignmentMap& map, const VariableStore& store);

// For `thaw explain`: goes on after errors and also checks what TensorFlow checks only when the
// initializers run (dtype, shape in the scope branch, slices).
Resolution ResolveAll(const std::shared_ptr<const CheckpointReader>& checkpoint,
                      const AssignmentMap& map, const VariableStore& store);

// Sets each variable's source, in order, so the last assignment wins; and records in `store` the
// entries worked through. `store` is the one that was resolved against.
void Apply(const Resolution& resolution, VariableStore& store);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_RESOLVER_H_
