#include "tools/values/slice_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace thaw {
namespace {

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(separator); end != std::string_view::npos;
       end = text.find(separator)) {
    parts.push_back(Trimmed(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  parts.push_back(Trimmed(text));
  return parts;
}

std::optional<std::int64_t> ParseIndex(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Status Wrong(std::string_view item, std::string_view why) {
  return InvalidArgumentError(fmt::format("slice '{}' {}", item, why))
      .WithTfClass(Status::kNoTfClass)
      .WithHint("write start:stop for each dimension, as in numpy: --slice 0:10,:");
}

// A bound of a range: counted from the end when negative, then clamped to [0, size].
Result<std::int64_t> Bound(std::string_view item, std::string_view text, std::int64_t size,
                           std::int64_t otherwise) {
  if (text.empty()) return otherwise;
  std::optional<std::int64_t> index = ParseIndex(text);
  if (!index) return Wrong(item, "is not of the form start:stop");
  if (*index < 0) *index = *index < -size ? 0 : *index + size;
  return std::min(*index, size);
}

Result<SliceDim> ParseRange(std::string_view item, std::int64_t size) {
  const std::vector<std::string_view> bounds = Split(item, ':');
  if (bounds.size() > 3) return Wrong(item, "is not of the form start:stop");
  if (bounds.size() == 3 && !bounds[2].empty() && bounds[2] != "1") {
    return Wrong(item, "has a step; only steps of 1 can be read");
  }
  THAW_ASSIGN_OR_RETURN(const std::int64_t start, Bound(item, bounds[0], size, 0));
  THAW_ASSIGN_OR_RETURN(const std::int64_t stop, Bound(item, bounds[1], size, size));
  return SliceDim{start, std::max<std::int64_t>(stop - start, 0)};
}

Result<SliceDim> ParseSingle(std::string_view item, std::int64_t size) {
  const std::optional<std::int64_t> index = ParseIndex(item);
  if (!index) return Wrong(item, "is not of the form start:stop");
  if (*index < -size || *index >= size) {
    return Wrong(item, fmt::format("is outside its dimension of {}", size));
  }
  return SliceDim{*index < 0 ? *index + size : *index, 1};
}

}  // namespace

Result<SliceArgument> ParseSliceArgument(std::string_view text, Dims shape) {
  text = Trimmed(text);
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    text = Trimmed(text.substr(1, text.size() - 2));
  }
  std::vector<std::string_view> items;
  if (!text.empty()) items = Split(text, ',');
  if (items.size() > shape.size()) {
    return Wrong(text,
                 fmt::format("has {} dimensions, the tensor has {}", items.size(), shape.size()));
  }
  SliceArgument argument;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    const std::string_view item = d < items.size() ? items[d] : ":";
    const bool is_range = item.find(':') != std::string_view::npos;
    THAW_ASSIGN_OR_RETURN(const SliceDim dim,
                          is_range ? ParseRange(item, shape[d]) : ParseSingle(item, shape[d]));
    argument.slice.dims.push_back(dim);
    if (is_range) argument.shape.push_back(dim.length);
  }
  return argument;
}

}  // namespace thaw
