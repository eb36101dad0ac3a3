#include "io/base/file_path.h"

#include <algorithm>
#include <vector>

namespace thaw {
namespace {

// The components of an absolute path, "." and ".." resolved.
std::vector<std::string_view> Components(std::string_view absolute) {
  std::vector<std::string_view> components;
  while (!absolute.empty()) {
    const std::size_t slash = std::min(absolute.find('/'), absolute.size());
    const std::string_view name = absolute.substr(0, slash);
    absolute.remove_prefix(std::min(slash + 1, absolute.size()));
    if (name.empty() || name == ".") continue;
    if (name != "..") {
      components.push_back(name);
    } else if (!components.empty()) {
      components.pop_back();
    }
  }
  return components;
}

}  // namespace

std::string JoinPath(const std::string& directory, const std::string& path) {
  if (directory.empty() || IsAbsolutePath(path)) return path;
  return directory.back() == '/' ? directory + path : directory + "/" + path;
}

std::string DirectoryOf(const std::string& path) {
  const std::string head = path.substr(0, path.rfind('/') + 1);
  const std::size_t last = head.find_last_not_of('/');
  return last == std::string::npos ? head : head.substr(0, last + 1);
}

std::string BaseNameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<std::string> RelativePath(const std::string& path, const std::string& start,
                                 const std::string& working_directory) {
  if (path.empty()) return InvalidArgumentError("no path specified").WithTfClass("ValueError");
  const std::string from_text = JoinPath(working_directory, start);
  const std::string to_text = JoinPath(working_directory, path);
  const std::vector<std::string_view> from = Components(from_text);
  const std::vector<std::string_view> to = Components(to_text);
  const auto [from_rest, to_rest] = std::mismatch(from.begin(), from.end(), to.begin(), to.end());
  std::string relative;
  for (auto step = from_rest; step != from.end(); ++step) relative += "../";
  for (auto name = to_rest; name != to.end(); ++name) relative += std::string(*name) + "/";
  if (relative.empty()) return std::string(".");
  relative.pop_back();
  return relative;
}

}  // namespace thaw
