#include "python/src/initializers.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/variables/initializers/initializer.h"
#include "engine/variables/partitioning/partitioner.h"
#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/python_hooks.h"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace thaw::python {
namespace {

template <typename T>
InitializerHandle Handle(T initializer) {
  return {Initializer(std::move(initializer))};
}

InitializerHandle VarianceScaling(double scale, const std::string& mode,
                                  const std::string& distribution, std::uint64_t seed) {
  using Scaling = VarianceScalingInitializer;
  Scaling scaling;
  scaling.scale = scale;
  scaling.seed = seed;
  scaling.mode = mode == "fan_in"    ? Scaling::Mode::kFanIn
                 : mode == "fan_out" ? Scaling::Mode::kFanOut
                                     : Scaling::Mode::kFanAvg;
  scaling.distribution = distribution == "uniform" ? Scaling::Distribution::kUniform
                         : distribution == "untruncated_normal"
                             ? Scaling::Distribution::kNormal
                             : Scaling::Distribution::kTruncatedNormal;
  return Handle(scaling);
}

InitializerHandle Repeated(nb::handle array, nb::handle dtype) {
  HostValue value = ValueFromPython(array, "value");
  ArrayValue kept{DTypeFromPython(dtype, "dtype"), std::move(value.shape), nullptr, nullptr};
  if (value.dtype == DType::kString) {
    kept.strings = std::make_shared<const std::vector<std::string>>(std::move(value.strings));
  } else {
    kept.bytes = std::make_shared<const std::vector<std::byte>>(value.elements.begin(),
                                                                value.elements.end());
  }
  return Handle(RepeatedInitializer{std::move(kept)});
}

// The slice of `full_shape` that a part of that shape and offset is.
TensorSlice SliceAt(const Shape& shape, nb::handle offset) {
  const Shape starts = ShapeFromPython(offset, "var_offset");
  TensorSlice slice = TensorSlice::Full(shape.size());
  if (starts.size() != shape.size()) {
    throw nb::value_error("var_offset must have one number per dimension");
  }
  for (std::size_t i = 0; i < shape.size(); ++i) slice.dims[i] = {starts[i], shape[i]};
  return slice;
}

// A new array with an initializer's values: what calling an initializer gives.
nb::object Fill(const InitializerHandle& handle, nb::handle dtype_name, nb::handle shape_object,
                nb::handle full_shape_object, nb::handle offset) {
  const DType dtype = DTypeFromPython(dtype_name, "dtype");
  const Shape shape = ShapeFromPython(shape_object, "shape");
  const Shape full_shape = ShapeFromPython(full_shape_object, "full_shape");
  RaiseIfError(CheckInitializer(handle.initializer, dtype, shape, full_shape));
  std::optional<TensorSlice> slice;
  if (!offset.is_none()) slice = ValueOrRaise(ResolveSlice(SliceAt(shape, offset), full_shape));
  const TensorSlice* part = slice ? &*slice : nullptr;
  if (dtype == DType::kString) {
    std::vector<std::string> strings;
    RaiseIfError(FillStrings(handle.initializer, shape, full_shape, part, &strings));
    return ArrayFromStrings(shape, strings);
  }
  nb::object array = EmptyArray(dtype, shape);
  const MutableByteView bytes = MemoryOf(array).bytes;
  Status status;
  {
    const nb::gil_scoped_release release;
    status = FillBuffer(handle.initializer, dtype, shape, full_shape, part, bytes);
  }
  RaiseIfError(status);
  return array;
}

nb::object CallPartitioner(const Partitioner& partitioner, nb::handle shape, nb::handle dtype) {
  const Result<Partitions> partitions =
      partitioner.partition(ShapeFromPython(shape, "shape"), DTypeFromPython(dtype, "dtype"));
  if (!partitions.ok()) RaiseStatus(partitions.status());
  return nb::cast(partitions->counts);
}

void BindPartitioners(nb::module_& module) {
  nb::class_<Partitioner>(module, "Partitioner",
                          "Decides into how many parts a variable is cut: a callable "
                          "`f(shape, dtype)` that returns the parts per dimension.")
      .def("__call__", &CallPartitioner, "shape"_a, "dtype"_a = "float32");
  module.def(
      "fixed_size_partitioner",
      [](std::int64_t num_shards, std::int64_t axis) {
        return FixedSizePartitioner(num_shards, axis);
      },
      "num_shards"_a, "axis"_a = 0,
      "min(num_shards, dimension) parts along `axis` (negative: from the end).");
  module.def(
      "min_max_variable_partitioner",
      [](std::int64_t max_partitions, std::int64_t axis, double min_slice_size,
         std::int64_t bytes_per_string_element) {
        if (min_slice_size == 0) throw nb::value_error("min_slice_size must not be 0");
        return MinMaxPartitioner({max_partitions, axis, min_slice_size, bytes_per_string_element});
      },
      "max_partitions"_a = 1, "axis"_a = 0, "min_slice_size"_a = 256 << 10,
      "bytes_per_string_element"_a = 16,
      "As many parts along `axis`, at most `max_partitions`, as leave at least `min_slice_size` "
      "bytes in each.");
  module.def(
      "variable_axis_size_partitioner",
      [](double max_shard_bytes, std::int64_t axis, double bytes_per_string_element,
         std::optional<std::int64_t> max_shards) {
        return ValueOrRaise(
            AxisSizePartitioner({max_shard_bytes, axis, bytes_per_string_element, max_shards}));
      },
      "max_shard_bytes"_a, "axis"_a = 0, "bytes_per_string_element"_a = 16,
      "max_shards"_a = nb::none(),
      "As few parts along `axis`, at most `max_shards`, as keep each within `max_shard_bytes` "
      "bytes.\nRaises ValueError for a size or limit that is not positive.");
}

}  // namespace

void BindInitializers(nb::module_& module) {
  nb::class_<InitializerHandle>(module, "Initializer");
  module.def("zeros", [] { return Handle(ZerosInitializer{}); });
  module.def("ones", [] { return Handle(OnesInitializer{}); });
  module.def("uniform", [](double low, double high, std::uint64_t seed) {
    return Handle(UniformInitializer{low, high, seed});
  });
  module.def("normal", [](double mean, double stddev, std::uint64_t seed) {
    return Handle(NormalInitializer{mean, stddev, seed});
  });
  module.def("truncated_normal", [](double mean, double stddev, std::uint64_t seed) {
    return Handle(TruncatedNormalInitializer{mean, stddev, seed});
  });
  module.def("variance_scaling", &VarianceScaling);
  module.def("orthogonal", [](double gain, std::uint64_t seed) {
    return Handle(OrthogonalInitializer{gain, seed});
  });
  module.def("identity", [](double gain) { return Handle(IdentityInitializer{gain}); });
  module.def("repeated", &Repeated);
  module.def("fill", &Fill, "initializer"_a, "dtype"_a, "shape"_a, "full_shape"_a,
             "offset"_a.none());
  module.def("dtype_name",
             [](nb::handle dtype) { return DTypeToName(DTypeFromPython(dtype, "dtype")); });
  module.def("numpy_dtype",
             [](nb::handle dtype) { return DTypeToNumpy(DTypeFromPython(dtype, "dtype")); });
  BindPartitioners(module);
}

}  // namespace thaw::python
