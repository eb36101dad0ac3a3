#!/usr/bin/env python3
"""Writes the object-based checkpoints of this folder with real TensorFlow, and expected.txt.

Run with TensorFlow 2.21 (tensorflow-cpu) and tf-keras 2.21:  python make_object_graphs.py
Every checkpoint is read back by a name-based tf.compat.v1.train.Saver before it is kept.

expected.txt, fields separated by tabs:
  checkpoint PATH      what the next lines speak of, relative to this folder
  value KEY FULL_NAME  one value of the graph; FULL_NAME may be empty
  slot KEY VARIABLE_KEY OPTIMIZER_PATH SLOT_NAME
  path PATH KEY        another way to a value than its key, through the objects
"""

import os
import shutil
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf
import tf_keras
from tensorflow.core.protobuf import trackable_object_graph_pb2
from tensorflow.python.distribute import sharded_variable

HERE = os.path.dirname(os.path.abspath(__file__))
GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
expected = []


def line(*fields):
    expected.append("\t".join(fields))


def graph_of(prefix):
    graph = trackable_object_graph_pb2.TrackableObjectGraph()
    graph.ParseFromString(tf.train.load_checkpoint(prefix).get_tensor(GRAPH_KEY))
    return graph


def node_paths(graph):
    """The first path to each node, breadth first."""
    paths, queue = {0: ""}, [0]
    for node in queue:
        for child in graph.nodes[node].children:
            if child.node_id not in paths:
                name = child.local_name.replace(".", "..").replace("/", ".S")
                paths[child.node_id] = f"{paths[node]}/{name}".lstrip("/")
                queue.append(child.node_id)
    return paths


def other_paths(graph, paths):
    """(path, key): each value by every edge that its first path does not take."""
    for number, node in enumerate(graph.nodes):
        for child in node.children:
            name = child.local_name.replace(".", "..").replace("/", ".S")
            path = f"{paths[number]}/{name}".lstrip("/") if number in paths else None
            for value in graph.nodes[child.node_id].attributes:
                if path and value.name == "VARIABLE_VALUE" and path != paths[child.node_id]:
                    yield path, value.checkpoint_key


def expect(prefix, kept_path):
    graph = graph_of(prefix)
    paths = node_paths(graph)
    line("checkpoint", kept_path)
    for node in graph.nodes:
        for value in node.attributes:
            line("value", value.checkpoint_key, value.full_name)
    key_of = lambda number: graph.nodes[number].attributes[0].checkpoint_key
    for number, node in enumerate(graph.nodes):
        for slot in node.slot_variables:
            line("slot", key_of(slot.slot_variable_node_id),
                 key_of(slot.original_variable_node_id), paths[number], slot.slot_name)
    for path, key in sorted(set(other_paths(graph, paths))):
        line("path", path, key)


def check_with_saver(prefix):
    """What a Saver of TensorFlow 1 finds by full name is what the key holds."""
    reader = tf.train.load_checkpoint(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    keys = {}
    for node in graph_of(prefix).nodes:
        for value in node.attributes:
            if value.full_name and value.checkpoint_key in shapes:
                keys[value.full_name] = value.checkpoint_key
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        variables = {
            name: tf.compat.v1.get_variable(f"v{i}", shapes[key], dtypes[key])
            for i, (name, key) in enumerate(keys.items())
        }
        tf.compat.v1.train.Saver(variables).restore(session, prefix)
        for name, variable in variables.items():
            np.testing.assert_array_equal(session.run(variable), reader.get_tensor(keys[name]))


def keep(name, prefix):
    for suffix in (".index", ".data-00000-of-00001"):
        shutil.copyfile(prefix + suffix, os.path.join(HERE, name + suffix))
    check_with_saver(os.path.join(HERE, name))
    expect(os.path.join(HERE, name), name)


def fill(variables):
    """Values that tell every variable and element apart."""
    for number, variable in enumerate(variables):
        size = int(np.prod(variable.shape))
        values = np.arange(size).reshape(variable.shape) + 100 * (number + 1)
        variable.assign(values.astype(variable.dtype if isinstance(variable.dtype, str)
                                      else variable.dtype.as_numpy_dtype))


def nested(folder):
    """Odd names, lists and dicts, a variable with two paths, a table, equal full names."""
    root = tf.Module()
    root.shared = tf.Variable([1.0, 2.0], name="scope/shared")
    root.inner = tf.Module()
    root.inner.again = root.shared
    root.layers = [tf.Variable(3.0, name="same"), tf.Variable(4.0, name="same")]
    root.by_name = {"key.with/both": tf.Variable(5, dtype=tf.int64, name="plain"),
                    "Gr\u00f6\u00dfe": tf.Variable([6.0], name="unnamed\u00e9")}
    root.circle = root
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
    table.insert(["a", "b"], [1, 2])
    return tf.train.Checkpoint(root=root, table=table, **{"odd.name": tf.Variable(True)}).save(
        os.path.join(folder, "c"))


def keras_3(folder):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2),
                              keras.layers.BatchNormalization(), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    fill([v.value for v in model.variables])
    fill([v.value for v in model.optimizer.variables[2:]])
    return tf.train.Checkpoint(model=model, optimizer=model.optimizer).save(
        os.path.join(folder, "c"))


