"""tensorthaw's side: the Python package, called as a user would."""

import numpy as np

import program_values
import tensorthaw as tt
from program_arguments import ProgramArguments


class ThawBackend(ProgramArguments):
    api = tt
    training = tt
    identity_initializer = staticmethod(tt.identity_initializer)

    @staticmethod
    def dtype_name(dtype) -> str:
        return dtype if isinstance(dtype, str) else np.dtype(dtype).name

    def __init__(self):
        self.store = tt.VariableStore()

    def take_tags(self) -> list:
        return []

    @staticmethod
    def random_initializer(name: str, arguments: dict, limit: float):
        return getattr(tt, name)(**arguments)

    @staticmethod
    def error_facts(error: Exception) -> dict:
        names = [str(getattr(error, name)) for name in ("file", "tensor", "variable")
                 if getattr(error, name, None) is not None]
        return {"class": type(error).__name__, "text": str(error), "names": names,
                "bases": [each.__name__ for each in type(error).__mro__]}

    # ---- scopes ----

    def variable_scope(self, name, default_name=None, **arguments):
        return self.store.variable_scope(name, default_name, **arguments)

    def name_scope(self, name):
        return self.store.name_scope(name)

    def get_variable_scope(self):
        return self.store.get_variable_scope()

    # ---- variables ----

    def get_variable(self, name, **arguments):
        return self.store.get_variable(name, **arguments)

    def get_local_variable(self, name, **arguments):
        return self.store.get_local_variable(name, **arguments)

    def Variable(self, initial_value, **arguments):
        return self.store.Variable(initial_value, **arguments)

    def global_variables(self):
        return self.store.global_variables()

    def local_variables(self):
        return self.store.local_variables()

    @staticmethod
    def is_partitioned(variable) -> bool:
        return hasattr(variable, "partitions")

    def parts(self, variable) -> list:
        return list(variable) if self.is_partitioned(variable) else [variable]

    @staticmethod
    def partitioned_facts(variable) -> list:
        return [variable.name, ThawBackend.dtype_name(variable.dtype), list(variable.shape)]

    @staticmethod
    def variable_facts(variable) -> list:
        shape = variable.shape
        return [variable.op_name, variable.name, ThawBackend.dtype_name(variable.dtype),
                None if shape is None else list(shape), variable.slice]

    # ---- values and initializers ----

    def values(self) -> dict:
        return {v.op_name: self.text_of(v, v.numpy()) if v.is_initialized() else None
                for v in self.global_variables() + self.local_variables()}

    @staticmethod
    def text_of(variable, value) -> str:
        return program_values.to_text(value, ThawBackend.dtype_name(variable.dtype))

    @staticmethod
    def undefined() -> set:
        return set()

    def value_text(self, variable, read: str):
        value = getattr(variable, read)()
        return value if read == "is_initialized" else self.text_of(variable, value)

    def make_initializer(self, which: str):
        return (self.store.global_variables_initializer() if which == "global" else
                self.store.local_variables_initializer())

    def run_initializer(self, initializer) -> None:
        initializer.run()

    def initialize(self) -> None:
        self.store.initialize()

    # ---- checkpoints ----

    def init_from_checkpoint(self, path, assignment_map) -> None:
        tt.init_from_checkpoint(path, assignment_map, self.store)

    def Saver(self, **arguments):
        return tt.Saver(self.store, **arguments)

    def restore(self, saver, path) -> None:
        saver.restore(path)

    def save(self, saver, path, **arguments):
        return saver.save(path, **arguments)

    @staticmethod
    def plain_saver(saver):
        return saver

    wait_for_new_checkpoint = staticmethod(tt.wait_for_new_checkpoint)

    def latest_checkpoint(self, path):
        return tt.latest_checkpoint(path)

    def list_variables(self, path):
        return tt.list_variables(path)

    def load_variable(self, path, name):
        return tt.load_variable(path, name)
