#include "python/src/savers.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/saver/checkpoint_manager.h"
#include "engine/saver/saver.h"
#include "python/src/arrays.h"
#include "python/src/checkpoint_files.h"
#include "python/src/errors.h"
#include "python/src/interruptible.h"
#include "python/src/paths.h"
#include "python/src/reports.h"
#include "python/src/var_list.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

std::int64_t IntFromPython(nb::handle value, const char* argument) {
  if (PyIndex_Check(value.ptr()) == 0) {
    RaiseTypeError(std::string(argument) + " must be an int, not " + Repr(value));
  }
  const long long number = PyLong_AsLongLong(nb::int_(value).ptr());
  if (number == -1 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    RaiseValueError(std::string(argument) + " takes more than 64 bits");
  }
  return number;
}

// 0 keeps all. SaverDef has 32 bits for it.
std::int64_t MaxToKeepFromPython(nb::handle value) {
  if (value.is_none()) return 0;
  const std::int64_t number = IntFromPython(value, "max_to_keep");
  if (number < std::numeric_limits<std::int32_t>::min() ||
      number > std::numeric_limits<std::int32_t>::max()) {
    RaiseValueError("max_to_keep takes more than 32 bits");
  }
  return number;
}

// Errors: ValueError  a variable of another store.
void CheckOfStore(const SaverVarList& list, const VariableStore& store) {
  for (const auto& [name, value] : list.values) {
    for (const Variable* variable : value.variables) {
      if (store.FindOpName(variable->op_name) == variable) continue;
      RaiseValueError("var_list: variable '" + variable->op_name + "' belongs to another store");
    }
  }
}

void Construct(Saver* self, VariableStore& store, nb::handle var_list, bool reshape, bool sharded,
               nb::handle max_to_keep, double keep_checkpoint_every_n_hours, bool allow_empty,
               nb::handle write_version, bool pad_step_number, bool save_relative_paths) {
  SaverOptions options;
  options.reshape = reshape;
  options.sharded = sharded;
  options.max_to_keep = MaxToKeepFromPython(max_to_keep);
  options.keep_checkpoint_every_n_hours = keep_checkpoint_every_n_hours;
  options.allow_empty = allow_empty;
  options.write_version = VersionFromPython(write_version, "write_version");
  options.pad_step_number = pad_step_number;
  options.save_relative_paths = save_relative_paths;
  const std::optional<SaverVarList> list = VarListFromPython(var_list);
  if (list) CheckOfStore(*list, store);
  new (self) Saver(ValueOrRaise(Saver::Create(store, list, options)));
}

nb::object PathOrNone(const std::optional<std::string>& path) {
  if (!path) return nb::none();
  return TextToPython(*path);
}

nb::object Save(Saver& self, nb::handle save_path, nb::handle global_step,
                nb::handle latest_filename, nb::handle meta_graph_suffix, bool write_state) {
  SaveOptions options;
  const std::string path = PathOrEmptyFromPython(save_path, "save_path");
  if (!global_step.is_none()) options.global_step = IntFromPython(global_step, "global_step");
  if (!latest_filename.is_none()) {
    options.latest_filename = PathOrEmptyFromPython(latest_filename, "latest_filename");
  }
  options.meta_graph_suffix = TextFromPython(meta_graph_suffix, "meta_graph_suffix");
  options.write_state = write_state;
  Result<std::optional<std::string>> saved = std::optional<std::string>();
  RunInterruptibly([&](const RunControl&) { saved = self.Save(path, options); });
  if (saved.ok() && !self.removal_failure().ok()) LogWarning(self.removal_failure().message());
  return PathOrNone(ValueOrRaise(std::move(saved)));
}

// None of an empty Saver, which restores nothing.
nb::object Restore(Saver& self, nb::handle save_path) {
  if (self.is_empty()) return nb::none();
  if (save_path.is_none()) RaiseValueError("Can't load save_path when it is None.");
  const std::string path = PathOrEmptyFromPython(save_path, "save_path");
  Report report;
  RunInterruptibly([&](const RunControl& control) {
    RestoreOptions options;
    options.cancel = control.cancel;
    report = self.Restore(path, options);
  });
  RaiseIfFailed(report);
  return ReportToPython(report);
}

nb::list LastCheckpoints(const Saver& self) {
  nb::list paths;
  for (const SavedCheckpoint& saved : self.last_checkpoints()) {
    paths.append(TextToPython(saved.path));
  }
  return paths;
}

void SetLastCheckpoints(Saver& self, nb::handle last_checkpoints) {
  std::vector<SavedCheckpoint> last;
  for (const nb::handle pair : nb::iter(last_checkpoints)) {
    last.push_back({PathOrEmptyFromPython(pair[0], "last_checkpoints: a path"),
                    nb::cast<double>(nb::float_(pair[1]))});
  }
  self.set_last_checkpoints(std::move(last));
}

