"""Programs of variables and savers: with TensorFlow's graph mode and with tensorthaw.

Both classes have the same methods, so that a test can be written once. Their Savers need no session.
"""

import tensorflow as tf
import tensorthaw as tt

v1 = tf.compat.v1
v1.disable_eager_execution()


class TensorFlowProgram:
    """Variables in a graph and its session."""

    def __init__(self, use_resource):
        self.use_resource = use_resource
        self.graph = tf.Graph()
        self.session = v1.Session(graph=self.graph)

    def variable(self, name, value, parts=None):
        with self.graph.as_default():
            if parts is None:
                return v1.get_variable(
                    name, initializer=tf.constant(value), use_resource=self.use_resource)
            return v1.get_variable(
                name, shape=value.shape, initializer=tf.constant(value),
                partitioner=lambda **_: parts, use_resource=self.use_resource)

    def saver(self, *args, **kwargs):
        with self.graph.as_default():
            return TensorFlowSaver(self, v1.train.Saver(*args, **kwargs))

    def initialize(self):
        with self.graph.as_default():
            self.session.run(v1.global_variables_initializer())

    def value(self, variable):
        with self.graph.as_default():
            return self.session.run(tf.convert_to_tensor(variable))


class TensorFlowSaver:
    """A tf.compat.v1.train.Saver that needs no session, and writes no meta graph."""

    def __init__(self, program, saver):
        self.program, self.saver = program, saver

    def save(self, *args, **kwargs):
        with self.program.graph.as_default():
            return self.saver.save(
                self.program.session, *args, write_meta_graph=False, **kwargs)

    def restore(self, path):
        with self.program.graph.as_default():
            self.saver.restore(self.program.session, path)

    def __getattr__(self, name):
        return getattr(self.saver, name)


class ThawProgram:
    """The same with tensorthaw."""

    def __init__(self, use_resource):
        self.use_resource = use_resource
        self.store = tt.VariableStore()

    def variable(self, name, value, parts=None):
        if parts is None:
            return self.store.get_variable(
                name, initializer=value, use_resource=self.use_resource)
        return self.store.get_variable(
            name, shape=value.shape, initializer=value, partitioner=lambda **_: parts,
            use_resource=self.use_resource)

    def saver(self, *args, **kwargs):
        return tt.Saver(self.store, *args, **kwargs)

    def initialize(self):
        self.store.initialize()

    def value(self, variable):
        return variable.numpy()


PROGRAMS = (TensorFlowProgram, ThawProgram)
