"""What real TensorFlow does with a program: graph mode, as a program of TensorFlow 1 ran."""

import dataclasses
import os
import re
from typing import Optional

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf
from tensorflow.python.training import checkpoint_utils

import program_values
import programs

v1 = tf.compat.v1
# Python's own mistakes inside TensorFlow; thaw answers them with a ValueError or a TypeError.
ACCIDENTS = ("AttributeError", "IndexError", "TypeError")


@dataclasses.dataclass
class Failure:
    cls: str
    message: str
    # The checkpoint's tensor that the message or the failing variable names; None: none.
    tensor: Optional[str] = None


@dataclasses.dataclass
class Outcome:
    """`refused`: the program itself could not be built."""
    refused: Optional[Failure] = None
    op_names: list = dataclasses.field(default_factory=list)
    call: Optional[Failure] = None                              # init_from_checkpoint or Saver
    sources: dict = dataclasses.field(default_factory=dict)     # op name -> (tensor, slice spec)
    failures: dict = dataclasses.field(default_factory=dict)    # op name -> Failure of its value
    values: dict = dataclasses.field(default_factory=dict)      # op name -> array
    shapes: dict = dataclasses.field(default_factory=dict)      # op name -> the variable's shape
    dtypes: dict = dataclasses.field(default_factory=dict)
    resources: set = dataclasses.field(default_factory=set)     # op names of resource variables


def write_checkpoint(prefix: str, tensors: list) -> None:
    names, specs, values = [], [], []
    for tensor in tensors:
        value = program_values.tensor_value(tensor.dtype, tensor.shape, tensor.first_value)
        for piece in tensor.slices or [None]:
            names.append(tensor.name)
            if piece is None:
                specs.append("")
                part = value
            else:
                specs.append(program_values.slice_spec(tensor.shape, piece))
                part = program_values.slice_of(value, piece)
            values.append(tf.constant(part, dtype=tf.as_dtype(tensor.dtype)))
    tf.raw_ops.SaveV2(prefix=prefix, tensor_names=names, shape_and_slices=specs, tensors=values)


def make_variable(variable: dict) -> list:
    """The variable, or its parts in order."""
    dtype = tf.as_dtype(variable["dtype"])
    shape = variable["shape"]
    resource = variable.get("use_resource", False)
    constant = variable["initializer"]["constant"]
    if variable["made_by"] == "Variable":
        value = np.empty(shape, dtype=object if dtype == tf.string else dtype.as_numpy_dtype)
        value[...] = np.array(constant, dtype=value.dtype)
        return [v1.Variable(tf.constant(value, dtype=dtype), name=variable["name"], dtype=dtype,
                            use_resource=resource)]
    partitions = variable.get("partitions")
    initializer = v1.constant_initializer(constant)
    if partitions and isinstance(constant, list):
        # A value of the full shape, which each part takes its slice of.
        initializer = tf.constant(constant, dtype=dtype, shape=shape)
    made = v1.get_variable(variable["name"], shape=shape, dtype=dtype, use_resource=resource,
                           initializer=initializer,
                           partitioner=partitions and (lambda shape, dtype: partitions))
    return list(made) if partitions else [made]


def failure_of(error: Exception, tensor: Optional[str] = None) -> Failure:
    text = str(error)
    for pattern in (r"^Tensor (.*?) is not found in ", r"with shape of tensor (.*?) \(\[",
                    r"should map to scope only (.*)\. Should be", r"Key (\S+) not found in check",
                    r"tensor_name = (.*?);", r"partitioned tensor (.*?) to restore"):
        found = re.search(pattern, text)
        if found and tensor is None:
            # "Tensor T (REST in KEY)" of the scope branch.
            tensor = re.sub(r" \(.* in .*\)$", "", found.group(1))
    return Failure(type(error).__name__, text, tensor)


def to_map(program: programs.Program, by_op_name: dict):
    def to_value(value):
        if isinstance(value, str):
            return value
        if "variable" in value:
            return by_op_name[value["variable"]]
        return [by_op_name[name] for name in value["variables"]]
    pairs = [(key, to_value(value)) for key, value in program.pairs]
    return dict(pairs) if program.map_as_dict else pairs


class SourceRecorder:
    """Notes each (variable, tensor, slice) that init_from_checkpoint sets."""

    def __init__(self, sources: dict):
        self.sources = sources
        self.original = checkpoint_utils._set_checkpoint_initializer

    def __enter__(self):
        def record(variable, ckpt_file, tensor_name, slice_spec, name="checkpoint_initializer"):
            self.original(variable, ckpt_file, tensor_name, slice_spec, name)
            self.sources[variable.op.name] = (tensor_name, slice_spec)
        checkpoint_utils._set_checkpoint_initializer = record

    def __exit__(self, *_):
        checkpoint_utils._set_checkpoint_initializer = self.original


def read_value(session, variable):
    return session.run(variable.read_value() if hasattr(variable, "read_value") else variable)


def run_initializers(session, variables: list, outcome: Outcome) -> None:
    for variable in variables:
        name = variable.op.name
        try:
            session.run(variable.initializer)
            outcome.values[name] = read_value(session, variable)
        except Exception as error:  # every class counts
            outcome.failures[name] = failure_of(error, outcome.sources.get(name, (None,))[0])


def run_saver(session, prefix: str, variables: list, outcome: Outcome) -> None:
    try:
        saver = v1.train.Saver()
        saver.restore(session, prefix)
    except Exception as error:
        outcome.call = failure_of(error)
        return
    for variable in variables:
        outcome.values[variable.op.name] = read_value(session, variable)


def run(program: programs.Program, prefix: str) -> Outcome:
    outcome = Outcome()
    with tf.Graph().as_default():
        try:
            variables = [part for v in program.variables for part in make_variable(v)]
        except Exception as error:
            outcome.refused = failure_of(error)
            return outcome
        by_op_name = {v.op.name: v for v in variables}
        outcome.op_names = [v.op.name for v in variables]
        for variable in variables:
            outcome.shapes[variable.op.name] = tuple(variable.shape.as_list())
            outcome.dtypes[variable.op.name] = variable.dtype.base_dtype.name
            if variable.op.type == "VarHandleOp":
                outcome.resources.add(variable.op.name)
        if program.pairs is None:
            with v1.Session() as session:
                run_saver(session, prefix, variables, outcome)
            return outcome
        try:
            assignment_map = to_map(program, by_op_name)
        except KeyError as error:
            outcome.refused = Failure("KeyError", "no variable object %s" % error)
            return outcome
        with SourceRecorder(outcome.sources):
            try:
                v1.train.init_from_checkpoint(prefix, assignment_map)
            except Exception as error:
                outcome.call = failure_of(error)
                return outcome
        with v1.Session() as session:
            run_initializers(session, variables, outcome)
    return outcome
