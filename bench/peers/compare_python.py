#!/usr/bin/env python3
"""Measures the Python package beside its peers on one checkpoint, and prints one table.

Usage: compare_python.py [--thaw PATH] [--dir DIR] [--rounds N] [--threads N]

The checkpoint has the shapes of a BERT-base (206 float32 tensors, 440 MB); the same arrays are in
a safetensors file. All contestants take turns, in a new order each round; the first round is thrown
away, figures are medians. Files are in the page cache. What is not installed (TensorFlow,
safetensors) is left out and named. --thaw adds the C++ engine, `thaw bench` on the same checkpoint,
which takes its turn in every round.

load_into is measured twice: into arrays of their own, as NumPy makes them (those under 4 MiB lie
in pages of 4 KiB), and into views of one large array, which lies in huge pages as the engine's
destinations do. `thaw bench` times opening and restoring, not closing (which unmaps the files): the
row "closing not timed" does the same, and compares with the engine.
"""

import argparse
import functools
import importlib.util
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import tensorthaw as tt

PAGE = 4096
MANY = 100_000


def bert_base_shapes():
    """Names and shapes of a BERT-base with its pre-training heads."""
    hidden, inner, words = 768, 3072, 30522
    shapes = {
        "bert/embeddings/word_embeddings": (words, hidden),
        "bert/embeddings/position_embeddings": (512, hidden),
        "bert/embeddings/token_type_embeddings": (2, hidden),
        "bert/pooler/dense/kernel": (hidden, hidden),
        "bert/pooler/dense/bias": (hidden,),
        "cls/predictions/output_bias": (words,),
        "cls/predictions/transform/dense/kernel": (hidden, hidden),
        "cls/predictions/transform/dense/bias": (hidden,),
        "cls/seq_relationship/output_weights": (2, hidden),
        "cls/seq_relationship/output_bias": (2,),
    }
    dense = {"attention/self/query": (hidden, hidden), "attention/self/key": (hidden, hidden),
             "attention/self/value": (hidden, hidden), "attention/output/dense": (hidden, hidden),
             "intermediate/dense": (hidden, inner), "output/dense": (inner, hidden)}
    norms = ["bert/embeddings", "cls/predictions/transform"]
    for layer in range(12):
        scope = f"bert/encoder/layer_{layer}"
        norms += [f"{scope}/attention/output", f"{scope}/output"]
        for name, shape in dense.items():
            shapes[f"{scope}/{name}/kernel"] = shape
            shapes[f"{scope}/{name}/bias"] = shape[1:]
    for scope in norms:
        shapes[f"{scope}/LayerNorm/gamma"] = shapes[f"{scope}/LayerNorm/beta"] = (hidden,)
    return shapes


def make_arrays():
    generator = np.random.default_rng(1)
    return {name: generator.normal(0, 0.02, shape).astype(np.float32)
            for name, shape in bert_base_shapes().items()}


def touch(arrays):
    """Reads a byte of every page: what a lazy peer put off is done here."""
    total = 0
    for array in arrays.values():
        total += int(array.reshape(-1).view(np.uint8)[::PAGE].sum())
    return total


