#include "python/src/errors.h"

#include <string>

#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

// The class for `status`: TensorFlow's, or by the code where TensorFlow would not fail.
nb::object ClassOf(const Status& status) {
  std::string name = status.tf_class();
  if (name.empty()) name = Status(status.code(), "").tf_class();
  const nb::object errors = nb::module_::import_("tensorthaw.errors");
  if (nb::hasattr(errors, name.c_str())) return errors.attr(name.c_str());
  return nb::module_::import_("builtins").attr(name.c_str());
}

nb::object TextOrNone(std::string_view text) {
  if (text.empty()) return nb::none();
  return TextToPython(text);
}

}  // namespace

nb::object MakeException(const Status& status) {
  const nb::object message = TextToPython(status.message());
  const nb::object type = ClassOf(status);
  nb::object exception = type(message);
  exception.attr("message") = message;
  exception.attr("code") = TextToPython(StatusCodeName(status.code()));
  exception.attr("file") = TextOrNone(status.file());
  exception.attr("tensor") = TextOrNone(status.tensor());
  exception.attr("variable") = TextOrNone(status.variable());
  exception.attr("hint") = TextOrNone(status.hint());
  return exception;
}

void Raise(const nb::object& exception) {
  PyErr_SetObject(exception.type().ptr(), exception.ptr());
  throw nb::python_error();
}

void RaiseTypeError(const std::string& text) { throw nb::type_error(text.c_str()); }
void RaiseValueError(const std::string& text) { throw nb::value_error(text.c_str()); }

}  // namespace thaw::python
