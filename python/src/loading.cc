#include "python/src/loading.h"

#include <nanobind/stl/string.h>

#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/checkpoint.h"
#include "engine/tensor_choice.h"
#include "io/checkpoint/object_graph/tensor_lookup.h"
#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/lent_buffer.h"
#include "python/src/load_run.h"
#include "python/src/load_targets.h"
#include "python/src/paths.h"
#include "python/src/pool_memory.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

// An open checkpoint as Python holds it: it can be closed while other threads use it; those keep
// the handle that they took.
class OpenCheckpoint {
 public:
  explicit OpenCheckpoint(Checkpoint checkpoint)
      : prefix_(checkpoint.prefix()), checkpoint_(std::move(checkpoint)) {}

  // Errors: FailedPreconditionError  it was closed.
  Checkpoint Get() const {
    std::optional<Checkpoint> checkpoint;
    {
      const std::lock_guard lock(mutex_);
      checkpoint = checkpoint_;
    }
    // Raised without the lock: it runs Python, which may wait for a thread that waits for the lock.
    if (!checkpoint) {
      RaiseStatus(FailedPreconditionError("the checkpoint is closed").WithFile(prefix_));
    }
    return *std::move(checkpoint);
  }

  void Close() {
    std::optional<Checkpoint> closing;
    const std::lock_guard lock(mutex_);
    closing.swap(checkpoint_);
  }

  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return !checkpoint_.has_value();
  }

  const std::string& prefix() const { return prefix_; }

 private:
  const std::string prefix_;
  mutable std::mutex mutex_;
  std::optional<Checkpoint> checkpoint_;
};

OpenCheckpoint* Open(nb::handle path, nb::handle io) {
  const std::string path_bytes = PathFromPython(path, "path");
  const OpenOptions options = OpenOptionsFromPython(io);
  Result<Checkpoint> opened = [&] {
    const nb::gil_scoped_release release;
    return Checkpoint::Open(path_bytes, options);
  }();
  return new OpenCheckpoint(ValueOrRaise(std::move(opened)));
}

nb::list NamesOf(const OpenCheckpoint& self) {
  const Checkpoint checkpoint = self.Get();
  nb::list names;
  for (std::size_t i = 0; i < checkpoint.num_tensors(); ++i) {
    names.append(TextToPython(checkpoint.tensor(i).name));
  }
  return names;
}

bool Contains(const OpenCheckpoint& self, nb::handle name) {
  const Checkpoint checkpoint = self.Get();
  return PyUnicode_Check(name.ptr()) != 0 &&
         FindTensor(*checkpoint.reader(), TextFromPython(name, "name")).index.has_value();
}

// ((slice, …), …) of a tensor that is stored in parts.
nb::tuple SlicesOf(const TensorInfo& tensor) {
  nb::list slices;
  for (const StoredPart& part : tensor.parts) {
    if (part.slice == nullptr) continue;
    nb::list index;
    const TensorSlice slice = ValueOrRaise(ResolveSlice(*part.slice, tensor.shape));
    for (const SliceDim& dim : slice.dims) {
      index.append(nb::slice(dim.start, dim.start + dim.length));
    }
    slices.append(nb::tuple(index));
  }
  return nb::tuple(slices);
}

std::uint64_t BytesOf(const TensorInfo& tensor) {
  std::uint64_t bytes = 0;
  if (IsFixedSize(tensor.dtype)) {
    // The reader checked the product.
    return static_cast<std::uint64_t>(NumElements(tensor.shape).value_or(0)) *
           ElementSize(tensor.dtype);
  }
  for (const StoredPart& part : tensor.parts) bytes += part.extent.length;
  return bytes;
}

// (TensorFlow's name of the dtype, shape, bytes, slices), all of the index.
nb::tuple Describe(const OpenCheckpoint& self, nb::handle name) {
  const Checkpoint checkpoint = self.Get();
  const TensorInfo tensor = ValueOrRaise(checkpoint.Find(TextFromPython(name, "name")));
  return nb::make_tuple(DTypeToName(tensor.dtype), ShapeToPython(tensor.shape), BytesOf(tensor),
                        SlicesOf(tensor));
}

