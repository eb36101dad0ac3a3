#!/usr/bin/env python3
"""Writes the golden checkpoints of this folder with real TensorFlow, and manifest.txt beside them.

Run with TensorFlow 2.21 (tensorflow-cpu) and ml_dtypes:  python make_golden.py
Every run writes the same bytes. Each file was read back by TensorFlow before it was kept.

manifest.txt, fields separated by tabs, bytes in hexadecimal, names percent-encoded:
  bundle NAME HOW      HOW: reproduce (BundleWriter must write the same bytes), read (only read it)
  put    TENSOR DTYPE SPEC VALUE   what was written, in this order; SPEC: shape_and_slice as SaveV2
                                   takes it, or the shape "[2,3]" for a whole tensor
  get    TENSOR DTYPE SHAPE VALUE  what a reader must find, in byte order of the names
  digest FILE SIZE CRC32C          a file of TensorFlow that is too large to keep
VALUE: elements as stored; of strings each in hexadecimal, ended by a comma; of variants the stored
payload.
"""

import os
import shutil
import tempfile
import urllib.parse

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np
import tensorflow as tf

import craft

HERE = os.path.dirname(os.path.abspath(__file__))
v1 = tf.compat.v1
manifest = []

# Stored bytes whose pattern leaves no bit of an element constant: sign, infinities, NaN payloads,
# subnormals and zeros all occur in the float types.
PATTERN = bytes.fromhex(
    "0000000000000000000000000000f03f000000000000f0bf000000000000f07f"
    "0100000000000080efcdab8967452301ffffffffffffef7f180000000000f8ff"
)
SUB_BYTE_VALUES = {29: range(-8, 8), 30: range(16), 31: range(-2, 2), 32: range(4), 33: None}
QUANTIZED_BASE = {11: tf.int8, 12: tf.uint8, 13: tf.int32, 15: tf.int16, 16: tf.uint16}
FIXED_DTYPES = [n for n in range(1, 34) if n not in (7, 20, 21)]


def quote(name):
    return urllib.parse.quote_from_bytes(name, safe="/._-:")


def shape_text(shape):
    return "[" + ",".join(str(d) for d in shape) + "]"


def line(*fields):
    manifest.append("\t".join(str(f) for f in fields))


def strings_text(values):
    return "".join(v.hex() + "," for v in values)


def of_bytes(number, data, shape):
    """The tensor of dtype `number` that TensorFlow stores as `data`."""
    dtype = tf.dtypes.as_dtype(number)
    if number in QUANTIZED_BASE:
        base = QUANTIZED_BASE[number]
        plain = np.frombuffer(data, base.as_numpy_dtype).reshape(shape)
        return tf.bitcast(tf.constant(plain, base), dtype)
    if number in SUB_BYTE_VALUES:
        bits = np.frombuffer(data, np.uint8)
        if number == 33:
            values = bits.view(dtype.as_numpy_dtype)
        else:
            width = 4 if number in (29, 30) else 2
            signed = number in (29, 31)
            values = np.array(
                [b - (1 << width) if signed and b >> (width - 1) else b for b in bits.tolist()]
            ).astype(dtype.as_numpy_dtype)
        return tf.constant(values.reshape(shape), dtype)
    if number == 10:
        return tf.constant(np.frombuffer(data, np.bool_).reshape(shape))
    return tf.constant(np.frombuffer(data, dtype.as_numpy_dtype).reshape(shape), dtype)


