#!/usr/bin/env python3
"""The founding question, in tensorthaw and, where it is installed, in TensorFlow, side by side.

model-0 holds foo and bar, both 1.0. A program makes foo by Variable and bar by get_variable, both
0.0, and restores with {"/": "/"}: foo stays at 0.0. Why?
"""

from pathlib import Path

import tensorthaw as tt

PREFIX = str(Path(__file__).with_name("model-0"))


def in_tensorthaw(assignment_map):
    """The values of foo and bar, and the report that says why."""
    store = tt.VariableStore()
    foo = store.Variable(0.0, name="foo")
    bar = store.get_variable("bar", initializer=0.0)
    variables = {"foo": foo, "bar": bar}
    tt.init_from_checkpoint(PREFIX, assignment_map(variables), store)
    report = store.initialize()
    return float(foo.numpy()), float(bar.numpy()), report


def in_tensorflow(assignment_map):
    """The values of foo and bar. TensorFlow has no more to say."""
    import tensorflow as tf

    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        foo = tf.compat.v1.Variable(0.0, name="foo")
        bar = tf.compat.v1.get_variable("bar", initializer=0.0)
        variables = {"foo": foo, "bar": bar}
        tf.compat.v1.train.init_from_checkpoint(PREFIX, assignment_map(variables))
        session.run(tf.compat.v1.global_variables_initializer())
        return tuple(float(value) for value in session.run([foo, bar]))


def main():
    maps = {
        'by scope, {"/": "/"}': lambda variables: {"/": "/"},
        'by object, {"foo": foo, "bar": bar}': dict,
    }
    for title, assignment_map in maps.items():
        foo, bar, report = in_tensorthaw(assignment_map)
        print(f"{title}\n  tensorthaw: foo = {foo}, bar = {bar}")
        try:
            print("  TensorFlow: foo = {}, bar = {}".format(*in_tensorflow(assignment_map)))
        except ImportError:
            print("  TensorFlow is not installed here")
        print("  " + report.explain().replace("\n", "\n  "))


if __name__ == "__main__":
    main()
