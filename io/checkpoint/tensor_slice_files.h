// The names of V1 checkpoint files: one file of the prefix's own name, or a numbered set.
//
// Role in the flow: the writer of V1 files makes these names, recognition and the reader find the
// files. It must not know what the files hold.
// Format: docs/format/tensor_slices_v1.md §1.

#ifndef THAW_IO_CHECKPOINT_TENSOR_SLICE_FILES_H_
#define THAW_IO_CHECKPOINT_TENSOR_SLICE_FILES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/result.h"
#include "io/storage/storage.h"

namespace thaw {

// Between prefix and count in the name of a set of V1 files. (Written in two parts: the whole holds
// a trigraph.)
inline constexpr std::string_view kV1PatternMiddle =
    "-?????"
    "-of-";

// Whether `text`, a number in the name of a file, has nothing but digits.
bool AllDigits(std::string_view text);

// "prefix-00003-of-00008".
std::string TensorSliceFilePath(const std::string& prefix, std::uint32_t shard,
                                std::uint32_t num_shards);

// The path by which the whole set is known: the pattern that all its names match, with a question
// mark for each of the five digits of the number.
std::string TensorSliceFilePattern(const std::string& prefix, std::uint32_t num_shards);

// The files that `path` means, sorted: itself where there is such a file, else all that match when
// it is such a pattern; empty when there are none. A question mark stands for any character.
// Errors: as Storage::Kind and Storage::List.
Result<std::vector<std::string>> FindTensorSliceFiles(const Storage& storage,
                                                      const std::string& path);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_TENSOR_SLICE_FILES_H_
