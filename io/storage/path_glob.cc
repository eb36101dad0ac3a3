#include "io/storage/path_glob.h"

#include <fnmatch.h>

#include <algorithm>

#include "io/base/file_path.h"

namespace thaw {
namespace {

bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?[\\") != std::string_view::npos;
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (HasWildcard(std::string_view(&c, 1))) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// Adds what matches `rest` below `found`, a path that exists or is empty.
Status Expand(const Storage& storage, const std::string& found, std::string_view rest,
              std::vector<std::string>* paths) {
  const std::size_t slashes = rest.find_first_not_of('/');
  const std::string base = found + std::string(rest.substr(0, std::min(slashes, rest.size())));
  if (slashes == std::string_view::npos) {
    paths->push_back(base);
    return Status();
  }
  rest.remove_prefix(slashes);
  const std::size_t end = std::min(rest.find('/'), rest.size());
  const std::string component(rest.substr(0, end));
  rest.remove_prefix(end);
  if (!HasWildcard(component)) {
    THAW_ASSIGN_OR_RETURN(const PathKind kind, storage.Kind(base + component));
    if (kind == PathKind::kMissing || (kind == PathKind::kFile && !rest.empty())) return Status();
    return Expand(storage, base + component, rest, paths);
  }
  const std::string directory = base.empty() ? "." : base;
  THAW_ASSIGN_OR_RETURN(const PathKind kind, storage.Kind(directory));
  if (kind != PathKind::kDirectory) return Status();
  THAW_ASSIGN_OR_RETURN(const std::vector<std::string> names, storage.List(directory));
  for (const std::string& name : names) {
    if (::fnmatch(component.c_str(), name.c_str(), 0) != 0) continue;
    if (!rest.empty()) {
      THAW_ASSIGN_OR_RETURN(const PathKind below, storage.Kind(base + name));
      if (below != PathKind::kDirectory) continue;
    }
    THAW_RETURN_IF_ERROR(Expand(storage, base + name, rest, paths));
  }
  return Status();
}

// The directory part taken literally, the name as a pattern.
Result<std::vector<std::string>> MatchNames(const Storage& storage, const std::string& directory,
                                            const std::string& name_pattern) {
  std::vector<std::string> paths;
  const std::string where = directory.empty() ? "." : directory;
  THAW_ASSIGN_OR_RETURN(const PathKind kind, storage.Kind(where));
  if (kind != PathKind::kDirectory) return paths;
  THAW_ASSIGN_OR_RETURN(const std::vector<std::string> names, storage.List(where));
  for (const std::string& name : names) {
    if (::fnmatch(name_pattern.c_str(), name.c_str(), 0) == 0) paths.push_back(directory + name);
  }
  return paths;
}

}  // namespace

Result<std::vector<std::string>> MatchingPaths(const Storage& storage, const std::string& prefix,
                                               std::string_view pattern) {
  std::vector<std::string> paths;
  if (pattern.empty() || !HasWildcard(pattern)) {
    const std::string path = prefix + std::string(pattern);
    if (path.empty()) return paths;
    THAW_ASSIGN_OR_RETURN(const PathKind kind, storage.Kind(path));
    if (kind != PathKind::kMissing) return std::vector<std::string>{path};
  } else {
    const std::size_t name = prefix.rfind('/') + 1;
    THAW_ASSIGN_OR_RETURN(paths, MatchNames(storage, prefix.substr(0, name),
                                            Escaped(prefix.substr(name)) + std::string(pattern)));
    if (!paths.empty()) return paths;
  }
  if (!HasWildcard(prefix)) return paths;
  THAW_RETURN_IF_ERROR(Expand(storage, "", prefix + std::string(pattern), &paths));
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace thaw
