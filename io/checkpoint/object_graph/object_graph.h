// ObjectGraph: what a TF2 checkpoint says about the objects it was made from.
//
// Role in the flow: the value of the string tensor `_CHECKPOINTABLE_OBJECT_GRAPH`, decoded: which
// objects there were, by which paths they reach each other, and which key of the checkpoint holds
// each value. It knows names only; whether a key is really in the checkpoint is the reader's to
// say (tensor_lookup.h). Format: docs/format/object_graph.md.

#ifndef THAW_IO_CHECKPOINT_OBJECT_GRAPH_OBJECT_GRAPH_H_
#define THAW_IO_CHECKPOINT_OBJECT_GRAPH_OBJECT_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/result.h"

namespace thaw {

// The key that holds the graph. trackable/base.py: OBJECT_GRAPH_PROTO_KEY.
inline constexpr std::string_view kObjectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH";
// Between the path of an object and the name of one of its values, and the name that a variable's
// value has. trackable/base.py: OBJECT_ATTRIBUTES_NAME, VARIABLE_VALUE_KEY.
inline constexpr std::string_view kAttributesInfix = "/.ATTRIBUTES/";
inline constexpr std::string_view kVariableValueSuffix = "/.ATTRIBUTES/VARIABLE_VALUE";

// A graph larger than this is refused: decoded it takes several times its bytes.
inline constexpr std::size_t kMaxObjectGraphBytes = std::size_t{64} << 20;

// One value that an object saved.
struct ObjectAttribute {
  std::uint32_t node = 0;
  std::string name;       // "VARIABLE_VALUE", "table-keys", …
  std::string full_name;  // what a Saver would have called it; "" where it has no such name
  std::string key;        // of the checkpoint
};

// A variable that an optimizer keeps for another one.
struct SlotVariable {
  std::uint32_t optimizer = 0;  // nodes
  std::uint32_t original = 0;
  std::uint32_t slot = 0;
  std::string slot_name;  // "m", "v", "momentum", …
};

// How an optimizer owns a value.
enum class OptimizerRole {
  kNone,
  kSlot,   // a slot of a variable
  kState,  // the optimizer's own: hyperparameters, iterations, slots in a plain list (Keras 3)
};

// "a.b/c" as it stands in an object path: "a..b.Sc". trackable_utils.py: escape_local_name.
std::string EscapeLocalName(std::string_view local_name);

// Immutable. Thread-safe. Views live as long as the graph.
class ObjectGraph {
 public:
  // Nodes may reach each other in circles; node 0 is the root.
  // Errors: DataLoss           not parseable, or a node refers to one that is not there.
  //         Unimplemented      larger than kMaxObjectGraphBytes.
  //         ResourceExhausted  no memory for it.
  // Untrusted input: yes.
  static Result<ObjectGraph> Decode(ByteView bytes);

  std::size_t num_nodes() const { return num_nodes_; }
  // In the order of the file: by node, then as the node lists them.
  std::span<const ObjectAttribute> attributes() const { return attributes_; }
  std::span<const SlotVariable> slot_variables() const { return slots_; }

  // The key of a full name, as the name-based fallback of TensorFlow's Saver has it: the last
  // attribute of that name wins. The empty full name counts there, too.
  // saver.py: object_graph_key_mapping.
  std::optional<std::string_view> LastKeyOfFullName(std::string_view full_name) const;
  // Every full name once, in byte order.
  std::vector<std::string_view> FullNames() const;

  // All different keys of a full name, in byte order; more than one: the name says not which.
  std::vector<std::string_view> KeysOfFullName(std::string_view full_name) const;
  // The full name of a key; empty: none, or another value has the same key and another name.
  std::string_view FullNameOf(std::string_view key) const;

  // The key of an object path from the root: "a/b" (its VARIABLE_VALUE) or "a/b/.ATTRIBUTES/x",
  // components escaped. Any path to an object counts, not only the one that its key was made of.
  std::optional<std::string_view> KeyOfPath(std::string_view path) const;
  // The first path to a node, breadth first from the root, components escaped; "" for the root and
  // for what it does not reach.
  std::string PathOf(std::uint32_t node) const;

  OptimizerRole RoleOf(std::string_view key) const;

 private:
  friend class ObjectGraphBuilder;

  static constexpr std::uint32_t kNotReached = std::numeric_limits<std::uint32_t>::max();

  struct Child {
    std::uint32_t parent = 0;
    std::string name;  // escaped
    std::uint32_t node = 0;
  };

  std::optional<std::uint32_t> FindChild(std::uint32_t parent, std::string_view name) const;
  std::optional<std::uint32_t> FindNode(std::string_view path) const;
  std::span<const std::uint32_t> WithFullName(std::string_view full_name) const;
  std::span<const std::uint32_t> WithKey(std::string_view key) const;

  std::size_t num_nodes_ = 0;
  std::vector<ObjectAttribute> attributes_;
  std::vector<SlotVariable> slots_;
  std::vector<Child> children_;                 // by parent, then name
  std::vector<std::uint32_t> by_full_name_;     // attributes; equal names in file order
  std::vector<std::uint32_t> by_key_;           // attributes; equal keys in file order
  std::vector<std::uint32_t> first_attribute_;  // by node, one more than there are
  std::vector<std::uint32_t> reached_by_;       // by node: an index into children_, or kNotReached
  std::vector<OptimizerRole> roles_;            // by node
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_OBJECT_GRAPH_OBJECT_GRAPH_H_
