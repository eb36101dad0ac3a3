"""Runs a program against a backend and notes what each statement did.

A program is plain data (program_generator.py). A backend is TensorFlow's or tensorthaw's side: an
object with the functions of the Python API (tensorflow_backend.py says which). This file must not
know either; that both sides go through it is what makes their traces comparable.

A trace is a list of records, one a statement in the order of execution:
  do       the statement's kind
  result   what it returned, as plain data
  error    {"class", "text", and what the backend knows}: it failed; the program goes on
  new      variables that came to be: [op name, name, dtype, shape or None, slice or None, where]
  values   op name -> value as text, None where it has none: what changed
  files    path -> CRC-32 of its bytes, None where it vanished: what changed
  calls    what the program's custom getters and regularizers were called with
  undefined  op names whose values TensorFlow leaves open (a failed run assigned some of them)
"""

import os
import zlib

import program_callables
import program_statements


class MissingHandle(Exception):
    """A statement needs something that an earlier, failed statement would have made."""


class StopProgram(Exception):
    """What follows depends on what TensorFlow leaves open."""


class Interpreter(program_statements.CheckpointStatements):
    def __init__(self, backend, folder: str):
        self.backend = backend
        self.folder = folder
        self.handles = {}
        self.trace = []
        self.known = {}       # op name -> the first object seen under it
        self.values = {}
        self.callables = program_callables.Callables(backend)
        self.files = self.list_files()

    def run(self, program: dict) -> list:
        """The trace. The folder holds the program's files already; paths are relative to it."""
        before = os.getcwd()
        os.chdir(self.folder)
        try:
            self.run_all(program["statements"])
        except StopProgram:
            self.trace.append({"do": "stop"})
        finally:
            os.chdir(before)
        return self.trace

    def run_all(self, statements: list) -> None:
        for statement in statements:
            if statement["do"] in ("variable_scope", "name_scope"):
                self.run_block(statement)
            else:
                self.run_one(statement)

    def run_block(self, statement: dict) -> None:
        record = {"do": statement["do"]}
        self.trace.append(record)
        try:
            manager = getattr(self, "do_" + statement["do"])(statement)
            entered = manager.__enter__()
        except MissingHandle as missing:
            record["skip"] = str(missing)
            return
        except Exception as error:  # every class counts
            record["error"] = self.error_facts(error)
            return
        if statement["do"] == "variable_scope":
            record["result"] = self.backend.scope_facts(entered)
            self.note_tags(record)
            self.keep(statement, entered)
        self.run_all(statement["body"])
        try:
            manager.__exit__(None, None, None)
        except Exception as error:
            self.trace.append({"do": "exit", "error": self.error_facts(error)})
            raise StopProgram from error

    def run_one(self, statement: dict) -> None:
        record = {"do": statement["do"]}
        self.trace.append(record)
        try:
            result = getattr(self, "do_" + statement["do"])(statement)
            if result is not None:
                record["result"] = result
        except MissingHandle as missing:
            record["skip"] = str(missing)
            return
        except StopProgram:
            self.trace.pop()
            raise
        except Exception as error:
            record["error"] = self.error_facts(error)
        self.note_changes(statement, record)

    def error_facts(self, error: Exception) -> dict:
        return self.without_folder(self.backend.error_facts(error))

    # ---- what changed ----

    def note_changes(self, statement: dict, record: dict) -> None:
        self.note_tags(record)
        calls = self.callables.take_calls()
        if calls:
            record["calls"] = calls
        new = self.new_variables()
        if new:
            record["new"] = new
        if statement["do"] in ("run_initializer", "initialize", "restore"):
            values = self.backend.values()
            changed = {name: value for name, value in values.items()
                       if name not in self.values or self.values[name] != value}
            self.values = values
            if changed:
                record["values"] = changed
            undefined = self.backend.undefined()
            if undefined:
                record["undefined"] = sorted(undefined)
        files = self.list_files()
        changed = {path: files.get(path) for path in sorted(set(files) | set(self.files))
                   if files.get(path) != self.files.get(path)}
        self.files = files
        if changed:
            record["files"] = changed

    def note_tags(self, record: dict) -> None:
        tags = self.backend.take_tags()
        if tags:
            record["tags"] = tags

    def new_variables(self) -> list:
        new = []
        for where, variables in (("global", self.backend.global_variables()),
                                 ("local", self.backend.local_variables())):
            for variable in variables:
                facts = self.backend.variable_facts(variable)
                if facts[0] not in self.known:
                    self.known[facts[0]] = variable
                    new.append(facts + [where])
        return new

    def list_files(self) -> dict:
        found = {}
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, self.folder)] = self.digest(name, file.read())
        return found

    def digest(self, name: str, content: bytes):
        """State files as text, so that a difference can be read; others as a number."""
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            return zlib.crc32(content)
        text = self.without_folder(text)
        if text.startswith(("model_checkpoint_path", "all_model")):
            return text
        return zlib.crc32(text.encode())

    # ---- names of things in statements ----

    def keep(self, statement: dict, value) -> None:
        if "as" in statement:
            self.handles[statement["as"]] = value

    def handle(self, name: str):
        if name not in self.handles:
            raise MissingHandle(name)
        return self.handles[name]

    def path(self, path):
        """A path of the program: text, None, or {"path": text} for an os.PathLike."""
        if isinstance(path, dict):
            import pathlib
            return pathlib.Path(self.path(path["path"]))
        return path.replace("$W", self.folder) if isinstance(path, str) else path

    def without_folder(self, data):
        """The data with $W in the place of the folder's name."""
        if isinstance(data, str):
            return data.replace(self.folder, "$W")
        if isinstance(data, list):
            return [self.without_folder(each) for each in data]
        if isinstance(data, dict):
            return {key: self.without_folder(each) for key, each in data.items()}
        return data

    def part(self, name: str, index: int):
        parts = self.backend.parts(self.handle(name))
        if index >= len(parts):
            raise MissingHandle("%s[%d]" % (name, index))
        return parts[index]

    def target(self, value):
        """A map's or var_list's value."""
        if not isinstance(value, dict):
            return value
        (kind, content), = value.items()
        if kind == "variable":
            return self.handle(content)
        if kind == "part":
            return self.part(*content)
        if kind == "parts":
            return list(self.backend.parts(self.handle(content)))
        if kind == "list":
            return [self.target(each) for each in content]
        if kind == "tuple":
            return tuple(self.target(each) for each in content)
        if kind == "set":
            return set(self.target(each) for each in content)
        assert kind == "dict", kind
        return dict((key, self.target(each)) for key, each in content)

    # ---- statements: scopes and variables ----

    def do_variable_scope(self, statement: dict):
        arguments = self.arguments(statement, ("default_name", "initializer", "partitioner",
                                               "reuse", "dtype", "use_resource",
                                               "auxiliary_name_scope", "custom_getter",
                                               "regularizer", "constraint"))
        name = statement["name"]
        if isinstance(name, dict):
            name = self.handle(name["scope"])
        return self.backend.variable_scope(name, **arguments)

    def do_enter(self, statement: dict):
        """A scope that do_exit leaves, in whatever order."""
        manager = self.do_variable_scope(statement)
        entered = manager.__enter__()
        self.keep(statement, manager)
        return self.backend.scope_facts(entered)

    def do_exit(self, statement: dict):
        self.handle(statement["scope"]).__exit__(None, None, None)

    def do_name_scope(self, statement: dict):
        return self.backend.name_scope(statement["name"])

    def do_get_variable_scope(self, statement: dict):
        scope = self.backend.get_variable_scope()
        self.keep(statement, scope)
        return self.backend.scope_facts(scope)

    def do_reuse_variables(self, statement: dict):
        scope = self.backend.get_variable_scope()
        scope.reuse_variables()
        return self.backend.scope_facts(scope)

    def arguments(self, statement: dict, names: tuple) -> dict:
        """The keyword arguments that the statement has, with their objects made."""
        made = {}
        for name in names:
            if name not in statement:
                continue
            value = statement[name]
            if name == "initializer":
                value = self.backend.initializer(value)
            elif name == "initial_value":
                value = self.backend.value(value)
            elif name == "partitioner":
                value = self.backend.partitioner(value)
            elif name == "reuse" and value == "AUTO_REUSE":
                value = self.backend.api.AUTO_REUSE
            elif name in ("custom_getter", "regularizer", "constraint"):
                value = self.callables.made(name, value)
            made[name] = value
        return made

    def created(self, statement: dict, variable):
        self.keep(statement, variable)
        if self.backend.is_partitioned(variable):
            parts = self.backend.parts(variable)
            return {"partitioned": self.backend.partitioned_facts(variable),
                    "parts": [self.identity(part) for part in parts]}
        return {"variable": self.identity(variable)}

    def identity(self, variable) -> str:
        """The op name; marked when it is not the object that had this name before."""
        name = self.backend.variable_facts(variable)[0]
        known = self.known.get(name)
        return name if known is None or known is variable else name + " (another object)"

    def do_get_variable(self, statement: dict):
        arguments = self.arguments(statement, ("shape", "dtype", "initializer", "trainable",
                                               "partitioner", "use_resource", "custom_getter",
                                               "regularizer", "constraint"))
        make = self.backend.get_local_variable if statement.get("local") else \
            self.backend.get_variable
        return self.created(statement, make(statement["name"], **arguments))

    def do_Variable(self, statement: dict):
        arguments = self.arguments(statement, ("initial_value", "trainable", "validate_shape",
                                               "name", "dtype", "use_resource", "shape"))
        return self.created(statement, self.backend.Variable(**arguments))

    def do_variables(self, statement: dict):
        facts = self.backend.variable_facts
        return [[facts(v)[0] for v in self.backend.global_variables()],
                [facts(v)[0] for v in self.backend.local_variables()]]

    # ---- statements: values ----

    def value_text(self, statement: dict, read) -> str:
        name = statement["of"]
        if "part" in statement:
            variable = self.part(name, statement["part"])
        else:
            variable = self.handle(name)
        if read != "numpy" and self.backend.is_partitioned(variable):
            raise MissingHandle(name + " is partitioned")
        return self.backend.value_text(variable, read)

    def do_numpy(self, statement: dict):
        return self.value_text(statement, "numpy")

    def do_initialized_value(self, statement: dict):
        return self.value_text(statement, "initialized_value")

    def do_is_initialized(self, statement: dict):
        return self.value_text(statement, "is_initialized")

    def do_make_initializer(self, statement: dict):
        self.keep(statement, self.backend.make_initializer(statement["of"]))

    def do_run_initializer(self, statement: dict):
        self.backend.run_initializer(self.handle(statement["initializer"]))

    def do_initialize(self, statement: dict):
        self.backend.initialize()
