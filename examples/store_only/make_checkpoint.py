"""Writes the checkpoint of this folder with TensorFlow.

    python make_checkpoint.py [FOLDER]        (needs tensorflow or tensorflow-cpu)

foo is made by tf.Variable, bar by tf.compat.v1.get_variable. Both are 1.0 in the checkpoint.
"""

import os
import sys

import tensorflow as tf


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    with tf.Graph().as_default():
        foo = tf.compat.v1.Variable(0.0, name="foo", use_resource=False)
        bar = tf.compat.v1.get_variable("bar", initializer=0.0, use_resource=False)
        saver = tf.compat.v1.train.Saver(save_relative_paths=True)
        with tf.compat.v1.Session() as session:
            session.run([foo.assign(1.0), bar.assign(1.0)])
            saver.save(session, os.path.join(folder, "model"), global_step=0,
                       write_meta_graph=False)


if __name__ == "__main__":
    main()
