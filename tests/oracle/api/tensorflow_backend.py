"""TensorFlow's side: graph mode, as a program of TensorFlow 1 ran.

One backend runs one program in a graph and a session of its own. What tensorthaw does
knowingly differently is seen here, because only TensorFlow's graph tells: see tensorflow_run.py.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf
from tensorflow.python.ops import init_ops
from tensorflow.python.ops import variable_scope as tf_variable_scope
from tensorflow.python.training import checkpoint_utils

import program_values
import tensorflow_errors
import tensorflow_run
import tensorflow_tags
from program_arguments import ProgramArguments

v1 = tf.compat.v1
# A ref variable is the default: programs of TensorFlow 1.
v1.disable_resource_variables()
v1.disable_control_flow_v2()
v1.logging.set_verbosity(v1.logging.FATAL)


class MarkedRandom:
    """A random initializer that fails as it does, and else gives what stands for random values."""

    def __init__(self, original, limit: float):
        self.original = original
        self.limit = limit

    def __call__(self, shape, dtype=None, partition_info=None):
        made = self.original(shape, dtype=dtype, partition_info=partition_info)
        if not made.dtype.is_floating:
            return made
        value = np.full(made.shape.as_list(), program_values.RANDOM_BELOW - self.limit)
        return tf.constant(value.astype(made.dtype.as_numpy_dtype), dtype=made.dtype)


class MarkedGlorot:
    """In the place of the default initializer: no random numbers, and a value that says so."""

    def __call__(self, shape, dtype=None, partition_info=None):
        if dtype.name not in ("float16", "bfloat16", "float32", "float64"):
            return original_glorot()(shape, dtype=dtype, partition_info=partition_info)
        full = partition_info.full_shape if partition_info else shape
        fan_in, fan_out = init_ops._compute_fans(full)
        limit = np.sqrt(3.0 / max(1.0, (fan_in + fan_out) / 2.0))
        value = np.full(shape, program_values.RANDOM_BELOW - limit)
        return tf.constant(value.astype(dtype.as_numpy_dtype), dtype=dtype)


original_glorot = init_ops.glorot_uniform_initializer
init_ops.glorot_uniform_initializer = MarkedGlorot


def with_dtype(arguments: dict) -> dict:
    """TensorFlow takes a dtype's name in some places only."""
    if isinstance(arguments.get("dtype"), str):
        arguments["dtype"] = tf.as_dtype(arguments["dtype"])
    return arguments


