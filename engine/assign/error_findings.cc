#include "engine/assign/error_findings.h"

#include <cstddef>
#include <string>
#include <unordered_map>

#include "engine/assign/quoted_text.h"

namespace thaw {

std::vector<Finding> ErrorFindings(const Resolution& resolution, const AssignmentMap& map) {
  std::unordered_map<std::size_t, std::size_t> missing;  // of scopes, by entry
  for (const MapError& error : resolution.errors) {
    if (error.code == FindingCode::kScopeTensorMissing) ++missing[error.entry];
  }
  std::unordered_map<std::size_t, std::size_t> found;
  for (const Assignment& assignment : resolution.assignments) ++found[assignment.entry];

  std::vector<Finding> findings;
  for (const MapError& error : resolution.errors) {
    Finding& finding = findings.emplace_back();
    finding.code = error.code;
    finding.severity = Severity::kError;
    finding.message = error.status.message();
    if (error.code == FindingCode::kScopeTensorMissing) {
      finding.message += "; " + Counted(missing[error.entry], "variable") +
                         " of the scope without a tensor, " + std::to_string(found[error.entry]) +
                         " would restore";
    }
    finding.hint = error.status.hint();
    finding.variable = error.variable;
    finding.tensor = error.tensor;
    const MapEntry& entry = map.entries()[error.entry];
    finding.map_key = entry.key;
    finding.map_value = entry.value;
  }
  return findings;
}

}  // namespace thaw
