// Error findings: what is wrong with a map, each fault as a finding.
//
// Role in the flow: turns what the resolver refused into the form in which silent cases are
// reported, so that one list holds both. The words are map_errors'.

#ifndef THAW_ENGINE_ASSIGN_ERROR_FINDINGS_H_
#define THAW_ENGINE_ASSIGN_ERROR_FINDINGS_H_

#include <vector>

#include "engine/assign/assignment_map.h"
#include "engine/assign/finding.h"
#include "engine/assign/resolver.h"

namespace thaw {

// The errors of a map as findings, in their order. Where tensors of a scope are missing, each says
// how many of the scope's variables are found.
std::vector<Finding> ErrorFindings(const Resolution& resolution, const AssignmentMap& map);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_ERROR_FINDINGS_H_
