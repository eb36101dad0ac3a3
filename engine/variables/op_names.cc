#include "engine/variables/op_names.h"

#include <algorithm>

namespace thaw {
namespace {

bool IsLetterOrDigit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool IsNameChar(char c) {
  return IsLetterOrDigit(c) || std::string_view("_.\\/>-").find(c) != std::string_view::npos;
}

// ops.py: _VALID_OP_NAME_REGEX at the root, _VALID_SCOPE_NAME_REGEX inside a scope.
Status CheckName(std::string_view name, bool at_root) {
  const bool begins_well =
      !at_root || (!name.empty() && (IsLetterOrDigit(name[0]) || name[0] == '.'));
  if (begins_well && std::all_of(name.begin(), name.end(), IsNameChar)) return Status();
  return InvalidArgumentError("'" + std::string(name) + "' is not a valid " +
                              (at_root ? "root scope name: it must begin with a letter, a digit "
                                         "or '.' and go on with"
                                       : "scope name: it may hold only") +
                              " letters, digits and _ . \\ / > -")
      .WithTfClass("ValueError");
}

std::string LowerCase(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

Result<std::string> OpNames::OpenScope(std::string_view current, std::string_view name) {
  if (name.empty()) return std::string();
  THAW_RETURN_IF_ERROR(CheckName(name, current.empty()));
  // A name with a slash at its end is neither made unique nor counted as a use.
  if (name.ends_with('/')) return std::string(name.substr(0, name.size() - 1));
  return Unique(current.empty() ? std::string(name)
                                : std::string(current) + "/" + std::string(name));
}

Result<std::string> OpNames::Claim(std::string_view current, std::string_view name) {
  // What is left without its slash names an op at the root.
  if (name.empty() || name == "/") return CheckName(name, true);
  THAW_ASSIGN_OR_RETURN(std::string op_name, OpenScope(current, name));
  THAW_RETURN_IF_ERROR(Take(op_name));
  return op_name;
}

Status OpNames::ClaimExactly(std::string_view op_name) {
  THAW_RETURN_IF_ERROR(CheckName(op_name, true));
  THAW_RETURN_IF_ERROR(Take(std::string(op_name), InnerOps::kNone));
  uses_.emplace(LowerCase(op_name), 1);
  return Status();
}

// Graph.unique_name, step for step: names of its own making are remembered, too.
std::string OpNames::Unique(std::string_view name) {
  const std::string base = LowerCase(name);
  if (!uses_.contains(base) && IsInnerOp(name)) uses_[base] = 1;
  std::size_t suffix = uses_[base]++;
  if (suffix == 0) return std::string(name);
  std::string candidate = base;
  while (uses_.contains(candidate)) candidate = base + "_" + std::to_string(suffix++);
  uses_[candidate] = 1;
  return std::string(name) + "_" + std::to_string(suffix - 1);
}

bool OpNames::IsInnerOp(std::string_view name) const {
  const std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return false;
  const auto parent = taken_.find(std::string(name.substr(0, slash)));
  if (parent == taken_.end() || parent->second == InnerOps::kNone) return false;
  const std::string leaf = LowerCase(name.substr(slash + 1));
  if (leaf == "assign" || leaf == "read") return true;
  if (parent->second == InnerOps::kRefValue) return leaf == "initial_value";
  return leaf == "initializer" ||
         (leaf == "isinitialized" && parent->second == InnerOps::kResource);
}

Status OpNames::Take(const std::string& op_name, InnerOps inner_ops) {
  if (taken_.emplace(op_name, inner_ops).second) return Status();
  return InvalidArgumentError("Duplicate node name in graph: '" + op_name + "'")
      .WithTfClass("ValueError")
      .WithHint("another variable has this op name; give one of them another name or \"op_name\"");
}

}  // namespace thaw
