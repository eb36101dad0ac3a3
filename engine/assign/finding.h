// Finding: one thing about a map that somebody should know, with a code for programs.
//
// Role in the flow: the vocabulary of explain and of every report. It says nothing of how a case is
// recognised: errors come from the resolver, silent cases from engine/assign/silent_cases.

#ifndef THAW_ENGINE_ASSIGN_FINDING_H_
#define THAW_ENGINE_ASSIGN_FINDING_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/variables/variable.h"
#include "io/base/status.h"

namespace thaw {

// The cases of docs/tensorflow_rules.md, "What TensorFlow leaves silent", in its order.
enum class FindingCode {
  kNotInStore,
  kScopeMatchedNothing,
  kScopeTensorMissing,
  kNameNotInStore,
  kScopeWithoutSlash,
  kParentScope,
  kScopeExpansion,
  kShapeMismatch,
  kScopeShapeMismatch,
  kDTypeMismatch,
  kPartMissing,
  kNameCutAtPart,
  kMixedParts,
  kOverridden,
  kTensorShared,
  kOutputSuffix,
  kNoCheckpointState,
  kAlreadyInitialized,
  kRestored,
  kLeftOver,
  // What is left of the rules: each is an error, or why a variable kept its initializer.
  kTensorNotFound,
  kNoSuchObject,
  kNotAPart,
  kEmptyList,
  kPartShapeMismatch,
  kSlicesMissing,
  kNoMapEntry,
  kOutsideScope,
  kEntryFailed,
};
// "not_in_store", …; stable.
std::string_view FindingCodeName(FindingCode code);

// Error: the call or the initializers would fail. Warning: nothing fails, but a value may not be
// what was meant. Note: worth knowing.
enum class Severity { kError, kWarning, kNote };
// "error", "warning", "note".
std::string_view SeverityName(Severity severity);

struct Finding {
  FindingCode code = FindingCode::kRestored;
  Severity severity = Severity::kNote;
  std::string message;   // one sentence with the names concerned
  std::string hint;      // what to write or do instead; may be empty
  std::string variable;  // op name; empty when it concerns no single variable
  std::string tensor;    // empty when it concerns no single tensor
  // The entry concerned.
  std::optional<std::string> map_key;
  MapValue map_value;
};

// A rule that is broken: TensorFlow's error and the code of the case. OK when `status` is.
struct Fault {
  FindingCode code = FindingCode::kRestored;
  Status status;

  bool ok() const { return status.ok(); }
};

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_FINDING_H_
