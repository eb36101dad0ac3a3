#include "engine/assign/saver_keys.h"

#include <set>
#include <utility>

#include "engine/assign/tensor_hints.h"

namespace thaw {
namespace {

Status KeyNotFound(const CheckpointReader& checkpoint, const std::string& key,
                   const SaverItem& item) {
  return NotFoundError("Key " + key + " not found in checkpoint")
      .WithFile(checkpoint.prefix())
      .WithTensor(key)
      .WithVariable(item.variable->op_name)
      .WithHint(TensorHints(checkpoint).DidYouMeanTensor(key));
}

Assignment Assign(const std::shared_ptr<const CheckpointReader>& checkpoint, const SaverItem& item,
                  const std::string& tensor) {
  CheckpointSource source;
  source.checkpoint = checkpoint;
  source.tensor = tensor;
  source.slice_spec = item.slice_spec();
  source.rule = AssignmentRule::kSaver;
  return {item.variable, std::move(source), 0};
}

std::string Joined(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// saver.py: saver_from_object_based_checkpoint.
Status NamesNotFound(const CheckpointReader& checkpoint, const std::set<std::string>& missing,
                     const std::set<std::string>& wanted, const ObjectGraph& graph) {
  std::set<std::string> extra;
  for (const std::string_view name : graph.FullNames()) {
    if (!wanted.contains(std::string(name))) extra.emplace(name);
  }
  return NotFoundError("Existing variables not in the checkpoint: " + Joined(missing) +
                       "; variable names when this checkpoint was written which don't exist now: " +
                       Joined(extra) + "; " + std::to_string(wanted.size() - missing.size()) +
                       " variable name(s) did match. The checkpoint is object-based (written by "
                       "tf.train.Checkpoint or by Keras), so its variables are known by the names "
                       "they had then")
      .WithFile(checkpoint.prefix())
      .WithHint(
          "give the Saver only the variables that existed then, or a map from the old names to "
          "the variables");
}

}  // namespace

Result<std::vector<Assignment>> SaverAssignments(
    const std::shared_ptr<const CheckpointReader>& checkpoint, std::span<const SaverItem> items) {
  std::vector<Assignment> assignments;
  for (const SaverItem& item : items) {
    if (!checkpoint->Find(item.key)) return KeyNotFound(*checkpoint, item.key, item);
    assignments.push_back(Assign(checkpoint, item, item.key));
  }
  return assignments;
}

Result<std::vector<Assignment>> ObjectGraphAssignments(
    const std::shared_ptr<const CheckpointReader>& checkpoint, std::span<const SaverItem> items,
    const ObjectGraph& graph) {
  std::set<std::string> wanted;
  std::set<std::string> missing;
  for (const SaverItem& item : items) {
    wanted.insert(item.key);
    if (!graph.LastKeyOfFullName(item.key)) missing.insert(item.key);
  }
  if (!missing.empty()) return NamesNotFound(*checkpoint, missing, wanted, graph);
  std::vector<Assignment> assignments;
  for (const SaverItem& item : items) {
    const std::string key(*graph.LastKeyOfFullName(item.key));
    if (!checkpoint->Find(key)) return KeyNotFound(*checkpoint, key, item);
    assignments.push_back(Assign(checkpoint, item, key));
  }
  return assignments;
}

}  // namespace thaw