TensorSlice BoxFromPython(nb::handle box) {
  TensorSlice slice;
  for (const nb::handle range : nb::borrow<nb::sequence>(box)) {
    slice.dims.push_back({nb::cast<std::int64_t>(range[0]), nb::cast<std::int64_t>(range[1])});
  }
  return slice;
}

// One tensor, or the box ((start, length), …) of it, as a new array.
nb::object Read(const OpenCheckpoint& self, nb::handle name, nb::handle box, bool verify) {
  const Checkpoint checkpoint = self.Get();
  const TensorInfo tensor = ValueOrRaise(checkpoint.Find(TextFromPython(name, "name")));
  std::optional<TensorSlice> slice;
  if (!box.is_none()) slice = BoxFromPython(box);
  std::vector<LoadTarget> targets;
  targets.push_back(NewArrayTarget(tensor, tensor.dtype, checkpoint.reader()->is_byte_swapped(),
                                   slice ? &*slice : nullptr));
  RestoreOptions options;
  options.verify = verify;
  RunLoad(checkpoint, targets, options, nb::none());
  return targets.front().array;
}

// The tensors that `names` choose; all of them for None. Errors: as ChooseTensors; TypeError.
std::vector<ChosenTensor> Choose(const Checkpoint& checkpoint, nb::handle names) {
  if (names.is_none()) return AllTensors(checkpoint);
  return ValueOrRaise(ChooseTensors(checkpoint, NamesFromPython(names)));
}

// The dtype in which `tensor` is wanted; `wish` is None, a dict of stored to wanted dtypes, or a
// callable f(name, dtype, shape) that gives a dtype or None.
class DTypeWish {
 public:
  explicit DTypeWish(nb::handle wish) : wish_(nb::borrow(wish)) {
    if (wish.is_none() || PyCallable_Check(wish.ptr()) != 0) return;
    if (!nb::isinstance(wish, nb::module_::import_("collections.abc").attr("Mapping"))) {
      RaiseTypeError(
          "dtype must be a mapping of stored to wanted dtypes, or a callable f(name, dtype, "
          "shape)");
    }
    for (const nb::handle item : nb::iter(wish.attr("items")())) {
      const DType stored = DTypeFromPython(item[0], "dtype: a key");
      wanted_[static_cast<std::size_t>(stored)] = DTypeFromPython(item[1], "dtype: a value");
    }
  }

  DType For(const TensorInfo& tensor) const {
    if (wish_.is_none()) return tensor.dtype;
    if (PyCallable_Check(wish_.ptr()) == 0) {
      const DType wanted = wanted_[static_cast<std::size_t>(tensor.dtype)];
      return wanted == DType::kInvalid ? tensor.dtype : wanted;
    }
    const nb::object wanted =
        wish_(TextToPython(tensor.name), DTypeToName(tensor.dtype), ShapeToPython(tensor.shape));
    return wanted.is_none() ? tensor.dtype : DTypeFromPython(wanted, "dtype: what it returned");
  }

 private:
  nb::object wish_;
  std::array<DType, 64> wanted_{};  // by stored dtype; kInvalid: as it is
};

nb::dict Load(const OpenCheckpoint& self, nb::handle names, nb::handle dtype, nb::handle threads,
              bool verify, nb::handle memory_budget, nb::handle progress, bool pinned) {
  const RestoreOptions options = LoadOptionsFromPython(threads, verify, memory_budget);
  CheckProgress(progress);
  const DTypeWish wish(dtype);
  const Checkpoint checkpoint = self.Get();
  const bool is_byte_swapped = checkpoint.reader()->is_byte_swapped();
  const std::vector<ChosenTensor> chosen = Choose(checkpoint, names);
  std::vector<ArrayForm> forms;
  for (const ChosenTensor& choice : chosen) {
    const TensorInfo tensor = checkpoint.tensor(choice.index);
    CheckHasArray(tensor);
    forms.push_back({wish.For(tensor), Shape(tensor.shape.begin(), tensor.shape.end())});
  }
  const PoolArrays arrays_of_load(forms, pinned);
  std::vector<LoadTarget> targets;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    targets.push_back(NewArrayTarget(checkpoint.tensor(chosen[i].index), forms[i].dtype,
                                     is_byte_swapped, nullptr, arrays_of_load.Make(i)));
  }
  RunLoad(checkpoint, targets, options, progress);
  nb::dict arrays;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    arrays[TextToPython(chosen[i].name)] = targets[i].array;
  }
  return arrays;
}