def views_of_one_array(arrays):
    """Touched arrays of the same shapes, one after the other at multiples of 64 bytes."""
    places, end = {}, 0
    for name, array in arrays.items():
        places[name] = end
        end += -(-array.nbytes // 64) * 64
    memory = np.empty(end + 64, np.uint8)
    memory[:] = 0
    start = -memory.ctypes.data % 64
    return {name: memory[start + place:start + place + arrays[name].nbytes]
            .view(arrays[name].dtype).reshape(arrays[name].shape)
            for name, place in places.items()}


def contestants(prefix, tensors_file, arrays, threads):
    """Name → a function that loads everything once and returns its seconds."""
    one_array = views_of_one_array(arrays)
    found = {
        "tt.load": lambda: touch(tt.load(prefix, threads=threads)),
        "tt.load_into, arrays of their own":
            lambda: tt.load_into(prefix, arrays, threads=threads),
        "tt.load_into, views of one array":
            lambda: tt.load_into(prefix, one_array, threads=threads),
    }
    if importlib.util.find_spec("tensorflow"):
        import tensorflow as tf

        def get_tensors():
            reader = tf.train.load_checkpoint(str(prefix))
            touch({name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()})
        found["TensorFlow get_tensor"] = get_tensors
    if importlib.util.find_spec("safetensors"):
        from safetensors.numpy import load_file
        found["safetensors load_file"] = lambda: touch(load_file(tensors_file))
    timed = {name: functools.partial(seconds_of, work) for name, work in found.items()}
    timed["tt.load_into, views of one array, closing not timed"] = functools.partial(
        seconds_without_closing, prefix, one_array, threads)
    return timed


def seconds_of(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def seconds_without_closing(prefix, arrays, threads):
    start = time.perf_counter()
    with tt.open(prefix) as checkpoint:
        checkpoint.load_into(arrays, threads=threads)
        return time.perf_counter() - start


def engine_seconds(thaw, prefix, threads, size):
    """Of one restore by the C++ engine, as `thaw bench` measures it."""
    run = subprocess.run([thaw, "bench", prefix, "--rounds", "1", "--threads", str(threads),
                          "--json"], check=True, capture_output=True)
    return size / json.loads(run.stdout)["runs"][0]["gbps"]["median"] / 1e9


def measure(found, rounds):
    """Name → seconds of each round, all taking turns."""
    seconds = {name: [] for name in found}
    for number in range(rounds + 1):
        order = list(found)
        random.Random(number).shuffle(order)
        for name in order:
            taken = found[name]()
            if number > 0:
                seconds[name].append(taken)
    return seconds


def import_seconds():
    """Of `import tensorthaw`, NumPy being there, in a process of its own."""
    program = ("import numpy, time; start = time.perf_counter(); import tensorthaw; "
               "print(time.perf_counter() - start)")
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True,
                         text=True)
    return float(run.stdout)


def print_table(seconds, size):
    reference = statistics.median(seconds["tt.load"])
    print("| load | seconds, median (min–max) | GB/s | × tt.load's time |")
    print("|---|---|---|---|")
    for name, taken in sorted(seconds.items(), key=lambda item: statistics.median(item[1])):
        median = statistics.median(taken)
        print(f"| {name} | {median:.4f} ({min(taken):.4f}–{max(taken):.4f}) "
              f"| {size / median / 1e9:.3g} | {median / reference:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--thaw", help="the thaw command, for the C++ engine's figures")
    parser.add_argument("--dir", help="where the files are made; 1 GB free")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.dir) as folder:
        prefix, tensors_file = Path(folder) / "bert", Path(folder) / "bert.safetensors"
        arrays = make_arrays()
        size = sum(array.nbytes for array in arrays.values())
        tt.save(prefix, arrays)
        if importlib.util.find_spec("safetensors"):
            from safetensors.numpy import save_file
            save_file(arrays, tensors_file)
        found = contestants(prefix, tensors_file, arrays, options.threads)
        for peer in ("tensorflow", "safetensors"):
            if not importlib.util.find_spec(peer):
                print(f"{peer} is not installed: left out", file=sys.stderr)
        if options.thaw:
            found[f"C++ engine, {options.threads} threads"] = functools.partial(
                engine_seconds, options.thaw, prefix, options.threads, size)
        seconds = measure(found, options.rounds)
        many = Path(folder) / "many"
        tt.save(many, {f"layer_{number:05}/w": np.zeros(1, np.float32) for number in range(MANY)})
        others = measure({f"tt.open of {MANY:,} tensors":
                          lambda: seconds_of(lambda: tt.open(many).close())}, options.rounds)
        others["import tensorthaw"] = [import_seconds() for _ in range(options.rounds)]
    print(f"{len(arrays)} tensors, {size / 1e6:.0f} MB, {options.rounds} rounds\n")
    print_table(seconds, size)
    print("\n| once | ms, median |\n|---|---|")
    for name, taken in others.items():
        print(f"| {name} | {statistics.median(taken) * 1e3:.1f} |")


if __name__ == "__main__":
    main()
