// ViewTensor: a tensor's elements where they are in the mapped file, or a copy of them.
//
// Role in the flow: beside Restore, for who reads a tensor and needs no memory of its own for it.
// What a view shows is the file: who writes to that changes it, and who makes it shorter ends the
// process that looks (SIGBUS). Checkpoints that are replaced by a rename are not touched by that.

#ifndef THAW_ENGINE_TENSOR_VIEW_H_
#define THAW_ENGINE_TENSOR_VIEW_H_

#include <memory>
#include <string>
#include <string_view>

#include "engine/checkpoint.h"
#include "engine/restore.h"
#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"

namespace thaw {

struct TensorView {
  DType dtype = DType::kInvalid;
  Shape shape;
  ByteView bytes;  // elements × width, aligned as elements of the dtype are
  // Keeps the bytes, and with them the map of the whole file.
  std::shared_ptr<const void> owner;
  // Why these are a copy; empty: they are the file's.
  std::string copied_because;
};

// The elements of a whole tensor of fixed-size elements. They are copied where the file does not
// hold them as memory does: stored in slices, by a machine of the other byte order, in a V1 file,
// at an odd place, or not mapped.
//   options.verify: the checksum is compared first, which reads all bytes once; without, nothing is
//   read before it is used.
// Errors: NotFound       as Checkpoint::Find.
//         DataLoss, …    as Restore.
//         Unimplemented  strings, and what else has no elements of one width.
Result<TensorView> ViewTensor(const Checkpoint& checkpoint, std::string_view name,
                              const RestoreOptions& options = {});

}  // namespace thaw

#endif  // THAW_ENGINE_TENSOR_VIEW_H_