nb::object LoadInto(const OpenCheckpoint& self, nb::handle arrays, bool cast, nb::handle threads,
                    bool verify, nb::handle memory_budget, nb::handle progress) {
  const RestoreOptions options = LoadOptionsFromPython(threads, verify, memory_budget);
  CheckProgress(progress);
  if (!nb::isinstance(arrays, nb::module_::import_("collections.abc").attr("Mapping"))) {
    RaiseTypeError("arrays must be a mapping of names to buffers");
  }
  const Checkpoint checkpoint = self.Get();
  const bool is_byte_swapped = checkpoint.reader()->is_byte_swapped();
  std::vector<LoadTarget> targets;
  for (const nb::handle item : nb::iter(arrays.attr("items")())) {
    const std::string name = TextFromPython(item[0], "arrays: a name");
    std::optional<TensorInfo> tensor;
    const auto index = FindTensor(*checkpoint.reader(), name).index;
    if (index) tensor = checkpoint.tensor(*index);
    targets.push_back(CallerTarget(item[1], name, tensor, cast, is_byte_swapped));
  }
  CheckApart(targets);
  return RunLoad(checkpoint, targets, options, progress);
}

}  // namespace

void BindLoading(nb::module_& module) {
  nb::class_<OpenCheckpoint>(module, "OpenCheckpoint", "An open checkpoint: see tensorthaw.open.")
      .def_prop_ro("prefix", [](const OpenCheckpoint& self) { return TextToPython(self.prefix()); })
      .def_prop_ro("format",
                   [](const OpenCheckpoint& self) {
                     return TextToPython(CheckpointFormatName(self.Get().format()));
                   })
      .def_prop_ro("closed", &OpenCheckpoint::is_closed)
      .def("close", &OpenCheckpoint::Close)
      .def("names", &NamesOf, nb::sig("def names(self) -> list[str]"))
      .def("contains", &Contains, nb::arg("name"))
      .def("__len__", [](const OpenCheckpoint& self) { return self.Get().num_tensors(); })
      .def("describe", &Describe, nb::arg("name"),
           nb::sig("def describe(self, name: object) -> tuple[str, tuple[int, ...], int, "
                   "tuple[tuple[slice, ...], ...]]"))
      .def("read", &Read, nb::arg("name"), nb::arg("box").none(), nb::arg("verify"),
           nb::sig("def read(self, name: object, box: object | None, verify: bool) -> typing.Any"))
      .def("load", &Load, nb::arg("names").none(), nb::arg("dtype").none(),
           nb::arg("threads").none(), nb::arg("verify"), nb::arg("memory_budget").none(),
           nb::arg("progress").none(), nb::arg("pinned"),
           nb::sig("def load(self, names: object | None, dtype: object | None, "
                   "threads: object | None, verify: bool, memory_budget: object | None, "
                   "progress: object | None, pinned: bool) -> dict[str, typing.Any]"))
      .def("load_into", &LoadInto, nb::arg("arrays"), nb::arg("cast"), nb::arg("threads").none(),
           nb::arg("verify"), nb::arg("memory_budget").none(), nb::arg("progress").none(),
           nb::sig("def load_into(self, arrays: object, cast: bool, threads: object | None, "
                   "verify: bool, memory_budget: object | None, progress: object | None) "
                   "-> typing.Any"));
  module.def("lend", &DlpackOverArray, nb::arg("array"),
             nb::sig("def lend(array: object) -> typing.Any"));
  module.def(
      "numpy_dtype", [](nb::handle dtype) { return DTypeToNumpy(DTypeFromPython(dtype, "dtype")); },
      nb::arg("dtype"), nb::sig("def numpy_dtype(dtype: object) -> typing.Any"));
  module.def("open", &Open, nb::arg("path"), nb::arg("io"), nb::rv_policy::take_ownership);
}

}  // namespace thaw::python
