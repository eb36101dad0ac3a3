#include "python/src/checkpoint_files.h"

#include <optional>
#include <utility>
#include <vector>

#include "python/src/errors.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

std::string StateNameFromPython(nb::handle latest_filename) {
  if (latest_filename.is_none()) return std::string(kCheckpointStateName);
  return PathOrEmptyFromPython(latest_filename, "latest_filename");
}

std::vector<std::string> PathsFromPython(nb::handle paths, const char* argument) {
  std::vector<std::string> texts;
  if (paths.is_none()) return texts;
  for (const nb::handle path : nb::iter(paths)) {
    texts.push_back(PathOrEmptyFromPython(path, argument));
  }
  return texts;
}

std::vector<double> TimesFromPython(nb::handle times) {
  std::vector<double> seconds;
  if (times.is_none()) return seconds;
  for (const nb::handle time : nb::iter(times))
    seconds.push_back(nb::cast<double>(nb::float_(time)));
  return seconds;
}

template <typename Texts>
nb::list TextsToPython(const Texts& texts) {
  nb::list list;
  for (const std::string& text : texts) list.append(TextToPython(text));
  return list;
}

nb::object LatestCheckpointOf(nb::handle checkpoint_dir, nb::handle latest_filename) {
  const LatestCheckpoint latest =
      ValueOrRaise(FindLatestCheckpoint(PathOrEmptyFromPython(checkpoint_dir, "checkpoint_dir"),
                                        StateNameFromPython(latest_filename)));
  LogWarning(latest.warning);
  if (!latest.prefix) return nb::none();
  return TextToPython(*latest.prefix);
}

// (latest, all, times, last_preserved_timestamp), or None.
nb::object StateOf(nb::handle checkpoint_dir, nb::handle latest_filename) {
  const FoundCheckpointState found =
      ValueOrRaise(GetCheckpointState(PathOrEmptyFromPython(checkpoint_dir, "checkpoint_dir"),
                                      StateNameFromPython(latest_filename)));
  LogWarning(found.warning);
  if (!found.state) return nb::none();
  nb::list times;
  for (const double time : found.state->all_model_checkpoint_timestamps) times.append(time);
  return nb::make_tuple(TextToPython(found.state->model_checkpoint_path),
                        TextsToPython(found.state->all_model_checkpoint_paths), times,
                        found.state->last_preserved_timestamp);
}

void UpdateState(nb::handle save_dir, nb::handle model_checkpoint_path,
                 nb::handle all_model_checkpoint_paths, nb::handle latest_filename,
                 nb::handle all_model_checkpoint_timestamps, nb::handle last_preserved_timestamp) {
  StateUpdate update;
  update.model_checkpoint_path =
      PathOrEmptyFromPython(model_checkpoint_path, "model_checkpoint_path");
  update.all_model_checkpoint_paths =
      PathsFromPython(all_model_checkpoint_paths, "all_model_checkpoint_paths");
  update.all_model_checkpoint_timestamps = TimesFromPython(all_model_checkpoint_timestamps);
  if (!last_preserved_timestamp.is_none()) {
    update.last_preserved_timestamp = nb::cast<double>(nb::float_(last_preserved_timestamp));
  }
  update.file_name = StateNameFromPython(latest_filename);
  const std::string directory = PathOrEmptyFromPython(save_dir, "save_dir");
  const Status status = [&] {
    const nb::gil_scoped_release release;
    return UpdateCheckpointState(directory, std::move(update));
  }();
  RaiseIfError(status);
}

bool Exists(nb::handle checkpoint_prefix) {
  return ValueOrRaise(
      CheckpointExists(PathOrEmptyFromPython(checkpoint_prefix, "checkpoint_prefix")));
}

nb::list TimesOf(nb::handle checkpoint_prefixes) {
  const std::vector<std::string> prefixes =
      PathsFromPython(checkpoint_prefixes, "checkpoint_prefixes: an element");
  nb::list times;
  for (const double time : ValueOrRaise(CheckpointTimes(prefixes))) times.append(time);
  return times;
}

void Remove(nb::handle checkpoint_prefix, nb::handle checkpoint_format_version,
            nb::handle meta_graph_suffix) {
  const std::string prefix = PathFromPython(checkpoint_prefix, "checkpoint_prefix");
  const SaverVersion version =
      VersionFromPython(checkpoint_format_version, "checkpoint_format_version");
  const std::string suffix = TextFromPython(meta_graph_suffix, "meta_graph_suffix");
  const Status status = [&] {
    const nb::gil_scoped_release release;
    return RemoveCheckpoint(prefix, version, suffix);
  }();
  RaiseIfError(status);
}

}  // namespace

std::string PathOrEmptyFromPython(nb::handle path, const char* argument) {
  const bool is_empty = (PyUnicode_Check(path.ptr()) != 0 || PyBytes_Check(path.ptr()) != 0) &&
                        PyObject_Size(path.ptr()) == 0;
  return is_empty ? std::string() : PathFromPython(path, argument);
}

SaverVersion VersionFromPython(nb::handle version, const char* argument) {
  std::int64_t number = 0;
  if (PyIndex_Check(version.ptr()) == 0 || !nb::try_cast(nb::int_(version), number)) {
    RaiseTypeError(std::string(argument) + " must be 1 or 2");
  }
  if (number == 1) return SaverVersion::kV1;
  if (number == 2) return SaverVersion::kV2;
  RaiseValueError(std::string(argument) + " must be 1 or 2, not " + std::to_string(number));
}

void LogWarning(const std::string& text) {
  if (text.empty()) return;
  nb::module_::import_("logging")
      .attr("getLogger")("tensorthaw")
      .attr("warning")("%s", TextToPython(text));
}

void BindCheckpointFiles(nb::module_& module) {
  module.def(
      "latest_checkpoint", &LatestCheckpointOf, nb::arg("checkpoint_dir").none(),
      nb::arg("latest_filename").none(),
      nb::sig(
          "def latest_checkpoint(checkpoint_dir: object, latest_filename: object) -> str | None"));
  module.def("get_checkpoint_state", &StateOf, nb::arg("checkpoint_dir").none(),
             nb::arg("latest_filename").none(),
             nb::sig("def get_checkpoint_state(checkpoint_dir: object, latest_filename: object) -> "
                     "tuple[str, list[str], list[float], float] | None"));
  module.def("update_checkpoint_state", &UpdateState, nb::arg("save_dir").none(),
             nb::arg("model_checkpoint_path").none(), nb::arg("all_model_checkpoint_paths").none(),
             nb::arg("latest_filename").none(), nb::arg("all_model_checkpoint_timestamps").none(),
             nb::arg("last_preserved_timestamp").none());
  module.def("checkpoint_exists", &Exists, nb::arg("checkpoint_prefix").none());
  module.def("get_checkpoint_mtimes", &TimesOf, nb::arg("checkpoint_prefixes").none(),
             nb::sig("def get_checkpoint_mtimes(checkpoint_prefixes: object) -> list[float]"));
  module.def("remove_checkpoint", &Remove, nb::arg("checkpoint_prefix").none(),
             nb::arg("checkpoint_format_version").none(), nb::arg("meta_graph_suffix").none());
}

}  // namespace thaw::python
