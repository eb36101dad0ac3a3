#include "python/src/paths.h"

#include <nanobind/stl/string.h>

#include "python/src/errors.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

[[noreturn]] void RaiseWrongType(nb::handle value, const char* argument, const char* wanted) {
  RaiseTypeError(std::string(argument) + " must be " + wanted + ", not " + TypeName(value));
}

std::string BytesOf(const nb::object& bytes) {
  char* data = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(bytes.ptr(), &data, &size) != 0) throw nb::python_error();
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

std::string PathFromPython(nb::handle path, const char* argument) {
  PyObject* fs_path = PyOS_FSPath(path.ptr());
  if (fs_path == nullptr) {
    PyErr_Clear();
    RaiseWrongType(path, argument, "a str or os.PathLike");
  }
  nb::object text = nb::steal(fs_path);
  if (PyUnicode_Check(text.ptr()) != 0) {
    PyObject* encoded = PyUnicode_EncodeFSDefault(text.ptr());
    if (encoded == nullptr) throw nb::python_error();
    text = nb::steal(encoded);
  }
  std::string bytes = BytesOf(text);
  if (bytes.empty()) RaiseValueError(std::string(argument) + " is empty");
  if (bytes.find('\0') != std::string::npos) {
    RaiseValueError(std::string(argument) + " has a NUL byte");
  }
  return bytes;
}

std::string TextFromPython(nb::handle text, const char* argument) {
  if (PyUnicode_Check(text.ptr()) == 0) RaiseWrongType(text, argument, "a str");
  PyObject* encoded = PyUnicode_AsEncodedString(text.ptr(), "utf-8", "surrogateescape");
  if (encoded == nullptr) throw nb::python_error();
  return BytesOf(nb::steal(encoded));
}

nb::str TextToPython(std::string_view text) {
  PyObject* decoded =
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape");
  if (decoded == nullptr) throw nb::python_error();
  return nb::steal<nb::str>(decoded);
}

std::string Repr(nb::handle value) {
  return BytesOf(nb::repr(value).attr("encode")("utf-8", "backslashreplace"));
}

std::string TypeName(nb::handle value) {
  return nb::cast<std::string>(value.type().attr("__name__"));
}

std::string ElementLabel(const char* argument, std::string_view name) {
  return std::string(argument) + "[" + Repr(TextToPython(name)) + "]";
}

}  // namespace thaw::python
