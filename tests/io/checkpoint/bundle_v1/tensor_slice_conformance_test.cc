// The V1 reader in the suite of all readers, on the checkpoints that TensorFlow wrote.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/checkpoint/bundle_v1/tensor_slice_reader.h"
#include "io/checkpoint/tensor_slice_files.h"
#include "tests/conformance/checkpoint_reader_suite.h"
#include "tests/golden/golden_manifest.h"

namespace thaw {
namespace {

std::vector<KnownCheckpoint> GoldenCheckpoints() {
  std::vector<KnownCheckpoint> checkpoints;
  for (const GoldenBundle& bundle : GoldenV1().bundles) {
    KnownCheckpoint checkpoint;
    checkpoint.name = bundle.name;
    checkpoint.open = [](const Storage& storage, const std::string& prefix) {
      return OpenTensorSlices(storage, prefix, IoMode::kAuto);
    };
    const std::string path = "golden/" + bundle.name;
    checkpoint.prefix =
        bundle.num_files == 0 ? path : TensorSliceFilePattern(path, bundle.num_files);
    if (bundle.num_files == 0) {
      checkpoint.files[path] = ReadFileBytes(GoldenPath(bundle.name));
    }
    for (std::uint32_t i = 0; i < bundle.num_files; ++i) {
      checkpoint.files[TensorSliceFilePath(path, i, bundle.num_files)] =
          ReadFileBytes(TensorSliceFilePath(GoldenPath(bundle.name), i, bundle.num_files));
    }
    checkpoint.index_path = checkpoint.files.begin()->first;
    checkpoint.opens_without_index = bundle.num_files > 1;
    for (const GoldenTensor& tensor : bundle.gets) {
      checkpoint.tensors.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.bytes});
    }
    checkpoints.push_back(std::move(checkpoint));
  }
  return checkpoints;
}

INSTANTIATE_TEST_SUITE_P(BundleV1, CheckpointReaderSuite, testing::ValuesIn(GoldenCheckpoints()),
                         CheckpointReaderSuite::Name);

}  // namespace
}  // namespace thaw
