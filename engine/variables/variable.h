// Variable: one variable that a program made, or one part of a partitioned one.
//
// Role in the flow: owned by the VariableStore; the resolver sets its source, the restore its
// value. It knows nothing of files beyond the record of where its value will come from.

#ifndef THAW_ENGINE_VARIABLES_VARIABLE_H_
#define THAW_ENGINE_VARIABLES_VARIABLE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/variables/initializers/initializer.h"
#include "engine/variables/partitioning/partitioner.h"
#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/shape.h"
#include "io/base/slice.h"
#include "io/base/status.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/checkpoint/object_graph/tensor_lookup.h"

namespace thaw {

enum class MadeBy { kGetVariable, kVariable };

// The place of a part inside its partitioned variable (TensorFlow's SaveSliceInfo).
struct SliceInfo {
  std::string full_name;
  Shape full_shape;
  TensorSlice slice;  // every extent explicit

  // "10 4 0,2:0,4"
  std::string spec() const { return ShapeAndSliceToString(full_shape, slice); }
};

// How an assignment reached a variable (`rule` in JSON).
enum class AssignmentRule { kScope, kName, kObject, kSaver };
std::string_view AssignmentRuleName(AssignmentRule rule);

// What a map entry names: a variable or scope, one variable object, or a list of parts.
struct MapValue {
  enum class Kind { kName, kVariable, kVariables };
  Kind kind = Kind::kName;
  std::string name;                    // kName: name or scope; kVariable: op name
  std::vector<std::string> variables;  // kVariables: op names

  friend bool operator==(const MapValue&, const MapValue&) = default;
};

// How the program writes its maps, so that advice can be copied into it.
enum class MapNotation {
  kMapFile,  // {"w": {"variable": "w_1"}}
  kPython    // {"w": <Variable 'w_1'>}
};

// The checkpoint tensor that replaces a variable's initializer.
struct CheckpointSource {
  std::shared_ptr<const CheckpointReader> checkpoint;
  std::string tensor;                  // its key
  NameForm found_as = NameForm::kKey;  // what the name that the map made was taken for
  std::string slice_spec;              // shape_and_slice; empty: the whole tensor
  AssignmentRule rule = AssignmentRule::kName;
  // The map entry that won; empty for a Saver.
  std::string map_key;
  MapValue map_value;
};

// A map entry that init_from_checkpoint has worked through; the store keeps them for reports.
struct AppliedEntry {
  std::shared_ptr<const CheckpointReader> checkpoint;
  std::string map_key;
  MapValue map_value;
  std::size_t num_matches = 0;  // variables (parts one by one) it reached
  bool failed = false;
  std::size_t index = 0;  // its place in the map as given
  bool is_scope = false;  // both sides were taken for scopes
  // "w/part_2": where the numbers of a name's parts have a gap, which ends the list.
  std::vector<std::string> missing_parts;
  // Variables it reached that had their value already: no initializer has run since.
  std::vector<std::string> initialized_before;
};

// Values live in memory that the variable owns, or that the caller bound (VariableStore::Bind).
// One thread.
struct Variable {
  std::string name;     // as the program gave it, scope included
  std::string key;      // its key in the store: `name`, or `name/part_N`; empty outside the store
  std::string op_name;  // unique in the store of names; what a Saver saves it as, without ":0"
  MadeBy made_by = MadeBy::kVariable;
  DType dtype = DType::kFloat32;
  // Of its value; before it has one as declared, with kUnknownDim for unknown dimensions.
  Shape shape;
  // What TensorFlow knows before a value is there, and checks assignments against; nullopt: any
  // rank.
  std::optional<Shape> static_shape;
  bool use_resource = false;
  bool is_local = false;  // in the store, but neither global nor saved
  bool trainable = true;
  std::optional<SliceInfo> slice_info;
  Initializer initializer = ZerosInitializer{};
  // Set by init_from_checkpoint; the last assignment wins.
  std::optional<CheckpointSource> source;
  // The assignments that `source` won over, oldest first; for reports.
  std::vector<CheckpointSource> overridden_sources;

  bool in_store() const { return !key.empty(); }
  // TensorFlow's variable.name, which errors and the order of a list of variables use: "op:0"; that
  // of a resource variable called "" does not tell its op.
  std::string OutputName() const {
    return (use_resource && name.empty() ? std::string() : op_name) + ":0";
  }
  // Whether a value of that shape may be assigned to it.
  bool Accepts(Dims value_shape) const {
    return !static_shape || ShapesCompatible(*static_shape, value_shape);
  }

  // Whether it can be read or saved. A ref variable without elements can from the start, as in
  // TensorFlow, where such a tensor counts as initialized.
  bool has_value() const {
    return is_initialized || (!use_resource && static_shape && NumElements(*static_shape) == 0);
  }

  // The value's memory: bound, or owned. Empty for strings and before allocation.
  MutableByteView buffer;
  std::vector<std::string> strings;  // the value of a string variable
  bool is_initialized = false;
};

// Whether TensorFlow can hold a value in it: a reference variable's shape is known or not known at
// all, a resource variable's may be known in part.
// Errors: InvalidArgument  a reference variable of partly known shape, at run time.
Status CheckCanHoldValue(const Variable& variable);

// A variable that a partitioner cut. The store owns it; its parts are variables of the store.
struct PartitionedVariable {
  std::string name;  // full
  DType dtype = DType::kFloat32;
  Shape shape;  // of the whole
  Partitions partitions;
  std::vector<Variable*> parts;  // by offset
};

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_VARIABLE_H_
