#include "python/src/arrays.h"

#include <nanobind/stl/string.h>

#include <cstring>
#include <limits>
#include <optional>

#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/lent_buffer.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

// What the capsule of an array's __array_struct__ points to: NumPy's documented array interface,
// and its flags.
struct ArrayStruct {
  int two;
  int num_dims;
  char type_kind;
  int item_size;
  int flags;
  Py_ssize_t* shape;
  Py_ssize_t* strides;
  void* data;
  PyObject* description;
};
constexpr int kContiguousFlag = 0x1;
constexpr int kNativeFlag = 0x200;
constexpr int kWritableFlag = 0x400;

nb::module_ Numpy() { return nb::module_::import_("numpy"); }

std::optional<std::int64_t> DimensionFromPython(nb::handle value, const char* argument) {
  // A bool is a number to Python, but no dimension to TensorFlow.
  const bool is_number = PyBool_Check(value.ptr()) == 0;
  const nb::object index = is_number ? nb::steal(PyNumber_Index(value.ptr())) : nb::object();
  if (!index.is_valid()) {
    PyErr_Clear();
    RaiseTypeError(std::string(argument) + ": " + Repr(value) + " is no dimension");
  }
  int overflow = 0;
  const long long dimension = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
  if (overflow != 0 || dimension < 0) return std::nullopt;
  return dimension;
}

// The first number or text inside nested lists and tuples; invalid when they are empty.
nb::object FirstLeaf(nb::handle value) {
  nb::object leaf = nb::borrow(value);
  while (nb::isinstance<nb::list>(leaf) || nb::isinstance<nb::tuple>(leaf)) {
    if (nb::len(leaf) == 0) return nb::object();
    leaf = nb::object(leaf[0]);
  }
  return leaf;
}

bool FitsInt32(nb::handle array) {
  if (nb::cast<std::size_t>(array.attr("size")) == 0) return true;
  const auto low = nb::cast<std::int64_t>(nb::int_(array.attr("min")()));
  const auto high = nb::cast<std::int64_t>(nb::int_(array.attr("max")()));
  return low >= std::numeric_limits<std::int32_t>::min() &&
         high <= std::numeric_limits<std::int32_t>::max();
}

// The array of a value that is Python's, not NumPy's: as TensorFlow reads it.
nb::object ArrayFromPlainValue(nb::handle value) {
  const nb::object leaf = FirstLeaf(value);
  const bool is_text =
      leaf.is_valid() && (PyUnicode_Check(leaf.ptr()) != 0 || PyBytes_Check(leaf.ptr()) != 0);
  // NumPy's own text arrays would drop zeros at the end.
  if (is_text) return Numpy().attr("asarray")(value, nb::str("O"));
  nb::object array = Numpy().attr("asarray")(value);
  if (!leaf.is_valid() || PyFloat_CheckExact(leaf.ptr())) return array.attr("astype")("float32");
  if (PyLong_CheckExact(leaf.ptr())) {
    const auto kind = nb::cast<std::string>(array.attr("dtype").attr("kind"));
    if (kind == "f") return array.attr("astype")("float32");
    if (kind == "i" && FitsInt32(array)) return array.attr("astype")("int32");
  }
  return array;
}

nb::object ToArray(nb::handle value, const char* argument) {
  const nb::module_ numpy = Numpy();
  if (nb::isinstance(value, numpy.attr("ndarray"))) return nb::borrow(value);
  const bool has_dlpack = nb::hasattr(value, "__dlpack__");
  if (nb::hasattr(value, "__array__")) {
    try {
      return numpy.attr("asarray")(value);
    } catch (const nb::python_error& error) {
      // torch's __array__ knows no bfloat16, its __dlpack__ does.
      if (!has_dlpack || !error.matches(PyExc_TypeError)) throw;
    }
  }
  if (has_dlpack) return ReadableArrayOver(value, argument);
  if (PyObject_CheckBuffer(value.ptr()) != 0 && PyBytes_Check(value.ptr()) == 0) {
    return numpy.attr("asarray")(nb::steal(PyMemoryView_FromObject(value.ptr())));
  }
  return ArrayFromPlainValue(value);
}

std::string StringFromPython(nb::handle element, const char* argument) {
  if (PyBytes_Check(element.ptr()) != 0) {
    return {PyBytes_AsString(element.ptr()), static_cast<std::size_t>(PyBytes_Size(element.ptr()))};
  }
  if (PyUnicode_Check(element.ptr()) != 0) return TextFromPython(element, argument);
  RaiseTypeError(std::string(argument) + ": TensorFlow has no dtype for a " + TypeName(element));
}

void TakeStrings(const nb::object& array, const char* argument, HostValue& value) {
  for (const nb::handle element : nb::list(array.attr("reshape")(-1).attr("tolist")())) {
    value.strings.push_back(StringFromPython(element, argument));
  }
}

