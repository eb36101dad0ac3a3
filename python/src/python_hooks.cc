#include "python/src/python_hooks.h"

#include <nanobind/stl/string.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "python/src/arrays.h"
#include "python/src/dtypes.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

// The exception of the hook that failed last; the GIL guards it.
std::optional<nb::python_error>& KeptException() {
  static std::optional<nb::python_error> kept;
  return kept;
}

// Runs `call` and turns what Python raises into a Status.
template <typename Call>
auto Guarded(Call call) -> decltype(call()) {
  const nb::gil_scoped_acquire gil;
  try {
    return call();
  } catch (nb::python_error& exception) {
    return KeepException(exception);
  } catch (const nb::builtin_exception& exception) {
    const bool is_type = exception.type() == nb::exception_type::type_error;
    return InvalidArgumentError(exception.what()).WithTfClass(is_type ? "TypeError" : "ValueError");
  }
}

nb::module_ Values() { return nb::module_::import_("tensorthaw._values"); }

bool IsCallable(nb::handle object) { return PyCallable_Check(object.ptr()) != 0; }

std::string StrOf(nb::handle object) { return nb::cast<std::string>(nb::str(object)); }

// The array of a callable's result; `dtype`: the one to convert to, or None.
ArrayValue ArrayOf(nb::handle result, nb::handle dtype) {
  HostValue value = ValueFromPython(Values().attr("to_array")(result, dtype), "initializer");
  ArrayValue array{value.dtype, std::move(value.shape), nullptr, nullptr};
  if (value.dtype == DType::kString) {
    array.strings = std::make_shared<const std::vector<std::string>>(std::move(value.strings));
  } else {
    array.bytes = std::make_shared<const std::vector<std::byte>>(value.elements.begin(),
                                                                 value.elements.end());
  }
  return array;
}

nb::object PartitionInfoToPython(const PartitionInfo* part) {
  if (part == nullptr) return nb::none();
  nb::list full_shape;
  nb::list offset;
  for (const std::int64_t dim : part->full_shape) full_shape.append(dim);
  for (const std::int64_t start : part->offset) offset.append(start);
  return Values().attr("PartitionInfo")(full_shape, offset);
}

Result<Initializer> CallInitializer(nb::handle callable, const Shape& shape, DType dtype,
                                    const PartitionInfo* part) {
  nb::list dims;
  for (const std::int64_t dim : shape) dims.append(dim);
  const nb::object dtype_name = DTypeToName(dtype);
  const nb::object result =
      Values().attr("call_initializer")(callable, dims, dtype_name, PartitionInfoToPython(part));
  if (nb::isinstance<InitializerHandle>(result)) {
    return nb::cast<InitializerHandle&>(result).initializer;
  }
  return Initializer(ArrayInitializer{ArrayOf(result, dtype_name)});
}

// The counts of what a partitioner returned.
Result<Partitions> PartitionsFromPython(nb::handle returned, std::size_t rank) {
  const nb::object sequence = nb::module_::import_("collections.abc").attr("Sequence");
  if (!nb::isinstance(returned, sequence)) {
    return TfValueError("Partitioner must return a sequence, but saw: " + StrOf(returned));
  }
  Partitions partitions;
  partitions.is_tuple = nb::isinstance<nb::tuple>(returned);
  const bool has_rank = nb::len(returned) == rank;
  for (const nb::handle count : nb::borrow<nb::object>(returned)) {
    const nb::object index = nb::steal(PyNumber_Index(count.ptr()));
    if (!index.is_valid()) {
      PyErr_Clear();
      // The rank is looked at first.
      if (has_rank) {
        const std::string what =
            "partitioner: " + StrOf(returned) + " must hold a whole number for each dimension";
        throw nb::type_error(what.c_str());
      }
      partitions.counts.push_back(1);
      continue;
    }
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
    partitions.counts.push_back(overflow > 0 ? std::numeric_limits<std::int64_t>::max() : value);
  }
  if (!partitions.is_tuple && !nb::isinstance<nb::list>(returned) && has_rank) {
    throw nb::type_error("partitioner: it must return a list or a tuple");
  }
  return partitions;
}

}  // namespace

std::shared_ptr<const void> KeepObject(nb::handle object) {
  if (object.is_none()) return nullptr;
  return {object.inc_ref().ptr(), [](const void* kept) {
            if (Py_IsInitialized() == 0) return;
            const nb::gil_scoped_acquire gil;
            nb::handle(static_cast<PyObject*>(const_cast<void*>(kept))).dec_ref();
          }};
}

nb::object KeptObject(const std::shared_ptr<const void>& kept) {
  if (kept == nullptr) return nb::none();
  return nb::borrow(static_cast<PyObject*>(const_cast<void*>(kept.get())));
}

Status KeepException(nb::python_error& exception) {
  KeptException().emplace(std::move(exception));
  return CancelledError("a function of the program raised an exception");
}

void RaiseKept() {
  std::optional<nb::python_error> kept = std::exchange(KeptException(), std::nullopt);
  if (kept) throw nb::python_error(std::move(*kept));
}

Partitioner PartitionerFromPython(nb::handle partitioner) {
  if (nb::isinstance<Partitioner>(partitioner)) {
    Partitioner ours = nb::cast<Partitioner&>(partitioner);
    ours.origin = KeepObject(partitioner);
    return ours;
  }
  const std::shared_ptr<const void> kept = KeepObject(partitioner);
  return {[kept](const Shape& shape, DType dtype) {
            return Guarded([&]() -> Result<Partitions> {
              using nb::literals::operator""_a;
              const nb::object callable = KeptObject(kept);
              const nb::object returned =
                  callable("shape"_a = ShapeToPython(shape), "dtype"_a = DTypeToName(dtype));
              return PartitionsFromPython(returned, shape.size());
            });
          },
          kept};
}

nb::object PartitionerToPython(const Partitioner& partitioner) {
  return partitioner.origin ? KeptObject(partitioner.origin) : nb::cast(partitioner);
}

InitializerArgument InitializerFromPython(nb::handle initializer) {
  InitializerArgument argument;
  argument.origin = KeepObject(initializer);
  if (!IsCallable(initializer)) {
    argument.initializer = ArrayOf(initializer, nb::none());
    return argument;
  }
  InitializerFunction function;
  const std::shared_ptr<const void> kept = argument.origin;
  function.make = [kept](const Shape& shape, DType dtype, const PartitionInfo* part) {
    return Guarded([&] { return CallInitializer(KeptObject(kept), shape, dtype, part); });
  };
  if (nb::cast<bool>(Values().attr("needs_no_arguments")(initializer))) {
    function.make_value = [kept] {
      return Guarded(
          [&]() -> Result<ArrayValue> { return ArrayOf(KeptObject(kept)(), nb::none()); });
    };
  }
  argument.initializer = std::move(function);
  return argument;
}

}  // namespace thaw::python
