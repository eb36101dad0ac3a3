// Property: any text gives a store whose variables all have op names, each its own, or
// InvalidArgument that names the file.

#include <cstdint>
#include <set>
#include <string>

#include "engine/variables/model_file.h"
#include "io/base/bytes.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = thaw::AsChars(std::as_bytes(std::span(data, size)));
  const auto store = thaw::ParseModel(text, "model.json");
  if (!store.ok()) {
    FUZZ_CHECK(store.status().code() == thaw::StatusCode::kInvalidArgument);
    FUZZ_CHECK(store.status().message().find("model.json") != std::string::npos);
    return 0;
  }
  std::set<std::string> op_names;
  for (const thaw::Variable* variable : store->variables()) {
    FUZZ_CHECK(op_names.insert(variable->op_name).second);
    FUZZ_CHECK(store->FindOpName(variable->op_name) == variable);
  }
  return 0;
}
