// PendingEntries: the index of a bundle under construction.
//
// Role in the flow: BundleWriter asks it under which key a tensor or slice goes, tells it where the
// bytes went, and at the end has it write the table. It keeps the rules about names and slices, and
// must not know files.
// Format: docs/format/tensor_bundle_v2.md §2 to §5.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_PENDING_ENTRIES_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_PENDING_ENTRIES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"
#include "io/checkpoint/bundle_v2/bundle_entry.h"

namespace thaw {

// One thread.
class PendingEntries {
 public:
  // Where a tensor or slice goes.
  struct Target {
    std::string key;
    Shape shape;  // of what is stored: the slice's, where it is one
    std::uint64_t num_elements = 0;
  };

  // Takes the name for a whole tensor, or notes a slice of it. A slice that covers the tensor
  // counts as whole.
  //   slice: nullptr for a whole tensor.
  // Errors: InvalidArgument, without the name: an impossible name, shape or slice; a name or slice
  //         that is taken; slices that differ in dtype or full shape.
  Result<Target> Register(std::string_view name, DType dtype, Dims full_shape,
                          const TensorSlice* slice);

  // The entry for a key that Register gave out.
  void Add(std::string key, const BundleEntry& entry);

  // Hands the bytes of the whole table to `append`, in pieces.
  // Errors: InvalidArgument, with the tensor: slices that overlap; else those of `append`.
  Status WriteTable(std::uint32_t num_shards, const std::function<Status(ByteView)>& append);

 private:
  Status CheckName(std::string_view name) const;
  Result<std::string> RegisterSlice(std::string_view name, DType dtype, Dims full_shape,
                                    const TensorSlice& slice);
  Status AddSlicedTensors();

  std::map<std::string, std::string, std::less<>> values_;          // by key, encoded
  std::map<std::string, BundleEntry, std::less<>> sliced_tensors_;  // by name
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_PENDING_ENTRIES_H_
