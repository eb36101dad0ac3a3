#include "engine/report.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/assign/error_findings.h"
#include "engine/assign/silent_cases.h"

namespace thaw {
namespace {

VariableReport Describe(const Variable& variable) {
  VariableReport report;
  report.name = variable.name;
  report.op_name = variable.op_name;
  report.made_by = variable.made_by;
  report.dtype = variable.dtype;
  report.shape = variable.shape;
  report.slice_info = variable.slice_info;
  return report;
}

// A Saver was made without it.
void ExplainLeftOut(const Variable& variable, VariableReport* report) {
  report->reason = KeptReason::kNoMapEntry;
  report->cause = "'" + variable.op_name + "' is not among the Saver's variables, so it keeps " +
                  (variable.has_value() ? "its value" : "its initializer");
  report->advice = variable.is_local
                       ? "local variables are not in the default list: name it in var_list"
                       : "make the Saver after its variables, or name it in var_list";
}

// The checkpoint that was applied last, be it that nothing of it matched; nullptr for none.
std::shared_ptr<const CheckpointReader> LastCheckpoint(const VariableStore& store) {
  if (!store.applied_entries().empty()) return store.applied_entries().back().checkpoint;
  for (const Variable* variable : store.variables()) {
    if (variable->source) return variable->source->checkpoint;
  }
  return nullptr;
}

// Bytes of a variable's value; 0 for strings and unknown shapes.
std::uint64_t ValueBytes(const VariableReport& variable) {
  const auto elements = NumElements(variable.shape);
  std::uint64_t bytes = 0;
  if (!elements ||
      !CheckedMul(static_cast<std::uint64_t>(*elements), ElementSize(variable.dtype), &bytes)) {
    return 0;
  }
  return bytes;
}

void Explain(const VariableStore& store, const CheckpointReader& checkpoint, Report* report) {
  report->checkpoint = checkpoint.prefix();
  report->variables = ExplainVariables(store, checkpoint);
  report->unused_tensors = UnusedTensors(store, checkpoint);
  for (const AppliedEntry& entry : store.applied_entries()) {
    if (entry.num_matches == 0 && !entry.failed) report->entries_without_match.push_back(entry);
  }
  report->findings = FindSilentCases(store, report->variables, report->unused_tensors);
}

}  // namespace

std::size_t Report::num_restored() const {
  return static_cast<std::size_t>(
      std::count_if(variables.begin(), variables.end(),
                    [](const VariableReport& variable) { return variable.source.has_value(); }));
}

Report ReportSources(const VariableStore& store) {
  Report report;
  if (const auto checkpoint = LastCheckpoint(store)) {
    Explain(store, *checkpoint, &report);
    return report;
  }
  for (const Variable* variable : store.variables()) {
    VariableReport& described = report.variables.emplace_back(Describe(*variable));
    described.reason = variable->in_store() ? KeptReason::kNoMapEntry : KeptReason::kNotInStore;
  }
  return report;
}

Report ReportResolution(const Resolution& resolution, const AssignmentMap& map,
                        const VariableStore& store, const CheckpointReader& checkpoint) {
  Report report;
  Explain(store, checkpoint, &report);
  std::vector<Finding> errors = ErrorFindings(resolution, map);
  report.findings.insert(report.findings.begin(), std::make_move_iterator(errors.begin()),
                         std::make_move_iterator(errors.end()));
  for (const VariableReport& variable : report.variables) {
    if (variable.source) report.bytes += ValueBytes(variable);
  }
  return report;
}

Report ReportAssignments(const VariableStore& store, const CheckpointReader& checkpoint,
                         const std::vector<Assignment>& assignments) {
  Report report;
  report.checkpoint = checkpoint.prefix();
  std::unordered_map<const Variable*, const CheckpointSource*> sources;
  std::unordered_set<std::string_view> used;
  for (const Assignment& assignment : assignments) {
    sources[assignment.variable] = &assignment.source;
    used.insert(assignment.source.tensor);
  }
  for (const Variable* variable : store.variables()) {
    VariableReport& described = report.variables.emplace_back(Describe(*variable));
    const auto source = sources.find(variable);
    if (source != sources.end()) {
      described.source = *source->second;
    } else {
      ExplainLeftOut(*variable, &described);
    }
  }
  for (std::size_t i = 0; i < checkpoint.num_tensors(); ++i) {
    const std::string_view name = checkpoint.tensor(i).name;
    if (!used.contains(name)) report.unused_tensors.emplace_back(name);
  }
  report.findings = FindSaverCases(store, report.variables, report.unused_tensors);
  return report;
}

}  // namespace thaw
