#include "python/src/reader.h"

#include <nanobind/stl/string.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/saver/load_checkpoint.h"
#include "python/src/arrays.h"
#include "python/src/checkpoint_files.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/load_run.h"
#include "python/src/load_targets.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

// TensorFlow's reader has no status of its own for what its restore op calls INVALID_ARGUMENT (a
// tensor whose slices leave a hole): Python sees a ValueError.
void RaiseAsReader(const nb::python_error& error) {
  const nb::object errors = nb::module_::import_("tensorthaw.errors");
  if (error.matches(errors.attr("InvalidArgumentError"))) {
    RaiseValueError(nb::cast<std::string>(nb::str(error.value())));
  }
}

class CheckpointReader {
 public:
  explicit CheckpointReader(Checkpoint checkpoint) : checkpoint_(std::move(checkpoint)) {}

  const Checkpoint& checkpoint() const { return checkpoint_; }

  bool HasTensor(nb::handle name) const {
    return checkpoint_.reader()->Find(TextFromPython(name, "tensor_str")).has_value();
  }

  nb::dict Shapes() const {
    nb::dict shapes;
    for (std::size_t i = 0; i < checkpoint_.num_tensors(); ++i) {
      const TensorInfo tensor = checkpoint_.tensor(i);
      shapes[TextToPython(tensor.name)] = nb::list(ShapeToPython(tensor.shape));
    }
    return shapes;
  }

  nb::dict DTypes() const {
    nb::dict dtypes;
    for (std::size_t i = 0; i < checkpoint_.num_tensors(); ++i) {
      const TensorInfo tensor = checkpoint_.tensor(i);
      dtypes[TextToPython(tensor.name)] = DTypeToName(tensor.dtype);
    }
    return dtypes;
  }

  nb::object GetTensor(nb::handle name) const {
    const TensorInfo tensor =
        ValueOrRaise(FindReadableTensor(checkpoint_, TextFromPython(name, "tensor_str")));
    std::vector<LoadTarget> targets;
    targets.push_back(
        NewArrayTarget(tensor, tensor.dtype, checkpoint_.reader()->is_byte_swapped()));
    try {
      RunLoad(checkpoint_, targets, RestoreOptions(), nb::none());
    } catch (const nb::python_error& error) {
      RaiseAsReader(error);
      throw;
    }
    return targets.front().array[nb::make_tuple()];  // a scalar comes as one
  }

 private:
  Checkpoint checkpoint_;
};

CheckpointReader* Load(nb::handle ckpt_dir_or_file) {
  const std::string path = PathFromPython(ckpt_dir_or_file, "ckpt_dir_or_file");
  Result<Checkpoint> checkpoint = [&] {
    const nb::gil_scoped_release release;
    return LoadCheckpoint(path);
  }();
  return new CheckpointReader(ValueOrRaise(std::move(checkpoint)));
}

nb::object LoadVariable(nb::handle ckpt_dir_or_file, nb::handle name) {
  const std::string text = TextFromPython(name, "name");
  const std::unique_ptr<CheckpointReader> reader(Load(ckpt_dir_or_file));
  return reader->GetTensor(TextToPython(WithoutOutputNumber(text)));
}

// [(name, [dimensions]), …] in Python's order of the names.
nb::object ListVariables(nb::handle ckpt_dir_or_file) {
  const std::unique_ptr<CheckpointReader> reader(Load(ckpt_dir_or_file));
  return nb::module_::import_("builtins").attr("sorted")(reader->Shapes().items());
}

}  // namespace

void BindReader(nb::module_& module) {
  nb::class_<CheckpointReader>(module, "CheckpointReader",
                               "The tensors of one checkpoint, as tf.train.load_checkpoint gives "
                               "them: see tensorthaw.load_checkpoint.")
      .def("get_tensor", &CheckpointReader::GetTensor, nb::arg("tensor_str").none(),
           nb::sig("def get_tensor(self, tensor_str: str) -> typing.Any"),
           "The value of a tensor: a new numpy array of its shape, a NumPy scalar or bytes for a "
           "scalar.\n\nRaises NotFoundError for another name, ValueError where its slices leave a "
           "hole, InternalError for a variant, "
           "UnimplementedError for what\nTensorFlow's reader cannot read from a V1 checkpoint "
           "(slices, some dtypes): tensorthaw.load can.")
      .def("has_tensor", &CheckpointReader::HasTensor, nb::arg("tensor_str").none(),
           nb::sig("def has_tensor(self, tensor_str: str) -> bool"),
           "Whether the checkpoint has a tensor of this name.")
      .def("get_variable_to_shape_map", &CheckpointReader::Shapes,
           nb::sig("def get_variable_to_shape_map(self) -> dict[str, list[int]]"),
           "The dimensions of each tensor, by name.")
      .def("get_variable_to_dtype_map", &CheckpointReader::DTypes,
           nb::sig("def get_variable_to_dtype_map(self) -> dict[str, str]"),
           "TensorFlow's name of each tensor's dtype, by name.");
  module.def("load_checkpoint", &Load, nb::arg("ckpt_dir_or_file").none(),
             nb::rv_policy::take_ownership);
  module.def("load_variable", &LoadVariable, nb::arg("ckpt_dir_or_file").none(),
             nb::arg("name").none(),
             nb::sig("def load_variable(ckpt_dir_or_file: object, name: object) -> typing.Any"));
  module.def(
      "list_variables", &ListVariables, nb::arg("ckpt_dir_or_file").none(),
      nb::sig("def list_variables(ckpt_dir_or_file: object) -> list[tuple[str, list[int]]]"));
}

}  // namespace thaw::python
