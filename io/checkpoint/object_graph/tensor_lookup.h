// FindTensor: the tensor that a name addresses, by key, full name or object path.
//
// Role in the flow: wherever a name comes from outside: a command line, a map, a request. A key of
// the checkpoint always wins, and a checkpoint without an object graph knows keys alone; so the
// rules of TensorFlow, which knows no other names, hold wherever it finds something.

#ifndef THAW_IO_CHECKPOINT_OBJECT_GRAPH_TENSOR_LOOKUP_H_
#define THAW_IO_CHECKPOINT_OBJECT_GRAPH_TENSOR_LOOKUP_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/status.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// What a name was taken for.
enum class NameForm {
  kKey,         // the tensor's own name
  kFullName,    // what a Saver would have called the variable: "dense/kernel"
  kObjectPath,  // the way to it through the objects: "model/dense/kernel"
};
// "key", "full name", "object path".
std::string_view NameFormName(NameForm form);

struct TensorLookup {
  std::optional<std::size_t> index;  // in the reader
  NameForm form = NameForm::kKey;
  // When there is no index: what is to say about it; may be empty. E.g. that several tensors have
  // this full name.
  std::string hint;
  // When there is no index: the error that kept the object graph from being read; else OK.
  Status graph_status;
};

// In this order: a key; a full name that belongs to one key only; an object path, whose key is
// that of TensorFlow ("a/b" → "a/b/.ATTRIBUTES/VARIABLE_VALUE") or found by following the graph.
// Reads the object graph when `name` is no key.
TensorLookup FindTensor(const CheckpointReader& reader, std::string_view name);

// Keys, full names and object paths that somebody probably meant, nearest first.
std::vector<std::string> NearestTensorNames(const CheckpointReader& reader, std::string_view name,
                                            std::size_t max = 3);

// The hint for a name that FindTensor did not find: its own, or "did you mean …?"; may be empty.
std::string MissingTensorHint(const CheckpointReader& reader, std::string_view name);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_OBJECT_GRAPH_TENSOR_LOOKUP_H_
