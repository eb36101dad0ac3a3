#include "python/src/lent_buffer.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "io/base/dtype.h"
#include "io/base/shape.h"
#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

// dlpack.h: DLDeviceType. Memory that this process can write: CPU, and CUDA's and ROCm's pinned
// host memory.
constexpr std::int64_t kCpu = 1;
constexpr std::int64_t kCudaHost = 3;
constexpr std::int64_t kRocmHost = 11;

struct DlpackRow {
  nb::dlpack::dtype_code code;
  std::uint8_t bits;
  DType dtype;
};

using Code = nb::dlpack::dtype_code;
constexpr DlpackRow kDlpackRows[] = {
    {Code::Float, 32, DType::kFloat32},
    {Code::Float, 64, DType::kFloat64},
    {Code::Float, 16, DType::kFloat16},
    {Code::Bfloat, 16, DType::kBFloat16},
    {Code::Int, 8, DType::kInt8},
    {Code::Int, 16, DType::kInt16},
    {Code::Int, 32, DType::kInt32},
    {Code::Int, 64, DType::kInt64},
    {Code::UInt, 8, DType::kUInt8},
    {Code::UInt, 16, DType::kUInt16},
    {Code::UInt, 32, DType::kUInt32},
    {Code::UInt, 64, DType::kUInt64},
    {Code::Bool, 8, DType::kBool},
    {Code::Complex, 64, DType::kComplex64},
    {Code::Complex, 128, DType::kComplex128},
    {Code::Float8_E5M2, 8, DType::kFloat8E5M2},
    {Code::Float8_E4M3FN, 8, DType::kFloat8E4M3FN},
    {Code::Float8_E4M3FNUZ, 8, DType::kFloat8E4M3FNUZ},
    {Code::Float8_E4M3B11FNUZ, 8, DType::kFloat8E4M3B11FNUZ},
    {Code::Float8_E5M2FNUZ, 8, DType::kFloat8E5M2FNUZ},
};

std::optional<DType> DTypeOfDlpack(nb::dlpack::dtype dtype) {
  for (const DlpackRow& row : kDlpackRows) {
    if (static_cast<std::uint8_t>(row.code) == dtype.code && row.bits == dtype.bits &&
        dtype.lanes == 1) {
      return row.dtype;
    }
  }
  return std::nullopt;
}

void CheckDevice(nb::handle buffer, const std::string& label) {
  const auto type = nb::cast<std::int64_t>(buffer.attr("__dlpack_device__")()[0]);
  if (type == kCpu || type == kCudaHost || type == kRocmHost) return;
  RaiseValueError(label + " is on another device (DLPack type " + std::to_string(type) +
                  "): only memory of this machine can be filled");
}

using AnyTensor = nb::ndarray<nb::ro>;

bool IsContiguous(const AnyTensor& tensor) {
  std::int64_t expected = 1;
  bool contiguous = true;
  for (std::size_t i = tensor.ndim(); i-- > 0;) {
    const auto size = static_cast<std::int64_t>(tensor.shape(i));
    if (size == 0) return true;
    contiguous = contiguous && (size == 1 || tensor.stride(i) == expected);
    expected *= size;
  }
  return contiguous;
}

// A numpy array over the tensor's memory. NumPy's own import knows no bfloat16: so bytes first,
// then dtype and strides over them.
nb::object ArrayOverTensor(const AnyTensor& tensor, std::byte* data, const nb::object& owner,
                           const std::string& label) {
  const std::optional<DType> dtype = DTypeOfDlpack(tensor.dtype());
  if (!dtype) RaiseTypeError(label + " has elements that NumPy and ml_dtypes lack");
  const std::size_t width = ElementSize(*dtype);
  Shape shape;
  nb::list strides;
  std::size_t span = width;  // bytes from the first element to the end of the last
  bool is_empty = false;
  for (std::size_t i = 0; i < tensor.ndim(); ++i) {
    shape.push_back(static_cast<std::int64_t>(tensor.shape(i)));
    is_empty = is_empty || tensor.shape(i) == 0;
    const std::int64_t stride = tensor.stride(i);
    if (stride < 0) RaiseValueError(label + " runs backwards");
    strides.append(static_cast<std::size_t>(stride) * width);
    if (!is_empty) span += (tensor.shape(i) - 1) * static_cast<std::size_t>(stride) * width;
  }
  if (is_empty) return EmptyArray(*dtype, shape);
  const nb::ndarray<nb::numpy, std::uint8_t> bytes(data, {span}, owner);
  return nb::module_::import_("numpy").attr("ndarray")(ShapeToPython(shape), DTypeToNumpy(*dtype),
                                                       nb::cast(bytes), 0, nb::tuple(strides));
}

