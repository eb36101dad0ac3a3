// Format recognition: which checkpoint of each format a path names.
//
// Role in the flow: one function per format, listed in io/checkpoint_formats and tried in that
// order by checkpoint_path. They look at names and a few bytes; they open nothing as a checkpoint.
// Paths are taken literally: brackets and question marks are letters.

#ifndef THAW_IO_CHECKPOINT_FORMAT_RECOGNITION_H_
#define THAW_IO_CHECKPOINT_FORMAT_RECOGNITION_H_

#include <optional>
#include <string>
#include <string_view>

#include "io/base/result.h"
#include "io/storage/storage.h"

namespace thaw {

struct RecognisedPath {
  std::string prefix;
  std::string taken_for;  // one sentence when `prefix` is not the path that was given; else empty
};

// nullopt: `path` names no checkpoint of the format.
// Errors: NotFound  a file of such a checkpoint is there, but it is a Git LFS pointer or another
//                   tool's file; else as Storage::Kind and Storage::Open.
using RecogniseFn = Result<std::optional<RecognisedPath>> (*)(const Storage& storage,
                                                              const std::string& path);

// A prefix, its `.index`, one of its `.data-00000-of-00001`, or its `.meta`.
Result<std::optional<RecognisedPath>> RecogniseBundleV2(const Storage& storage,
                                                        const std::string& path);

// A V1 file, the `.meta` of one or of a set, or a pattern "P-?????-of-00004" of V1 files.
Result<std::optional<RecognisedPath>> RecogniseBundleV1(const Storage& storage,
                                                        const std::string& path);

// A `.safetensors` file or a `.safetensors.index.json`.
Result<std::optional<RecognisedPath>> RecogniseSafetensors(const Storage& storage,
                                                           const std::string& path);

// The prefix of "prefix.data-00003-of-00008"; nullopt when `path` does not end like that.
std::optional<std::string> PrefixOfDataFile(const std::string& path);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_FORMAT_RECOGNITION_H_
