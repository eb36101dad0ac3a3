"""The statements about checkpoints and files: the second half of the interpreter.

A mixin: the interpreter has `backend`, `folder`, `path`, `target` and the other names used here.
"""

import fnmatch
import os

import program_values

SAVER_ARGUMENTS = ("reshape", "max_to_keep", "allow_empty", "sharded", "write_version",
                   "keep_checkpoint_every_n_hours", "pad_step_number", "save_relative_paths")


class CheckpointStatements:
    # ---- statements: checkpoints ----

    def do_init_from_checkpoint(self, statement: dict):
        if "raw_map" in statement:
            return self.backend.init_from_checkpoint(self.path(statement["path"]),
                                                     statement["raw_map"])
        pairs = [(self.target(key), self.target(value)) for key, value in statement["map"]]
        assignment_map = dict(pairs) if statement.get("as_dict") else pairs
        return self.backend.init_from_checkpoint(self.path(statement["path"]), assignment_map)

    def do_Saver(self, statement: dict):
        arguments = {name: statement[name] for name in SAVER_ARGUMENTS if name in statement}
        if "var_list" in statement:
            arguments["var_list"] = self.target(statement["var_list"])
        self.keep(statement, self.backend.Saver(**arguments))

    def do_restore(self, statement: dict):
        self.backend.restore(self.handle(statement["saver"]), self.path(statement["path"]))

    def do_save(self, statement: dict):
        arguments = {name: statement[name] for name in ("latest_filename", "write_state")
                     if name in statement}
        if "global_step" in statement:
            arguments["global_step"] = self.target(statement["global_step"])
        saver = self.handle(statement["saver"])
        return self.without_folder(self.backend.save(saver, self.path(statement["path"]),
                                                     **arguments))

    def do_latest_checkpoint(self, statement: dict):
        return [self.without_folder(self.backend.latest_checkpoint(self.path(statement["path"])))]

    def do_list_variables(self, statement: dict):
        return [[name, list(dims)] for name, dims in
                self.backend.list_variables(self.path(statement["path"]))]

    def do_load_variable(self, statement: dict):
        return self.tensor_text(self.backend.load_variable(self.path(statement["path"]),
                                                           statement["name"]))

    def do_last_checkpoints(self, statement: dict):
        saver = self.backend.plain_saver(self.handle(statement["saver"]))
        if "set" in statement:
            saver.set_last_checkpoints_with_time([(self.path(path), time) for path, time in
                                                  statement["set"]])
        if "recover" in statement:
            saver.recover_last_checkpoints([self.path(path) for path in statement["recover"]])
        return self.without_folder(list(saver.last_checkpoints))

    # ---- statements: what a directory holds ----

    def do_get_checkpoint_state(self, statement: dict):
        state = self.backend.training.get_checkpoint_state(self.path(statement["path"]),
                                                           statement.get("latest_filename"))
        if state is None:
            return ["no state"]
        return self.without_folder([state.model_checkpoint_path,
                                    list(state.all_model_checkpoint_paths),
                                    list(state.all_model_checkpoint_timestamps),
                                    state.last_preserved_timestamp])

    def do_update_checkpoint_state(self, statement: dict):
        arguments = {name: statement[name] for name in (
            "latest_filename", "all_model_checkpoint_timestamps", "last_preserved_timestamp")
            if name in statement}
        if "all_model_checkpoint_paths" in statement:
            arguments["all_model_checkpoint_paths"] = [
                self.path(path) for path in statement["all_model_checkpoint_paths"]]
        self.backend.training.update_checkpoint_state(
            self.path(statement["path"]), self.path(statement["model_checkpoint_path"]),
            **arguments)

    def do_checkpoint_exists(self, statement: dict):
        return [self.backend.training.checkpoint_exists(self.path(statement["path"]))]

    def do_checkpoint_times(self, statement: dict):
        """How many of the checkpoints have a time."""
        return [len(self.backend.training.get_checkpoint_mtimes(
            [self.path(path) for path in statement["paths"]]))]

    def do_remove_checkpoint(self, statement: dict):
        self.backend.training.remove_checkpoint(
            self.path(statement["path"]), **({"checkpoint_format_version": statement["version"]}
                                             if "version" in statement else {}))

    def do_wait_for_new_checkpoint(self, statement: dict):
        return self.without_folder([self.backend.wait_for_new_checkpoint(
            self.path(statement["path"]), self.path(statement.get("last")), seconds_to_sleep=1,
            timeout=0.5)])

    def do_checkpoints_iterator(self, statement: dict):
        return self.without_folder(list(self.backend.training.checkpoints_iterator(
            self.path(statement["path"]), timeout=0.5)))

    def do_load_checkpoint(self, statement: dict):
        """A reader: its maps, and whether and how it gives each name asked for."""
        reader = self.backend.training.load_checkpoint(self.path(statement["path"]))
        shapes = reader.get_variable_to_shape_map()
        dtypes = reader.get_variable_to_dtype_map()
        result = [[name, list(shapes[name]), self.backend.dtype_name(dtypes[name])]
                  for name in sorted(shapes)]
        result += [[name, bool(reader.has_tensor(name))] for name in statement["names"]]
        return result

    def do_get_tensor(self, statement: dict):
        reader = self.backend.training.load_checkpoint(self.path(statement["path"]))
        return self.tensor_text(reader.get_tensor(statement["name"]))

    @staticmethod
    def tensor_text(value) -> str:
        is_text = isinstance(value, bytes) or value.dtype == object
        return program_values.to_text(value, "string" if is_text else value.dtype.name)

    # ---- statements: files ----

    def matching(self, pattern: str) -> list:
        return [path for path in sorted(self.list_files()) if fnmatch.fnmatch(path, pattern)]

    def do_remove(self, statement: dict):
        for path in self.matching(statement["path"]):
            os.remove(path)

    def do_write(self, statement: dict):
        with open(self.path(statement["path"]), "w", encoding="utf-8", newline="") as file:
            file.write(self.path(statement["text"]))

    def do_damage(self, statement: dict):
        """Flips a byte, or cuts the file."""
        for path in self.matching(statement["path"]):
            with open(path, "rb") as file:
                content = bytearray(file.read())
            if "at" in statement:
                if content:
                    content[statement["at"] % len(content)] ^= 0x5a
            else:
                del content[max(0, len(content) - statement["cut"]):]
            # Another file, not other bytes in this one: it may be mapped.
            os.remove(path)
            with open(path, "wb") as file:
                file.write(content)
