#!/usr/bin/env python3
"""Writes the golden V1 checkpoints of this folder with real TensorFlow, and manifest_v1.txt.

Run with TensorFlow 2.21 (tensorflow-cpu) and ml_dtypes:  python make_golden_v1.py
Every run writes the same bytes. Each file was read back by TensorFlow before it was kept.
make_golden.py describes manifest_v1.txt; here `bundle` has a third field, the number of files (0: one
of the bundle's own name).
"""

import os
import tempfile

import make_golden as golden
from make_golden import HERE, Tensors, line, np, sample, tf, v1

import craft
import craft_v1

V1_DTYPES = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 17, 18, 19]


def save_slices(tensors, path):
    items = tensors.items
    tf.raw_ops.SaveSlices(
        filename=path,
        tensor_names=[i[0] for i in items],
        shapes_and_slices=[i[3] for i in items],
        data=[tensors.tensor(i) for i in items],
    )


def write_golden(name, how, tensors, write=save_slices, num_files=0):
    path = os.path.join(HERE, name)
    line("bundle", name, how, num_files)
    write(tensors, path)
    if how == "reproduce":
        tensors.puts()
    pattern = "%s-?????-of-%05d" % (path, num_files) if num_files else path
    golden.gets(pattern, {i[0]: i[1] for i in tensors.items})


def slices():
    """golden.slices and the parts of dtypes that a V2 checkpoint cannot join, all joined here."""
    out = golden.slices()
    for number in (19, 17, 11):
        text = tf.dtypes.as_dtype(number).name.encode()
        for begin in (0, 2):
            out.add(text, number, [2, 3], sample(number, 6)[0], "4 3 %d,2:0,3" % begin)
    # Enough slices of one tensor that a sort by name does not keep their order.
    for begin in range(20):
        out.add(b"many", 4, [1], bytes([begin]), "20 %d,1" % begin)
    out.add(b"string", 7, [1], [b"first"], "2 0,1")
    return out.add(b"string", 7, [1], [b"second"], "2 1,1")


def odd_names():
    out = Tensors()
    names = [b"nul\x00inside", b"\x00leads", b" ", b"a/b//c/", b"percent%41", b"tab\t\n",
             "größe".encode(), b"n" * 300, b"w:0", "\U0010ffff".encode()]
    for i, name in enumerate(names):
        out.add(name, 3, [1], np.int32(i).tobytes())
    for begin in (0, 1):
        name = "\x00s\x7f/ÿ\x00".encode()
        out.add(name, 3, [1], np.int32(begin).tobytes(), "2 %d,1" % begin)
    return out


def write_partitioned(_, path):
    """What a Saver of V1 writes for partitioned variables of a real program."""
    with tf.Graph().as_default(), v1.Session() as session:
        with v1.variable_scope("scope"):
            value = np.arange(12 * 3, dtype=np.float32).reshape(12, 3)
            for name, initial, parts in (("emb", value, 5), ("one", value[:2], 1)):
                v1.get_variable(name, initializer=tf.constant(initial),
                                partitioner=v1.fixed_size_partitioner(parts))
        v1.get_variable("plain", initializer=np.float64(0.5))
        session.run(v1.global_variables_initializer())
        saver = v1.train.Saver(write_version=v1.train.SaverDef.V1)
        saver.save(session, path, write_meta_graph=False, write_state=False)


def sharded():
    """Two files, a tensor with slices in both."""
    first, second = Tensors(), Tensors()
    first.add(b"rows", 3, [1, 2], sample(3, 2)[0], "3 2 1,1:0,2").add(b"a", 1, [3], sample(1, 3)[0])
    second.add(b"z", 9, [2], sample(9, 2)[0])
    second.add(b"rows", 3, [1, 2], sample(3, 2)[0], "3 2 0,1:0,2")
    second.add(b"rows", 3, [1, 2], sample(3, 2)[0], "3 2 2,1:0,2")
    everything = Tensors()
    everything.items = first.items + second.items

    def write(_, path):
        for i, part in enumerate((first, second)):
            save_slices(part, "%s-%05d-of-00002" % (path, i))

    return everything, write


def snappy():
    """Compressed blocks, as TensorFlow wrote before 1.2."""
    out, crafted = Tensors(), craft_v1.SliceFile()
    for i in range(40):
        out.add(b"scope/layer_%02d/kernel" % i, 1, [2], np.float32([i, -i]).tobytes())
    out.add(b"ints", 3, [300], np.arange(300, dtype=np.int32).tobytes())
    out.add(b"words", 7, [30], [b"word %d" % (i % 3) for i in range(30)])
    for name, number, shape, _, data in out.items:
        crafted.add(name, number, shape, data)

    def write(_, path):
        with open(path, "wb") as f:
            f.write(crafted.file(per_block=16, compress=True))

    return out, write


def large(path):
    """A value with a block to itself, one that shares a block, and several blocks of small ones.

    tensor_slice_writer_test.cc makes the same tensors; a change here is a change there.
    """
    out = Tensors()
    out.add(b"large/float32", 1, [300, 500], np.arange(150000, dtype=np.float32).tobytes())
    out.add(b"large/int32", 3, [150000], np.arange(150000, dtype=np.int32).tobytes())
    out.add(b"middle", 2, [40000], np.arange(40000, dtype=np.float64).tobytes())
    for i in range(3000):
        name = b"%08x/" % (i * 2654435761 % 2**32) + b"x" * 100
        out.add(name, 4, [], bytes([i % 256]))
    save_slices(out, path)


def main():
    golden.manifest.clear()
    write_golden("v1_every_dtype", "reproduce", golden.every_dtype(V1_DTYPES))
    write_golden("v1_odd_shapes", "reproduce", golden.odd_shapes(V1_DTYPES))
    write_golden("v1_strings", "reproduce", golden.strings())
    write_golden("v1_slices", "reproduce", slices())
    write_golden("v1_odd_names", "reproduce", odd_names())
    write_golden("v1_partitioned", "reproduce", golden.partitioned(), write_partitioned)
    write_golden("v1_sharded", "read", *sharded(), num_files=2)
    write_golden("v1_snappy", "read", *snappy())
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "large")
        large(path)
        with open(path, "rb") as f:
            data = f.read()
        line("digest", "v1_large", len(data), "%08x" % craft.crc32c(data))
    with open(os.path.join(HERE, "manifest_v1.txt"), "w") as f:
        f.write("\n".join(golden.manifest) + "\n")


if __name__ == "__main__":
    main()
