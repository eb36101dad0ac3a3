#include "io/checkpoint/object_graph/object_graph.h"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "io/checkpoint/object_graph/object_graph_builder.h"

namespace thaw {
namespace {

constexpr std::string_view kVariableValue = "VARIABLE_VALUE";

}  // namespace

std::string EscapeLocalName(std::string_view local_name) {
  std::string escaped;
  escaped.reserve(local_name.size());
  for (const char c : local_name) {
    if (c == '.') {
      escaped += "..";
    } else if (c == '/') {
      escaped += ".S";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

Result<ObjectGraph> ObjectGraph::Decode(ByteView bytes) {
  if (bytes.size() > kMaxObjectGraphBytes) {
    return UnimplementedError("the object graph has " + std::to_string(bytes.size()) +
                              " bytes; at most " + std::to_string(kMaxObjectGraphBytes) +
                              " are read")
        .WithTfClass(Status::kNoTfClass);
  }
  try {
    return ObjectGraphBuilder().Build(bytes);
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for the object graph");
  }
}

std::span<const std::uint32_t> ObjectGraph::WithFullName(std::string_view full_name) const {
  const auto name_of = [this](std::uint32_t a) -> std::string_view {
    return attributes_[a].full_name;
  };
  const auto range = std::ranges::equal_range(by_full_name_, full_name, {}, name_of);
  return {range.begin(), range.end()};
}

std::span<const std::uint32_t> ObjectGraph::WithKey(std::string_view key) const {
  const auto key_of = [this](std::uint32_t a) -> std::string_view { return attributes_[a].key; };
  const auto range = std::ranges::equal_range(by_key_, key, {}, key_of);
  return {range.begin(), range.end()};
}

std::optional<std::string_view> ObjectGraph::LastKeyOfFullName(std::string_view full_name) const {
  const std::span<const std::uint32_t> named = WithFullName(full_name);
  if (named.empty()) return std::nullopt;
  return attributes_[named.back()].key;
}

std::vector<std::string_view> ObjectGraph::FullNames() const {
  std::vector<std::string_view> names;
  for (const std::uint32_t a : by_full_name_) {
    const std::string_view name = attributes_[a].full_name;
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

std::vector<std::string_view> ObjectGraph::KeysOfFullName(std::string_view full_name) const {
  std::vector<std::string_view> keys;
  for (const std::uint32_t a : WithFullName(full_name)) keys.push_back(attributes_[a].key);
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::string_view ObjectGraph::FullNameOf(std::string_view key) const {
  std::string_view name;
  for (const std::uint32_t a : WithKey(key)) {
    const std::string_view other = attributes_[a].full_name;
    if (!name.empty() && other != name) return "";
    name = other;
  }
  return name;
}

std::optional<std::uint32_t> ObjectGraph::FindChild(std::uint32_t parent,
                                                    std::string_view name) const {
  const auto place = [](const Child& child) {
    return std::pair<std::uint32_t, std::string_view>(child.parent, child.name);
  };
  const auto found = std::ranges::lower_bound(children_, std::pair(parent, name), {}, place);
  if (found == children_.end() || place(*found) != std::pair(parent, name)) return std::nullopt;
  return found->node;
}

std::optional<std::uint32_t> ObjectGraph::FindNode(std::string_view path) const {
  if (num_nodes_ == 0) return std::nullopt;
  std::uint32_t node = 0;
  for (bool at_end = false; !at_end;) {
    const std::size_t slash = path.find('/');
    const std::optional<std::uint32_t> child = FindChild(node, path.substr(0, slash));
    if (!child) return std::nullopt;
    node = *child;
    at_end = slash == std::string_view::npos;
    if (!at_end) path.remove_prefix(slash + 1);
  }
  return node;
}

std::optional<std::string_view> ObjectGraph::KeyOfPath(std::string_view path) const {
  std::string_view attribute = kVariableValue;
  // A local name never begins with "." alone: its escaped form has ".." there.
  if (const std::size_t infix = path.find(kAttributesInfix); infix != std::string_view::npos) {
    attribute = path.substr(infix + kAttributesInfix.size());
    path = path.substr(0, infix);
  }
  const std::optional<std::uint32_t> node = FindNode(path);
  if (!node) return std::nullopt;
  for (std::uint32_t a = first_attribute_[*node]; a < first_attribute_[*node + 1]; ++a) {
    if (EscapeLocalName(attributes_[a].name) == attribute) return attributes_[a].key;
  }
  return std::nullopt;
}

std::string ObjectGraph::PathOf(std::uint32_t node) const {
  std::vector<std::string_view> names;
  while (node != 0 && reached_by_[node] != kNotReached) {
    const Child& child = children_[reached_by_[node]];
    names.push_back(child.name);
    node = child.parent;
  }
  std::string path;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (!path.empty()) path += '/';
    path += *name;
  }
  return path;
}

OptimizerRole ObjectGraph::RoleOf(std::string_view key) const {
  OptimizerRole role = OptimizerRole::kNone;
  for (const std::uint32_t a : WithKey(key)) {
    const OptimizerRole other = roles_[attributes_[a].node];
    if (role == OptimizerRole::kNone) role = other;
  }
  return role;
}

}  // namespace thaw
