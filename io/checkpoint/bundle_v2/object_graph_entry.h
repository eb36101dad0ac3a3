// ObjectGraphEntry: the object graph of a checkpoint, read when it is first asked for.
//
// Role in the flow: between the string tensor that holds the graph and ObjectGraph. It finds the
// tensor through the reader that owns it.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_OBJECT_GRAPH_ENTRY_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_OBJECT_GRAPH_ENTRY_H_

#include <mutex>
#include <optional>

#include "io/base/result.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/checkpoint/object_graph/object_graph.h"

namespace thaw {

// Thread-safe. A failure is kept like a success: the file is read once.
class ObjectGraphEntry {
 public:
  // `reader`: the same on each call.
  // Errors: as CheckpointReader::object_graph.
  Result<const ObjectGraph*> Get(const CheckpointReader& reader) const;

 private:
  mutable std::once_flag once_;
  mutable std::optional<ObjectGraph> graph_;
  mutable Status status_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_OBJECT_GRAPH_ENTRY_H_
