#include "io/base/slice.h"

#include <algorithm>
#include <charconv>

namespace thaw {
namespace {

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::optional<std::int64_t> ParseInt(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || next != end || text.empty()) return std::nullopt;
  return value;
}

// One item "start,length" or "-" of a slice specification; `whole` is the text for messages.
Result<SliceDim> ParseSliceItem(std::string_view item, std::string_view whole) {
  if (item == "-") return SliceDim{};
  const auto bad_pair = [&] {
    return InvalidArgumentError("Expected a pair of numbers or '-' but got '" + std::string(item) +
                                "': string = " + std::string(whole));
  };
  const std::vector<std::string_view> pair = Split(item, ',');
  if (pair.size() != 2) return bad_pair();
  const auto start = ParseInt(pair[0]);
  const auto length = ParseInt(pair[1]);
  if (!start || !length) return bad_pair();
  if (*start < 0 || *length <= 0) {
    return InvalidArgumentError("Expected non-negative start and positive length but got start = " +
                                std::to_string(*start) + ", length = " + std::to_string(*length) +
                                ": string = " + std::string(whole));
  }
  return SliceDim{*start, *length};
}

}  // namespace

bool TensorSlice::is_full() const {
  return std::all_of(dims.begin(), dims.end(), [](const SliceDim& d) { return d.is_full(); });
}

std::string TensorSlice::ToString() const {
  std::string text;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (i > 0) text += ':';
    if (dims[i].is_full()) {
      text += '-';
    } else {
      text += std::to_string(dims[i].start) + "," + std::to_string(dims[i].length);
    }
  }
  return text;
}

Result<TensorSlice> ResolveSlice(const TensorSlice& slice, Dims full) {
  if (slice.rank() != full.size()) {
    return InternalError("Mismatching ranks: shape = " + ShapeToString(full) +
                         ", slice = " + slice.ToString());
  }
  TensorSlice resolved = slice;
  for (std::size_t i = 0; i < full.size(); ++i) {
    SliceDim& dim = resolved.dims[i];
    if (dim.is_full()) {
      dim = {0, full[i]};
    } else if (dim.start < 0 || dim.start > full[i] || dim.length > full[i] - dim.start) {
      return InternalError("Extent in dimension " + std::to_string(i) + " out of bounds: shape = " +
                           ShapeToString(full) + ", slice = " + slice.ToString());
    }
  }
  return resolved;
}

Shape SliceShape(const TensorSlice& resolved) {
  Shape shape(resolved.rank());
  for (std::size_t i = 0; i < shape.size(); ++i) shape[i] = resolved.dims[i].length;
  return shape;
}

bool CoversAll(const TensorSlice& resolved, Dims full) {
  for (std::size_t i = 0; i < full.size(); ++i) {
    if (resolved.dims[i].start != 0 || resolved.dims[i].length != full[i]) return false;
  }
  return true;
}

std::optional<TensorSlice> Intersect(const TensorSlice& a, const TensorSlice& b) {
  TensorSlice common = TensorSlice::Full(a.rank());
  for (std::size_t i = 0; i < a.rank(); ++i) {
    const std::int64_t begin = std::max(a.dims[i].start, b.dims[i].start);
    const std::int64_t end =
        std::min(a.dims[i].start + a.dims[i].length, b.dims[i].start + b.dims[i].length);
    if (begin >= end) return std::nullopt;
    common.dims[i] = {begin, end - begin};
  }
  return common;
}

Result<ShapeAndSlice> ParseShapeAndSlice(std::string_view text) {
  const std::vector<std::string_view> words = Split(text, ' ');
  if (words.size() < 2) {
    return InvalidArgumentError("Need least two elements in shape_and_slice specification: " +
                                std::string(text));
  }
  ShapeAndSlice parsed;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto dim = ParseInt(words[i]);
    if (!dim || *dim < 0) {
      return InvalidArgumentError("Non numerical dimension in shape_and_slice: " +
                                  std::string(text));
    }
    parsed.full_shape.push_back(*dim);
  }
  std::string_view spec = words.back();
  if (spec.ends_with(':')) spec.remove_suffix(1);
  for (const std::string_view item : Split(spec, ':')) {
    THAW_ASSIGN_OR_RETURN(const SliceDim dim, ParseSliceItem(item, text));
    parsed.slice.dims.push_back(dim);
  }
  THAW_RETURN_IF_ERROR(ResolveSlice(parsed.slice, parsed.full_shape).status());
  return parsed;
}

std::string ShapeAndSliceToString(Dims full_shape, const TensorSlice& slice) {
  std::string text;
  for (const std::int64_t dim : full_shape) text += std::to_string(dim) + " ";
  return text + slice.ToString();
}

}  // namespace thaw
