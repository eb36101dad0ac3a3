// Silent cases: what a map did and TensorFlow would not mention, each as a finding.
//
// Role in the flow: reads the store after the resolver, beside explain, which says why single
// variables kept their initializers. It decides nothing and reads no tensor data.

#ifndef THAW_ENGINE_ASSIGN_SILENT_CASES_H_
#define THAW_ENGINE_ASSIGN_SILENT_CASES_H_

#include <span>
#include <string>
#include <vector>

#include "engine/assign/explain.h"
#include "engine/assign/finding.h"
#include "engine/variables/variable_store.h"

namespace thaw {

// The silent cases of all entries applied to `store`: warnings, then notes, each in the order of
// entries and variables.
//   variables: ExplainVariables of `store`; unused: UnusedTensors.
std::vector<Finding> FindSilentCases(const VariableStore& store,
                                     std::span<const VariableReport> variables,
                                     std::span<const std::string> unused);

// The same for a Saver's restore, after it: variables that the Saver does not know (a warning while
// they have no value), what is left over, what was restored.
//   variables: as above, with the Saver's assignments as sources.
std::vector<Finding> FindSaverCases(const VariableStore& store,
                                    std::span<const VariableReport> variables,
                                    std::span<const std::string> unused);

// The warnings that concern whole entries: scopes that matched nothing or are no scopes, gaps in
// parts, variables initialized before. For what a call should say at once; quick when all is well.
std::vector<Finding> EntryWarnings(const VariableStore& store,
                                   std::span<const AppliedEntry> entries);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_SILENT_CASES_H_
