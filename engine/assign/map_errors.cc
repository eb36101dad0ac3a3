#include "engine/assign/map_errors.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/assign/map_text.h"
#include "engine/assign/quoted_text.h"
#include "io/base/nearest_names.h"

namespace thaw {
namespace {

bool EndsInOutput(std::string_view name) { return name.ends_with(":0"); }

std::string_view WithoutOutput(std::string_view name) {
  return EndsInOutput(name) ? name.substr(0, name.size() - 2) : name;
}

// The value is the name of a variable of the store, with ":0" behind it.
bool NamesWithOutput(std::string_view name, const VariableStore& store) {
  if (!EndsInOutput(name)) return false;
  const std::string stripped(WithoutOutput(name));
  return store.FindKey(stripped) != nullptr || store.FindKey(stripped + "/part_0") != nullptr;
}

// Status puts a tensor's name in front; an empty one it cannot.
std::string NotFound(std::string_view tensor) {
  return tensor.empty() ? "the tensor \"\" is not found in the checkpoint"
                        : "not found in the checkpoint";
}

}  // namespace

Status MapErrors::ValueError(std::string what, std::string_view tensor,
                             std::string_view hint) const {
  Status status = InvalidArgumentError(std::move(what))
                      .WithTfClass("ValueError")
                      .WithFile(checkpoint_.prefix());
  if (!tensor.empty()) status = status.WithTensor(tensor);
  return hint.empty() ? status : status.WithHint(hint);
}

std::string MapErrors::TextOf(const MapEntry& entry) const {
  return EntryText(entry.key, entry.value, store_.map_notation());
}

std::string MapErrors::ObjectEntry(const std::string& key, const Variable& variable) const {
  return EntryText(key, {MapValue::Kind::kVariable, variable.op_name, {}}, store_.map_notation());
}

const std::vector<std::string_view>& MapErrors::Keys() {
  if (keys_.empty()) keys_ = store_.keys();
  return keys_;
}

std::string MapErrors::DidYouMeanVariable(std::string_view name) {
  if (num_variable_searches_ == kMaxVariableSearches) return "";
  ++num_variable_searches_;
  return DidYouMean(NearestNames(name, Keys()));
}

Fault MapErrors::TensorNotFound(const MapEntry& entry) {
  FindingCode code = FindingCode::kTensorNotFound;
  std::string hint;
  const std::string_view stripped = WithoutOutput(entry.key);
  if (EndsInOutput(entry.key) && tensors_.Has(stripped)) {
    code = FindingCode::kOutputSuffix;
    hint = "tensors of a checkpoint have no \":0\"; write " + DoubleQuoted(stripped);
  } else if (entry.key.ends_with('/')) {
    hint = "the value is a variable, so the key must be a tensor; for a scope, end both with \"/\"";
    const std::string_view tensor = std::string_view(entry.key).substr(0, entry.key.size() - 1);
    if (tensors_.Has(tensor)) {
      hint = "the value is a variable, so the key must be a tensor; write " + DoubleQuoted(tensor);
    }
  } else {
    hint = tensors_.DidYouMeanTensor(entry.key);
  }
  return {code, ValueError(NotFound(entry.key) + ", but the map assigns it: " + TextOf(entry),
                           entry.key, hint)};
}

Fault MapErrors::ShapeMismatch(const MapEntry& entry, const Variable& variable, Dims stored) {
  const Shape& declared = *variable.static_shape;
  std::string differ;
  if (declared.size() != stored.size()) {
    differ = "their ranks differ";
  } else {
    for (std::size_t i = 0; i < stored.size(); ++i) {
      if (declared[i] == stored[i] || declared[i] == kUnknownDim) continue;
      differ += differ.empty() ? "they differ in dimension " : ", ";
      differ += std::to_string(i);
    }
  }
  std::string hint;
  if (variable.slice_info) {
    hint =
        "'" + variable.op_name + "' is a part of '" + variable.slice_info->full_name +
        "'; by itself it takes a whole tensor. Name '" + variable.slice_info->full_name +
        "', or give a list: " +
        MapValueText({MapValue::Kind::kVariables, "", {variable.op_name}}, store_.map_notation());
  }
  return {FindingCode::kShapeMismatch,
          ValueError("Shape of variable " + variable.OutputName() + " (" + ShapeToTuple(declared) +
                         ") doesn't match with shape of tensor " + entry.key + " (" +
                         ShapeToList(stored) + "): " + differ,
                     entry.key, hint)};
}

Fault MapErrors::ScopeToTensor(const MapEntry& entry, std::string_view scope) {
  return NameFault(entry, "no variable named '" + entry.value.name +
                              "' is in the variable store, so it can only be a scope ('" +
                              std::string(scope) + "/'); then the key " + DoubleQuoted(entry.key) +
                              " must be a scope and end in \"/\", too");
}

// For a value that names no variable of the store.
Fault MapErrors::NameFault(const MapEntry& entry, std::string what) {
  const std::string& name = entry.value.name;
  const auto fault = [&](FindingCode code, const std::string& hint) {
    return Fault{code, ValueError(std::move(what), entry.key, hint)};
  };
  if (NamesWithOutput(name, store_)) {
    return fault(FindingCode::kOutputSuffix,
                 "names have no \":0\" in a map; write " + DoubleQuoted(WithoutOutput(name)));
  }
  if (store_.FindKey(name + "/") != nullptr) {
    return fault(
        FindingCode::kNameNotInStore,
        "the store has it under " + DoubleQuoted(name + "/") + ", with a slash at the end");
  }
  const Variable* object = store_.FindOpName(WithoutOutput(name));
  if (object != nullptr && !object->in_store()) {
    return fault(FindingCode::kNotInStore,
                 "'" + object->op_name +
                     "' was made by Variable: it is not in the variable store; write " +
                     ObjectEntry(entry.key, *object));
  }
  if (object != nullptr) {
    return fault(FindingCode::kNameNotInStore,
                 "'" + object->op_name + "' is an op name; the store knows the variable as " +
                     DoubleQuoted(object->key));
  }
  const std::string near = DidYouMeanVariable(name);
  return fault(FindingCode::kNameNotInStore,
               near.empty() ? "if a scope was meant, end both with \"/\""
                            : near + " If a scope was meant, end both with \"/\"");
}

std::string MapErrors::MissingSlashHint(const MapEntry& entry) const {
  return "a scope ends in \"/\"; write {" + DoubleQuoted(entry.key) + ": " +
         DoubleQuoted(entry.value.name.empty() ? "/" : entry.value.name + "/") + "}";
}

// A scope around `variable` with which the entry's key would lead to a tensor.
std::string MapErrors::ScopeHint(const MapEntry& entry, std::string_view variable) {
  const std::string scope = ScopeThatFits(checkpoint_, entry.key, variable);
  if (scope.empty() || scope == entry.value.name) return "";
  return "{" + DoubleQuoted(entry.key) + ": " + DoubleQuoted(scope) + "} would find it; ";
}

Fault MapErrors::ScopeTensorNotFound(const MapEntry& entry, std::string_view variable,
                                     std::string_view tensor, std::string_view rest) {
  FindingCode code = FindingCode::kScopeTensorMissing;
  std::string hint;
  const std::string& value = entry.value.name;
  if (NamesWithOutput(value, store_)) {
    code = FindingCode::kOutputSuffix;
    hint = "names have no \":0\" in a map; write " + DoubleQuoted(WithoutOutput(value)) +
           " and as its key a tensor";
  } else if (!value.ends_with('/')) {
    code = value.find('/') == std::string::npos ? FindingCode::kScopeWithoutSlash
                                                : FindingCode::kParentScope;
    hint = MissingSlashHint(entry);
  } else {
    hint = ScopeHint(entry, variable) + tensors_.DidYouMeanTensor(tensor);
    if (hint.empty()) {
      hint =
          "every variable of a scope must be in the checkpoint; map the others one by one "
          "instead";
    } else if (hint.ends_with("; ")) {
      hint.resize(hint.size() - 2);
    }
  }
  return {code, ValueError(NotFound(tensor) + "; " + TextOf(entry) + " takes it for variable '" +
                               std::string(variable) + "' ('" + std::string(rest) + "' in '" +
                               entry.key + "')",
                           tensor, hint)};
}

Fault MapErrors::CutNameNotFound(const MapEntry& entry, std::string_view cut_name,
                                 std::string_view tensor) {
  const std::string prefix = std::string(cut_name) + "/part_";
  const auto first = std::lower_bound(Keys().begin(), Keys().end(), prefix);
  const std::string variable(first != Keys().end() && first->starts_with(prefix) ? *first
                                                                                 : cut_name);
  return {
      FindingCode::kNameCutAtPart,
      ValueError(TextOf(entry) + " cuts the name '" + variable +
                     "' at \"/part_\" and looks for a variable '" + std::string(cut_name) +
                     "', which is not in the store (nor is '" + std::string(cut_name) + "/part_0')",
                 tensor,
                 "a scope cannot reach a name that contains \"/part_\"; map it by name: {" +
                     DoubleQuoted(variable) + ": " + DoubleQuoted(variable) + "}")};
}

Fault MapErrors::MixedParts(const MapEntry& entry, const Variable& first, const Variable& other) {
  return {FindingCode::kMixedParts,
          ValueError("Slices must all be from the same tensor: " + first.slice_info->full_name +
                         " != " + other.slice_info->full_name + ", in " + TextOf(entry),
                     entry.key, "give each partitioned variable an entry of its own")};
}

Fault MapErrors::NotAPart(const MapEntry& entry, const Variable& variable) {
  const std::string hint = entry.value.kind == MapValue::Kind::kVariables
                               ? "write it by itself: " + ObjectEntry(entry.key, variable)
                               : "map it by its own name: " + DoubleQuoted(variable.key);
  return {FindingCode::kNotAPart,
          ValueError("variable '" + variable.op_name +
                         "' is no part of a partitioned variable, so it has no slice; " +
                         TextOf(entry) + " takes it for one",
                     entry.key, hint)};
}

Fault MapErrors::NoSuchObject(const MapEntry& entry, std::string_view op_name) {
  return {
      FindingCode::kNoSuchObject,
      ValueError("no variable has the op name '" + std::string(op_name) + "', in " + TextOf(entry),
                 entry.key, "")};
}

}  // namespace thaw