// Keeps what a tensor exported alive: its owner alone may not, when the export was made for us.
template <typename Tensor>
nb::capsule Keep(const Tensor& tensor) {
  return nb::capsule(new Tensor(tensor),
                     [](void* kept) noexcept { delete static_cast<Tensor*>(kept); });
}

[[noreturn]] void RaiseNotLent(const std::string& label) {
  RaiseValueError(label +
                  " does not lend its memory: its __dlpack__() fails (a tensor that requires "
                  "gradients needs detach())");
}

nb::object ArrayOverDlpack(nb::handle buffer, const std::string& label) {
  CheckDevice(buffer, label);
  AnyTensor tensor;
  if (!nb::try_cast(buffer, tensor, false)) RaiseNotLent(label);
  nb::ndarray<> writable;
  if (!nb::try_cast(buffer, writable, false)) RaiseValueError(label + " is read-only");
  if (!IsContiguous(tensor)) RaiseValueError(label + " is not C-contiguous");
  return ArrayOverTensor(tensor, static_cast<std::byte*>(writable.data()), Keep(writable), label);
}

}  // namespace

nb::object ArrayOverBuffer(nb::handle buffer, const char* argument, const std::string& name) {
  // Kept for good, as is the interpreter's way with modules: it is asked for every tensor.
  static const auto* const array_type =
      new nb::object(nb::module_::import_("numpy").attr("ndarray"));
  if (nb::isinstance(buffer, *array_type)) return nb::borrow(buffer);
  const std::string label = ElementLabel(argument, name);
  if (nb::hasattr(buffer, "__dlpack__") && nb::hasattr(buffer, "__dlpack_device__")) {
    return ArrayOverDlpack(buffer, label);
  }
  if (PyObject_CheckBuffer(buffer.ptr()) != 0) {
    return nb::module_::import_("numpy").attr("asarray")(
        nb::steal(PyMemoryView_FromObject(buffer.ptr())));
  }
  RaiseTypeError(label + " must be a numpy array, a tensor with DLPack or a buffer, not " +
                 TypeName(buffer));
}

nb::object ReadableArrayOver(nb::handle tensor, const std::string& label) {
  CheckDevice(tensor, label);
  AnyTensor lent;
  if (!nb::try_cast(tensor, lent, false)) RaiseNotLent(label);
  // Nothing writes through the array that is made of it.
  auto* data = const_cast<std::byte*>(static_cast<const std::byte*>(lent.data()));
  return ArrayOverTensor(lent, data, Keep(lent), label);
}

nb::object DlpackOverArray(nb::handle array) {
  const DType dtype = DTypeOfNumpy(array.attr("dtype"));
  for (const DlpackRow& row : kDlpackRows) {
    if (row.dtype != dtype) continue;
    std::vector<std::size_t> shape;
    for (const nb::handle dim : nb::borrow<nb::tuple>(array.attr("shape"))) {
      shape.push_back(nb::cast<std::size_t>(dim));
    }
    const nb::dlpack::dtype type{static_cast<std::uint8_t>(row.code), row.bits, 1};
    const nb::ndarray<nb::array_api> lent(MemoryOf(array).bytes.data(), shape.size(), shape.data(),
                                          array, nullptr, type);
    return nb::cast(lent);
  }
  RaiseTypeError("DLPack has no dtype like " + std::string(DTypeName(dtype)));
}

}  // namespace thaw::python
