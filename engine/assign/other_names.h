// OtherNames: the names that a tensor may be meant by, beside its own.
//
// Role in the flow: name_match asks it what the conventions of TensorFlow's averages, object paths
// and optimizers make of a name. It knows names only.

#ifndef THAW_ENGINE_ASSIGN_OTHER_NAMES_H_
#define THAW_ENGINE_ASSIGN_OTHER_NAMES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// "w" for "w/ExponentialMovingAverage"; empty for other names.
std::string_view AveragedName(std::string_view name);
// The last component of a shadow variable.
inline constexpr std::string_view kAverageSlot = "ExponentialMovingAverage";

// "layer/kernel" for "layer/kernel/.ATTRIBUTES/VARIABLE_VALUE", escapes undone; empty for slots
// and for names that are no object path.
std::string ObjectName(std::string_view name);

// The tensors in which TF2 keeps slots of the variable whose object path is `base`, and that may be
// the slot called `slot` in TF1 or TF2: "Adam" is "m".
std::vector<std::size_t> ObjectSlots(const CheckpointReader& checkpoint, std::string_view base,
                                     std::string_view slot);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_OTHER_NAMES_H_
