#include "python/src/dtypes.h"

#include <nanobind/stl/string.h>

#include <array>
#include <string>

#include "io/base/status.h"
#include "python/src/errors.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

constexpr std::size_t kNumDTypes = 34;  // numbers of DType, kInvalid included

// One object per dtype. Never destroyed: the interpreter ends before the library does.
using Cache = std::array<nb::object, kNumDTypes>;

std::size_t IndexOf(DType dtype) { return static_cast<std::size_t>(dtype); }

// The integers that stand for a quantised type; `dtype` itself when it is none.
DType PlainType(DType dtype) {
  switch (dtype) {
    case DType::kQInt8:
      return DType::kInt8;
    case DType::kQUInt8:
      return DType::kUInt8;
    case DType::kQInt16:
      return DType::kInt16;
    case DType::kQUInt16:
      return DType::kUInt16;
    case DType::kQInt32:
      return DType::kInt32;
    default:
      return dtype;
  }
}

bool IsOfMlDtypes(DType dtype) {
  return dtype == DType::kBFloat16 || IndexOf(dtype) >= IndexOf(DType::kFloat8E5M2);
}

nb::object MakeNumpyDType(DType dtype) {
  const std::string name(DTypeName(PlainType(dtype)));
  const nb::object make = nb::module_::import_("numpy").attr("dtype");
  if (dtype == DType::kString) return make("O");
  if (dtype == DType::kVariant || dtype == DType::kResource || dtype == DType::kInvalid) {
    RaiseStatus(UnimplementedError("NumPy has no array of dtype " + name));
  }
  if (!IsOfMlDtypes(dtype)) return make(name);
  const nb::object types = nb::module_::import_("ml_dtypes");
  if (!nb::hasattr(types, name.c_str())) {
    RaiseStatus(UnimplementedError("the installed ml_dtypes has no " + name));
  }
  return make(types.attr(name.c_str()));
}

// By what NumPy calls it; see DTypeOfNumpy.
DType LookUpNumpy(nb::handle numpy_dtype) {
  const auto kind = nb::cast<std::string>(numpy_dtype.attr("kind"));
  if (kind == "O" || kind == "S" || kind == "U") return DType::kString;
  std::string name = nb::cast<std::string>(numpy_dtype.attr("name"));
  const nb::object fields = numpy_dtype.attr("names");  // [("qint8", "i1")], as TensorFlow has it
  if (!fields.is_none() && nb::len(fields) == 1) name = nb::cast<std::string>(fields[0]);
  const auto dtype = DTypeFromName(name);
  if (!dtype || !IsFixedSize(*dtype)) return DType::kInvalid;
  const bool same_width =
      nb::cast<std::size_t>(numpy_dtype.attr("itemsize")) == ElementSize(*dtype);
  return same_width ? *dtype : DType::kInvalid;
}

// A Python type where TensorFlow's meaning is not NumPy's; kInvalid: it is none of them.
DType OfPythonType(nb::handle type) {
  if (type.ptr() == reinterpret_cast<PyObject*>(&PyFloat_Type)) return DType::kFloat32;
  if (type.ptr() == reinterpret_cast<PyObject*>(&PyBytes_Type)) return DType::kString;
  if (type.ptr() == reinterpret_cast<PyObject*>(&PyUnicode_Type)) return DType::kString;
  return DType::kInvalid;
}

[[noreturn]] void RaiseNoDType(nb::handle value, const char* argument) {
  RaiseTypeError(std::string(argument) + ": " + Repr(value) +
                 " is no dtype of TensorFlow, NumPy or ml_dtypes");
}

}  // namespace

nb::object DTypeToNumpy(DType dtype) {
  static auto* const cache = new Cache();
  nb::object& cached = (*cache)[IndexOf(dtype)];
  if (!cached.is_valid()) cached = MakeNumpyDType(dtype);
  return cached;
}

nb::object DTypeToName(DType dtype) {
  static auto* const cache = new Cache();
  nb::object& cached = (*cache)[IndexOf(dtype)];
  if (!cached.is_valid()) cached = TextToPython(DTypeName(dtype));
  return cached;
}

DType DTypeOfNumpy(nb::handle numpy_dtype) {
  static auto* const cache = new nb::dict();
  PyObject* found = PyDict_GetItemWithError(cache->ptr(), numpy_dtype.ptr());
  if (found != nullptr) return static_cast<DType>(PyLong_AsLong(found));
  if (PyErr_Occurred() != nullptr) throw nb::python_error();
  const DType dtype = LookUpNumpy(numpy_dtype);
  (*cache)[numpy_dtype] = nb::int_(static_cast<int>(dtype));
  return dtype;
}

DType DTypeFromPython(nb::handle dtype, const char* argument) {
  if (PyUnicode_Check(dtype.ptr()) != 0) {
    if (const auto named = DTypeFromName(TextFromPython(dtype, argument))) return *named;
    RaiseNoDType(dtype, argument);
  }
  if (const DType of_type = OfPythonType(dtype); of_type != DType::kInvalid) return of_type;
  nb::object numpy_dtype;
  try {
    numpy_dtype = nb::module_::import_("numpy").attr("dtype")(dtype);
  } catch (const nb::python_error&) {
    RaiseNoDType(dtype, argument);
  }
  const DType found = dtype.is_none() ? DType::kInvalid : DTypeOfNumpy(numpy_dtype);
  if (found == DType::kInvalid) RaiseNoDType(dtype, argument);
  return found;
}

bool HoldsElementsOf(DType array, DType stored) {
  return array == stored || array == PlainType(stored);
}

}  // namespace thaw::python
