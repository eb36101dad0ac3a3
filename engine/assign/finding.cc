#include "engine/assign/finding.h"

namespace thaw {

std::string_view FindingCodeName(FindingCode code) {
  switch (code) {
    case FindingCode::kNotInStore:
      return "not_in_store";
    case FindingCode::kScopeMatchedNothing:
      return "scope_matched_nothing";
    case FindingCode::kScopeTensorMissing:
      return "scope_tensor_missing";
    case FindingCode::kNameNotInStore:
      return "name_not_in_store";
    case FindingCode::kScopeWithoutSlash:
      return "scope_without_slash";
    case FindingCode::kParentScope:
      return "parent_scope";
    case FindingCode::kScopeExpansion:
      return "scope_expansion";
    case FindingCode::kShapeMismatch:
      return "shape_mismatch";
    case FindingCode::kScopeShapeMismatch:
      return "scope_shape_mismatch";
    case FindingCode::kDTypeMismatch:
      return "dtype_mismatch";
    case FindingCode::kPartMissing:
      return "part_missing";
    case FindingCode::kNameCutAtPart:
      return "name_cut_at_part";
    case FindingCode::kMixedParts:
      return "mixed_parts";
    case FindingCode::kOverridden:
      return "overridden";
    case FindingCode::kTensorShared:
      return "tensor_shared";
    case FindingCode::kOutputSuffix:
      return "output_suffix";
    case FindingCode::kNoCheckpointState:
      return "no_checkpoint_state";
    case FindingCode::kAlreadyInitialized:
      return "already_initialized";
    case FindingCode::kRestored:
      return "restored";
    case FindingCode::kLeftOver:
      return "left_over";
    case FindingCode::kTensorNotFound:
      return "tensor_not_found";
    case FindingCode::kNoSuchObject:
      return "no_such_object";
    case FindingCode::kNotAPart:
      return "not_a_part";
    case FindingCode::kEmptyList:
      return "empty_list";
    case FindingCode::kPartShapeMismatch:
      return "part_shape_mismatch";
    case FindingCode::kSlicesMissing:
      return "slices_missing";
    case FindingCode::kNoMapEntry:
      return "no_map_entry";
    case FindingCode::kOutsideScope:
      return "outside_scope";
    case FindingCode::kEntryFailed:
      return "entry_failed";
  }
  return "";
}

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "";
}

}  // namespace thaw
