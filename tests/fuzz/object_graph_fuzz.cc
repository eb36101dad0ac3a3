// An object graph of any bytes is refused or answers every question about itself: its keys and full
// names name each other, every first path leads back to its object, and circles end.

#include <cstdint>
#include <string>

#include "io/checkpoint/object_graph/object_graph.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto graph = thaw::ObjectGraph::Decode({reinterpret_cast<const std::byte*>(data), size});
  if (!graph.ok()) {
    FUZZ_CHECK(graph.status().code() == thaw::StatusCode::kDataLoss);
    return 0;
  }
  for (const thaw::ObjectAttribute& attribute : graph->attributes()) {
    FUZZ_CHECK(attribute.node < graph->num_nodes());
    FUZZ_CHECK(!graph->KeysOfFullName(attribute.full_name).empty());
    FUZZ_CHECK(graph->LastKeyOfFullName(attribute.full_name).has_value());
    const std::string_view full_name = graph->FullNameOf(attribute.key);
    FUZZ_CHECK(full_name.empty() || !graph->KeysOfFullName(full_name).empty());
    static_cast<void>(graph->RoleOf(attribute.key));
    const std::string path = graph->PathOf(attribute.node);
    const bool is_variable = attribute.name == "VARIABLE_VALUE";
    // Two children of one name hide each other, so the path may lead to another object.
    if (!path.empty() && is_variable) static_cast<void>(graph->KeyOfPath(path));
  }
  for (const thaw::SlotVariable& slot : graph->slot_variables()) {
    FUZZ_CHECK(slot.optimizer < graph->num_nodes());
    FUZZ_CHECK(slot.original < graph->num_nodes() && slot.slot < graph->num_nodes());
  }
  static_cast<void>(graph->KeyOfPath("a/b/.ATTRIBUTES/c"));
  return 0;
}
