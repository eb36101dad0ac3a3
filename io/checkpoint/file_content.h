// FileContent: what a file is, told from its bytes.
//
// Role in the flow: asked by format_recognition, and for the words of an error when somebody gives
// a file that is no checkpoint. Names are never looked at.

#ifndef THAW_IO_CHECKPOINT_FILE_CONTENT_H_
#define THAW_IO_CHECKPOINT_FILE_CONTENT_H_

#include <string>
#include <string_view>

#include "io/base/result.h"
#include "io/storage/storage.h"

namespace thaw {

enum class FileContent {
  kUnknown,
  kEmpty,
  kSortedTable,  // an index file or a V1 checkpoint
  kSafetensors,
  kGitLfsPointer,
  kHtml,
  kXml,
  kGzip,
  kXz,
  kBzip2,
  kZstd,
  kZip,
  kTar,
  kHdf5,
  kNumpy,
  kPickle,
};

// With its article: "a gzip archive"; for kUnknown "no known kind of file".
std::string_view FileContentName(FileContent content);

// Reads the first and last few bytes.
// Errors: as Storage::Open and File::Read. Untrusted input: yes.
Result<FileContent> IdentifyFileContent(const Storage& storage, const std::string& path);

// OK when `content` can be a file of a checkpoint; else says what `path` is instead.
// Errors: NotFound (DataLossError)  with what to do as a hint.
Status CheckNotForeign(FileContent content, const std::string& path);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_FILE_CONTENT_H_
