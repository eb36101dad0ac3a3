#include "python/src/load_targets.h"

#include <nanobind/stl/string.h>

#include <algorithm>
#include <utility>

#include "engine/kernels/dtype_conversions.h"
#include "io/base/slice.h"
#include "io/base/status.h"
#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/lent_buffer.h"
#include "python/src/paths.h"
#include "python/src/pool_memory.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

bool IsComplex(DType dtype) { return dtype == DType::kComplex64 || dtype == DType::kComplex128; }

// The engine converts on the way between floats; NumPy and ml_dtypes do the rest afterwards. What
// is left makes no sense and stays the engine's error.
bool NumpyConverts(DType from, DType to, bool is_byte_swapped) {
  if (from == to || !IsFixedSize(from) || !IsFixedSize(to)) return false;
  if (IsComplex(from) && !IsComplex(to)) return false;
  return FindKernel(from, to, is_byte_swapped) == nullptr;
}

std::string Label(const std::string& name) { return ElementLabel("arrays", name); }

// The elements land in `array` itself.
void LandInPlace(LoadTarget& target, DType dtype) {
  target.request.dtype = dtype;
  target.request.buffer = target.memory;
}

// The elements land in an array of the stored dtype, and NumPy converts them.
void LandBeside(LoadTarget& target, DType stored) {
  target.needs_cast = true;
  target.landing = EmptyPoolArray(stored, target.request.shape);
  target.request.dtype = stored;
  target.request.buffer = MemoryOf(target.landing).bytes;
}

void ReceiveStrings(LoadTarget& target) {
  target.strings = std::make_unique<std::vector<std::string>>();
  target.request.dtype = DType::kString;
  target.request.strings = target.strings.get();
}

// What is wrong with a lent array by itself.
void CheckLent(nb::handle array, DType dtype, const ArrayMemory& memory, const std::string& name) {
  if (dtype == DType::kInvalid) {
    const nb::object unknown = array.attr("dtype");
    RaiseTypeError(Label(name) + ": TensorFlow has no dtype like " +
                   nb::cast<std::string>(nb::str(unknown)));
  }
  if (!memory.is_writable) RaiseValueError(Label(name) + " is read-only");
  if (!memory.is_contiguous) RaiseValueError(Label(name) + " is not C-contiguous");
  if (!memory.is_native) {
    RaiseStatus(InvalidArgumentError(Label(name) + " has the other byte order"));
  }
  if (dtype == DType::kString && nb::cast<std::string>(array.attr("dtype").attr("kind")) != "O") {
    RaiseTypeError(Label(name) + " must have dtype object to hold strings");
  }
}

}  // namespace

void CheckHasArray(const TensorInfo& tensor) {
  if (tensor.dtype == DType::kVariant || tensor.dtype == DType::kResource ||
      !tensor.foreign_dtype.empty()) {
    RaiseStatus(
        UnimplementedError("no array holds elements of dtype " + std::string(DTypeNameOf(tensor)))
            .WithTensor(tensor.name));
  }
}

LoadTarget NewArrayTarget(const TensorInfo& tensor, DType wanted, bool is_byte_swapped,
                          const TensorSlice* box, nb::object array) {
  CheckHasArray(tensor);
  LoadTarget target;
  target.request.tensor = tensor.name;
  target.request.allow_conversion = wanted != tensor.dtype;
  target.request.shape = Shape(tensor.shape.begin(), tensor.shape.end());
  if (box != nullptr) {
    target.request.slice_spec = ShapeAndSliceToString(tensor.shape, *box);
    target.request.shape = SliceShape(*box);
  }
  if (wanted == DType::kString) {
    ReceiveStrings(target);
    target.array =
        array.is_valid() ? std::move(array) : EmptyArray(DType::kString, target.request.shape);
    return target;
  }
  target.array = array.is_valid() ? std::move(array) : EmptyPoolArray(wanted, target.request.shape);
  target.memory = MemoryOf(target.array).bytes;
  if (NumpyConverts(tensor.dtype, wanted, is_byte_swapped)) {
    LandBeside(target, tensor.dtype);
  } else {
    LandInPlace(target, wanted);
  }
  return target;
}

LoadTarget CallerTarget(nb::handle buffer, const std::string& name,
                        const std::optional<TensorInfo>& tensor, bool cast, bool is_byte_swapped) {
  LoadTarget target;
  target.array = ArrayOverBuffer(buffer, "arrays", name);
  DType dtype = DTypeOfNumpy(target.array.attr("dtype"));
  ArrayMemory memory = MemoryOf(target.array);
  CheckLent(target.array, dtype, memory, name);
  target.memory = memory.bytes;
  target.request.tensor = name;
  target.request.allow_conversion = cast;
  target.request.shape = std::move(memory.shape);
  if (tensor && HoldsElementsOf(dtype, tensor->dtype)) dtype = tensor->dtype;
  if (dtype == DType::kString) {
    ReceiveStrings(target);
  } else if (cast && tensor && NumpyConverts(tensor->dtype, dtype, is_byte_swapped)) {
    LandBeside(target, tensor->dtype);
  } else {
    LandInPlace(target, dtype);
  }
  return target;
}

void CheckApart(std::span<const LoadTarget> targets) {
  struct Range {
    const std::byte* begin;
    const std::byte* end;
    const LoadTarget* target;
  };
  std::vector<Range> ranges;
  for (const LoadTarget& target : targets) {
    const MutableByteView bytes = target.memory;
    if (!bytes.empty()) ranges.push_back({bytes.data(), bytes.data() + bytes.size(), &target});
  }
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].begin >= ranges[i - 1].end) continue;
    RaiseValueError(Label(ranges[i - 1].target->request.tensor) + " and " +
                    Label(ranges[i].target->request.tensor) + " share memory");
  }
}

void FinishTarget(const LoadTarget& target) {
  if (target.strings != nullptr) AssignStrings(target.array, *target.strings);
  if (!target.needs_cast) return;
  nb::module_::import_("numpy").attr("copyto")(target.array, target.landing,
                                               nb::arg("casting") = "unsafe");
}

}  // namespace thaw::python
