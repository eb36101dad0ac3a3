#include "tools/listing/name_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
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

// The leaves at the front of `leaves` whose names begin with `scope`.
std::span<const TreeLeaf> LeavesOf(std::string_view scope, std::span<const TreeLeaf> leaves) {
  std::size_t count = 0;
  while (count < leaves.size() && leaves[count].name.starts_with(scope)) ++count;
  return leaves.first(count);
}

// The longest scope that all names share; each begins with `scope`.
std::string_view CommonScope(std::string_view scope, std::span<const TreeLeaf> leaves) {
  const std::string_view name = leaves.front().name;
  std::size_t common = name.size();
  for (const TreeLeaf& leaf : leaves) {
    const std::string_view shorter = leaf.name.substr(0, common);
    const auto differ = std::mismatch(shorter.begin(), shorter.end(), name.begin());
    common = static_cast<std::size_t>(differ.first - shorter.begin());
  }
  const std::size_t slash = name.substr(0, common).rfind('/');
  return name.substr(0, std::max(scope.size(), slash + 1));
}

}  // namespace

void WriteTree(std::span<const TreeLeaf> leaves, OutputStream& out) {
  // The scope that is open, "a/b/", and the lengths of the open ones that it begins with.
  std::string_view scope;
  std::vector<std::size_t> open = {0};
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const std::string_view name = leaves[i].name;
    while (!name.starts_with(scope)) {
      open.pop_back();
      scope = scope.substr(0, open.back());
    }
    while (open.size() <= kMaxDepth) {
      const std::size_t slash = name.find('/', scope.size());
      if (slash == std::string_view::npos) break;
      const auto inside = LeavesOf(name.substr(0, slash + 1), leaves.subspan(i));
      if (inside.size() == 1) break;  // a scope of one leaf stays in its name
      const std::string_view inner = CommonScope(name.substr(0, slash + 1), inside);
      out.Write(fmt::format("{}{}  ({}, {})\n", Indent(open.size() - 1),
                            PrintableText(inner.substr(scope.size())), inside.size(),
                            HumanBytes(TotalBytes(inside))));
      scope = inner;
      open.push_back(scope.size());
    }
    out.Write(fmt::format("{}{}  {}\n", Indent(open.size() - 1),
                          PrintableText(name.substr(scope.size())), leaves[i].details));
  }
}

}  // namespace thaw
