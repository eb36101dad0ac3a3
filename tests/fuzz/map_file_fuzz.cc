// Property: any text gives an assignment map, or InvalidArgument that names the file.

#include <cstdint>
#include <string>

#include "engine/assign/map_file.h"
#include "io/base/bytes.h"
#include "tests/fuzz/fuzz_check.h"

namespace {

// A store for objects to be named in: "w", and "emb" in two parts.
const thaw::VariableStore& Store() {
  static const thaw::VariableStore* const store = [] {
    auto* made = new thaw::VariableStore;
    const std::int64_t partitions[] = {2, 1};
    FUZZ_CHECK(made->Variable("w", thaw::DType::kFloat32, {}).ok());
    FUZZ_CHECK(made->GetPartitionedVariable("emb", thaw::DType::kFloat32, {4, 2}, partitions).ok());
    return made;
  }();
  return *store;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = thaw::AsChars(std::as_bytes(std::span(data, size)));
  const auto map = thaw::ParseMap(text, "map.json", Store());
  if (!map.ok()) {
    FUZZ_CHECK(map.status().code() == thaw::StatusCode::kInvalidArgument);
    FUZZ_CHECK(map.status().message().find("map.json") != std::string::npos);
  }
  return 0;
}
