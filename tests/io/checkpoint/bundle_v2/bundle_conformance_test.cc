// The V2 reader in the suite of all readers, on the checkpoints that TensorFlow wrote.

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/checkpoint/bundle_v2/bundle_reader.h"
#include "tests/conformance/checkpoint_reader_suite.h"
#include "tests/golden/golden_manifest.h"

namespace thaw {
namespace {

// The manifest lists a tensor once, or once for each slice of it; some only as they were written.
std::vector<KnownTensor> TensorsOf(const GoldenBundle& bundle) {
  std::map<std::string, KnownTensor> tensors;
  for (const auto* listed : {&bundle.gets, &bundle.puts}) {
    for (const GoldenTensor& tensor : *listed) {
      tensors.try_emplace(tensor.name,
                          KnownTensor{tensor.name, tensor.dtype, tensor.shape, tensor.bytes});
    }
  }
  std::vector<KnownTensor> in_order;
  for (const auto& [name, tensor] : tensors) in_order.push_back(tensor);
  return in_order;
}

std::vector<KnownCheckpoint> GoldenCheckpoints() {
  std::vector<KnownCheckpoint> checkpoints;
  for (const GoldenBundle& bundle : Golden().bundles) {
    KnownCheckpoint checkpoint;
    checkpoint.name = bundle.name;
    checkpoint.open = [](const Storage& storage, const std::string& prefix) {
      return OpenBundleV2(storage, prefix, IoMode::kAuto);
    };
    checkpoint.prefix = "golden/" + bundle.name;
    checkpoint.index_path = checkpoint.prefix + ".index";
    const std::filesystem::path folder =
        std::filesystem::path(GoldenPath(bundle.name)).parent_path();
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      const std::string name = file.path().filename().string();
      if (name.starts_with(bundle.name + ".")) {
        checkpoint.files["golden/" + name] = ReadFileBytes(file.path().string());
      }
    }
    checkpoint.tensors = TensorsOf(bundle);
    checkpoints.push_back(std::move(checkpoint));
  }
  return checkpoints;
}

INSTANTIATE_TEST_SUITE_P(BundleV2, CheckpointReaderSuite, testing::ValuesIn(GoldenCheckpoints()),
                         CheckpointReaderSuite::Name);

}  // namespace
}  // namespace thaw
