// Every golden checkpoint is restored with the bytes that TensorFlow restores, by both executors.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "io/checkpoint/tensor_slice_files.h"
#include "tests/golden/golden_manifest.h"
#include "tests/support/restore_tensor.h"

namespace thaw {
namespace {

class GoldenRestoreTest : public ::testing::TestWithParam<std::tuple<std::string, bool>> {
 protected:
  static const GoldenBundle& Bundle() {
    const std::string& name = std::get<0>(GetParam());
    const auto& bundles = name.starts_with("v1_") ? GoldenV1().bundles : Golden().bundles;
    return *std::ranges::find(bundles, name, &GoldenBundle::name);
  }
  static std::string Path() {
    const std::string path = GoldenPath(Bundle().name);
    return Bundle().num_files == 0 ? path : TensorSliceFilePattern(path, Bundle().num_files);
  }
  static RestoreOptions Options() {
    RestoreOptions options;
    options.threads = 2;
    options.inline_executor = std::get<1>(GetParam());
    return options;
  }
};

TEST_P(GoldenRestoreTest, GivesTheBytesOfTensorFlow) {
  const auto checkpoint = Checkpoint::Open(Path());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().ToString();

  std::vector<std::string> names;
  for (const GoldenTensor& wanted : Bundle().gets) {
    const auto tensor = checkpoint->Find(wanted.name);
    ASSERT_TRUE(tensor.ok()) << tensor.status().ToString();
    EXPECT_EQ(DTypeName(tensor->dtype), DTypeName(wanted.dtype)) << wanted.name;
    EXPECT_TRUE(std::ranges::equal(tensor->shape, wanted.shape)) << wanted.name;
    if (wanted.dtype == DType::kVariant) continue;  // listed, not restored

    const RestoredTensor got = RestoreTensor(*checkpoint, *tensor, Options());

    ASSERT_TRUE(got.status.ok()) << got.status.ToString();
    EXPECT_EQ(got.state, BufferState::kDone);
    EXPECT_EQ(got.bytes, wanted.bytes) << wanted.name;
    EXPECT_EQ(got.strings, wanted.strings) << wanted.name;
  }
}

TEST_P(GoldenRestoreTest, ListsWhatTensorFlowSaved) {
  const auto checkpoint = Checkpoint::Open(Path());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().ToString();
  if (Bundle().gets.empty()) GTEST_SKIP() << "TensorFlow cannot read this one as a whole";

  std::vector<std::string> names, wanted;
  for (std::size_t i = 0; i < checkpoint->num_tensors(); ++i) {
    names.emplace_back(checkpoint->tensor(i).name);
  }
  for (const GoldenTensor& tensor : Bundle().gets) wanted.push_back(tensor.name);

  EXPECT_EQ(names, wanted);
}

// What was put in as slices comes back slice by slice, also where TensorFlow cannot join them.
TEST_P(GoldenRestoreTest, GivesBackEverySliceThatWasPut) {
  const auto checkpoint = Checkpoint::Open(Path());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().ToString();

  for (const GoldenTensor& put : Bundle().puts) {
    if (put.spec.empty()) continue;
    const auto parsed = ParseShapeAndSlice(put.spec);
    std::string bytes(put.bytes.size(), kCanary);
    std::vector<std::string> strings;
    Request request;
    request.tensor = put.name;
    request.slice_spec = put.spec;
    request.dtype = put.dtype;
    request.shape = SliceShape(*ResolveSlice(parsed->slice, parsed->full_shape));
    request.buffer = std::as_writable_bytes(std::span(bytes));
    if (put.dtype == DType::kString) request.strings = &strings;

    const RestoreOutcome outcome = Restore(*checkpoint, std::span(&request, 1), Options());

    ASSERT_TRUE(outcome.status.ok()) << put.spec << ": " << outcome.status.ToString();
    EXPECT_EQ(bytes, put.bytes) << put.name << " " << put.spec;
    EXPECT_EQ(strings, put.strings) << put.name << " " << put.spec;
  }
}

std::vector<std::string> BundleNames() {
  std::vector<std::string> names;
  for (const GoldenManifest* manifest : {&Golden(), &GoldenV1()}) {
    for (const GoldenBundle& bundle : manifest->bundles) names.push_back(bundle.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, GoldenRestoreTest,
                         ::testing::Combine(::testing::ValuesIn(BundleNames()), ::testing::Bool()),
                         [](const auto& test) {
                           return std::get<0>(test.param) +
                                  (std::get<1>(test.param) ? "_inline" : "_graph");
                         });

}  // namespace
}  // namespace thaw
