// The index of a model in several safetensors files: which tensor lies in which file.
//
// Role in the flow: from the text of `model.safetensors.index.json` to names and files. It opens no
// file; the reader compares it with what the files say. Format: docs/format/safetensors.md §3.

#ifndef THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_INDEX_H_
#define THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_INDEX_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/result.h"

namespace thaw {

// A model in more files than this is refused.
inline constexpr std::size_t kMaxSafetensorsFiles = 10'000;

struct SafetensorsIndex {
  std::vector<std::string> files;  // relative to the index's folder, in byte order
  std::map<std::string, std::uint32_t, std::less<>> file_of;  // by tensor: an index into `files`
};

// Errors: DataLoss         no JSON object with a weight_map of strings, a key twice, or the name of
//                          a file that does not stay below the index's folder.
//         Unimplemented    more than kMaxSafetensorsFiles files.
//         ResourceExhausted
// Untrusted input: yes. `file_name` is for messages.
Result<SafetensorsIndex> ParseSafetensorsIndex(std::string_view text, std::string_view file_name);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_INDEX_H_
