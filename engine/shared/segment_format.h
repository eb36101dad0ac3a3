// SegmentFormat: the bytes of a shared segment, docs/format/shared_segment.md.
//
// Role in the flow: one process lays a segment out and writes its tables, others decode them. It
// knows nothing of files, maps or checkpoints.

#ifndef THAW_ENGINE_SHARED_SEGMENT_FORMAT_H_
#define THAW_ENGINE_SHARED_SEGMENT_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/shared/segment_origin.h"
#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"

namespace thaw {

struct SegmentTensor {
  std::string_view name;
  DType dtype = DType::kInvalid;
  Shape shape;
  std::uint64_t offset = 0;  // of its bytes in the segment, a multiple of 64
  std::uint64_t length = 0;  // elements × width; of strings, what EncodedStringsSize says
};

// Where everything in a new segment goes.
class SegmentLayout {
 public:
  // tensors: in byte order of their names, no name twice, with names, dtypes, shapes and lengths.
  // Errors: ResourceExhausted  together they are too large for any memory.
  static Result<SegmentLayout> Make(std::vector<SegmentTensor> tensors, const SegmentOrigin& origin,
                                    bool is_verified);

  std::uint64_t size() const { return size_; }
  // The same tensors with their offsets.
  std::span<const SegmentTensor> tensors() const { return tensors_; }

  // Writes the header, as that of a segment which is being filled, and the tables.
  //   segment: size() bytes.
  void Write(MutableByteView segment) const;

 private:
  std::vector<SegmentTensor> tensors_;
  std::string tables_;  // the header and all before the data
  std::uint64_t size_ = 0;
};

// The last store into a segment: from now on it decodes.
void MarkComplete(MutableByteView segment);

// A segment as its readers see it. Thread-safe.
class SegmentView {
 public:
  // Looks at the header alone, whatever the number of tensors. `segment` outlives the view.
  // Untrusted input: yes (tests/fuzz/segment_fuzz.cc).
  // Errors: DataLoss            no segment, of another version, cut off, or it contradicts itself.
  //         FailedPrecondition  it was not completed.
  static Result<SegmentView> Decode(ByteView segment);

  std::size_t num_tensors() const { return num_tensors_; }
  bool is_verified() const { return is_verified_; }

  // index: below num_tensors(). Errors: DataLoss  its record or bytes do not lie in the segment, or
  // contradict each other.
  Result<SegmentTensor> tensor(std::size_t index) const;
  // The tensor of that name; nullopt: there is none. Errors: as tensor().
  Result<std::optional<SegmentTensor>> Find(std::string_view name) const;
  // Errors: DataLoss.
  Result<SegmentOrigin> origin() const;

  ByteView bytes(const SegmentTensor& tensor) const {
    return segment_.subspan(tensor.offset, tensor.length);
  }

 private:
  Result<std::string_view> NameOf(std::size_t index) const;

  ByteView segment_;
  ByteView records_;
  ByteView dims_;
  ByteView names_;
  ByteView origin_;
  std::uint64_t data_offset_ = 0;
  std::size_t num_tensors_ = 0;
  bool is_verified_ = false;
};

// Strings in a segment: their ends, counted from the first one's beginning, then their bytes.
std::uint64_t EncodedStringsSize(std::span<const std::string> strings);
// out: EncodedStringsSize bytes.
void EncodeStrings(std::span<const std::string> strings, MutableByteView out);
// Untrusted input: yes (the same fuzz target).
// Errors: DataLoss  the ends go backwards or beyond `bytes`.
Result<std::vector<std::string_view>> DecodeStrings(ByteView bytes, std::uint64_t num_strings);

}  // namespace thaw

#endif  // THAW_ENGINE_SHARED_SEGMENT_FORMAT_H_
