// TensorSliceWriter: writes a V1 checkpoint (one file, or a numbered set of them).
//
// Role in the flow: the counterpart of tensor_slice_reader, used by the saver and the converter.
// For the same tensors a file is byte for byte what TensorFlow's SaveSlices writes, which is what
// its Saver runs for `write_version=SaverDef.V1`. It must not know where values come from. Format:
// docs/format/tensor_slices_v1.md.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_WRITER_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_WRITER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"

namespace thaw {

struct TensorSliceWriterOptions {
  // 0: one file, named as the prefix. Else files PREFIX-00000-of-00002 and so on, as a sharded
  // Saver writes; also for one. Each tensor or slice goes into the file with the fewest bytes so
  // far, the lowest number among equals.
  std::uint32_t num_shards = 0;
  // Replace files of those names, each in one step.
  bool overwrite = false;
};

// Tensors are added one after another, then Finish puts all files in place. Before Finish returns
// OK nothing is visible under their names; a writer that is destroyed without it leaves nothing
// behind. The first failure stays: every later call returns it. All encoded records are in memory
// until Finish, as they are in TensorFlow: a table is written in the order of its keys, and its
// first record lists all tensors.
// One thread.
//
// Errors of every Add:
//   InvalidArgument     duplicate slice, slice outside its tensor, wrong number of bytes, a name
//                       that is empty or not UTF-8, a slice of 2 GiB or more, uint32 and uint64;
//                       slices of one name that differ in dtype or full shape (as TensorFlow's
//                       class: InternalError).
//   Unimplemented       a dtype that V1 has no form for.
//   FailedPrecondition  after Finish.
//   ResourceExhausted   no memory.
class TensorSliceWriter {
 public:
  // prefix: path and name, e.g. "dir/model-0".
  // Errors: InvalidArgument   a prefix without a name, more than 99,999 shards.
  //         AlreadyExists     a file of one of the names is there and `overwrite` is false.
  //         else              as AtomicFile::Create.
  static Result<TensorSliceWriter> Create(std::string prefix,
                                          const TensorSliceWriterOptions& options = {});

  TensorSliceWriter(TensorSliceWriter&&) noexcept;
  TensorSliceWriter& operator=(TensorSliceWriter&&) noexcept;
  ~TensorSliceWriter();

  // What a reader is to be given, and a state file names: the prefix, or the pattern of the set.
  const std::string& checkpoint_path() const;

  // Adds a tensor of a fixed-size dtype.
  //   elements: NumElements(shape) × ElementSize(dtype) bytes, row-major, in this machine's order.
  Status Add(std::string_view name, DType dtype, Dims shape, ByteView elements);

  // Adds a tensor of dtype string, its elements in row-major order.
  Status AddStrings(std::string_view name, Dims shape, std::span<const std::string> values);

  // Adds one slice of tensor `full_name` of shape `full_shape`, in the form in which it is given:
  // an explicit extent stays one even where it covers the whole dimension. Slices of one tensor may
  // lie in several shards and may leave holes; Finish refuses slices that overlap.
  //   elements: as Add, for the slice's shape.
  Status AddSlice(std::string_view full_name, Dims full_shape, const TensorSlice& slice,
                  DType dtype, ByteView elements);

  // Likewise of a tensor of dtype string.
  Status AddStringSlice(std::string_view full_name, Dims full_shape, const TensorSlice& slice,
                        std::span<const std::string> values);

  // Writes all files and puts them in place, durably.
  // Errors: InvalidArgument     overlapping slices (TensorFlow writes them, and cannot open the
  // file
  //                             afterwards).
  //         FailedPrecondition  called twice.
  Status Finish();

 private:
  class Impl;
  explicit TensorSliceWriter(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_WRITER_H_
