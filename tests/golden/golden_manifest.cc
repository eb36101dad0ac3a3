#include "tests/golden/golden_manifest.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "io/base/slice.h"

namespace thaw {
namespace {

[[noreturn]] void Die(std::string_view what, std::string_view where) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(where.size()), where.data());
  std::abort();
}

char HexByte(std::string_view digits) {
  unsigned value = 0;
  if (digits.size() < 2 ||
      std::sscanf(std::string(digits.substr(0, 2)).c_str(), "%2x", &value) != 1)
    Die("not hexadecimal", digits);
  return static_cast<char>(value);
}

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, '\t');) fields.push_back(field);
  return fields;
}

// "[2,3]" or "[]".
Shape ParseShape(std::string_view text) {
  Shape shape;
  std::istringstream stream{std::string(text.substr(1, text.size() - 2))};
  for (std::string dim; std::getline(stream, dim, ',');) shape.push_back(std::stoll(dim));
  return shape;
}

GoldenTensor ParseTensor(std::vector<std::string> fields, const std::string& line) {
  fields.resize(5);  // an empty value leaves no field
  GoldenTensor tensor;
  tensor.name = PercentDecoded(fields[1]);
  const auto dtype = DTypeFromName(fields[2]);
  if (!dtype) Die("unknown dtype", line);
  tensor.dtype = *dtype;
  if (fields[3].starts_with('[')) {
    tensor.shape = ParseShape(fields[3]);
  } else {
    tensor.spec = fields[3];
    const auto parsed = ParseShapeAndSlice(tensor.spec);
    if (!parsed.ok()) Die("bad spec", line);
    tensor.shape = parsed->full_shape;
  }
  if (tensor.dtype == DType::kString) {
    tensor.strings = HexListDecoded(fields[4]);
  } else {
    tensor.bytes = HexDecoded(fields[4]);
  }
  return tensor;
}

GoldenManifest ReadManifest(std::string_view name) {
  GoldenManifest manifest;
  std::istringstream lines(ReadFileBytes(GoldenPath(name)));
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> fields = Fields(line);
    if (fields.size() < 3) Die("malformed line", line);
    if (fields[0] == "bundle") {
      const auto num_files = fields.size() > 3 ? std::stoul(fields[3]) : 0;
      manifest.bundles.push_back(
          {fields[1], fields[2] == "reproduce", static_cast<std::uint32_t>(num_files), {}, {}});
    } else if (fields[0] == "digest" && fields.size() == 4) {
      manifest.digests.push_back({fields[1], std::stoull(fields[2]),
                                  static_cast<std::uint32_t>(std::stoul(fields[3], nullptr, 16))});
    } else if (fields[0] == "put" && fields.size() >= 4) {
      manifest.bundles.back().puts.push_back(ParseTensor(fields, line));
    } else if (fields[0] == "get" && fields.size() >= 4) {
      manifest.bundles.back().gets.push_back(ParseTensor(fields, line));
    } else {
      Die("malformed line", line);
    }
  }
  return manifest;
}

}  // namespace

const GoldenManifest& Golden() {
  static const GoldenManifest manifest = ReadManifest("manifest.txt");
  return manifest;
}

const GoldenManifest& GoldenV1() {
  static const GoldenManifest manifest = ReadManifest("manifest_v1.txt");
  return manifest;
}

std::string GoldenPath(std::string_view name) {
  return std::string(THAW_GOLDEN_FOLDER "/") + std::string(name);
}

std::string ReadFileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) Die("cannot read", path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string PercentDecoded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const bool is_escape = text.front() == '%';
    out += is_escape ? HexByte(text.substr(1)) : text.front();
    text.remove_prefix(is_escape ? 3 : 1);
  }
  return out;
}

std::string HexDecoded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '(') {
      out += HexByte(text);
      text.remove_prefix(2);
      continue;
    }
    const std::size_t end = text.find(')');
    if (end == std::string_view::npos || end < 5) Die("a run without end", text);
    out.append(std::stoul(std::string(text.substr(4, end - 4))), HexByte(text.substr(1)));
    text.remove_prefix(end + 1);
  }
  return out;
}

std::vector<std::string> HexListDecoded(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = text.find(',');
    if (end == std::string_view::npos) Die("a string without its comma", text);
    out.push_back(HexDecoded(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace thaw
