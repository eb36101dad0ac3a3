// TensorSlice: an axis-aligned box inside a full tensor, and TensorFlow's texts for it.
//
// Role in the flow: vocabulary of partitioned variables, between the formats (which store slices)
// and the planner (which intersects them). It must not know files or buffers.

#ifndef THAW_IO_BASE_SLICE_H_
#define THAW_IO_BASE_SLICE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/result.h"
#include "io/base/shape.h"

namespace thaw {

// One dimension of a slice: [start, start + length), or the whole dimension.
struct SliceDim {
  // TensorSlice::kFullExtent in TensorFlow.
  static constexpr std::int64_t kFull = -1;

  std::int64_t start = 0;
  std::int64_t length = kFull;

  bool is_full() const { return length < 0; }
  friend bool operator==(const SliceDim&, const SliceDim&) = default;
};

// A box. Two slices that cover the same elements may differ in form (kFull against an explicit
// length); `==` compares the form, as TensorFlow does when it looks a slice up.
struct TensorSlice {
  std::vector<SliceDim> dims;

  // The slice that covers all of a tensor of that rank.
  static TensorSlice Full(std::size_t rank) { return TensorSlice{std::vector<SliceDim>(rank)}; }

  std::size_t rank() const { return dims.size(); }
  bool is_full() const;
  friend bool operator==(const TensorSlice&, const TensorSlice&) = default;

  // TensorSlice::DebugString: "0,20:-". Empty for a scalar's slice.
  std::string ToString() const;
};

// `slice` with every extent written out for a tensor of shape `full`.
// Errors: Internal "Mismatching ranks", "Extent in dimension … out of bounds", as TensorFlow's
// SliceTensorShape. Untrusted input: yes.
Result<TensorSlice> ResolveSlice(const TensorSlice& slice, Dims full);

// The shape of a resolved slice.
Shape SliceShape(const TensorSlice& resolved);

// True when the resolved slice covers all of `full`.
bool CoversAll(const TensorSlice& resolved, Dims full);

// The common box of two resolved slices of one rank; nullopt when they share no element. A
// scalar's slices intersect in the scalar.
std::optional<TensorSlice> Intersect(const TensorSlice& a, const TensorSlice& b);

// A shape_and_slice text of RestoreV2 and of a Saver's part, e.g. "100 100 0,20:0,100".
struct ShapeAndSlice {
  Shape full_shape;
  TensorSlice slice;
};

// Grammar and errors: checkpoint::ParseShapeAndSlice in TensorFlow's save_restore_tensor. A
// negative dimension, which aborts TensorFlow, is InvalidArgument. Untrusted input: yes.
Result<ShapeAndSlice> ParseShapeAndSlice(std::string_view text);

// "100 100 0,20:0,100".
std::string ShapeAndSliceToString(Dims full_shape, const TensorSlice& slice);

}  // namespace thaw

#endif  // THAW_IO_BASE_SLICE_H_
