#include "tools/report/report_document.h"

#include <string_view>

#include "tools/print/error_output.h"

namespace thaw {
namespace {

// {"variable": OP_NAME}, {"variables": [OP_NAME, …]}
void WriteMapObject(const MapValue& value, JsonWriter& json) {
  json.BeginObject();
  if (value.kind == MapValue::Kind::kVariable) {
    json.NameField("variable", value.name);
  } else {
    json.NamesField("variables", value.variables);
  }
  json.EndObject();
}

void WriteMapEntry(const std::string& key, const MapValue& value, JsonWriter& json) {
  json.NameField("map_key", key);
  if (value.kind == MapValue::Kind::kName) return json.NameField("map_value", value.name);
  json.Key("map_value");
  WriteMapObject(value, json);
}

void WriteSource(const CheckpointSource& source, JsonWriter& json) {
  json.StringField("source", "checkpoint");
  json.NameField("tensor", source.tensor);
  if (source.found_as == NameForm::kFullName) json.StringField("found_as", "full_name");
  if (source.found_as == NameForm::kObjectPath) json.StringField("found_as", "object_path");
  const std::string slice = SliceTextOf(source);
  json.Key("slice");
  if (slice.empty()) {
    json.Null();
  } else {
    json.String(slice);
  }
  json.StringField("rule", AssignmentRuleName(source.rule));
  if (source.rule != AssignmentRule::kSaver) WriteMapEntry(source.map_key, source.map_value, json);
}

void WriteVariable(const VariableReport& variable, JsonWriter& json) {
  json.BeginObject();
  json.NameField("name", variable.name);
  json.NameField("op_name", variable.op_name);
  json.StringField("made_by",
                   variable.made_by == MadeBy::kGetVariable ? "get_variable" : "Variable");
  json.StringField("dtype", DTypeName(variable.dtype));
  json.IntegersField("shape", variable.shape);
  if (variable.source) {
    WriteSource(*variable.source, json);
  } else {
    json.StringField("source", "initializer");
    if (variable.reason) json.StringField("reason", KeptReasonName(*variable.reason));
  }
  if (const std::string hint = variable.hint(); !hint.empty()) json.StringField("hint", hint);
  json.EndObject();
}

void WriteFinding(const Finding& finding, JsonWriter& json) {
  json.BeginObject();
  json.StringField("code", FindingCodeName(finding.code));
  json.StringField("severity", SeverityName(finding.severity));
  json.StringField("message", finding.message);
  if (!finding.hint.empty()) json.StringField("hint", finding.hint);
  if (!finding.variable.empty()) json.NameField("variable", finding.variable);
  if (!finding.tensor.empty()) json.NameField("tensor", finding.tensor);
  if (finding.map_key) WriteMapEntry(*finding.map_key, finding.map_value, json);
  json.EndObject();
}

}  // namespace

void WriteIoField(std::string_view key, const IoSummary& io, JsonWriter& json) {
  const std::string mode = io.mode();
  if (mode.empty()) return;
  json.Key(key);
  json.BeginObject();
  json.StringField("mode", mode);
  json.UnsignedField("mapped_bytes", io.mapped_bytes);
  json.UnsignedField("direct_bytes", io.direct_bytes);
  json.UnsignedField("buffered_bytes", io.buffered_bytes);
  if (!io.queue.empty()) json.StringField("queue", io.queue);
  if (!io.why.empty()) json.StringField("why", io.why);
  json.EndObject();
}

std::string SliceTextOf(const CheckpointSource& source) {
  // "10 4 0,2:0,4": the dimensions of the full tensor, then the slice.
  return source.slice_spec.substr(source.slice_spec.rfind(' ') + 1);
}

void WriteMapPair(const MapEntry& entry, JsonWriter& json) {
  json.BeginArray();
  json.String(entry.key);
  if (entry.value.kind == MapValue::Kind::kName) {
    json.String(entry.value.name);
  } else {
    WriteMapObject(entry.value, json);
  }
  json.EndArray();
}

void WriteReportFields(const Report& report, JsonWriter& json) {
  json.NameField("checkpoint", report.checkpoint);
  json.BoolField("complete", report.complete());
  json.Key("variables");
  json.BeginArray();
  for (const VariableReport& variable : report.variables) WriteVariable(variable, json);
  json.EndArray();
  json.NamesField("unused_tensors", report.unused_tensors);
  json.Key("totals");
  json.BeginObject();
  json.UnsignedField("restored", report.num_restored());
  json.UnsignedField("initialized", report.num_initialized());
  json.UnsignedField("bytes", report.bytes);
  json.RealField("seconds", report.seconds);
  json.EndObject();
  WriteIoField("io", report.io, json);
  json.Key("findings");
  json.BeginArray();
  for (const Finding& finding : report.findings) WriteFinding(finding, json);
  json.EndArray();
}

void WriteMapErrors(std::span<const MapError> errors, const AssignmentMap& map, JsonWriter& json) {
  json.Key("errors");
  json.BeginArray();
  for (const MapError& error : errors) {
    json.BeginObject();
    WriteErrorFields(error.status, json);
    const MapEntry& entry = map.entries()[error.entry];
    WriteMapEntry(entry.key, entry.value, json);
    if (!error.tensor.empty()) json.NameField("tensor", error.tensor);
    if (!error.status.hint().empty()) json.StringField("hint", error.status.hint());
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace thaw
