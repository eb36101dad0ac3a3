#include "engine/variables/model_file.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "engine/variables/initializers/element_encoding.h"
#include "io/base/nearest_names.h"
#include "io/json/json_document.h"

namespace thaw {
namespace {

using Kind = JsonNode::Kind;

// One variable of the file, read but not yet made.
struct ModelVariable {
  MadeBy made_by = MadeBy::kVariable;
  std::string name;
  Shape shape;
  DType dtype = DType::kFloat32;
  std::optional<std::vector<std::int64_t>> partitions;
  VariableOptions options;
};

// A node and where it lies, for messages.
struct Place {
  std::string_view file;
  std::string field;
  const JsonNode* node;

  Status Error(std::string_view what) const { return JsonError(file, node->line, field, what); }
  Status Expected(std::string_view what) const {
    return Error("expected " + std::string(what) + ", found " +
                 std::string(JsonKindName(node->kind)));
  }
  Place Element(std::size_t index) const {
    return {file, JsonElement(field, index), &node->items[index]};
  }
  Place Member(std::size_t index) const {
    return {file, JsonMember(field, node->keys[index]), &node->items[index]};
  }
  // The member called `key`, if the object has it.
  std::optional<Place> Find(std::string_view key) const {
    const auto found = std::find(node->keys.begin(), node->keys.end(), key);
    if (found == node->keys.end()) return std::nullopt;
    return Member(static_cast<std::size_t>(found - node->keys.begin()));
  }
};

std::string Quoted(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += "\"" + std::string(name) + "\"";
  }
  return text;
}

Status CheckFields(const Place& place, std::span<const std::string_view> known) {
  if (!place.node->is(Kind::kObject)) return place.Expected("an object");
  for (std::size_t i = 0; i < place.node->keys.size(); ++i) {
    const std::string& key = place.node->keys[i];
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    return place.Member(i)
        .Error("unknown field; known are " + Quoted(known))
        .WithHint(DidYouMean(NearestNames(key, known)));
  }
  return Status();
}

Result<std::string> ReadString(const Place& place) {
  if (!place.node->is(Kind::kString)) return place.Expected("a string");
  return place.node->text;
}

Result<bool> ReadBool(const Place& place) {
  if (!place.node->is(Kind::kBool)) return place.Expected("true or false");
  return place.node->boolean;
}

Result<double> ReadNumber(const Place& place) {
  if (!place.node->is_number()) return place.Expected("a number");
  return place.node->real;
}

// A list of numbers of at least `minimum`.
Result<std::vector<std::int64_t>> ReadCounts(const Place& place, std::int64_t minimum) {
  if (!place.node->is(Kind::kArray)) return place.Expected("a list of whole numbers");
  if (place.node->items.size() > kMaxRank) {
    return place.Error("more than " + std::to_string(kMaxRank) + " dimensions");
  }
  std::vector<std::int64_t> counts;
  for (std::size_t i = 0; i < place.node->items.size(); ++i) {
    const Place element = place.Element(i);
    if (!element.node->is_whole()) return element.Expected("a whole number");
    if (element.node->is(Kind::kUnsigned)) return element.Error("the number is too large");
    if (element.node->integer < minimum) {
      return element.Error(std::to_string(element.node->integer) + " is less than " +
                           std::to_string(minimum));
    }
    counts.push_back(element.node->integer);
  }
  return counts;
}

// ---- Initializers ----

Status AddConstantValue(const Place& place, DType dtype, ConstantInitializer* constant) {
  const JsonNode& node = *place.node;
  if (dtype == DType::kString) {
    if (!node.is(Kind::kString)) return place.Expected("a string, as the variable holds strings");
    constant->strings.push_back(node.text);
    return Status();
  }
  if (!IsWholeNumber(dtype)) {
    // JSON has no spelling for these; the words are those that `thaw show --json` prints.
    if (node.is(Kind::kString)) {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      constexpr std::array<std::pair<std::string_view, double>, 3> kWords = {
          {{"NaN", std::numeric_limits<double>::quiet_NaN()},
           {"Infinity", kInfinity},
           {"-Infinity", -kInfinity}}};
      for (const auto& [word, value] : kWords) {
        if (node.text != word) continue;
        constant->reals.push_back(value);
        return Status();
      }
    }
    if (!node.is_number()) return place.Expected("a number");
    constant->reals.push_back(node.real);
    return Status();
  }
  std::int64_t value = node.integer;
  if (node.is(Kind::kBool) && dtype == DType::kBool) {
    value = node.boolean ? 1 : 0;
  } else if (node.is(Kind::kReal)) {
    const auto element = EncodeReal(dtype, node.real);
    if (!element.ok()) return place.Error(element.status().what());
    value = static_cast<std::int64_t>(node.real);
  } else if (!node.is_whole()) {
    return place.Expected("a whole number");
  }
  const bool is_uint64 = dtype == DType::kUInt64;
  if (is_uint64 ? node.real < 0 : node.is(Kind::kUnsigned)) {
    return place.Error("dtype " + std::string(DTypeName(dtype)) + " cannot hold the number");
  }
  const auto element = EncodeInteger(dtype, value);
  if (!element.ok()) return place.Error(element.status().what());
  constant->integers.push_back(value);
  return Status();
}

// Reads nested lists, outermost first; every list of one depth has the same length. The nesting is
// bounded by kMaxJsonDepth.
Status ReadConstant(const Place& place, DType dtype, std::size_t depth,
                    ConstantInitializer* constant) {
  if (!place.node->is(Kind::kArray)) {
    if (depth != constant->shape.size()) {
      return place.Error("a value where a list of " + std::to_string(constant->shape[depth]) +
                         " is expected");
    }
    return AddConstantValue(place, dtype, constant);
  }
  const auto length = static_cast<std::int64_t>(place.node->items.size());
  if (depth == constant->shape.size() || constant->shape[depth] != length) {
    return place.Error("the lists of a constant must all have the same lengths");
  }
  for (std::size_t i = 0; i < place.node->items.size(); ++i) {
    THAW_RETURN_IF_ERROR(ReadConstant(place.Element(i), dtype, depth + 1, constant));
  }
  return Status();
}

Result<Initializer> ReadConstantInitializer(const Place& place, DType dtype) {
  ConstantInitializer constant;
  for (const JsonNode* node = place.node; node->is(Kind::kArray); node = &node->items.front()) {
    constant.shape.push_back(static_cast<std::int64_t>(node->items.size()));
    if (node->items.empty()) break;
  }
  THAW_RETURN_IF_ERROR(ReadConstant(place, dtype, 0, &constant));
  return Initializer(std::move(constant));
}

// Reads the number called `key` of a random initializer into `*number`, if it is there.
Status ReadOptionalNumber(const Place& place, std::string_view key, double* number) {
  const auto member = place.Find(key);
  if (!member) return Status();
  THAW_ASSIGN_OR_RETURN(*number, ReadNumber(*member));
  return Status();
}

Status ReadSeed(const Place& place, std::uint64_t* seed) {
  const auto member = place.Find("seed");
  if (!member) return Status();
  if (!member->node->is_whole()) return member->Expected("a whole number");
  *seed = static_cast<std::uint64_t>(member->node->integer);
  return Status();
}

Result<Initializer> ReadUniform(const Place& place) {
  constexpr std::array<std::string_view, 3> kFields = {"low", "high", "seed"};
  THAW_RETURN_IF_ERROR(CheckFields(place, kFields));
  UniformInitializer uniform;
  THAW_RETURN_IF_ERROR(ReadOptionalNumber(place, "low", &uniform.low));
  THAW_RETURN_IF_ERROR(ReadOptionalNumber(place, "high", &uniform.high));
  THAW_RETURN_IF_ERROR(ReadSeed(place, &uniform.seed));
  if (!(uniform.low <= uniform.high)) return place.Error("a uniform range needs low <= high");
  return Initializer(uniform);
}

Result<Initializer> ReadNormal(const Place& place) {
  constexpr std::array<std::string_view, 3> kFields = {"mean", "stddev", "seed"};
  THAW_RETURN_IF_ERROR(CheckFields(place, kFields));
  NormalInitializer normal;
  THAW_RETURN_IF_ERROR(ReadOptionalNumber(place, "mean", &normal.mean));
  THAW_RETURN_IF_ERROR(ReadOptionalNumber(place, "stddev", &normal.stddev));
  THAW_RETURN_IF_ERROR(ReadSeed(place, &normal.seed));
  return Initializer(normal);
}

Result<Initializer> ReadInitializer(const Place& place, DType dtype) {
  if (place.node->is(Kind::kString)) {
    if (place.node->text == "zeros") return Initializer(ZerosInitializer{});
    if (place.node->text == "ones") return Initializer(OnesInitializer{});
    if (place.node->text == "glorot_uniform") return Initializer(GlorotUniformInitializer{});
  }
  if (place.node->is(Kind::kObject) && place.node->keys.size() == 1) {
    const Place value = place.Member(0);
    const std::string& kind = place.node->keys[0];
    if (kind == "constant") return ReadConstantInitializer(value, dtype);
    if (kind == "uniform") return ReadUniform(value);
    if (kind == "normal") return ReadNormal(value);
  }
  return place.Error(
      "unknown initializer; known are \"zeros\", \"ones\", \"glorot_uniform\", {\"constant\": …}, "
      "{\"uniform\": {\"low\", \"high\", \"seed\"}} and {\"normal\": {\"mean\", \"stddev\", "
      "\"seed\"}}");
}

// ---- Variables ----

Result<MadeBy> ReadMadeBy(const Place& variable) {
  const auto place = variable.Find("made_by");
  if (!place) return variable.Error("the field \"made_by\" is missing");
  THAW_ASSIGN_OR_RETURN(const std::string text, ReadString(*place));
  if (text == "get_variable") return MadeBy::kGetVariable;
  if (text == "Variable") return MadeBy::kVariable;
  return place->Error("'" + text + "' is neither \"get_variable\" nor \"Variable\"");
}

Result<DType> ReadDType(const Place& place) {
  THAW_ASSIGN_OR_RETURN(const std::string text, ReadString(place));
  const auto dtype = DTypeFromName(text);
  if (!dtype) return place.Error("'" + text + "' is no dtype of TensorFlow");
  if (!IsFixedSize(*dtype) && *dtype != DType::kString) {
    return place.Error("no variable holds dtype '" + text + "'");
  }
  return *dtype;
}

Result<ModelVariable> ReadVariable(const Place& place) {
  constexpr std::array<std::string_view, 8> kFields = {
      "made_by", "name", "shape", "dtype", "initializer", "partitions", "op_name", "use_resource"};
  THAW_RETURN_IF_ERROR(CheckFields(place, kFields));
  ModelVariable variable;
  THAW_ASSIGN_OR_RETURN(variable.made_by, ReadMadeBy(place));
  const auto name = place.Find("name");
  if (!name) return place.Error("the field \"name\" is missing");
  THAW_ASSIGN_OR_RETURN(variable.name, ReadString(*name));
  if (variable.name.empty()) return name->Error("an empty name is not a valid root scope name");
  const auto shape = place.Find("shape");
  if (!shape) return place.Error("the field \"shape\" is missing");
  THAW_ASSIGN_OR_RETURN(variable.shape, ReadCounts(*shape, 0));
  if (!NumElements(variable.shape)) return shape->Error("the shape has too many elements");
  if (const auto dtype = place.Find("dtype")) {
    THAW_ASSIGN_OR_RETURN(variable.dtype, ReadDType(*dtype));
  }
  if (const auto partitions = place.Find("partitions")) {
    if (variable.made_by == MadeBy::kVariable) {
      return partitions->Error("only get_variable makes partitioned variables");
    }
    THAW_ASSIGN_OR_RETURN(variable.partitions, ReadCounts(*partitions, 1));
  }
  if (const auto initializer = place.Find("initializer")) {
    THAW_ASSIGN_OR_RETURN(variable.options.initializer,
                          ReadInitializer(*initializer, variable.dtype));
    const Status fits = CheckInitializer(*variable.options.initializer, variable.dtype,
                                         variable.shape, variable.shape);
    if (!fits.ok()) return initializer->Error(fits.what());
  }
  if (const auto op_name = place.Find("op_name")) {
    THAW_ASSIGN_OR_RETURN(variable.options.op_name, ReadString(*op_name));
    if (variable.options.op_name.empty()) return op_name->Error("an op name cannot be empty");
  }
  if (const auto use_resource = place.Find("use_resource")) {
    THAW_ASSIGN_OR_RETURN(variable.options.use_resource, ReadBool(*use_resource));
  }
  return variable;
}

Status Make(const ModelVariable& variable, VariableStore* store) {
  if (variable.partitions) {
    return store
        ->GetPartitionedVariable(variable.name, variable.dtype, variable.shape,
                                 *variable.partitions, variable.options)
        .status();
  }
  if (variable.made_by == MadeBy::kGetVariable) {
    return store->GetVariable(variable.name, variable.dtype, variable.shape, variable.options)
        .status();
  }
  return store->Variable(variable.name, variable.dtype, variable.shape, variable.options).status();
}

Result<VariableStore> ReadModel(const Place& root) {
  constexpr std::array<std::string_view, 1> kFields = {"variables"};
  THAW_RETURN_IF_ERROR(CheckFields(root, kFields));
  const auto variables = root.Find("variables");
  if (!variables) return root.Error("the field \"variables\" is missing");
  if (!variables->node->is(Kind::kArray)) return variables->Expected("a list");
  VariableStore store;
  for (std::size_t i = 0; i < variables->node->items.size(); ++i) {
    const Place place = variables->Element(i);
    THAW_ASSIGN_OR_RETURN(const ModelVariable variable, ReadVariable(place));
    const Status made = Make(variable, &store);
    // The class that TensorFlow would raise is dropped: the file is at fault, not a restore.
    if (!made.ok()) return place.Error(made.what()).WithHint(made.hint());
  }
  return store;
}

}  // namespace

Result<VariableStore> ParseModel(std::string_view text, std::string_view file_name) {
  THAW_ASSIGN_OR_RETURN(const JsonNode root, ParseJson(text, file_name));
  return ReadModel({file_name, "", &root});
}

}  // namespace thaw