// Zeros above the bits of a 2- or 4-bit element.
nb::object WithoutHighBits(DType dtype, const nb::object& array) {
  const bool two_bits = dtype == DType::kInt2 || dtype == DType::kUInt2;
  const nb::object flat = array.attr("reshape")(-1).attr("view")("uint8");
  return Numpy().attr("bitwise_and")(flat, Numpy().attr("uint8")(two_bits ? 0x3 : 0xf));
}

bool IsPacked(DType dtype) {
  return dtype == DType::kInt4 || dtype == DType::kUInt4 || dtype == DType::kInt2 ||
         dtype == DType::kUInt2 || dtype == DType::kFloat4E2M1FN;
}

}  // namespace

nb::tuple ShapeToPython(Dims shape) {
  nb::list dims;
  for (const std::int64_t dim : shape) {
    dims.append(dim == kUnknownDim ? nb::object(nb::none()) : nb::object(nb::int_(dim)));
  }
  return nb::tuple(dims);
}

Shape ShapeFromPython(nb::handle shape, const char* argument, bool allow_unknown) {
  if (!nb::isinstance<nb::sequence>(shape) || nb::isinstance<nb::str>(shape)) {
    RaiseTypeError(std::string(argument) + " must be a sequence of ints");
  }
  Shape dims;
  for (const nb::handle value : nb::borrow<nb::sequence>(shape)) {
    if (allow_unknown && value.is_none()) {
      dims.push_back(kUnknownDim);
      continue;
    }
    const auto dimension = DimensionFromPython(value, argument);
    if (!dimension) {
      RaiseValueError(std::string(argument) + ": " + Repr(value) +
                      " is negative or too large for a dimension");
    }
    dims.push_back(*dimension);
  }
  return dims;
}

nb::object EmptyArray(DType dtype, Dims shape) {
  return Numpy().attr("empty")(ShapeToPython(shape), DTypeToNumpy(dtype));
}

ArrayMemory MemoryOf(nb::handle array) {
  const nb::object capsule = array.attr("__array_struct__");
  const auto* fields =
      static_cast<const ArrayStruct*>(PyCapsule_GetPointer(capsule.ptr(), nullptr));
  if (fields == nullptr) throw nb::python_error();
  ArrayMemory memory;
  memory.shape.assign(fields->shape, fields->shape + fields->num_dims);
  memory.is_contiguous = (fields->flags & kContiguousFlag) != 0;
  memory.is_native = (fields->flags & kNativeFlag) != 0;
  memory.is_writable = (fields->flags & kWritableFlag) != 0;
  if (fields->flags == 0) {  // NumPy leaves them out for arrays with named fields
    const nb::object flags = array.attr("flags");
    memory.is_contiguous = nb::cast<bool>(flags.attr("c_contiguous"));
    memory.is_writable = nb::cast<bool>(flags.attr("writeable"));
    memory.is_native = nb::cast<bool>(array.attr("dtype").attr("isnative"));
  }
  auto size = static_cast<std::size_t>(fields->item_size);
  for (const std::int64_t dim : memory.shape) size *= static_cast<std::size_t>(dim);
  memory.bytes = {static_cast<std::byte*>(fields->data), size};
  return memory;
}

nb::object ArrayFromElements(DType dtype, Dims shape, ByteView elements) {
  nb::object array = EmptyArray(dtype, shape);
  if (!elements.empty()) {
    std::memcpy(MemoryOf(array).bytes.data(), elements.data(), elements.size());
  }
  return array;
}

void AssignStrings(nb::handle array, std::span<const std::string> strings) {
  nb::object flat = array.attr("reshape")(-1);
  for (std::size_t i = 0; i < strings.size(); ++i) {
    flat[i] = nb::bytes(strings[i].data(), strings[i].size());
  }
}

nb::object ArrayFromStrings(Dims shape, std::span<const std::string> strings) {
  nb::object array = EmptyArray(DType::kString, shape);
  AssignStrings(array, strings);
  return array;
}

HostValue ValueFromPython(nb::handle value, const char* argument) {
  nb::object array = ToArray(value, argument);
  HostValue host;
  const nb::object dtype = array.attr("dtype");
  host.dtype = DTypeOfNumpy(dtype);
  if (host.dtype == DType::kInvalid) {
    RaiseTypeError(std::string(argument) + ": TensorFlow has no dtype like " +
                   nb::cast<std::string>(nb::str(dtype)));
  }
  host.shape = MemoryOf(array).shape;
  if (host.dtype == DType::kString) {
    TakeStrings(array, argument, host);
    return host;
  }
  if (!nb::cast<bool>(dtype.attr("isnative"))) {
    array = array.attr("astype")(dtype.attr("newbyteorder")("="));
  }
  array = Numpy().attr("ascontiguousarray")(array);  // gives a scalar one dimension: shape is taken
  if (IsPacked(host.dtype)) array = WithoutHighBits(host.dtype, array);
  host.elements = MemoryOf(array).bytes;
  host.owner = std::move(array);
  return host;
}

}  // namespace thaw::python
