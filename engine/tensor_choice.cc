#include "engine/tensor_choice.h"

#include <optional>
#include <unordered_set>
#include <utility>

#include "io/base/name_glob.h"
#include "io/checkpoint/object_graph/tensor_lookup.h"

namespace thaw {

std::vector<ChosenTensor> AllTensors(const Checkpoint& checkpoint) {
  std::vector<ChosenTensor> chosen;
  chosen.reserve(checkpoint.num_tensors());
  for (std::size_t i = 0; i < checkpoint.num_tensors(); ++i) {
    chosen.push_back({i, std::string(checkpoint.tensor(i).name)});
  }
  return chosen;
}

Result<std::vector<ChosenTensor>> ChooseTensors(const Checkpoint& checkpoint,
                                                std::span<const std::string> names) {
  std::vector<ChosenTensor> chosen;
  std::unordered_set<std::string> seen;
  const auto choose = [&](std::size_t index, std::string name) {
    if (seen.insert(name).second) chosen.push_back({index, std::move(name)});
  };
  for (const std::string& name : names) {
    if (const auto index = FindTensor(*checkpoint.reader(), name).index) {
      choose(*index, name);
      continue;
    }
    bool found = false;
    const bool is_glob = name.find_first_of("*?[\\") != std::string::npos;
    for (std::size_t i = 0; is_glob && i < checkpoint.num_tensors(); ++i) {
      const std::string_view key = checkpoint.tensor(i).name;
      if (!GlobMatches(name, key)) continue;
      found = true;
      choose(i, std::string(key));
    }
    if (!found) return checkpoint.Find(name).status();
  }
  return chosen;
}

}  // namespace thaw
