#include "engine/variables/variable.h"

namespace thaw {

std::string_view AssignmentRuleName(AssignmentRule rule) {
  switch (rule) {
    case AssignmentRule::kScope:
      return "scope";
    case AssignmentRule::kName:
      return "name";
    case AssignmentRule::kObject:
      return "object";
    case AssignmentRule::kSaver:
      return "saver";
  }
  return "";
}

}  // namespace thaw
