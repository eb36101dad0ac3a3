// The safetensors reader in the suite of all readers: one file, and a model in two.

#include <string>
#include <vector>

#include "io/checkpoint/safetensors/safetensors_reader.h"
#include "tests/conformance/checkpoint_reader_suite.h"
#include "tests/io/checkpoint/safetensors/safetensors_maker.h"

namespace thaw {
namespace {

std::vector<KnownCheckpoint> Checkpoints() {
  const std::string first = MakeSafetensors(
      R"({"__metadata__":{"k":"v"},"n":{"dtype":"I64","shape":[],"data_offsets":[4,12]},)"
      R"("b/w":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]}})",
      std::string("\x01\x3c\x02\x3c", 4) + std::string(7, '\0') + "\x05");
  const std::string second =
      MakeSafetensors(R"({"z":{"dtype":"BOOL","shape":[3,0],"data_offsets":[0,0]}})", "");
  const KnownTensor w = {"b/w", DType::kFloat16, {2, 1}, std::string("\x01\x3c\x02\x3c", 4)};
  const KnownTensor n = {"n", DType::kInt64, {}, std::string(7, '\0') + "\x05"};
  const KnownTensor z = {"z", DType::kBool, {3, 0}, ""};
  const KnownCheckpoint::Opener open = [](const Storage& storage, const std::string& path) {
    return OpenSafetensors(storage, path, IoMode::kAuto);
  };
  KnownCheckpoint one = {"OneFile", open, "d/m.safetensors", {}, "d/m.safetensors", {w, n}};
  one.files["d/m.safetensors"] = first;
  one.index_has_checksums = false;
  KnownCheckpoint two = {
      "TwoFiles", open, "d/m.safetensors.index.json", {}, "d/m.safetensors.index.json", {w, n, z}};
  two.files["d/m-1.safetensors"] = first;
  two.files["d/m-2.safetensors"] = second;
  two.files["d/m.safetensors.index.json"] =
      R"({"weight_map":{"z":"m-2.safetensors","n":"m-1.safetensors","b/w":"m-1.safetensors"}})";
  two.index_has_checksums = false;
  return {one, two};
}

INSTANTIATE_TEST_SUITE_P(Safetensors, CheckpointReaderSuite, testing::ValuesIn(Checkpoints()),
                         CheckpointReaderSuite::Name);

}  // namespace
}  // namespace thaw
