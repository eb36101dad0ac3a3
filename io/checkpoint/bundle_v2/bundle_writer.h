// BundleWriter: writes a V2 checkpoint (one index file, one or more data files).
//
// Role in the flow: the counterpart of bundle_reader, used by the saver, the converter and by tests
// and benchmarks that need checkpoints. It turns named tensors into extents of data files and
// entries of the index; for the same tensors in the same order its one-shard output is byte for
// byte what TensorFlow's SaveV2 writes. It must not know where values come from or what they mean.
// Format: docs/format/tensor_bundle_v2.md.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_WRITER_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_WRITER_H_

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

struct BundleWriterOptions {
  // Data files. Each tensor or slice goes whole into the data file with the fewest bytes so far,
  // the lowest number among equals. All of them are open until Finish.
  std::uint32_t num_shards = 1;
  // Zeros follow every tensor up to the next multiple of this many bytes, so that offsets are
  // multiples of it. 1: dense, as TensorFlow writes.
  std::uint64_t alignment = 1;
  // Replace a checkpoint of that prefix. Its index goes first, so that a reader never pairs an old
  // index with new data files; a crash in between leaves no checkpoint of that prefix.
  bool overwrite = false;
};

// Tensors are added one after another, then Finish puts all files in place, the index last.
// Before Finish returns OK nothing is visible under the prefix; a writer that is destroyed without
// it leaves nothing behind. The first failure stays: every later call returns it.
// One thread.
//
// Errors of every Add and Begin:
//   InvalidArgument     empty or duplicate name, slice outside its tensor, wrong number of bytes,
//                       a dtype without a stored form, slices of one name that differ in dtype or
//                       full shape.
//   FailedPrecondition  after Finish, or between BeginTensor and EndTensor.
//   else                as AtomicFile: the disk is full or fails.
class BundleWriter {
 public:
  // prefix: path and name without suffix, e.g. "dir/model-0" for dir/model-0.index. The directory
  // is made when only its last component is missing.
  // Errors: InvalidArgument   an empty prefix, no shards or more than 99,999, alignment 0.
  //         AlreadyExists     P.index is there and `overwrite` is false.
  //         else              as AtomicFile::Create.
  static Result<BundleWriter> Create(std::string prefix, const BundleWriterOptions& options = {});

  BundleWriter(BundleWriter&&) noexcept;
  BundleWriter& operator=(BundleWriter&&) noexcept;
  ~BundleWriter();

  // Adds a tensor of a fixed-size dtype.
  //   elements: NumElements(shape) × ElementSize(dtype) bytes, row-major, in this machine's order.
  Status Add(std::string_view name, DType dtype, Dims shape, ByteView elements);

  // Adds a tensor of dtype string, its elements in row-major order.
  Status AddStrings(std::string_view name, Dims shape, std::span<const std::string> values);

  // Adds one slice of tensor `full_name` of shape `full_shape`. A slice that covers the whole
  // tensor is stored as a plain tensor. Slices of one tensor may be added in any order among other
  // tensors and may leave holes; Finish refuses slices that overlap.
  //   elements: as Add, for the slice's shape.
  Status AddSlice(std::string_view full_name, Dims full_shape, const TensorSlice& slice,
                  DType dtype, ByteView elements);

  // Likewise of a tensor of dtype string.
  Status AddStringSlice(std::string_view full_name, Dims full_shape, const TensorSlice& slice,
                        std::span<const std::string> values);

  // Add and AddSlice in pieces, for tensors that are never in memory as a whole: Begin, then
  // AppendBytes until all bytes are there, then EndTensor.
  Status BeginTensor(std::string_view name, DType dtype, Dims shape);
  Status BeginSlice(std::string_view full_name, Dims full_shape, const TensorSlice& slice,
                    DType dtype);
  Status AppendBytes(ByteView elements);
  Status EndTensor();

  // Writes the index and puts all files in place, durably.
  // Errors: InvalidArgument     overlapping slices.
  //         FailedPrecondition  called twice, or a tensor was begun and not ended.
  Status Finish();

 private:
  class Impl;
  explicit BundleWriter(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_WRITER_H_
