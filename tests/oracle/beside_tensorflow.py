#!/usr/bin/env python3
"""tensorthaw and TensorFlow in one process, in either order, each reading the other's files.

Both have a Protocol Buffers, a Snappy and an allocator of their own: neither may take the other's.
One of the two has another allocator preloaded, as servers do. Exits 77 where there is no
TensorFlow.
"""

import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile

ALLOCATOR = "libtbbmalloc_proxy.so.2"
# The order of the imports, and what is preloaded.
PROCESSES = [("tensorflow tensorthaw", ""), ("tensorthaw tensorflow", ALLOCATOR)]


def exchange(folder):
    """Every format that holds protocol buffers, in both directions."""
    import numpy as np
    import tensorflow as tf
    import tensorthaw as tt

    object_based = tf.train.Checkpoint(w=tf.Variable(np.arange(12.0).reshape(3, 4)))
    prefix = object_based.save(f"{folder}/object/model")
    assert tt.load(prefix)["w/.ATTRIBUTES/VARIABLE_VALUE"].sum() == 66
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        variable = tf.compat.v1.get_variable("x", initializer=np.arange(5.0))
        session.run(variable.initializer)
        for version in (1, 2):
            os.mkdir(f"{folder}/{version}")
            saver = tf.compat.v1.train.Saver(write_version=version)
            prefix = saver.save(session, f"{folder}/{version}/model")
            assert tt.load(prefix)["x"].sum() == 10
    tt.save(f"{folder}/ours", {"w": np.ones(7), "words": np.array([b"a", b"bc"], object)})
    reader = tf.train.load_checkpoint(f"{folder}/ours")
    assert reader.get_tensor("w").sum() == 7
    assert list(reader.get_tensor("words")) == [b"a", b"bc"]
    try:
        tt.open(f"{folder}/nothing")
        raise AssertionError("opened nothing")
    except tt.NotFoundError:
        pass


def in_one_process(order):
    for name in order.split():
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        exchange(folder)


def main():
    if len(sys.argv) > 1:
        in_one_process(sys.argv[1])
        return 0
    if importlib.util.find_spec("tensorflow") is None:
        print(f"SKIPPED: {sys.executable} has no tensorflow")
        return 77
    failed = 0
    for order, preloaded in PROCESSES:
        environment = {**os.environ, "LD_PRELOAD": preloaded, "TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run([sys.executable, __file__, order], env=environment,
                              capture_output=True, text=True)
        print(f"{order}, allocator: {preloaded or 'of the C library'}: exit {done.returncode}")
        if done.returncode != 0:
            print(done.stderr)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
