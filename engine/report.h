// Report: what happened to each variable, and why.
//
// Role in the flow: the answer of Initialize and RestoreSaver. Its fields are those of the document
// thaw.restore/1 (tools/ writes the JSON).

#ifndef THAW_ENGINE_REPORT_H_
#define THAW_ENGINE_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/assign/explain.h"
#include "engine/assign/finding.h"
#include "engine/assign/resolver.h"
#include "engine/exec/io_summary.h"
#include "io/base/status.h"

namespace thaw {

struct Report {
  Status status;           // of the first failure; OK when every variable has its value
  std::string checkpoint;  // prefix; empty when no checkpoint took part
  std::vector<VariableReport> variables;
  std::vector<std::string> unused_tensors;
  std::vector<AppliedEntry> entries_without_match;
  // What somebody should know: errors, warnings, notes (docs/tensorflow_rules.md has the codes).
  std::vector<Finding> findings;
  std::uint64_t bytes = 0;  // restored from the checkpoint
  double seconds = 0.0;
  IoSummary io;  // how the restored bytes were fetched

  std::size_t num_restored() const;
  std::size_t num_initialized() const { return variables.size() - num_restored(); }
  // Nothing failed, and every variable of the model came from the checkpoint.
  bool complete() const { return status.ok() && num_restored() == variables.size(); }
};

// The report of a store as its sources stand: what each variable gets when the initializers run.
// With several checkpoints, `checkpoint` and `unused_tensors` are those of the one applied last.
Report ReportSources(const VariableStore& store);

// The report of a map that was resolved with ResolveAll and applied to `store`: what would be
// restored, without a value read. The errors of the map lead the findings.
Report ReportResolution(const Resolution& resolution, const AssignmentMap& map,
                        const VariableStore& store, const CheckpointReader& checkpoint);

// The report of a Saver's assignments, which leave the sources alone.
Report ReportAssignments(const VariableStore& store, const CheckpointReader& checkpoint,
                         const std::vector<Assignment>& assignments);

}  // namespace thaw

#endif  // THAW_ENGINE_REPORT_H_
