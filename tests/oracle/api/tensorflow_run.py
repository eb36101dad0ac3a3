"""Runs parts of a graph: initializers, restores, saves and reads, in the program's one session.

Where TensorFlow's outcome is open or knowingly different (docs/tensorflow_rules.md), this file
finds out what the comparison may expect: all failures of an initializer instead of the one that
TensorFlow happens to report, wrong shapes that it installs silently, and slices that it cannot cut.
"""

import os

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import tensor_util

import program_interpreter
import program_values

v1 = tf.compat.v1
CONFIG = v1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1,
                        use_per_session_threads=False)
CONFIG.graph_options.optimizer_options.opt_level = v1.OptimizerOptions.L0
CONFIG.graph_options.rewrite_options.disable_meta_optimizer = True


class Failures(Exception):
    """Variables of one run failed: [(op name, tensor or "", error)]; any may be reported."""

    def __init__(self, failures: list):
        super().__init__("; ".join("%s: %s" % (name, error) for name, _, error in failures))
        self.failures = failures


class WrongShape(Exception):
    """A value whose shape contradicts the variable's, which TensorFlow installs silently."""


class NotCut(Exception):
    """A slice of a dtype that TensorFlow cannot cut: the outcome is open."""


def source_of(op):
    """The RestoreV2 op that gives an initializer its value, or None."""
    op = getattr(op, "op", op)
    while op.type not in ("RestoreV2", "Restore", "RestoreSlice"):
        inputs = op.inputs[1:2] if op.type.startswith("Assign") else op.inputs[:1]
        if not inputs:
            return None
        op = inputs[0].op
    return op


def tensor_of(op) -> str:
    """The checkpoint's tensor that an initializer reads, or ""."""
    source = source_of(op)
    return tensor_util.constant_value(source.inputs[1])[0].decode() if source else ""


def is_broken(variable) -> bool:
    """A ref variable of a partly known shape: TensorFlow makes it, but can run nothing with it."""
    shape = variable.get_shape()
    return (variable.op.type == "VariableV2" and shape.rank is not None and
            not shape.is_fully_defined())


def is_not_cut(error: Exception) -> bool:
    return "Dtype " in str(error) and " not supported." in str(error)


