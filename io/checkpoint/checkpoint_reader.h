// CheckpointReader: an open checkpoint of any format, as a sorted list of tensors and the byte
// ranges that hold them.
//
// Role in the flow: what the resolver asks for names and shapes, and the planner for extents. A
// reader knows its format's index and, where there is one, the graph of TF2's objects; it never
// reads other tensor data, which the executor does through OpenShard. (Where a file stores elements
// in another form than memory has, its File hands out what it decodes.)

#ifndef THAW_IO_CHECKPOINT_CHECKPOINT_READER_H_
#define THAW_IO_CHECKPOINT_CHECKPOINT_READER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"
#include "io/storage/storage.h"

namespace thaw {

class ObjectGraph;  // io/checkpoint/object_graph

enum class CheckpointFormat { kTfV2, kTfV1, kSafetensors };

// "tf-v2", "tf-v1", "safetensors".
std::string_view CheckpointFormatName(CheckpointFormat format);

// Bytes [offset, offset + length) of data file `shard`.
struct Extent {
  std::uint32_t shard = 0;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

// A contiguous piece of a tensor as it is stored: the whole tensor, or one of its slices.
struct StoredPart {
  Extent extent;
  // Unmasked CRC-32C of the extent's bytes (for strings: of the sequence in
  // docs/format/tensor_bundle_v2.md §7). Empty where the format keeps none.
  std::optional<std::uint32_t> crc32c;
  // In the form it is stored, "-" kept. nullptr: the part is the whole tensor.
  const TensorSlice* slice = nullptr;
};

// One tensor of the index. Views live as long as the reader.
struct TensorInfo {
  std::string_view name;  // any bytes but the empty string
  DType dtype = DType::kInvalid;
  Dims shape;
  // One part without slice, or one per stored slice in stored order.
  std::span<const StoredPart> parts;
  // The format's name of a dtype whose elements are not read (EntryProblem::kNotRead); else empty.
  std::string_view foreign_dtype = {};

  bool is_sliced() const { return !parts.empty() && parts.front().slice != nullptr; }
};

// TensorFlow's name of the dtype, or the format's where TensorFlow has none or another form of it.
std::string_view DTypeNameOf(const TensorInfo& tensor);

// What is wrong with one tensor's entries (`problem` in the JSON of `thaw verify`).
enum class EntryProblem {
  kBadEntry,
  kOverlap,
  kMissingSlice,  // other slices of the tensor can be restored
  kUnreadable,    // the bytes that tell its size are damaged; other tensors can be restored
  kNotRead,       // no fault: the tensor is valid, but of a kind that is not read
};

// Whether nothing but this tensor is in doubt, so that the rest of the checkpoint is of use.
inline bool ConcernsOneTensor(EntryProblem problem) {
  return problem == EntryProblem::kMissingSlice || problem == EntryProblem::kUnreadable ||
         problem == EntryProblem::kNotRead;
}

struct EntryError {
  std::string tensor;
  EntryProblem problem = EntryProblem::kBadEntry;
  Status status;
  Extent extent;  // zeros where unknown
};

// Immutable. Thread-safe: any number of threads may call any method at once.
class CheckpointReader {
 public:
  virtual ~CheckpointReader() = default;

  // The prefix as TensorFlow would take it, e.g. "dir/model-0"; for one-file formats the file.
  virtual const std::string& prefix() const = 0;
  virtual CheckpointFormat format() const = 0;

  // Tensors in byte order of their names; entries of slices are not among them. A tensor with an
  // EntryError may be listed with what is known of it.
  virtual std::size_t num_tensors() const = 0;
  virtual TensorInfo tensor(std::size_t index) const = 0;
  virtual std::optional<std::size_t> Find(std::string_view name) const = 0;

  // The faults of single tensors' entries, in byte order of names. Open succeeds with them, so that
  // `thaw verify` can list all; every other use of the checkpoint refuses the first of them, or, of
  // those that concern one tensor, who asks for that.
  virtual std::span<const EntryError> entry_errors() const = 0;

  virtual std::uint32_t num_shards() const = 0;
  virtual std::string shard_path(std::uint32_t shard) const = 0;

  // The open data file; the same object on each call.
  //   shard: below num_shards().
  // Errors: NotFound  a data file that the index names is not there (hint: which ones are).
  //         else as Storage::Open.
  virtual Result<const File*> OpenShard(std::uint32_t shard) const = 0;

  // Whether the prefix still leads to the files that were opened; false after they were replaced or
  // removed.
  virtual bool IsInPlace() const { return true; }

  // What TF2 says of the objects that the checkpoint was made from; nullptr: it is no object-based
  // checkpoint. Read on the first call, and the same on each.
  // Errors: DataLoss, InvalidArgument  the graph's tensor is damaged, or no scalar string.
  //         else as ObjectGraph::Decode, OpenShard and File::Read.
  virtual Result<const ObjectGraph*> object_graph() const;

  // The writer had the other byte order: elements are reversed on the way to a buffer.
  virtual bool is_byte_swapped() const = 0;

  // Bytes that the open index takes in memory (for the memory accounts of a restore).
  virtual std::uint64_t index_bytes() const = 0;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_CHECKPOINT_READER_H_
