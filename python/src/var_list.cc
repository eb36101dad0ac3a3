#include "python/src/var_list.h"

#include <algorithm>
#include <string>
#include <utility>

#include "python/src/errors.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

bool IsListOrTuple(nb::handle object) {
  return PyList_Check(object.ptr()) != 0 || PyTuple_Check(object.ptr()) != 0;
}

// A variable or a partitioned variable; nullopt for anything else.
std::optional<SaverValue> ValueOf(nb::handle object) {
  if (nb::isinstance<Variable>(object)) {
    return SaverValue{SaverValue::Kind::kVariable, "", {nb::cast<Variable*>(object)}};
  }
  if (nb::isinstance<PartitionedVariable>(object)) {
    const auto* whole = nb::cast<const PartitionedVariable*>(object);
    return SaverValue{SaverValue::Kind::kPartitioned, whole->name, whole->parts};
  }
  return std::nullopt;
}

// The keys of a dict, sorted; all are str.
nb::list SortedKeys(nb::handle dict) {
  for (const nb::handle key : nb::borrow<nb::dict>(dict).keys()) {
    if (PyUnicode_Check(key.ptr()) != 0) continue;
    RaiseTypeError("var_list: a name must be a str, not " + Repr(key));
  }
  nb::list keys = nb::borrow<nb::dict>(dict).keys();
  keys.sort();
  return keys;
}

// Adds what nested lists, tuples and dicts hold, in their order.
void Flatten(nb::handle object, SaverVarList* list) {
  if (IsListOrTuple(object)) {
    for (const nb::handle element : nb::iter(object)) Flatten(element, list);
    return;
  }
  if (PyDict_Check(object.ptr()) != 0) {
    for (const nb::handle key : SortedKeys(object)) Flatten(object[key], list);
    return;
  }
  std::optional<SaverValue> value = ValueOf(object);
  if (!value) {
    RaiseTypeError("var_list: an element must be a Variable or PartitionedVariable, not " +
                   Repr(object));
  }
  list->values.emplace_back("", *std::move(value));
}

SaverValue PartsOf(const std::string& name, nb::handle parts) {
  SaverValue value;
  value.kind = SaverValue::Kind::kParts;
  for (const nb::handle part : nb::iter(parts)) {
    if (!nb::isinstance<Variable>(part)) {
      RaiseValueError(ElementLabel("var_list", name) +
                      ": Slices must all be Variables: " + Repr(part));
    }
    value.variables.push_back(nb::cast<Variable*>(part));
  }
  return value;
}

SaverValue NamedValue(const std::string& name, nb::handle object) {
  if (std::optional<SaverValue> value = ValueOf(object)) return *std::move(value);
  if (IsListOrTuple(object)) return PartsOf(name, object);
  const std::string place = ElementLabel("var_list", name);
  if (object.is_none()) RaiseValueError(place + ": None values not supported");
  RaiseTypeError(place + " must be a Variable, a PartitionedVariable or a list of parts, not " +
                 Repr(object));
}

}  // namespace

std::optional<SaverVarList> VarListFromPython(nb::handle var_list) {
  if (var_list.is_none()) return std::nullopt;
  SaverVarList list;
  if (PyDict_Check(var_list.ptr()) != 0) {
    list.has_names = true;
    for (const nb::handle key : SortedKeys(var_list)) {
      const std::string name = TextFromPython(key, "var_list: a name");
      list.values.emplace_back(name, NamedValue(name, var_list[key]));
    }
    return list;
  }
  if (!IsListOrTuple(var_list) && PySet_Check(var_list.ptr()) == 0) {
    RaiseTypeError("var_list: variables to save should be passed in a dict or a list, not as " +
                   Repr(var_list));
  }
  for (const nb::handle element : nb::iter(var_list)) Flatten(element, &list);
  if (list.values.empty() && PyObject_Size(var_list.ptr()) > 0) {
    RaiseValueError("var_list: No variables to save: the lists in it are empty");
  }
  return list;
}

}  // namespace thaw::python
