#include "engine/assign/other_names.h"

#include <algorithm>
#include <array>

namespace thaw {
namespace {

// docs/format/tensor_bundle_v2.md: what TF2 puts behind an object's path.
constexpr std::string_view kValueSuffix = "/.ATTRIBUTES/VARIABLE_VALUE";
constexpr std::string_view kSlotDirectory = "/.OPTIMIZER_SLOT/";

// What TF1's slots are called in TF2's object paths.
struct SlotName {
  std::string_view tf1, tf2;
};
constexpr std::array<SlotName, 8> kSlotNames = {{{"Adam", "m"},
                                                 {"Adam_1", "v"},
                                                 {"Momentum", "momentum"},
                                                 {"RMSProp", "rms"},
                                                 {"RMSProp_1", "momentum"},
                                                 {"Adagrad", "accumulator"},
                                                 {"Ftrl", "accumulator"},
                                                 {"Ftrl_1", "linear"}}};

std::string_view WithoutSuffix(std::string_view name, std::string_view suffix) {
  return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name;
}

bool MayBeSlot(std::string_view stored, std::string_view slot) {
  return stored == slot ||
         std::any_of(kSlotNames.begin(), kSlotNames.end(),
                     [&](const SlotName& name) { return name.tf1 == slot && name.tf2 == stored; });
}

// The first tensor whose name is not before `name`.
std::size_t FirstTensorFrom(const CheckpointReader& checkpoint, std::string_view name) {
  std::size_t begin = 0;
  std::size_t end = checkpoint.num_tensors();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (checkpoint.tensor(middle).name < name) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

}  // namespace

std::string_view AveragedName(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos || name.substr(slash + 1) != kAverageSlot) return "";
  return name.substr(0, slash);
}

std::string ObjectName(std::string_view name) {
  if (!name.ends_with(kValueSuffix) || name.find(kSlotDirectory) != std::string_view::npos) {
    return "";
  }
  const std::string_view path = WithoutSuffix(name, kValueSuffix);
  std::string unescaped;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool is_escape = path[i] == '.' && i + 1 < path.size();
    if (is_escape && (path[i + 1] == '.' || path[i + 1] == 'S')) {
      unescaped += path[++i] == 'S' ? '/' : '.';
    } else {
      unescaped += path[i];
    }
  }
  return unescaped;
}

std::vector<std::size_t> ObjectSlots(const CheckpointReader& checkpoint, std::string_view base,
                                     std::string_view slot) {
  std::vector<std::size_t> slots;
  if (!base.ends_with(kValueSuffix)) return slots;
  const std::string prefix =
      std::string(WithoutSuffix(base, kValueSuffix)) + std::string(kSlotDirectory);
  for (std::size_t t = FirstTensorFrom(checkpoint, prefix); t < checkpoint.num_tensors(); ++t) {
    const std::string_view name = checkpoint.tensor(t).name;
    if (!name.starts_with(prefix)) break;
    const std::string_view path = WithoutSuffix(name, kValueSuffix);
    if (MayBeSlot(path.substr(path.rfind('/') + 1), slot)) slots.push_back(t);
  }
  return slots;
}

}  // namespace thaw
