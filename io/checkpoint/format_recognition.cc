#include "io/checkpoint/format_recognition.h"

#include <algorithm>

#include "io/checkpoint/file_content.h"
#include "io/checkpoint/tensor_slice_files.h"
#include "io/storage/path_glob.h"

namespace thaw {
namespace {

// File names number data files with at least this many digits.
constexpr std::size_t kShardDigits = 5;

// What follows the prefix in the name of one of a set of V1 files.
constexpr std::string_view kNumberedFile =
    "-[0-9][0-9][0-9][0-9][0-9]-of-[0-9][0-9][0-9][0-9][0-9]";

std::optional<std::string> WithoutSuffix(const std::string& path, std::string_view suffix) {
  if (!path.ends_with(suffix)) return std::nullopt;
  return path.substr(0, path.size() - suffix.size());
}

Result<bool> IsFile(const Storage& storage, const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const PathKind kind, storage.Kind(path));
  return kind == PathKind::kFile;
}

Result<bool> IsSortedTable(const Storage& storage, const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const bool is_file, IsFile(storage, path));
  if (!is_file) return false;
  THAW_ASSIGN_OR_RETURN(const FileContent content, IdentifyFileContent(storage, path));
  return content == FileContent::kSortedTable;
}

// The V1 checkpoint that TensorFlow gives the meta file "PREFIX.meta": PREFIX itself, or the
// pattern of a numbered set; empty when there is none.
Result<std::string> TensorSlicesOfPrefix(const Storage& storage, const std::string& prefix) {
  THAW_ASSIGN_OR_RETURN(const bool is_one_file, IsSortedTable(storage, prefix));
  if (is_one_file) return prefix;
  THAW_ASSIGN_OR_RETURN(const auto files, MatchingPaths(storage, prefix, kNumberedFile));
  if (files.empty()) return std::string();
  THAW_ASSIGN_OR_RETURN(const bool is_table, IsSortedTable(storage, files.back()));
  if (!is_table) return std::string();
  return prefix + std::string(kV1PatternMiddle) +
         files.back().substr(files.back().size() - kShardDigits);
}

}  // namespace

std::optional<std::string> PrefixOfDataFile(const std::string& path) {
  constexpr std::string_view kData = ".data-";
  constexpr std::string_view kOf = "-of-";
  const std::size_t data = path.rfind(kData);
  if (data == std::string::npos) return std::nullopt;
  const std::string_view numbers = std::string_view(path).substr(data + kData.size());
  const std::size_t of = numbers.find(kOf);
  if (of == std::string_view::npos || of < kShardDigits) return std::nullopt;
  const std::string_view count = numbers.substr(of + kOf.size());
  if (count.size() < kShardDigits || !AllDigits(numbers.substr(0, of)) || !AllDigits(count)) {
    return std::nullopt;
  }
  return path.substr(0, data);
}

Result<std::optional<RecognisedPath>> RecogniseBundleV2(const Storage& storage,
                                                        const std::string& path) {
  struct Spelling {
    std::optional<std::string> prefix;
    const char* part;  // what `path` is of the prefix; nullptr: itself
  };
  const Spelling spellings[] = {
      {path, nullptr},
      {WithoutSuffix(path, ".index"), "index file"},
      {PrefixOfDataFile(path), "data file"},
      {WithoutSuffix(path, ".meta"), "meta file"},
  };
  for (const Spelling& spelling : spellings) {
    if (!spelling.prefix) continue;
    const std::string index = *spelling.prefix + ".index";
    THAW_ASSIGN_OR_RETURN(const bool is_there, IsFile(storage, index));
    if (!is_there) continue;
    THAW_ASSIGN_OR_RETURN(const FileContent content, IdentifyFileContent(storage, index));
    THAW_RETURN_IF_ERROR(CheckNotForeign(content, index));
    RecognisedPath found{*spelling.prefix, ""};
    if (spelling.part != nullptr) {
      found.taken_for =
          "'" + path + "' is the " + spelling.part + " of the checkpoint '" + found.prefix + "'";
    }
    return std::optional(std::move(found));
  }
  return std::optional<RecognisedPath>();
}

Result<std::optional<RecognisedPath>> RecogniseBundleV1(const Storage& storage,
                                                        const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const bool is_table, IsSortedTable(storage, path));
  if (is_table) return std::optional(RecognisedPath{path, ""});
  if (const std::optional<std::string> prefix = WithoutSuffix(path, ".meta")) {
    THAW_ASSIGN_OR_RETURN(const std::string beside, TensorSlicesOfPrefix(storage, *prefix));
    if (!beside.empty()) {
      return std::optional(RecognisedPath{
          beside, "'" + path + "' is the meta file of the checkpoint '" + beside + "'"});
    }
  }
  THAW_ASSIGN_OR_RETURN(const auto files, FindTensorSliceFiles(storage, path));
  for (const std::string& file : files) {
    THAW_ASSIGN_OR_RETURN(const bool is_one, IsSortedTable(storage, file));
    if (is_one) return std::optional(RecognisedPath{path, ""});
  }
  return std::optional<RecognisedPath>();
}

Result<std::optional<RecognisedPath>> RecogniseSafetensors(const Storage& storage,
                                                           const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const bool is_file, IsFile(storage, path));
  if (!is_file) return std::optional<RecognisedPath>();
  THAW_ASSIGN_OR_RETURN(const FileContent content, IdentifyFileContent(storage, path));
  const bool has_name = path.ends_with(".safetensors") || path.ends_with(".safetensors.index.json");
  if (has_name) THAW_RETURN_IF_ERROR(CheckNotForeign(content, path));
  if (has_name || content == FileContent::kSafetensors) {
    return std::optional(RecognisedPath{path, ""});
  }
  return std::optional<RecognisedPath>();
}

}  // namespace thaw
