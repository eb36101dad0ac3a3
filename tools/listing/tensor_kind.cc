#include "tools/listing/tensor_kind.h"

#include <algorithm>
#include <array>

namespace thaw {
namespace {

constexpr std::string_view kSlotDirectory = "/.OPTIMIZER_SLOT/";

// The last component of slots' names in tf.compat.v1.train and the optimizers around it; TensorFlow
// numbers the second slot of a kind ("Adam_1").
constexpr std::array<std::string_view, 18> kSlotNames = {
    "Adam",     "AdamW",     "LazyAdam",        "AdaMax",   "Nadam",   "Adagrad",
    "Adadelta", "Ftrl",      "GradientDescent", "Momentum", "RMSProp", "LAMB",
    "LARS",     "AdagradDA", "ProximalAdagrad", "adam_m",   "adam_v",  "momentum",
};

// Scalars that an optimizer keeps beside its slots.
constexpr std::array<std::string_view, 7> kOptimizerScalars = {
    "beta1_power", "beta2_power", "beta_1", "beta_2", "decay", "learning_rate", "_learning_rate",
};

// Suffixes of Mesh TensorFlow's slots: "wi/kernel_slot_vr".
constexpr std::array<std::string_view, 4> kSlotSuffixes = {"_slot_m", "_slot_v", "_slot_vr",
                                                           "_slot_vc"};

// The second group counts the steps of a debiased average.
constexpr std::array<std::string_view, 3> kAverageNames = {"ExponentialMovingAverage", "biased",
                                                           "local_step"};

constexpr std::array<std::string_view, 7> kCounterNames = {
    "global_step", "save_counter", "iter", "iterations", "_iterations", "step", "steps",
};
constexpr std::array<std::string_view, 2> kCounterSuffixes = {"_step", "_steps"};

template <std::size_t N>
bool Has(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <std::size_t N>
bool EndsWithAny(std::string_view name, const std::array<std::string_view, N>& suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&](std::string_view suffix) { return name.ends_with(suffix); });
}

std::string_view WithoutSuffixNumber(std::string_view word) {
  const std::size_t end = word.find_last_not_of("0123456789");
  if (end == std::string_view::npos || end + 1 == word.size() || word[end] != '_') return word;
  return word.substr(0, end);
}

// "a/b/c" and "a/b/": the last component, and what stands before it.
std::string_view LastComponent(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

bool IsWholeScalar(const TensorInfo& tensor) {
  return tensor.shape.empty() && (tensor.dtype == DType::kInt64 || tensor.dtype == DType::kInt32);
}

// Keras 3 keeps everything of an optimizer under "optimizer/_variables/N".
bool IsUnderKerasOptimizer(std::string_view name) {
  return name.starts_with("optimizer/_variables/") ||
         name.find("/optimizer/_variables/") != std::string_view::npos;
}

// By the conventions of `name`: a key, or a full name.
TensorKind KindOfName(std::string_view name, const TensorInfo& tensor) {
  if (name.ends_with(kVariableValueSuffix)) name.remove_suffix(kVariableValueSuffix.size());
  const std::string_view last = LastComponent(name);

  if (name.find(kSlotDirectory) != std::string_view::npos) return TensorKind::kOptimizerSlot;
  if (Has(kAverageNames, last) && last != name) return TensorKind::kEma;
  if (IsWholeScalar(tensor) && (Has(kCounterNames, last) || EndsWithAny(last, kCounterSuffixes))) {
    return TensorKind::kCounter;
  }
  if (IsUnderKerasOptimizer(name)) return TensorKind::kOptimizerSlot;
  const bool is_slot = last != name && Has(kSlotNames, WithoutSuffixNumber(last));
  const bool is_scalar = tensor.shape.empty() && Has(kOptimizerScalars, WithoutSuffixNumber(last));
  if (is_slot || is_scalar || EndsWithAny(last, kSlotSuffixes)) return TensorKind::kOptimizerSlot;
  return TensorKind::kWeight;
}

}  // namespace

std::string_view TensorKindName(TensorKind kind) {
  switch (kind) {
    case TensorKind::kWeight:
      return "weight";
    case TensorKind::kOptimizerSlot:
      return "optimizer slot";
    case TensorKind::kEma:
      return "EMA";
    case TensorKind::kCounter:
      return "counter";
    case TensorKind::kObjectGraph:
      return "object graph";
  }
  return "weight";
}

TensorKind KindOf(const TensorInfo& tensor, const ObjectGraph* graph) {
  if (tensor.name == kObjectGraphKey) return TensorKind::kObjectGraph;
  const TensorKind by_key = KindOfName(tensor.name, tensor);
  if (graph == nullptr || by_key != TensorKind::kWeight) return by_key;
  if (graph->RoleOf(tensor.name) != OptimizerRole::kNone) return TensorKind::kOptimizerSlot;
  return KindOfName(graph->FullNameOf(tensor.name), tensor);
}

}  // namespace thaw
