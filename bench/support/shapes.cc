#include "bench/support/shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "bench/support/normal_values.h"
#include "engine/kernels/dtype_conversions.h"
#include "io/base/shape.h"
#include "io/base/slice.h"
#include "io/checkpoint/bundle_v2/bundle_writer.h"

namespace thaw {
namespace {

struct TensorSpec {
  std::string name;
  Shape shape;
  int num_slices = 0;  // along one dimension; 0: stored whole
  std::size_t sliced_dimension = 0;
};

struct CheckpointSpec {
  DType dtype = DType::kFloat32;
  std::uint32_t num_shards = 1;
  std::vector<TensorSpec> tensors;
};

// `n` with leading zeros, so that names sort as numbers.
std::string Padded(int n, std::size_t width) {
  std::string digits = std::to_string(n);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

// The width of a model whose tensors take `bytes`, when those of one of `base_width` take
// `base_bytes`: bytes grow with the square of the width. A multiple of `step`.
std::int64_t ScaledWidth(std::uint64_t bytes, double base_bytes, double base_width, int step) {
  const double width = base_width * std::sqrt(static_cast<double>(bytes) / base_bytes);
  return std::max<std::int64_t>(1, std::llround(width / step)) * step;
}

// BERT base with its pre-training heads: 206 tensors, 110,106,428 elements at width 768.
CheckpointSpec BertBase(std::uint64_t bytes) {
  const std::int64_t width = ScaledWidth(bytes, 440425712.0, 768.0, 12);
  const std::int64_t vocabulary = std::max<std::int64_t>(1, 30522 * width / 768);
  CheckpointSpec spec;
  const auto add = [&spec](std::string name, Shape shape) {
    spec.tensors.push_back({std::move(name), std::move(shape)});
  };
  const auto add_norm = [&](const std::string& scope) {
    add(scope + "/LayerNorm/beta", {width});
    add(scope + "/LayerNorm/gamma", {width});
  };
  const auto add_dense = [&](const std::string& scope, std::int64_t in, std::int64_t out) {
    add(scope + "/kernel", {in, out});
    add(scope + "/bias", {out});
  };
  add("bert/embeddings/word_embeddings", {vocabulary, width});
  add("bert/embeddings/position_embeddings", {512, width});
  add("bert/embeddings/token_type_embeddings", {2, width});
  add_norm("bert/embeddings");
  for (int i = 0; i < 12; ++i) {
    const std::string layer = "bert/encoder/layer_" + std::to_string(i);
    for (const char* part : {"query", "key", "value"}) {
      add_dense(layer + "/attention/self/" + part, width, width);
    }
    add_dense(layer + "/attention/output/dense", width, width);
    add_norm(layer + "/attention/output");
    add_dense(layer + "/intermediate/dense", width, 4 * width);
    add_dense(layer + "/output/dense", 4 * width, width);
    add_norm(layer + "/output");
  }
  add_dense("bert/pooler/dense", width, width);
  add_dense("cls/predictions/transform/dense", width, width);
  add_norm("cls/predictions/transform");
  add("cls/predictions/output_bias", {vocabulary});
  add("cls/seq_relationship/output_weights", {2, width});
  add("cls/seq_relationship/output_bias", {2});
  return spec;
}

CheckpointSpec OneHuge(std::uint64_t bytes) {
  return {.tensors = {{"huge", {static_cast<std::int64_t>(bytes / sizeof(float))}}}};
}

CheckpointSpec Tiny(std::uint64_t bytes) {
  CheckpointSpec spec;
  const auto count = static_cast<int>(bytes / (16 * sizeof(float)));
  for (int i = 0; i < count; ++i) spec.tensors.push_back({"tiny/v" + Padded(i, 6), {16}});
  return spec;
}

CheckpointSpec Partitioned(std::uint64_t bytes) {
  constexpr int kSlices = 8;
  constexpr std::int64_t kColumns = 500;
  const auto rows = static_cast<std::int64_t>(bytes / (kSlices * kColumns * sizeof(float)));
  return {.tensors = {{"embedding", {kSlices * rows, kColumns}, kSlices}}};
}

CheckpointSpec PartitionedColumns(std::uint64_t bytes) {
  constexpr int kSlices = 8;
  constexpr std::int64_t kColumns = 512;
  const auto rows = static_cast<std::int64_t>(bytes / (kColumns * sizeof(float)));
  return {.tensors = {{"embedding", {rows, kColumns}, kSlices, 1}}};
}

// A decoder of 32 layers with 9 tensors each: 291 tensors, 6,738,415,616 elements at width 4096.
CheckpointSpec Llm(std::uint64_t bytes) {
  const std::int64_t width = ScaledWidth(bytes, 2 * 6738415616.0, 4096.0, 16);
  const std::int64_t inner = width * 11008 / 4096;
  const std::int64_t vocabulary = 32000 * width / 4096;
  CheckpointSpec spec{.dtype = DType::kBFloat16, .num_shards = 4, .tensors = {}};
  const auto add = [&spec](std::string name, Shape shape) {
    spec.tensors.push_back({std::move(name), std::move(shape)});
  };
  add("model/embed_tokens/weight", {vocabulary, width});
  for (int i = 0; i < 32; ++i) {
    const std::string layer = "model/layers/" + Padded(i, 2);
    for (const char* part : {"q_proj", "k_proj", "v_proj", "o_proj"}) {
      add(layer + "/self_attn/" + part + "/weight", {width, width});
    }
    add(layer + "/mlp/gate_proj/weight", {inner, width});
    add(layer + "/mlp/up_proj/weight", {inner, width});
    add(layer + "/mlp/down_proj/weight", {width, inner});
    add(layer + "/input_layernorm/weight", {width});
    add(layer + "/post_attention_layernorm/weight", {width});
  }
  add("model/norm/weight", {width});
  add("lm_head/weight", {vocabulary, width});
  return spec;
}

struct Row {
  CheckpointShape shape;
  CheckpointSpec (*make)(std::uint64_t bytes);
};

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

constexpr Row kRows[] = {
    {{"bert-base", "206 float32 tensors, the largest 94 MB", 440425712}, BertBase},
    {{"one-huge", "one float32 tensor", kGiB}, OneHuge},
    {{"tiny", "100,000 float32 tensors of 16 elements", 6400000}, Tiny},
    {{"partitioned", "one float32 tensor in 8 slices of 50 MB", 400000000}, Partitioned},
    {{"partitioned-columns", "one float32 tensor in 8 slices of 64 columns", 400000000},
     PartitionedColumns},
    {{"llm", "291 bfloat16 tensors in 4 data files", 2 * kGiB}, Llm},
};

constexpr auto kShapes = [] {
  std::array<CheckpointShape, std::size(kRows)> shapes{};
  for (std::size_t i = 0; i < shapes.size(); ++i) shapes[i] = kRows[i].shape;
  return shapes;
}();

// Makes values and hands them to the writer, a megabyte at a time.
class ValueWriter {
 public:
  ValueWriter(DType dtype, const CancellationToken* cancel, BundleWriter* writer)
      : kernel_(*FindKernel(DType::kFloat32, dtype, false)), cancel_(cancel), writer_(*writer) {}

  Status Append(std::uint64_t num_elements) {
    while (num_elements > 0) {
      if (cancel_ != nullptr && cancel_->is_cancelled()) {
        return CancelledError("the writing of the checkpoint was cancelled");
      }
      const auto n = std::min<std::uint64_t>(num_elements, floats_.size());
      const std::span<float> floats(floats_.data(), n);
      values_.Fill(0.02f, floats);
      const auto source = std::as_bytes(floats);
      kernel_.transfer_unchecked(stored_.data(), source.data(), source.size(), 0);
      const std::size_t stored_bytes =
          source.size() / kernel_.source_element * kernel_.destination_element;
      THAW_RETURN_IF_ERROR(writer_.AppendBytes(ByteView(stored_.data(), stored_bytes)));
      num_elements -= n;
    }
    return Status();
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 18;  // elements

  const Kernel& kernel_;
  const CancellationToken* const cancel_;
  BundleWriter& writer_;
  NormalValues values_{20};
  std::vector<float> floats_ = std::vector<float>(kBlock);
  std::vector<std::byte> stored_ = std::vector<std::byte>(kBlock * sizeof(float));
};

std::uint64_t Elements(const Shape& shape) {
  std::uint64_t product = 1;
  for (const std::int64_t extent : shape) product *= static_cast<std::uint64_t>(extent);
  return product;
}

Status WriteTensor(const TensorSpec& tensor, DType dtype, ValueWriter* values,
                   BundleWriter* writer) {
  if (tensor.num_slices == 0) {
    THAW_RETURN_IF_ERROR(writer->BeginTensor(tensor.name, dtype, tensor.shape));
    THAW_RETURN_IF_ERROR(values->Append(Elements(tensor.shape)));
    return writer->EndTensor();
  }
  const std::size_t d = tensor.sliced_dimension;
  Shape part = tensor.shape;
  part[d] /= tensor.num_slices;
  for (int i = 0; i < tensor.num_slices; ++i) {
    TensorSlice slice;
    for (const std::int64_t extent : part) slice.dims.push_back({0, extent});
    slice.dims[d].start = i * part[d];
    THAW_RETURN_IF_ERROR(writer->BeginSlice(tensor.name, tensor.shape, slice, dtype));
    THAW_RETURN_IF_ERROR(values->Append(Elements(part)));
    THAW_RETURN_IF_ERROR(writer->EndTensor());
  }
  return Status();
}

Status WriteCheckpoint(CheckpointSpec spec, const std::string& prefix,
                       const CancellationToken* cancel) {
  // TensorFlow saves in the order of the names.
  std::sort(spec.tensors.begin(), spec.tensors.end(),
            [](const TensorSpec& a, const TensorSpec& b) { return a.name < b.name; });
  BundleWriterOptions options;
  options.num_shards = spec.num_shards;
  THAW_ASSIGN_OR_RETURN(BundleWriter writer, BundleWriter::Create(prefix, options));
  ValueWriter values(spec.dtype, cancel, &writer);
  for (const TensorSpec& tensor : spec.tensors) {
    THAW_RETURN_IF_ERROR(WriteTensor(tensor, spec.dtype, &values, &writer));
  }
  return writer.Finish();
}

}  // namespace

std::span<const CheckpointShape> CheckpointShapes() { return kShapes; }

Status WriteCheckpointShape(std::string_view name, std::uint64_t bytes, const std::string& prefix,
                            const CancellationToken* cancel) {
  constexpr std::uint64_t kLeast = std::uint64_t{1} << 20;
  for (const Row& row : kRows) {
    if (row.shape.name != name) continue;
    if (bytes != 0 && bytes < kLeast) {
      return InvalidArgumentError("a synthetic checkpoint has at least 1 MiB")
          .WithTfClass(Status::kNoTfClass);
    }
    return WriteCheckpoint(row.make(bytes != 0 ? bytes : row.shape.default_bytes), prefix, cancel);
  }
  return InvalidArgumentError("there is no shape \"" + std::string(name) + "\"")
      .WithTfClass(Status::kNoTfClass);
}

}  // namespace thaw
