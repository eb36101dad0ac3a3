"""Writes a program's checkpoints with real TensorFlow, before the program runs."""

import os

import tensorflow as tf

import program_values


def write_files(program: dict, folder: str) -> None:
    before = os.getcwd()
    os.chdir(folder)
    try:
        for checkpoint in program["checkpoints"]:
            parent = os.path.dirname(checkpoint["prefix"])
            if parent:
                os.makedirs(parent, exist_ok=True)
            WRITERS[checkpoint["format"]](checkpoint)
        for path, text in program.get("files", {}).items():
            if os.path.dirname(path):
                os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(text.replace("$W", folder))
    finally:
        os.chdir(before)


def pieces_of(tensors: list) -> tuple:
    """(names, slice texts, values) as SaveV2 and SaveSlices take them."""
    names, specs, values = [], [], []
    for tensor in tensors:
        whole = program_values.tensor_value(tensor["dtype"], tensor["shape"],
                                            tensor["first_value"])
        for piece in tensor["slices"] or [None]:
            names.append(tensor["name"])
            specs.append("" if piece is None else
                         program_values.slice_spec(tensor["shape"], piece))
            part = whole if piece is None else program_values.slice_of(whole, piece)
            values.append(tf.constant(part, dtype=tf.as_dtype(tensor["dtype"])))
    return names, specs, values


def write_v2(checkpoint: dict) -> None:
    names, specs, values = pieces_of(checkpoint["tensors"])
    tf.raw_ops.SaveV2(prefix=checkpoint["prefix"], tensor_names=names, shape_and_slices=specs,
                      tensors=values)


def write_v1(checkpoint: dict) -> None:
    names, specs, values = pieces_of(checkpoint["tensors"])
    tf.raw_ops.SaveSlices(filename=checkpoint["prefix"], tensor_names=names,
                          shapes_and_slices=specs, data=values)


def write_object(checkpoint: dict) -> None:
    """tf.train.Checkpoint: each variable under an object path of its own."""
    children = {}
    for number, tensor in enumerate(checkpoint["tensors"]):
        value = program_values.tensor_value(tensor["dtype"], tensor["shape"],
                                            tensor["first_value"])
        children["v%d" % number] = tf.Variable(
            tf.constant(value, dtype=tf.as_dtype(tensor["dtype"])), name=tensor["name"])
    tf.train.Checkpoint(net=tf.train.Checkpoint(**children)).write(checkpoint["prefix"])


WRITERS = {"v2": write_v2, "v1": write_v1, "object": write_object}
