#!/usr/bin/env python3
"""Compares V1 checkpoints that TensorSliceWriter wrote with what TensorFlow does with their tensors.

check_v1.py FOLDER: FOLDER/manifest.txt has the lines `bundle` and `put` of tests/golden/make_golden.py;
of a sharded one, `bundle NAME FILES`. For each bundle that is one file, TensorFlow's SaveSlices writes
the same tensors and must give the same bytes. Of every bundle TensorFlow's RestoreV2 must restore each
tensor or slice that was put. Exits with 77 where there is no TensorFlow.
"""

import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
sys.dont_write_bytecode = True
try:
    import make_golden as golden
    import make_golden_v1 as golden_v1
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)


def read_bundles(folder):
    """[(name, number of files, Tensors)]"""
    bundles = []
    with open(os.path.join(folder, "manifest.txt"), encoding="ascii") as f:
        for text in f:
            fields = text.rstrip("\n").split("\t")
            if fields[0] == "bundle":
                bundles.append((fields[1], int(fields[2]), golden.Tensors()))
                continue
            _, name, dtype, spec, value = fields
            number = golden.tf.dtypes.as_dtype(dtype).as_datatype_enum
            if spec.startswith("["):
                shape, spec = [int(d) for d in spec[1:-1].split(",") if d], ""
            else:
                shape = slice_shape(spec)
            if number == 7:
                data = [bytes.fromhex(v) for v in value.split(",")[:-1]]
            else:
                data = bytes.fromhex(value)
            bundles[-1][2].add(urllib.parse.unquote_to_bytes(name), number, shape, data, spec)
    return bundles


def slice_shape(spec):
    """The shape of the slice of a shape_and_slice text."""
    *dims, extents = spec.split(" ")
    return [int(dim) if extent == "-" else int(extent.split(",")[1])
            for dim, extent in zip(dims, extents.split(":"))]


def differences(folder, name, num_files, tensors):
    path = os.path.join(folder, name)
    if num_files == 0:
        golden_v1.save_slices(tensors, path + ".tensorflow")
        with open(path, "rb") as ours, open(path + ".tensorflow", "rb") as theirs:
            if ours.read() != theirs.read():
                yield "other bytes"
    pattern = "%s-?????-of-%05d" % (path, num_files) if num_files else path
    for item in tensors.items:
        wanted = tensors.tensor(item)
        got = golden.restore(pattern, item[0], wanted.dtype, item[3])
        if got.shape != wanted.shape or values(got) != values(wanted):
            yield "%r %s restored otherwise" % (item[0], item[3])


def values(tensor):
    value = tensor.numpy()
    if isinstance(value, bytes):
        return value
    array = golden.np.asarray(value)
    return array.tolist() if array.dtype == object else array.tobytes()


def main():
    folder = sys.argv[1]
    num_bundles, num_tensors, found = 0, 0, []
    for name, num_files, tensors in read_bundles(folder):
        num_bundles += 1
        num_tensors += len(tensors.items)
        found += ["%s: %s" % (name, d) for d in differences(folder, name, num_files, tensors)]
    print("%d checkpoints, %d tensors and slices, %d differences"
          % (num_bundles, num_tensors, len(found)))
    print("\n".join(found[:20]))
    sys.exit(1 if found or num_tensors == 0 else 0)


if __name__ == "__main__":
    main()
