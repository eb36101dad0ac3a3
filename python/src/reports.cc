#include "python/src/reports.h"

#include <nanobind/stl/string.h>

#include <string>
#include <string_view>

#include "engine/assign/finding.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

nb::list NameList(const std::vector<std::string>& names) {
  nb::list list;
  for (const std::string& name : names) list.append(TextToPython(name));
  return list;
}

// A name or scope, {"variable": OP_NAME} or {"variables": [OP_NAME, …]}.
nb::object MapValueToPython(const MapValue& value) {
  if (value.kind == MapValue::Kind::kName) return TextToPython(value.name);
  nb::dict object;
  if (value.kind == MapValue::Kind::kVariable) {
    object["variable"] = TextToPython(value.name);
  } else {
    object["variables"] = NameList(value.variables);
  }
  return object;
}

void AddSource(const CheckpointSource& source, nb::dict& fields) {
  fields["source"] = "checkpoint";
  fields["tensor"] = TextToPython(source.tensor);
  // "10 4 0,2:0,4": the dimensions of the full tensor, then the slice.
  const std::string slice = source.slice_spec.substr(source.slice_spec.rfind(' ') + 1);
  fields["slice"] = slice.empty() ? nb::object(nb::none()) : TextToPython(slice);
  fields["rule"] = TextToPython(AssignmentRuleName(source.rule));
  if (source.rule == AssignmentRule::kSaver) return;
  fields["map_key"] = TextToPython(source.map_key);
  fields["map_value"] = MapValueToPython(source.map_value);
}

nb::dict VariableToDict(const VariableReport& variable) {
  nb::dict fields;
  fields["name"] = TextToPython(variable.name);
  fields["op_name"] = TextToPython(variable.op_name);
  fields["made_by"] = variable.made_by == MadeBy::kGetVariable ? "get_variable" : "Variable";
  fields["dtype"] = TextToPython(DTypeName(variable.dtype));
  nb::list shape;
  for (const std::int64_t dim : variable.shape) {
    shape.append(dim == kUnknownDim ? nb::object(nb::none()) : nb::object(nb::int_(dim)));
  }
  fields["shape"] = shape;
  if (variable.source) {
    AddSource(*variable.source, fields);
  } else {
    fields["source"] = "initializer";
    if (variable.reason) fields["reason"] = TextToPython(KeptReasonName(*variable.reason));
  }
  if (const std::string hint = variable.hint(); !hint.empty()) {
    fields["hint"] = TextToPython(hint);
  }
  return fields;
}

nb::dict FindingToDict(const Finding& finding) {
  nb::dict fields;
  fields["code"] = TextToPython(FindingCodeName(finding.code));
  fields["severity"] = TextToPython(SeverityName(finding.severity));
  fields["message"] = TextToPython(finding.message);
  if (!finding.hint.empty()) fields["hint"] = TextToPython(finding.hint);
  if (!finding.variable.empty()) fields["variable"] = TextToPython(finding.variable);
  if (!finding.tensor.empty()) fields["tensor"] = TextToPython(finding.tensor);
  if (finding.map_key) {
    fields["map_key"] = TextToPython(*finding.map_key);
    fields["map_value"] = MapValueToPython(finding.map_value);
  }
  return fields;
}

nb::dict IoToDict(const IoSummary& io) {
  nb::dict fields;
  fields["mode"] = io.mode();
  fields["mapped_bytes"] = io.mapped_bytes;
  fields["direct_bytes"] = io.direct_bytes;
  fields["buffered_bytes"] = io.buffered_bytes;
  if (!io.queue.empty()) fields["queue"] = io.queue;
  if (!io.why.empty()) fields["why"] = io.why;
  return fields;
}

}  // namespace

nb::object ReportToPython(const Report& report) {
  nb::dict document;
  document["schema"] = "thaw.restore/1";
  document["checkpoint"] = TextToPython(report.checkpoint);
  document["complete"] = report.complete();
  nb::list variables;
  for (const VariableReport& variable : report.variables) {
    variables.append(VariableToDict(variable));
  }
  document["variables"] = variables;
  document["unused_tensors"] = NameList(report.unused_tensors);
  nb::dict totals;
  totals["restored"] = report.num_restored();
  totals["initialized"] = report.num_initialized();
  totals["bytes"] = report.bytes;
  totals["seconds"] = report.seconds;
  document["totals"] = totals;
  if (!report.io.mode().empty()) document["io"] = IoToDict(report.io);
  nb::list findings;
  for (const Finding& finding : report.findings) findings.append(FindingToDict(finding));
  document["findings"] = findings;
  return nb::module_::import_("tensorthaw._report").attr("Report")(document);
}

void RaiseIfFailed(const Report& report) {
  if (report.status.ok()) return;
  const nb::object exception = MakeException(report.status);
  exception.attr("report") = ReportToPython(report);
  for (const Finding& finding : report.findings) {
    if (finding.severity != Severity::kError || finding.variable != report.status.variable()) {
      continue;
    }
    exception.attr("finding") = TextToPython(FindingCodeName(finding.code));
    break;
  }
  Raise(exception);
}

}  // namespace thaw::python