def sample(number, count=None):
    """(stored bytes, element count) of a dtype."""
    if number == 10:
        data = bytes([1, 0, 0, 1, 1, 0])
    elif number in (29, 30, 33):
        data = bytes(range(16))
    elif number in (31, 32):
        data = bytes(range(4))
    else:
        data = PATTERN
    width = 1 if number in SUB_BYTE_VALUES else tf.dtypes.as_dtype(number).size
    if count is not None:  # starts in the middle of the pattern: its beginning is all zeros
        data = data[len(data) // 2 + len(data) // 8 :] + data
        data = (data * (count * width // len(data) + 1))[: count * width]
    return data, len(data) // width


class Tensors:
    """Tensors in writing order: (name, dtype number, whole or slice shape, spec, bytes or list)."""

    def __init__(self):
        self.items = []

    def add(self, name, number, shape, data, spec=""):
        self.items.append((name, number, tuple(shape), spec, data))
        return self

    def tensor(self, item):
        _, number, shape, _, data = item
        if number == 7:
            return tf.constant(np.array(data, dtype=object).reshape(shape), tf.string)
        return of_bytes(number, data, shape)

    def save(self, prefix):
        tf.raw_ops.SaveV2(
            prefix=prefix,
            tensor_names=[i[0] for i in self.items],
            shape_and_slices=[i[3] for i in self.items],
            tensors=[self.tensor(i) for i in self.items],
        )

    def puts(self):
        for name, number, shape, spec, data in self.items:
            text = strings_text(data) if number == 7 else data.hex()
            line("put", quote(name), tf.dtypes.as_dtype(number).name, spec or shape_text(shape), text)


def restore(prefix, name, dtype, spec=""):
    return tf.raw_ops.RestoreV2(
        prefix=prefix, tensor_names=[name], shape_and_slices=[spec], dtypes=[dtype]
    )[0]


def stored_bytes(tensor):
    """The bytes TensorFlow writes for a tensor: written once more, alone."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "one")
        tf.raw_ops.SaveV2(
            prefix=prefix, tensor_names=["x"], shape_and_slices=[""], tensors=[tensor]
        )
        with open(prefix + ".data-00000-of-00001", "rb") as f:
            return f.read()


def gets(prefix, dtypes):
    """Reads every tensor with TensorFlow. dtypes: {name: dtype number}."""
    for name in sorted(dtypes):
        dtype = tf.dtypes.as_dtype(dtypes[name]) if dtypes[name] != 21 else tf.variant
        value = restore(prefix, name, dtype)
        if dtypes[name] == 7:
            text = strings_text([bytes(v) for v in np.ravel(value.numpy())])
        else:
            text = stored_bytes(value).hex()
        line("get", quote(name), dtype.name, shape_text(value.shape), text)


def golden(name, how, tensors, write=None):
    """Writes bundle `name` in this folder, reads it back and lists it."""
    prefix = os.path.join(HERE, name)
    line("bundle", name, how)
    (write or tensors.save)(prefix)
    if how == "reproduce":
        tensors.puts()
    gets(prefix, {i[0]: i[1] for i in tensors.items})


# --- what is written ------------------------------------------------------------------------------


def every_dtype(numbers=FIXED_DTYPES):
    out = Tensors()
    for number in numbers:
        data, count = sample(number)
        out.add(tf.dtypes.as_dtype(number).name.encode(), number, [count], data)
    return out.add(b"string", 7, [2], [b"hello", b"world"])


def odd_shapes(numbers=FIXED_DTYPES):
    out = Tensors()
    for number in numbers:
        text = tf.dtypes.as_dtype(number).name.encode()
        out.add(b"scalar/" + text, number, [], sample(number, 1)[0])
        out.add(b"empty/" + text, number, [16, 0, 18], b"")
    out.add(b"scalar/string", 7, [], [b"one"])
    out.add(b"empty/string", 7, [0, 1618], [])
    out.add(b"rank_8", 9, [1, 2, 1, 1, 3, 1, 1, 1], sample(9, 6)[0])
    return out.add(b"ones", 1, [1, 1], sample(1, 1)[0])


def strings():
    out = Tensors()
    out.add(b"strs", 7, [2, 2], [b"hello", b"", b"x01", b"c" * 1024])
    out.add(b"floats", 1, [3], sample(1, 3)[0])
    out.add(b"not_utf8", 7, [3], [b"\xff\xfe", b"\x00", b"nul\x00inside"])
    out.add(b"one_empty", 7, [1], [b""])
    return out.add(b"lengths", 7, [4], [b"a" * n for n in (1, 127, 128, 300)])


def slices():
    """Slices in every form: rows, columns, a grid of rank 3, '-', one that is the whole tensor."""
    out = Tensors()
    for begin, length in ((0, 4), (4, 3), (7, 3)):
        out.add(b"rows", 1, [length, 4], sample(1, length * 4)[0], "10 4 %d,%d:0,4" % (begin, length))
    out.add(b"columns", 3, [5, 1], sample(3, 5)[0], "5 10 -:0,1")
    out.add(b"columns", 3, [5, 9], sample(3, 45)[0], "5 10 -:1,9")
    for a in (0, 2):
        for b in (0, 3):
            out.add(b"grid", 9, [2, 3, 2], sample(9, 12)[0], "4 6 2 %d,2:%d,3:-" % (a, b))
    out.add(b"whole/dashes", 2, [3, 2], sample(2, 6)[0], "3 2 -:-")
    out.add(b"whole/extents", 2, [3, 2], sample(2, 6)[0], "3 2 0,3:0,2")
    out.add(b"between", 10, [6], sample(10)[0])
    for begin in (64, 0):
        out.add(b"far", 4, [64], sample(4, 64)[0], "128 %d,64" % begin)
    return out


def slices_tensorflow_cannot_join():
    """dtypes that TensorFlow stores in parts but reads only part by part."""
    out = Tensors()
    for number in (19, 17, 22, 23, 25):
        text = tf.dtypes.as_dtype(number).name.encode()
        for begin in (0, 2):
            out.add(text, number, [2, 3], sample(number, 6)[0], "4 3 %d,2:0,3" % begin)
    out.add(b"string", 7, [1], [b"first"], "2 0,1")
    return out.add(b"string", 7, [1], [b"second"], "2 1,1")


def odd_names():
    out = Tensors()
    names = [b"nul\x00inside", b"\x00leads", b"\xff\xfe", b" ", b"a/b//c/", b"percent%41", b"tab\t\n",
             "größe".encode(), b"n" * 300, b"w:0", b"_CHECKPOINT", b"\xff\xff\xff"]
    for i, name in enumerate(names):
        out.add(name, 3, [1], np.int32(i).tobytes())
    for begin in (0, 1):
        out.add(b"\x00s\xff/\xff\x00", 3, [1], np.int32(begin).tobytes(), "2 %d,1" % begin)
    return out


def write_partitioned(prefix):
    """What tf.compat.v1.train.Saver writes for partitioned variables of a real program."""
    with tf.Graph().as_default(), v1.Session() as session:
        five = v1.fixed_size_partitioner(5)
        with v1.variable_scope("scope"):
            value = np.arange(12 * 3, dtype=np.float32).reshape(12, 3)
            v1.get_variable("emb", initializer=tf.constant(value), partitioner=five)
            v1.get_variable(
                "one", initializer=tf.constant(value[:2]), partitioner=v1.fixed_size_partitioner(1)
            )
        v1.get_variable("plain", initializer=np.float64(0.5))
        session.run(v1.global_variables_initializer())
        v1.train.Saver().save(session, prefix, write_meta_graph=False, write_state=False)


def partitioned():
    value = np.arange(12 * 3, dtype=np.float32).reshape(12, 3)
    out, begin = Tensors().add(b"plain", 2, [], np.float64(0.5).tobytes()), 0
    for length in (3, 3, 2, 2, 2):
        part = value[begin : begin + length]
        out.add(b"scope/emb", 1, part.shape, part.tobytes(), "12 3 %d,%d:0,3" % (begin, length))
        begin += length
    return out.add(b"scope/one", 1, [2, 3], value[:2].tobytes(), "2 3 0,2:0,3")


def merged():
    """Two bundles merged as a sharded save does; one tensor has slices in both."""
    parts = [Tensors(), Tensors()]
    parts[0].add(b"a", 1, [3], sample(1, 3)[0]).add(b"rows", 3, [1, 2], sample(3, 2)[0], "2 2 0,1:-")
    parts[1].add(b"rows", 3, [1, 2], sample(3, 2)[0], "2 2 1,1:-").add(b"z", 9, [2], sample(9, 2)[0])
    everything = Tensors()
    everything.items = parts[0].items + parts[1].items

    def write(prefix):
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, "part-%05d-of-00002" % i) for i in (0, 1)]
            for part, path in zip(parts, paths):
                part.save(path)
            tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=paths, destination_prefix=prefix)

    return everything, write


def variants():
    out = Tensors()
    out.items.append((b"list", 21, (), "", b""))

    def write(prefix):
        value = tf.raw_ops.TensorListFromTensor(
            tensor=tf.constant([1.5, 2.5]), element_shape=tf.constant([], tf.int32)
        )
        tf.raw_ops.SaveV2(
            prefix=prefix, tensor_names=["list"], shape_and_slices=[""], tensors=[value]
        )

    return out, write


def write_object_graph(prefix):
    """A TF2 checkpoint: tf.train.Checkpoint of a small tree with a shared node."""
    with tempfile.TemporaryDirectory() as folder:
        model = tf.Module()
        model.kernel = tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="dense/kernel")
        model.bias = tf.Variable([0.5, 0.25], name="dense/bias")
        model.also = model.bias
        step = tf.Variable(7, dtype=tf.int64, name="step")
        path = tf.train.Checkpoint(model=model, **{"a.b": step}).save(os.path.join(folder, "c"))
        for suffix in (".index", ".data-00000-of-00001"):
            shutil.copyfile(path + suffix, prefix + suffix)


def object_graph():
    out = Tensors()
    for name, number in (
        (b"_CHECKPOINTABLE_OBJECT_GRAPH", 7),
        (b"a..b/.ATTRIBUTES/VARIABLE_VALUE", 9),
        (b"model/bias/.ATTRIBUTES/VARIABLE_VALUE", 1),
        (b"model/kernel/.ATTRIBUTES/VARIABLE_VALUE", 1),
        (b"save_counter/.ATTRIBUTES/VARIABLE_VALUE", 9),
    ):
        out.items.append((name, number, (), "", b""))
    return out


# --- what TensorFlow reads but does not write ---------------------------------------------------


def write_files(files):
    def write(prefix):
        for suffix, data in files.items():
            with open(prefix + suffix, "wb") as f:
                f.write(data)

    return write


def swapped(number, data):
    unit = tf.dtypes.as_dtype(number).size
    unit = unit // 2 if number in (8, 18) else unit
    return b"".join(data[i : i + unit][::-1] for i in range(0, len(data), unit))


def big_endian():
    """A bundle of a big-endian machine; float8 and the like are left out, TensorFlow refuses them."""
    tensors, bundle = Tensors(), craft.Bundle(endianness=1)
    for number in FIXED_DTYPES:
        if number >= 24:
            continue
        data, count = sample(number)
        name = tf.dtypes.as_dtype(number).name.encode()
        tensors.add(name, number, [count], data)
        bundle.add_bytes(name, number, [count], swapped(number, data))
    values = [b"hello", b"", b"c" * 300]
    tensors.add(b"string", 7, [3], values)
    bundle.add_strings(b"string", [3], values, big_endian=True)
    return tensors, write_files(bundle.files())


def snappy_index():
    tensors, bundle = Tensors(), craft.Bundle()
    for i in range(40):
        data = np.float32([i, -i]).tobytes()
        tensors.add(b"scope/layer_%02d/kernel" % i, 1, [2], data)
        bundle.add_bytes(b"scope/layer_%02d/kernel" % i, 1, [2], data)
    return tensors, write_files(bundle.files(per_block=16, compress=True))


def many_blocks(prefix):
    """Names whose index fills several blocks.

    bundle_writer_test.cc makes the same tensors; a change here is a change there.
    """
    names = [b"%08x/" % (i * 2654435761 % 2**32) + b"x" * 100 for i in range(5000)]
    out = Tensors()
    for i, name in enumerate(names):
        out.add(name, 4, [], bytes([i % 256]))
    out.save(prefix)


def main():
    golden("every_dtype", "reproduce", every_dtype())
    golden("odd_shapes", "reproduce", odd_shapes())
    golden("strings", "reproduce", strings())
    golden("slices", "reproduce", slices())
    golden("odd_names", "reproduce", odd_names())
    golden("partitioned", "reproduce", partitioned(), write_partitioned)
    golden("merged", "read", *merged())
    golden("variant", "read", *variants())
    golden("object_graph", "read", object_graph(), write_object_graph)
    golden("big_endian", "read", *big_endian())
    golden("snappy_index", "read", *snappy_index())

    parts_only = slices_tensorflow_cannot_join()
    line("bundle", "parts_only", "reproduce")
    parts_only.save(os.path.join(HERE, "parts_only"))
    parts_only.puts()

    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "many_blocks")
        many_blocks(prefix)
        with open(prefix + ".index", "rb") as f:
            index = f.read()
        line("digest", "many_blocks.index", len(index), "%08x" % craft.crc32c(index))

    with open(os.path.join(HERE, "manifest.txt"), "w") as f:
        f.write("\n".join(manifest) + "\n")


if __name__ == "__main__":
    main()
