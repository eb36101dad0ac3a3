// GraphMaker: an object graph that a test makes node by node.
//
// Role in the flow: stands for tf.train.Checkpoint in the tests of what reads its graphs.

#ifndef THAW_TESTS_SUPPORT_GRAPH_MAKER_H_
#define THAW_TESTS_SUPPORT_GRAPH_MAKER_H_

#include <string>

#include "io/checkpoint/object_graph/object_graph.h"
#include "io/checkpoint/proto/trackable_object_graph.pb.h"

namespace thaw {

// A graph, node by node.
class GraphMaker {
 public:
  explicit GraphMaker(int num_nodes) {
    for (int i = 0; i < num_nodes; ++i) proto_.add_nodes();
  }
  GraphMaker& Child(int parent, const std::string& name, int node) {
    auto* child = proto_.mutable_nodes(parent)->add_children();
    child->set_local_name(name);
    child->set_node_id(node);
    return *this;
  }
  GraphMaker& Value(int node, const std::string& full_name, const std::string& key,
                    const std::string& name = "VARIABLE_VALUE") {
    auto* attribute = proto_.mutable_nodes(node)->add_attributes();
    attribute->set_name(name);
    attribute->set_full_name(full_name);
    attribute->set_checkpoint_key(key);
    return *this;
  }
  GraphMaker& Slot(int optimizer, int original, const std::string& name, int slot) {
    auto* reference = proto_.mutable_nodes(optimizer)->add_slot_variables();
    reference->set_original_variable_node_id(original);
    reference->set_slot_name(name);
    reference->set_slot_variable_node_id(slot);
    return *this;
  }
  std::string Bytes() const { return proto_.SerializeAsString(); }
  Result<ObjectGraph> Decode() const { return ObjectGraph::Decode(AsBytes(Bytes())); }

 private:
  tf::TrackableObjectGraph proto_;
};

}  // namespace thaw

#endif  // THAW_TESTS_SUPPORT_GRAPH_MAKER_H_
