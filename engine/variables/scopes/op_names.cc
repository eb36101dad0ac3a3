#include "engine/variables/scopes/op_names.h"

#include <algorithm>
#include <array>
#include <span>

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

// The last components of the names of a variable's inner ops, in lower case.
std::span<const std::string_view> LeavesOf(InnerOps inner_ops) {
  static constexpr std::array<std::string_view, 3> kRefValue = {"initial_value", "assign", "read"};
  static constexpr std::array<std::string_view, 3> kRefFunction = {"initializer", "assign", "read"};
  static constexpr std::array<std::string_view, 4> kResource = {"initializer", "isinitialized",
                                                                "assign", "read"};
  switch (inner_ops) {
    case InnerOps::kNone:
      break;
    case InnerOps::kRefValue:
      return kRefValue;
    case InnerOps::kRefFunction:
      return kRefFunction;
    case InnerOps::kResource:
      return kResource;
  }
  return {};
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
  if (name.empty()) return CheckName(name, true);
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
  if (!uses_.contains(base) && IsInnerOp(base)) uses_[base] = 1;
  std::size_t suffix = uses_[base]++;
  if (suffix == 0) return std::string(name);
  std::string candidate = base;
  while (uses_.contains(candidate)) candidate = base + "_" + std::to_string(suffix++);
  uses_[candidate] = 1;
  return std::string(name) + "_" + std::to_string(suffix - 1);
}

bool OpNames::IsInnerOp(std::string_view lower_name) const {
  const std::size_t slash = lower_name.rfind('/');
  if (slash == std::string_view::npos) return false;
  const auto parent = inner_ops_.find(std::string(lower_name.substr(0, slash)));
  if (parent == inner_ops_.end()) return false;
  const std::span<const std::string_view> leaves = LeavesOf(parent->second);
  return std::find(leaves.begin(), leaves.end(), lower_name.substr(slash + 1)) != leaves.end();
}

Status OpNames::Take(const std::string& op_name, InnerOps inner_ops) {
  // "/" inside a scope: without its slash nothing is left, and that is judged at the root.
  if (op_name.empty()) return CheckName("/", true);
  if (!taken_.insert(op_name).second) {
    return InvalidArgumentError("Duplicate node name in graph: '" + op_name + "'")
        .WithTfClass("ValueError")
        .WithHint(
            "another variable has this op name; give one of them another name or \"op_name\"");
  }
  if (inner_ops == InnerOps::kNone) return Status();
  const std::string lower = LowerCase(op_name);
  // Where such a name is in use already, the inner op gets the next one.
  for (const std::string_view leaf : LeavesOf(inner_ops)) {
    const std::string inner = lower + "/" + std::string(leaf);
    if (uses_.contains(inner)) Unique(inner);
  }
  inner_ops_.emplace(lower, inner_ops);
  return Status();
}

}  // namespace thaw