void RecoverLastCheckpoints(Saver& self, nb::handle checkpoint_paths) {
  std::vector<std::string> paths;
  for (const nb::handle path : nb::iter(checkpoint_paths)) {
    paths.push_back(PathOrEmptyFromPython(path, "checkpoint_paths: an element"));
  }
  RaiseIfError(self.RecoverLastCheckpoints(paths));
}

// ---- CheckpointManager ----

void ConstructManager(CheckpointManager* self, Saver& saver, nb::handle directory,
                      nb::handle max_to_keep, nb::handle keep_checkpoint_every_n_hours,
                      nb::handle checkpoint_name) {
  CheckpointManagerOptions options;
  if (!max_to_keep.is_none()) options.max_to_keep = IntFromPython(max_to_keep, "max_to_keep");
  if (!keep_checkpoint_every_n_hours.is_none()) {
    options.keep_checkpoint_every_n_hours =
        nb::cast<double>(nb::float_(keep_checkpoint_every_n_hours));
  }
  options.checkpoint_name = PathFromPython(checkpoint_name, "checkpoint_name");
  new (self) CheckpointManager(ValueOrRaise(CheckpointManager::Create(
      saver, PathFromPython(directory, "directory"), std::move(options))));
}

nb::object SaveNumbered(CheckpointManager& self, nb::handle checkpoint_number) {
  std::optional<std::int64_t> number;
  if (!checkpoint_number.is_none()) {
    number = IntFromPython(checkpoint_number, "checkpoint_number");
  }
  Result<std::optional<std::string>> saved = std::optional<std::string>();
  RunInterruptibly([&](const RunControl&) { saved = self.Save(number); });
  return PathOrNone(ValueOrRaise(std::move(saved)));
}

nb::object RestoreLatest(CheckpointManager& self) {
  Report report;
  RunInterruptibly([&](const RunControl& control) {
    RestoreOptions options;
    options.cancel = control.cancel;
    report = self.RestoreLatest(options);
  });
  RaiseIfFailed(report);
  return PathOrNone(self.latest_checkpoint());
}

nb::list Checkpoints(const CheckpointManager& self) {
  nb::list paths;
  for (const std::string& path : self.checkpoints()) paths.append(TextToPython(path));
  return paths;
}

}  // namespace

void BindSaver(nb::module_& module) {
  nb::class_<Saver>(module, "Saver")
      .def("__init__", &Construct, nb::keep_alive<1, 2>(), nb::arg("store"),
           nb::arg("var_list").none(), nb::arg("reshape"), nb::arg("sharded"),
           nb::arg("max_to_keep").none(), nb::arg("keep_checkpoint_every_n_hours"),
           nb::arg("allow_empty"), nb::arg("write_version"), nb::arg("pad_step_number"),
           nb::arg("save_relative_paths"))
      .def("save", &Save, nb::arg("save_path").none(), nb::arg("global_step").none(),
           nb::arg("latest_filename").none(), nb::arg("meta_graph_suffix"), nb::arg("write_state"),
           nb::sig("def save(self, save_path: object, global_step: object, latest_filename: "
                   "object, meta_graph_suffix: object, write_state: bool) -> str | None"))
      .def("restore", &Restore, nb::arg("save_path").none(),
           nb::sig("def restore(self, save_path: object) -> typing.Any"))
      .def_prop_ro("last_checkpoints", &LastCheckpoints,
                   nb::sig("def last_checkpoints(self) -> list[str]"))
      .def("set_last_checkpoints_with_time", &SetLastCheckpoints, nb::arg("last_checkpoints"))
      .def("recover_last_checkpoints", &RecoverLastCheckpoints, nb::arg("checkpoint_paths"));

  nb::class_<CheckpointManager>(module, "CheckpointManager")
      .def("__init__", &ConstructManager, nb::keep_alive<1, 2>(), nb::arg("saver"),
           nb::arg("directory").none(), nb::arg("max_to_keep").none(),
           nb::arg("keep_checkpoint_every_n_hours").none(), nb::arg("checkpoint_name").none())
      .def("save", &SaveNumbered, nb::arg("checkpoint_number").none(),
           nb::sig("def save(self, checkpoint_number: object) -> str | None"))
      .def("restore_latest", &RestoreLatest, nb::sig("def restore_latest(self) -> str | None"))
      .def_prop_ro("directory",
                   [](const CheckpointManager& self) { return TextToPython(self.directory()); })
      .def_prop_ro(
          "latest_checkpoint",
          [](const CheckpointManager& self) { return PathOrNone(self.latest_checkpoint()); },
          nb::sig("def latest_checkpoint(self) -> str | None"))
      .def_prop_ro("checkpoints", &Checkpoints, nb::sig("def checkpoints(self) -> list[str]"));
}

}  // namespace thaw::python