def keras_2(folder):
    """Slots of the optimizers that tf.keras had until TensorFlow 2.10."""
    model = tf_keras.Sequential([tf_keras.layers.Dense(2, input_shape=(3,)),
                                 tf_keras.layers.Dense(1)])
    model.compile(tf_keras.optimizers.legacy.Adam(), "mse")
    model.train_on_batch(np.ones((4, 3)), np.ones((4, 1)))
    fill(model.variables)
    fill(model.optimizer.variables()[1:])
    return tf.train.Checkpoint(model=model, optimizer=model.optimizer).save(
        os.path.join(folder, "c"))


def keras_2_new(folder):
    """The optimizers of tf.keras from TensorFlow 2.11 on: lists, no slots."""
    model = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=(3,))])
    model.compile(tf_keras.optimizers.SGD(momentum=0.9), "mse")
    model.train_on_batch(np.ones((4, 3)), np.ones((4, 1)))
    fill(model.variables)
    return tf.train.Checkpoint(model=model, optimizer=model.optimizer).save(
        os.path.join(folder, "c"))


def optimizer_v1(folder):
    """An optimizer of TensorFlow 1 in a checkpoint of objects."""
    weight = tf.Variable([1.0, 2.0], name="w")
    optimizer = tf.compat.v1.train.AdamOptimizer(0.1)
    optimizer.minimize(lambda: tf.reduce_sum(weight * weight), var_list=[weight])
    fill([weight, *optimizer.variables()])
    return tf.train.Checkpoint(net=weight, opt=optimizer).save(os.path.join(folder, "c"))


def sharded(folder):
    """One key in slices: three parts of a variable, each an object of the same key."""
    parts = [tf.Variable(np.arange(8, dtype=np.float32).reshape(4, 2) + 8 * i, name=f"emb/part_{i}")
             for i in range(3)]
    return tf.train.Checkpoint(
        table=sharded_variable.ShardedVariable(parts, name="emb"),
        other=tf.Variable([1, 2], name="other")).save(os.path.join(folder, "c"))


def saved_model():
    module = tf.Module()
    module.dense = tf.Module()
    module.dense.kernel = tf.Variable([[1.0, 2.0]], name="dense/kernel")
    target = os.path.join(HERE, "saved_model")
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder)
        shutil.copytree(os.path.join(folder, "variables"), os.path.join(target, "variables"))
    prefix = os.path.join(target, "variables", "variables")
    check_with_saver(prefix)
    expect(prefix, "saved_model")


def main():
    for make in (nested, keras_3, keras_2, keras_2_new, optimizer_v1, sharded):
        keras.backend.clear_session()
        tf_keras.backend.clear_session()
        with tempfile.TemporaryDirectory() as folder:
            keep(make.__name__, make(folder))
    saved_model()
    with open(os.path.join(HERE, "expected.txt"), "w", encoding="utf-8") as f:
        f.write("\n".join(expected) + "\n")


if __name__ == "__main__":
    main()
