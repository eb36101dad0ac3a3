#include "io/checkpoint/checkpoint_state.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "io/storage/memory_storage.h"
#include "tests/golden/golden_manifest.h"

namespace thaw {
namespace {

// A line of checkpoint_states.txt.
struct GoldenState {
  std::string name;
  std::string file;
  std::string answer;  // "none", "invalid", or what TensorFlow writes for what it parsed
};

std::vector<GoldenState> GoldenStates() {
  std::istringstream lines(ReadFileBytes(GoldenPath("checkpoint_states.txt")));
  std::vector<GoldenState> states;
  std::string line;
  std::getline(lines, line);  // the version
  while (std::getline(lines, line)) {
    const std::size_t first = line.find('\t');
    const std::size_t second = line.find('\t', first + 1);
    states.push_back({line.substr(0, first),
                      PercentDecoded(line.substr(first + 1, second - first - 1)),
                      PercentDecoded(line.substr(second + 1))});
  }
  return states;
}

TEST(CheckpointStateTest, OddFilesMeanWhatTensorFlowTakesThemFor) {
  const std::vector<GoldenState> states = GoldenStates();
  ASSERT_GT(states.size(), 100u);
  for (const GoldenState& golden : states) {
    SCOPED_TRACE(golden.name);
    MemoryStorage storage;
    storage.Put("dir/checkpoint", golden.file);

    const Result<FoundCheckpointState> found = ReadCheckpointState(storage, "dir");
    const Result<CheckpointState> parsed = ParseCheckpointState(golden.file);

    if (golden.answer == "invalid") {
      EXPECT_EQ(found.status().code(), StatusCode::kNotFound);
      EXPECT_EQ(found.status().tf_class(), "ValueError");
    } else if (golden.answer == "none") {
      ASSERT_TRUE(found.ok()) << found.status().ToString();
      EXPECT_FALSE(found->state.has_value());
      EXPECT_NE(found->warning, "");
      EXPECT_EQ(parsed.status().code(), StatusCode::kInvalidArgument);
    } else {
      ASSERT_TRUE(found.ok()) << found.status().ToString();
      ASSERT_TRUE(found->state.has_value()) << found->warning;
      ASSERT_TRUE(parsed.ok());
      EXPECT_EQ(CheckpointStateToText(*parsed), golden.answer);
    }
  }
}

TEST(CheckpointStateTest, RelativePathsAreJoinedToTheDirectory) {
  MemoryStorage storage;
  storage.Put("dir/checkpoint",
              "model_checkpoint_path: 'm-2' all_model_checkpoint_paths: ['/abs/m-1', '../m-2']");

  const Result<FoundCheckpointState> found = ReadCheckpointState(storage, "dir/");

  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->state->model_checkpoint_path, "dir/m-2");
  EXPECT_EQ(found->state->all_model_checkpoint_paths,
            (std::vector<std::string>{"/abs/m-1", "dir/../m-2"}));
}

TEST(CheckpointStateTest, ADirectoryWithoutTheFileHasNoStateAndNoWarning) {
  MemoryStorage storage;
  storage.Put("dir/other", "");

  const Result<FoundCheckpointState> found = ReadCheckpointState(storage, "dir");

  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->state.has_value());
  EXPECT_EQ(found->warning, "");
}

TEST(CheckpointStateTest, AnErrorNamesTheLine) {
  const Status status =
      ParseCheckpointState("# one\nmodel_checkpoint_path: 'm'\n\nfoo: 1\n").status();

  EXPECT_EQ(status.message(), "line 4: there is no field 'foo' in a checkpoint state");
}

TEST(CheckpointStateTest, LimitsOnBothSides) {
  std::string paths = "model_checkpoint_path: 'm'\n";
  for (std::size_t i = 0; i < kMaxCheckpointStatePaths; ++i) {
    paths += "all_model_checkpoint_paths: 'm'\n";
  }
  const std::string filler(kMaxCheckpointStateBytes - 26, '#');

  EXPECT_TRUE(ParseCheckpointState(paths).ok());
  EXPECT_FALSE(ParseCheckpointState(paths + "all_model_checkpoint_paths: 'm'\n").ok());
  EXPECT_TRUE(ParseCheckpointState("model_checkpoint_path: 'm'" + filler).ok());
  EXPECT_FALSE(ParseCheckpointState("model_checkpoint_path: 'm'" + filler + "#").ok());
}

TEST(CheckpointStateTest, WritesWhatItReads) {
  CheckpointState state;
  state.model_checkpoint_path = "a\"b\\c\n\x01";
  state.all_model_checkpoint_paths = {"x", "m\xc3\xa9"};
  state.all_model_checkpoint_timestamps = {0.1, 1e300, -3};
  state.last_preserved_timestamp = 1700000000.123456;

  const Result<CheckpointState> again = ParseCheckpointState(CheckpointStateToText(state));

  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->model_checkpoint_path, state.model_checkpoint_path);
  EXPECT_EQ(again->all_model_checkpoint_paths, state.all_model_checkpoint_paths);
  EXPECT_EQ(again->all_model_checkpoint_timestamps, state.all_model_checkpoint_timestamps);
  EXPECT_EQ(again->last_preserved_timestamp, state.last_preserved_timestamp);
}

}  // namespace
}  // namespace thaw
