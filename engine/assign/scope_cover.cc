#include "engine/assign/scope_cover.h"

#include <optional>
#include <string_view>
#include <utility>

namespace thaw {
namespace {

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view scope;  // "", or with its slash
};

// The name below the scope as the rule takes it, and what is left of it in a tensor's name.
std::string_view Rest(const CoverName& name, std::string_view scope) {
  std::string_view rest = std::string_view(name.name).substr(scope.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  return rest;
}

// The key of an entry {key: scope} that gives every name of the range its tensor.
std::optional<std::string> CommonKey(const std::vector<CoverName>& names, const Range& range) {
  std::optional<std::string_view> key;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const std::string_view tensor = names[i].tensor;
    const std::string_view rest = Rest(names[i], range.scope);
    if (tensor.empty() || rest.empty() || !tensor.ends_with(rest)) return std::nullopt;
    const std::string_view own_key = tensor.substr(0, tensor.size() - rest.size());
    if (!own_key.empty() && !own_key.ends_with('/')) return std::nullopt;
    if (key && *key != own_key) return std::nullopt;
    key = own_key;
  }
  return key->empty() ? std::string("/") : std::string(*key);
}

// The scopes directly below `range`, and its names that lie in none.
void Split(const std::vector<CoverName>& names, const Range& range, std::vector<Range>* scopes,
           std::vector<std::size_t>* singles) {
  for (std::size_t i = range.begin; i < range.end;) {
    const std::string_view name = names[i].name;
    const std::size_t slash = name.find('/', range.scope.size());
    if (slash == std::string_view::npos || slash + 1 == name.size()) {
      singles->push_back(i++);
      continue;
    }
    const std::string_view scope = name.substr(0, slash + 1);
    std::size_t end = i;
    while (end < range.end && names[end].name.starts_with(scope)) ++end;
    scopes->push_back({i, end, scope});
    i = end;
  }
}

}  // namespace

void AddCoveringEntries(const std::vector<CoverName>& names, AssignmentMap* map) {
  std::vector<Range> open = {{0, names.size(), ""}};
  while (!open.empty()) {
    const Range range = open.back();
    open.pop_back();
    if (range.end - range.begin > 1) {
      if (const auto key = CommonKey(names, range)) {
        // "a//" and the like: the rule would read another scope out of such a value.
        if (!range.scope.ends_with("//")) {
          map->Add(*key, range.scope.empty() ? "/" : std::string(range.scope));
          continue;
        }
      }
    }
    std::vector<std::size_t> singles;
    Split(names, range, &open, &singles);
    for (const std::size_t i : singles) {
      if (!names[i].tensor.empty()) map->Add(names[i].tensor, names[i].value);
    }
  }
}

}  // namespace thaw
