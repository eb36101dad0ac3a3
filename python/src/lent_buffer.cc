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

[[noreturn]] void RaiseValueError(const std::string& text) { throw nb::value_error(text.c_str()); }
[[noreturn]] void RaiseTypeError(const std::string& text) { throw nb::type_error(text.c_str()); }

void CheckDevice(nb::handle buffer, const std::string& label) {
  const auto type = nb::cast<std::int64_t>(buffer.attr("__dlpack_device__")()[0]);
  if (type == kCpu || type == kCudaHost || type == kRocmHost) return;
  RaiseValueError(label + " is on another device (DLPack type " + std::to_string(type) +
                  "): only memory of this machine can be filled");
}

bool IsContiguous(const nb::ndarray<>& array) {
  std::int64_t expected = 1;
  bool contiguous = true;
  for (std::size_t i = array.ndim(); i-- > 0;) {
    const auto size = static_cast<std::int64_t>(array.shape(i));
    if (size == 0) return true;
    contiguous = contiguous && (size == 1 || array.stride(i) == expected);
    expected *= size;
  }
  return contiguous;
}

nb::object ArrayOverDlpack(nb::handle buffer, const std::string& label) {
  CheckDevice(buffer, label);
  nb::ndarray<> lent;
  if (!nb::try_cast(buffer, lent, false)) {
    nb::ndarray<nb::ro> read_only;
    if (nb::try_cast(buffer, read_only, false)) RaiseValueError(label + " is read-only");
    RaiseValueError(label +
                    " does not lend its memory: its __dlpack__() fails (a tensor that requires "
                    "gradients needs detach())");
  }
  const std::optional<DType> dtype = DTypeOfDlpack(lent.dtype());
  if (!dtype) RaiseTypeError(label + " has elements that NumPy and ml_dtypes lack");
  if (!IsContiguous(lent)) RaiseValueError(label + " is not C-contiguous");
  Shape shape;
  for (std::size_t i = 0; i < lent.ndim(); ++i) {
    shape.push_back(static_cast<std::int64_t>(lent.shape(i)));
  }
  const std::size_t size = lent.nbytes();
  if (size == 0) return EmptyArray(*dtype, shape);
  // NumPy's own import knows no bfloat16: bytes first, then the dtype over them.
  const nb::object owner = nb::cast(lent);
  const nb::ndarray<nb::numpy, std::uint8_t> bytes(lent.data(), {size}, owner);
  return nb::module_::import_("numpy").attr("ndarray")(ShapeToPython(shape), DTypeToNumpy(*dtype),
                                                       nb::cast(bytes));
}

}  // namespace

nb::object ArrayOverBuffer(nb::handle buffer, const std::string& label) {
  const nb::module_ numpy = nb::module_::import_("numpy");
  if (nb::isinstance(buffer, numpy.attr("ndarray"))) return nb::borrow(buffer);
  if (nb::hasattr(buffer, "__dlpack__") && nb::hasattr(buffer, "__dlpack_device__")) {
    return ArrayOverDlpack(buffer, label);
  }
  if (PyObject_CheckBuffer(buffer.ptr()) != 0) {
    return numpy.attr("asarray")(nb::steal(PyMemoryView_FromObject(buffer.ptr())));
  }
  RaiseTypeError(label + " must be a numpy array, a tensor with DLPack or a buffer, not " +
                 nb::cast<std::string>(buffer.type().attr("__name__")));
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