class Run:
    def __init__(self, graph, checkpoints: dict):
        self.graph = graph
        self.checkpoints = checkpoints
        self.session = v1.Session(graph=graph, config=CONFIG)
        self.undefined = set()
        self.is_initialized = {}   # op name -> the op that tells
        self.saved_v1 = set()      # paths of V1 checkpoints that the program saved

    def close(self) -> None:
        self.session.close()

    # ---- reading ----

    def value(self, tensor):
        return self.session.run(tensor)

    def is_initialized_op(self, variable):
        name = variable.op.name
        if name not in self.is_initialized:
            if variable.op.type == "VarHandleOp":
                self.is_initialized[name] = variable._is_initialized_op
            else:
                # Outside every scope, under a name that no program uses.
                with self.graph.as_default(), tf.name_scope("thaw_probe/"):
                    self.is_initialized[name] = v1.is_variable_initialized(variable._variable)
        return self.is_initialized[name]

    @staticmethod
    def read_op(variable):
        return variable._graph_element if variable.op.type == "VarHandleOp" else variable._variable

    def values(self, variables: list) -> dict:
        asked = [v for v in variables if v.op.name not in self.undefined and not is_broken(v)]
        if not asked:
            return {}
        flags = self.session.run([self.is_initialized_op(v) for v in asked])
        ready = [v for v, flag in zip(asked, flags) if flag]
        read = self.session.run([self.read_op(v) for v in ready])
        found = {v.op.name: None for v in asked}
        for variable, value in zip(ready, read):
            found[variable.op.name] = program_values.to_text(value, variable.dtype.base_dtype.name)
        return found

    def wrong_shapes(self, variables: list) -> list:
        """Those whose value's shape contradicts their own."""
        ready = [v for v in variables if v.op.name not in self.undefined and not is_broken(v)]
        if not ready:
            return []
        values = self.session.run([self.read_op(v) for v in ready])
        return [v for v, value in zip(ready, values)
                if not v.get_shape().is_compatible_with(np.shape(value))]

    def uninitialized(self, variables) -> Failures:
        """TensorFlow's error for several variables that have no value: about any of them."""
        flags = self.session.run([self.is_initialized_op(v) for v in variables])
        text = "Attempting to use uninitialized value %s"
        return Failures([(v.op.name, "", tf.errors.FailedPreconditionError(
            None, None, text % v.op.name)) for v, flag in zip(variables, flags) if not flag])

    # ---- initializers ----

    def initialize(self, initializer: list) -> set:
        names = {variable.op.name for variable, _ in initializer}
        if not initializer:
            return {"initializer: of nothing"}
        try:
            self.session.run([op for _, op in initializer])
        except Exception as error:
            return self.after_failed_initializer(initializer, error)
        self.undefined -= names
        self.refuse_wrong_shapes([variable for variable, _ in initializer])
        is_old = any(op is not variable.initializer for variable, op in initializer)
        return {"initializer: run"} | ({"initializer: older object run"} if is_old else set())

    def refuse_wrong_shapes(self, variables: list) -> None:
        wrong = self.wrong_shapes(variables)
        if wrong:
            self.undefined |= {v.op.name for v in variables}
            raise Failures([(v.op.name, tensor_of(v.initializer), WrongShape()) for v in wrong])

    def after_failed_initializer(self, initializer: list, error: Exception) -> set:
        failures = self.failures_one_by_one(initializer)
        hard = [each for each in failures if not is_not_cut(each[2])]
        names = {variable.op.name for variable, _ in initializer}
        if hard or not failures:
            self.undefined |= names
            # A variable whose wrong shape would be installed may be the one reported, too.
            raise Failures(hard + self.silent_wrong_shapes(initializer)) if failures else error
        uncut = {name for name, _, _ in failures}
        rest = [op for v, op in initializer if v.op.name not in uncut]
        if rest:
            self.session.run(rest)
        self.undefined -= names
        for variable, op in initializer:
            if variable.op.name in uncut and not self.install_cut(variable, op):
                self.undefined |= names
                raise NotCut()
        self.refuse_wrong_shapes([variable for variable, _ in initializer])
        return {"initializer: run", "difference 3: TensorFlow cannot cut the dtype"}

    def failures_one_by_one(self, initializer: list) -> list:
        """Each variable's own failure, found in a session of no consequence."""
        failures = []
        with v1.Session(graph=self.graph, config=CONFIG) as session:
            for variable, op in initializer:
                try:
                    session.run(op)
                except Exception as error:
                    failures.append((variable.op.name, tensor_of(op), error))
        return failures

    def silent_wrong_shapes(self, initializer: list) -> list:
        found = []
        with v1.Session(graph=self.graph, config=CONFIG) as session:
            for variable, op in initializer:
                try:
                    session.run(op)
                    value = session.run(self.read_op(variable))
                except Exception:
                    continue
                if not variable.get_shape().is_compatible_with(np.shape(value)):
                    found.append((variable.op.name, tensor_of(op), WrongShape()))
        return found

    def install_cut(self, variable, op) -> bool:
        """Installs what TensorFlow would have, could it cut; False: the checkpoint has holes."""
        restore = source_of(op)
        prefix, names, specs = (tensor_util.constant_value(each) for each in restore.inputs)
        checkpoint = self.checkpoints.get(os.path.relpath(prefix.item().decode()))
        if checkpoint is None or checkpoint["format"] != "v2":
            return False
        stored = {each["name"]: each for each in checkpoint["tensors"]}[names[0].decode()]
        covered = np.zeros(stored["shape"], dtype=bool)
        for piece in stored["slices"]:
            program_values.slice_of(covered, piece)[...] = True
        spec = specs[0].decode()
        piece = [[0, -1]] * len(stored["shape"])
        if spec:
            piece = [[int(n) for n in each.split(",")] for each in spec.split(" ")[-1].split(":")]
        if not program_values.slice_of(covered, piece).all():
            return False
        whole = program_values.tensor_value(stored["dtype"], stored["shape"], stored["first_value"])
        try:
            self.session.run(op, {restore.outputs[0]: program_values.slice_of(whole, piece)})
        except Exception:
            return False
        return True

    # ---- savers ----

    @staticmethod
    def saver_variables(var_list, global_variables: list) -> list:
        if var_list is None:
            return global_variables
        found = []
        for each in var_list.values() if isinstance(var_list, dict) else var_list:
            is_one = isinstance(each, tf.Variable)
            found += [each] if is_one else list(each)
        return found

    def restore(self, saver, variables: list, path) -> set:
        names = {v.op.name for v in variables}
        try:
            saver.restore(self.session, path)
        except Exception as error:
            text = str(error)
            untouched = isinstance(error, (ValueError, TypeError)) or "not found in checkpoint" in \
                text or "does not equal original dtype" in text
            if not untouched:
                self.undefined |= names
            if is_not_cut(error):
                raise NotCut() from error
            if isinstance(error, tf.errors.InvalidArgumentError):
                raise Failures([("", "", error)] + self.stored_wrong(variables, path)) from error
            raise
        if saver._is_empty:
            return set()
        self.undefined -= names
        prefix = os.path.relpath(str(path))
        is_object = self.checkpoints.get(prefix, {}).get("format") == "object"
        if is_object:
            # Of several parts TensorFlow restores one and leaves the others as they are.
            self.undefined |= {v.op.name for v in variables if v._save_slice_info}
        self.refuse_wrong_shapes(variables)
        kinds = {"saver: restored, reshape": saver._reshape,
                 "saver: object-based, restored": is_object}
        return {"saver: restored"} | {kind for kind, is_that in kinds.items() if is_that}

    def stored_wrong(self, variables: list, path) -> list:
        """Of several faults any may be told: resource variables whose tensor has another shape, and
        the keys that a V1 checkpoint lacks."""
        if os.path.isdir(path):
            return []
        stored = tf.train.load_checkpoint(path).get_variable_to_shape_map()
        missing = []
        name = os.path.relpath(str(path))
        if name in self.saved_v1 or self.checkpoints.get(name, {}).get("format") == "v1":
            missing = [(v.op.name, v.op.name, tf.errors.NotFoundError(
                None, None, "Key %s not found in checkpoint" % v.op.name)) for v in variables
                       if v.op.name not in stored]
        return missing + [(v.op.name, v.op.name, WrongShape()) for v in variables
                if v.op.type == "VarHandleOp" and v.op.name in stored and
                not v.get_shape().is_compatible_with(stored[v.op.name])]

    def save(self, saver, variables: list, path, **arguments):
        if any(v.op.name in self.undefined for v in variables):
            raise program_interpreter.StopProgram()
        try:
            path = saver.save(self.session, path, write_meta_graph=False, **arguments)
        except tf.errors.FailedPreconditionError as error:
            raise self.uninitialized(variables) from error
        if path and saver._write_version == v1.train.SaverDef.V1:
            self.saved_v1.add(os.path.relpath(path))
        return path
