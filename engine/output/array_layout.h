// ArrayLayout: which declared arrays a file has, where, and which are written already.
//
// Role in the flow: the bookkeeping that the outputs share. It must not know any format.

#ifndef THAW_ENGINE_OUTPUT_ARRAY_LAYOUT_H_
#define THAW_ENGINE_OUTPUT_ARRAY_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/output/output.h"

namespace thaw {

// One array of the file.
struct PlacedArray {
  ArraySpec spec;
  std::uint64_t bytes = 0;
  std::uint64_t offset = 0;  // of its elements from the start of the file; set by the format
  bool is_written = false;
};

// One thread.
class ArrayLayout {
 public:
  // Why the format has no place for an array; empty: it has.
  using WhyNotFn = std::string (*)(const ArraySpec& array);

  // Sorts the arrays into placed ones and skipped ones.
  // Errors: InvalidArgument     the same name twice, an impossible shape.
  //         FailedPrecondition  declared twice.
  Status Declare(std::span<const ArraySpec> arrays, WhyNotFn why_not);

  // In declared order; the format sets the offsets.
  std::vector<PlacedArray>& placed() { return placed_; }
  const std::vector<SkippedArray>& skipped() const { return skipped_; }

  // The placed array of a declared number, marked as written; nullptr when it is skipped.
  // Errors: InvalidArgument     no such number, or not as many bytes as declared.
  //         FailedPrecondition  before Declare.
  Result<PlacedArray*> Take(std::size_t index, std::uint64_t bytes);

  // Errors: FailedPrecondition  an array was not written, or nothing declared.
  Status CheckComplete() const;

 private:
  static constexpr std::size_t kSkipped = SIZE_MAX;

  std::vector<PlacedArray> placed_;
  std::vector<SkippedArray> skipped_;
  std::vector<std::size_t> place_of_;  // by declared number: index into placed_, or kSkipped
  bool is_declared_ = false;
};

}  // namespace thaw

#endif  // THAW_ENGINE_OUTPUT_ARRAY_LAYOUT_H_
