// FakeCheckpoint: names, dtypes, shapes and slices without a file.

#ifndef THAW_TESTS_ENGINE_ASSIGN_FAKE_CHECKPOINT_H_
#define THAW_TESTS_ENGINE_ASSIGN_FAKE_CHECKPOINT_H_

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/checkpoint/checkpoint_reader.h"
#include "io/checkpoint/object_graph/object_graph.h"

namespace thaw {

struct FakeTensor {
  Shape shape;
  DType dtype = DType::kFloat32;
  std::vector<TensorSlice> slices;
};

class FakeCheckpoint final : public CheckpointReader {
 public:
  explicit FakeCheckpoint(std::map<std::string, FakeTensor> tensors)
      : tensors_(tensors.begin(), tensors.end()) {
    for (const auto& [name, tensor] : tensors_) {
      parts_.emplace_back();
      for (const TensorSlice& slice : tensor.slices) parts_.back().push_back({{}, {}, &slice});
      if (tensor.slices.empty()) parts_.back().emplace_back();
    }
  }

  static std::shared_ptr<const CheckpointReader> Make(std::map<std::string, FakeTensor> tensors) {
    return std::make_shared<FakeCheckpoint>(std::move(tensors));
  }

  // One of TF2's objects. `graph`: the bytes of its TrackableObjectGraph.
  static std::shared_ptr<const CheckpointReader> MakeWithGraph(
      std::map<std::string, FakeTensor> tensors, const std::string& graph) {
    auto checkpoint = std::make_shared<FakeCheckpoint>(std::move(tensors));
    checkpoint->graph_ = ObjectGraph::Decode(AsBytes(graph));
    return checkpoint;
  }

  const std::string& prefix() const override { return prefix_; }
  CheckpointFormat format() const override { return CheckpointFormat::kTfV2; }
  std::size_t num_tensors() const override { return tensors_.size(); }
  TensorInfo tensor(std::size_t index) const override {
    const auto& [name, tensor] = tensors_[index];
    return {name, tensor.dtype, tensor.shape, parts_[index]};
  }
  std::optional<std::size_t> Find(std::string_view name) const override {
    const auto found =
        std::lower_bound(tensors_.begin(), tensors_.end(), name,
                         [](const auto& tensor, std::string_view n) { return tensor.first < n; });
    if (found == tensors_.end() || found->first != name) return std::nullopt;
    return static_cast<std::size_t>(found - tensors_.begin());
  }
  std::span<const EntryError> entry_errors() const override { return {}; }
  std::uint32_t num_shards() const override { return 1; }
  std::string shard_path(std::uint32_t) const override { return prefix_ + ".data-00000-of-00001"; }
  Result<const File*> OpenShard(std::uint32_t) const override {
    return NotFoundError("a fake checkpoint has no data");
  }
  Result<const ObjectGraph*> object_graph() const override {
    if (!graph_) return static_cast<const ObjectGraph*>(nullptr);
    THAW_RETURN_IF_ERROR(graph_->status());
    return &**graph_;
  }
  bool is_byte_swapped() const override { return false; }
  std::uint64_t index_bytes() const override { return 0; }

 private:
  std::string prefix_ = "fake/model-0";
  std::vector<std::pair<std::string, FakeTensor>> tensors_;
  std::deque<std::vector<StoredPart>> parts_;
  std::optional<Result<ObjectGraph>> graph_;
};

}  // namespace thaw

#endif  // THAW_TESTS_ENGINE_ASSIGN_FAKE_CHECKPOINT_H_
