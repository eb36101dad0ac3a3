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

// ops.py: _VALID_SCOPE_NAME_REGEX at the root.
Status CheckName(std::string_view name) {
  if (!name.empty() && (IsLetterOrDigit(name[0]) || name[0] == '.') &&
      std::all_of(name.begin(), name.end(), IsNameChar)) {
    return Status();
  }
  return InvalidArgumentError("'" + std::string(name) +
                              "' is not a valid root scope name: it must begin with a letter, a "
                              "digit or '.' and go on with letters, digits and _ . \\ / > -")
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

Result<std::string> OpNames::Claim(std::string_view name) {
  THAW_RETURN_IF_ERROR(CheckName(name));
  // A name with a slash at its end is neither made unique nor counted as a use.
  std::string op_name =
      name.ends_with('/') ? std::string(name.substr(0, name.size() - 1)) : Unique(name);
  THAW_RETURN_IF_ERROR(Take(op_name));
  return op_name;
}

Status OpNames::ClaimExactly(std::string_view op_name) {
  THAW_RETURN_IF_ERROR(CheckName(op_name));
  THAW_RETURN_IF_ERROR(Take(std::string(op_name)));
  uses_.emplace(LowerCase(op_name), 1);
  return Status();
}

// Graph.unique_name, step for step: names of its own making are remembered, too.
std::string OpNames::Unique(std::string_view name) {
  const std::string base = LowerCase(name);
  std::size_t suffix = uses_[base]++;
  if (suffix == 0) return std::string(name);
  std::string candidate = base;
  while (uses_.contains(candidate)) candidate = base + "_" + std::to_string(suffix++);
  uses_[candidate] = 1;
  return std::string(name) + "_" + std::to_string(suffix - 1);
}

Status OpNames::Take(const std::string& op_name) {
  if (taken_.insert(op_name).second) return Status();
  return InvalidArgumentError("Duplicate node name in graph: '" + op_name + "'")
      .WithTfClass("ValueError")
      .WithHint("another variable has this op name; give one of them another name or \"op_name\"");
}

}  // namespace thaw
