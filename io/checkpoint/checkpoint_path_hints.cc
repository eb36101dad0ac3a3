#include "io/checkpoint/checkpoint_path_hints.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "io/base/nearest_names.h"
#include "io/checkpoint/format_recognition.h"
#include "io/checkpoint/tensor_slice_files.h"

namespace thaw {
namespace {

constexpr std::size_t kMaxListed = 3;

struct SplitPath {
  std::string directory;  // with its slash; empty for the current one
  std::string name;
};

SplitPath Split(const std::string& path) {
  const std::size_t name = path.rfind('/') + 1;
  return {path.substr(0, name), path.substr(name)};
}

std::vector<std::string> NamesIn(const Storage& storage, const std::string& directory) {
  Result<std::vector<std::string>> names = storage.List(directory.empty() ? "." : directory);
  return names.ok() ? std::move(*names) : std::vector<std::string>();
}

// The checkpoints among the names of a directory, by what one would type.
std::vector<std::string> CheckpointsAmong(const std::vector<std::string>& names) {
  constexpr std::string_view kIndex = ".index";
  std::vector<std::string> found;
  for (const std::string& name : names) {
    if (name.ends_with(kIndex)) {
      found.push_back(name.substr(0, name.size() - kIndex.size()));
    } else if (name.ends_with(".safetensors")) {
      found.push_back(name);
    }
  }
  return found;
}

// "'a', 'b', 'c' and 7 more", each after `directory`.
std::string ListOf(const std::string& directory, const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMaxListed); ++i) {
    text += (i == 0 ? "'" : ", '") + directory + names[i] + "'";
  }
  if (names.size() > kMaxListed) {
    text += " and " + std::to_string(names.size() - kMaxListed) + " more";
  }
  return text;
}

std::optional<std::string> FirstStartingWith(const std::vector<std::string>& names,
                                             const std::string& start) {
  const auto it = std::find_if(names.begin(), names.end(),
                               [&](const std::string& name) { return name.starts_with(start); });
  if (it == names.end()) return std::nullopt;
  return *it;
}

// What a writer that was stopped leaves of the prefix `name`.
std::optional<std::string> LeftoverOf(const std::vector<std::string>& names,
                                      const std::string& name) {
  for (const std::string& one : names) {
    const bool is_unfinished_file =
        one.starts_with(name + ".") && one.find(".tempstate") != std::string::npos;
    if (is_unfinished_file || one.starts_with(name + "_temp_")) return one;
  }
  return std::nullopt;
}

// What lies in the directory under names that begin like the one that was typed.
std::string HintFromSameName(const SplitPath& path, const std::vector<std::string>& names) {
  if (const std::optional<std::string> leftover = LeftoverOf(names, path.name)) {
    return "'" + path.directory + *leftover +
           "' is what a writer left that was stopped before it was done: use an earlier checkpoint";
  }
  if (const std::optional<std::string> data = FirstStartingWith(names, path.name + ".data-")) {
    return "'" + path.directory + *data + "' is there, but not its index file '" + path.directory +
           path.name + ".index': copy that, too";
  }
  if (const std::optional<std::string> first = FirstStartingWith(names, path.name + "-00000-of-")) {
    const std::string count = first->substr(path.name.size() + 10);
    return "for all parts of '" + path.directory + *first + "' give '" + path.directory +
           path.name + std::string(kV1PatternMiddle) + count + "'";
  }
  return "";
}

}  // namespace

std::string HintForMissingPath(const Storage& storage, const std::string& typed) {
  const std::string path = PrefixOfDataFile(typed).value_or(typed);
  const SplitPath split = Split(path);
  if (!split.directory.empty()) {
    Result<PathKind> kind = storage.Kind(split.directory);
    if (kind.ok() && *kind != PathKind::kDirectory) {
      return "there is no directory '" + split.directory + "'";
    }
  }
  const std::vector<std::string> names = NamesIn(storage, split.directory);
  if (std::string hint = HintFromSameName(split, names); !hint.empty()) return hint;
  const std::vector<std::string> checkpoints = CheckpointsAmong(names);
  std::vector<std::string> near;
  // "model.ckpt" where the files are "model.ckpt-1000".
  std::copy_if(checkpoints.begin(), checkpoints.end(), std::back_inserter(near),
               [&](const std::string& name) { return name.starts_with(split.name + "-"); });
  if (near.empty()) near = NearestNames(split.name, checkpoints, kMaxListed);
  if (!near.empty()) return "did you mean " + ListOf(split.directory, near) + "?";
  if (!checkpoints.empty()) {
    return "checkpoints there: " + ListOf(split.directory, checkpoints);
  }
  return "";
}

std::string HintForDirectory(const Storage& storage, const std::string& directory) {
  const std::string start =
      directory.empty() || directory.back() == '/' ? directory : directory + "/";
  const std::vector<std::string> names = NamesIn(storage, directory);
  const std::vector<std::string> checkpoints = CheckpointsAmong(names);
  if (!checkpoints.empty()) return "give the prefix: " + ListOf(start, checkpoints);
  const auto leftover = std::find_if(names.begin(), names.end(), [](const std::string& name) {
    return name.find(".tempstate") != std::string::npos || name.find("_temp_") != std::string::npos;
  });
  if (leftover != names.end()) {
    return "'" + start + *leftover + "' is what a writer left that was stopped before it was done";
  }
  const auto data = std::find_if(names.begin(), names.end(), [](const std::string& name) {
    return PrefixOfDataFile(name).has_value();
  });
  if (data != names.end()) return "'" + start + *data + "' is there, but no index file";
  return "";
}

std::string HintForMovedCheckpoint(const Storage& storage, const std::string& directory,
                                   const std::string& target) {
  const SplitPath split = Split(target);
  const std::string start =
      directory.empty() || directory.back() == '/' ? directory : directory + "/";
  const std::string here = start + split.name;
  for (const char* suffix : {".index", ""}) {
    Result<PathKind> kind = storage.Kind(here + suffix);
    if (kind.ok() && *kind == PathKind::kFile && here != target) {
      return "the directory was moved: '" + here + "' is there, give that";
    }
  }
  return HintForDirectory(storage, directory);
}

}  // namespace thaw
