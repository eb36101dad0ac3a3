// ObjectGraphBuilder: from the bytes of an object graph to its indexes.
//
// Role in the flow: behind ObjectGraph::Decode. It reads one object at a time, refuses references
// to objects that are not there, and sorts what is looked up by name.

#ifndef THAW_IO_CHECKPOINT_OBJECT_GRAPH_OBJECT_GRAPH_BUILDER_H_
#define THAW_IO_CHECKPOINT_OBJECT_GRAPH_OBJECT_GRAPH_BUILDER_H_

#include "io/checkpoint/object_graph/object_graph.h"

namespace thaw {

// Used once.
class ObjectGraphBuilder {
 public:
  // Untrusted input: yes. Throws std::bad_alloc. Errors: DataLoss.
  Result<ObjectGraph> Build(ByteView bytes);

 private:
  Status DecodeNodes(ByteView bytes);
  template <typename Message>  // the message of a node, which no header names
  Status AddNode(const Message& object);
  Status BadReference(std::uint32_t node, std::int64_t id) const;
  Status CheckReferences() const;
  void SortIndexes();
  void FindFirstPaths();
  void FindRoles();
  bool IsKerasOptimizer(std::uint32_t node) const;
  void MarkOptimizerState(std::uint32_t optimizer);

  ObjectGraph graph_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_OBJECT_GRAPH_OBJECT_GRAPH_BUILDER_H_