class TensorFlowBackend(ProgramArguments):
    api = v1
    training = v1.train
    identity_initializer = staticmethod(v1.initializers.identity)
    wait_for_new_checkpoint = staticmethod(checkpoint_utils.wait_for_new_checkpoint)

    @staticmethod
    def dtype_name(dtype) -> str:
        return tf.as_dtype(dtype).name

    @staticmethod
    def random_initializer(name: str, arguments: dict, limit: float):
        return MarkedRandom(getattr(v1, name)(**arguments), limit)

    def value_initializer(self, value):
        # A Tensor: what the API's page makes of a value.
        return tf.constant(value)

    def __init__(self, checkpoints: list):
        self.checkpoints = {each["prefix"]: each for each in checkpoints}
        self.graph = tf.Graph()
        self.context = self.graph.as_default()
        self.run = tensorflow_run.Run(self.graph, self.checkpoints)
        self.tags = set()
        self.default_name = None    # of the variable scope that is being opened
        self.given = {}  # id of a partitioner -> what the program says of it
        self.kept = []

    def __enter__(self):
        self.context.__enter__()
        return self

    def __exit__(self, *_):
        self.run.close()
        # A program that left a scope in the wrong order leaves the stacks crooked.
        self.graph._graph_control_dependencies = []
        try:
            self.context.__exit__(None, None, None)
        except (RuntimeError, AssertionError):
            tf.compat.v1.reset_default_graph()

    def take_tags(self) -> list:
        tags, self.tags = sorted(self.tags), set()
        return tags

    def error_facts(self, error: Exception) -> dict:
        return tensorflow_errors.error_facts(error)

    # ---- scopes ----

    def variable_scope(self, name, default_name=None, **arguments):
        self.tags |= tensorflow_tags.scope_tags(name, default_name, arguments)
        self.default_name = None if name is not None else default_name
        return v1.variable_scope(name, default_name, **with_dtype(arguments))

    def scope_facts(self, scope) -> list:
        self.tags |= tensorflow_tags.entered_tags(scope, self.default_name)
        self.default_name = None
        return super().scope_facts(scope)

    def name_scope(self, name):
        return v1.name_scope(name)

    def get_variable_scope(self):
        return v1.get_variable_scope()

    # ---- variables ----

    def get_variable(self, name, **arguments):
        return self.get(v1.get_variable, name, arguments)

    def get_local_variable(self, name, **arguments):
        variable = self.get(v1.get_local_variable, name, arguments)
        if self.tags & {"get_variable: single, made", "get_variable: partitioned, made"}:
            self.tags.add("get_variable: local, made")
        return variable

    def get(self, make, name, arguments):
        arguments = with_dtype(arguments)
        before = dict(tf_variable_scope._get_default_variable_store()._vars)
        made = make(name, **arguments)
        self.tags |= tensorflow_tags.get_variable_tags(made, before, arguments)
        given = self.given.get(id(arguments.get("partitioner")))
        if given and self.is_partitioned(made):
            self.tags |= tensorflow_tags.partitioner_tags(given, made.dtype)
        return made

    def partitioner(self, partitioner):
        made = super().partitioner(partitioner)
        if isinstance(partitioner, dict):
            self.given[id(made)] = partitioner
            self.kept.append(made)  # so that no other object gets its id
        return made

    def initializer(self, initializer):
        made = super().initializer(initializer)
        if isinstance(initializer, dict):
            self.tags |= {"initializer: %s" % kind for kind in initializer
                          if kind in ("identity", "random")}
        return made

    def Variable(self, initial_value, **arguments):
        made = v1.Variable(initial_value, **with_dtype(arguments))
        self.tags |= tensorflow_tags.variable_tags(made, arguments)
        return made

    def global_variables(self):
        return v1.global_variables()

    def local_variables(self):
        return v1.local_variables()

    @staticmethod
    def is_partitioned(variable) -> bool:
        return isinstance(variable, tf_variable_scope.variables.PartitionedVariable)

    def parts(self, variable) -> list:
        return list(variable) if self.is_partitioned(variable) else [variable]

    @staticmethod
    def partitioned_facts(variable) -> list:
        return [variable.name, variable.dtype.base_dtype.name, variable.get_shape().as_list()]

    @staticmethod
    def variable_facts(variable) -> list:
        shape = variable.get_shape()
        info = variable._save_slice_info
        return [variable.op.name, variable.name, variable.dtype.base_dtype.name,
                None if shape.rank is None else shape.as_list(), info.spec if info else None]

    # ---- values and initializers ----

    def values(self) -> dict:
        return self.run.values(self.global_variables() + self.local_variables())

    def undefined(self) -> set:
        return self.run.undefined

    def value_text(self, variable, read: str):
        for part in self.parts(variable):
            if part.op.name in self.run.undefined:
                return "undefined"
        if read == "is_initialized":
            return self.run.value(v1.is_variable_initialized(variable)).item()
        if self.is_partitioned(variable):
            return self.joined_text(variable)
        value = self.readable(variable, read)
        return program_values.to_text(self.run.value(value), value.dtype.base_dtype.name)

    def joined_text(self, variable) -> str:
        """Of all parts, without as_tensor(), whose ops can fail for want of a name."""
        parts = self.parts(variable)
        try:
            values = self.run.value([self.run.read_op(part) for part in parts])
        except tf.errors.FailedPreconditionError as error:
            raise self.run.uninitialized(variable) from error
        axes = [axis for axis, count in enumerate(variable._get_partitions()) if count > 1]
        return program_values.to_text(np.concatenate(values, axis=axes[0] if axes else 0),
                                      variable.dtype.base_dtype.name)

    def readable(self, variable, read: str):
        # TensorFlow 2.21 has no initialized_value for resource variables. That of an initialized
        # reference variable reads the checkpoint, too, though it has no use for what it reads.
        if read == "numpy" or self.run.value(self.run.is_initialized_op(variable)):
            return variable.read_value()
        is_resource = variable.op.type == "VarHandleOp"
        return variable.initial_value if is_resource else variable.initialized_value()

    def make_initializer(self, which: str):
        variables = self.global_variables() if which == "global" else self.local_variables()
        return [(variable, variable.initializer) for variable in variables]

    def run_initializer(self, initializer) -> None:
        self.tags |= self.run.initialize(initializer)

    def initialize(self) -> None:
        self.run_initializer(self.make_initializer("global") + self.make_initializer("local"))

    # ---- checkpoints ----

    def init_from_checkpoint(self, path, assignment_map) -> None:
        keys = set(tf_variable_scope._get_default_variable_store()._vars)
        tags = tensorflow_tags.MapTags(path, assignment_map, keys)
        try:
            v1.train.init_from_checkpoint(path, assignment_map)
            self.tags |= tags.after_success()
        except Exception:
            self.tags |= tags.after_failure()
            raise

    def Saver(self, **arguments):
        saver = v1.train.Saver(**arguments)
        self.tags |= tensorflow_tags.saver_tags(arguments)
        if saver._is_empty:
            self.tags.add("saver: empty")
        return saver, self.run.saver_variables(arguments.get("var_list"), self.global_variables())

    def restore(self, saver, path) -> None:
        self.tags |= self.run.restore(*saver, path)

    def save(self, saver, path, **arguments):
        saver, variables = saver
        if "latest_filename" in arguments:
            self.tags.add("saver: latest_filename given")
        before = list(saver.last_checkpoints)
        path = self.run.save(saver, variables, path, **arguments)
        self.tags |= tensorflow_tags.save_tags(saver, path, arguments, before) if path else set()
        return path

    @staticmethod
    def plain_saver(saver):
        return saver[0]

    def latest_checkpoint(self, path):
        return tf.train.latest_checkpoint(path)

    def list_variables(self, path):
        return tf.train.list_variables(path)

    def load_variable(self, path, name):
        value = tf.train.load_variable(path, name)
        if name.endswith(":0"):
            self.tags.add("reader: :0 dropped")
        return value
