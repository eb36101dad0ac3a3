#include "tools/listing/name_tree.h"

#include <fmt/format.h>

#include <vector>

#include "tools/print/name_text.h"
#include "tools/print/number_text.h"

namespace thaw {
namespace {

// Deeper scopes stay in the leaf's name: a hostile name may be all slashes.
constexpr std::size_t kMaxDepth = 64;

std::string Indent(std::size_t depth) { return std::string(2 * depth, ' '); }

std::uint64_t TotalBytes(std::span<const TreeLeaf> leaves) {
  std::uint64_t bytes = 0;
  for (const TreeLeaf& leaf : leaves) bytes += leaf.bytes;
  return bytes;
}

}  // namespace

void WriteTree(std::span<const TreeLeaf> leaves, OutputStream& out) {
  // The scope that is open, "a/b/", and where its parents' names end in it.
  std::string scope;
  std::vector<std::size_t> ends = {0};
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const std::string_view name = leaves[i].name;
    while (!name.starts_with(scope)) {
      ends.pop_back();
      scope.resize(ends.back());
    }
    for (std::size_t slash = name.find('/', scope.size());
         slash != std::string_view::npos && ends.size() <= kMaxDepth;
         slash = name.find('/', scope.size())) {
      const std::string_view component = name.substr(scope.size(), slash + 1 - scope.size());
      scope = name.substr(0, slash + 1);
      std::size_t end = i;
      while (end < leaves.size() && leaves[end].name.starts_with(scope)) ++end;
      out.Write(fmt::format("{}{}  ({}, {})\n", Indent(ends.size() - 1), PrintableText(component),
                            end - i, HumanBytes(TotalBytes(leaves.subspan(i, end - i)))));
      ends.push_back(scope.size());
    }
    out.Write(fmt::format("{}{}  {}\n", Indent(ends.size() - 1),
                          PrintableText(name.substr(scope.size())), leaves[i].details));
  }
}

}  // namespace thaw
