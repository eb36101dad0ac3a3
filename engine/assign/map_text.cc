#include "engine/assign/map_text.h"

#include "engine/assign/quoted_text.h"

namespace thaw {
namespace {

std::string PythonObject(std::string_view op_name) {
  return "<Variable '" + std::string(op_name) + "'>";
}

}  // namespace

std::string MapValueText(const MapValue& value, MapNotation notation) {
  const bool is_python = notation == MapNotation::kPython;
  switch (value.kind) {
    case MapValue::Kind::kName:
      return DoubleQuoted(value.name);
    case MapValue::Kind::kVariable:
      return is_python ? PythonObject(value.name)
                       : "{\"variable\": " + DoubleQuoted(value.name) + "}";
    case MapValue::Kind::kVariables:
      break;
  }
  std::string parts;
  for (const std::string& part : value.variables) {
    parts += (parts.empty() ? "" : ", ") + (is_python ? PythonObject(part) : DoubleQuoted(part));
  }
  return is_python ? "[" + parts + "]" : "{\"variables\": [" + parts + "]}";
}

std::string MapPairText(std::string_view key, const MapValue& value, MapNotation notation) {
  return DoubleQuoted(key) + ": " + MapValueText(value, notation);
}

std::string EntryText(std::string_view key, const MapValue& value, MapNotation notation) {
  return "{" + MapPairText(key, value, notation) + "}";
}

}  // namespace thaw
