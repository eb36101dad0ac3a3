// Property: a state file that parses, written out as TensorFlow writes it, parses to the same.

#include <bit>
#include <cstdint>

#include "io/base/bytes.h"
#include "io/checkpoint/checkpoint_state.h"
#include "tests/fuzz/fuzz_check.h"

namespace thaw {
namespace {

// NaN differs from itself, and has one text for all payloads.
bool SameNumber(double a, double b) { return a == b || (a != a && b != b); }

void Run(std::string_view text) {
  const auto state = ParseCheckpointState(text);
  FUZZ_CHECK(state.ok() || state.status().code() == StatusCode::kInvalidArgument);
  if (!state.ok()) return;
  const std::string written = CheckpointStateToText(*state);
  const auto again = ParseCheckpointState(written);
  if (!again.ok()) {
    FUZZ_CHECK(written.size() > kMaxCheckpointStateBytes);  // escapes made it longer
    return;
  }
  FUZZ_CHECK(again->model_checkpoint_path == state->model_checkpoint_path);
  FUZZ_CHECK(again->all_model_checkpoint_paths == state->all_model_checkpoint_paths);
  FUZZ_CHECK(again->all_model_checkpoint_timestamps.size() ==
             state->all_model_checkpoint_timestamps.size());
  for (std::size_t i = 0; i < state->all_model_checkpoint_timestamps.size(); ++i) {
    FUZZ_CHECK(SameNumber(again->all_model_checkpoint_timestamps[i],
                          state->all_model_checkpoint_timestamps[i]));
  }
  FUZZ_CHECK(SameNumber(again->last_preserved_timestamp, state->last_preserved_timestamp));
}

}  // namespace
}  // namespace thaw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thaw::Run(thaw::AsChars(std::as_bytes(std::span(data, size))));
  return 0;
}
