#include "tests/conformance/output_suite.h"

namespace thaw {
namespace {

INSTANTIATE_TEST_SUITE_P(Formats, OutputSuite,
                         ::testing::ValuesIn(OutputFormats().begin(), OutputFormats().end()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(OutputFormatsTest, TheNameTellsTheFormat) {
  EXPECT_EQ(FindOutputFormat("dir.npz/x.safetensors")->name, "safetensors");
  EXPECT_EQ(FindOutputFormat("x.npz")->name, "npz");
  EXPECT_EQ(FindOutputFormat("x.npy"), nullptr);
  EXPECT_EQ(FindOutputFormat("x"), nullptr);

  const Status status = CreateOutput("x.txt", IfExists::kKeep).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.hint(), "let it end in .npz or .safetensors");
}

}  // namespace
}  // namespace thaw
