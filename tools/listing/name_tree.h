// NameTree: tensors grouped by the scopes in their names.
//
// Role in the flow: `thaw ls --tree`.

#ifndef THAW_TOOLS_LISTING_NAME_TREE_H_
#define THAW_TOOLS_LISTING_NAME_TREE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tools/print/output_stream.h"

namespace thaw {

struct TreeLeaf {
  std::string_view name;
  std::string details;  // what stands after the last component
  std::uint64_t bytes = 0;
};

// Writes one line per scope (with what is in it) and per leaf, children indented. A scope that
// holds one scope alone shares its line, a scope of one leaf stays in the leaf's name. `leaves` are
// in name order, so that a scope's leaves stand together.
void WriteTree(std::span<const TreeLeaf> leaves, OutputStream& out);

}  // namespace thaw

#endif  // THAW_TOOLS_LISTING_NAME_TREE_H_
