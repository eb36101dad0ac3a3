#include "io/checkpoint/tensor_slice_files.h"

#include <algorithm>
#include <cstdio>

namespace thaw {
namespace {

std::string FiveDigits(std::uint32_t number) {
  char text[16];
  std::snprintf(text, sizeof text, "%05u", number);
  return text;
}

bool IsPattern(const std::string& path) {
  constexpr std::size_t kMinDigits = 5;
  const std::size_t at = path.rfind(kV1PatternMiddle);
  if (at == std::string::npos) return false;
  const std::string_view count = std::string_view(path).substr(at + kV1PatternMiddle.size());
  return count.size() >= kMinDigits && AllDigits(count);
}

// Only the question marks of the pattern's end are wild: those of the prefix are letters.
bool Matches(std::string_view name, std::string_view pattern) {
  if (name.size() != pattern.size()) return false;
  const std::size_t wild = pattern.rfind(kV1PatternMiddle) + 1;
  constexpr std::size_t kNumWild = 5;
  return name.substr(0, wild) == pattern.substr(0, wild) &&
         name.substr(wild + kNumWild) == pattern.substr(wild + kNumWild);
}

}  // namespace

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string TensorSliceFilePath(const std::string& prefix, std::uint32_t shard,
                                std::uint32_t num_shards) {
  return prefix + "-" + FiveDigits(shard) + "-of-" + FiveDigits(num_shards);
}

std::string TensorSliceFilePattern(const std::string& prefix, std::uint32_t num_shards) {
  return prefix + std::string(kV1PatternMiddle) + FiveDigits(num_shards);
}

Result<std::vector<std::string>> FindTensorSliceFiles(const Storage& storage,
                                                      const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const PathKind kind, storage.Kind(path));
  if (kind == PathKind::kFile) return std::vector<std::string>{path};
  std::vector<std::string> found;
  if (kind == PathKind::kDirectory || !IsPattern(path)) return found;
  const std::size_t name = path.rfind('/') + 1;
  const std::string directory = path.substr(0, name);
  const Result<std::vector<std::string>> names = storage.List(directory.empty() ? "." : directory);
  if (names.status().code() == StatusCode::kNotFound) return found;
  if (!names.ok()) return names.status();
  for (const std::string& one : *names) {
    if (Matches(one, std::string_view(path).substr(name))) found.push_back(directory + one);
  }
  return found;
}

}  // namespace thaw
