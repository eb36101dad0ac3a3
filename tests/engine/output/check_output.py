#!/usr/bin/env python3
"""Reads FILE (.npz, .npy or .safetensors) with its own library and compares it with EXPECTED.

EXPECTED has a line for each array: name in hexadecimal, type, dimensions, bytes in hexadecimal
("-" for none). Exits 0 when the file holds exactly these arrays, 1 with the differences when not,
77 when a package is missing.
"""

import json
import sys
import zipfile

try:
    import numpy as np
except ImportError:
    sys.exit(77)

# safetensors' own names, by TensorFlow's.
SAFETENSORS = {
    "bool": "BOOL", "uint8": "U8", "int8": "I8", "uint16": "U16", "int16": "I16", "uint32": "U32",
    "int32": "I32", "uint64": "U64", "int64": "I64", "float16": "F16", "bfloat16": "BF16",
    "float32": "F32", "float64": "F64", "float8_e5m2": "F8_E5M2", "float8_e4m3fn": "F8_E4M3",
}


def expected_arrays(path):
    arrays = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            name, kind, dims, data = line.split()
            shape = [] if dims == "-" else [int(dim) for dim in dims.rstrip(",").split(",")]
            arrays[bytes.fromhex(name if name != "-" else "").decode()] = (
                kind, shape, b"" if data == "-" else bytes.fromhex(data))
    return arrays


def of_array(array):
    return array.dtype.str, list(array.shape), array.tobytes()


def read_npz(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None, "a member's sum is wrong"
        for member in archive.infolist():
            assert member.date_time == (1980, 1, 1, 0, 0, 0), member.date_time
            assert member.compress_type == zipfile.ZIP_STORED
            with open(path, "rb") as file:
                file.seek(member.header_offset + 26)
                lengths = np.frombuffer(file.read(4), "<u2")
            content = member.header_offset + 30 + int(lengths.sum())
            assert content % 64 == 0, f"{member.filename} starts at {content}"
    with np.load(path, allow_pickle=False) as arrays:
        return {name: of_array(arrays[name]) for name in arrays.files}


def read_safetensors(path):
    try:
        import safetensors
    except ImportError:
        sys.exit(77)
    with open(path, "rb") as file:
        data = file.read()
    # The library checks the header; its NumPy front end lacks some dtypes, so bytes are taken raw.
    arrays = dict(safetensors.deserialize(data))
    length = int.from_bytes(data[:8], "little")
    names = list(json.loads(data[8:8 + length]))
    assert length % 8 == 0, "the elements are not aligned"
    assert names == sorted(names, key=str.encode), "the names are not sorted"
    return {name: (array["dtype"], list(array["shape"]), bytes(array["data"]))
            for name, array in arrays.items()}


def main(path, expected_path):
    expected = expected_arrays(expected_path)
    if path.endswith(".safetensors"):
        found = read_safetensors(path)
        expected = {name: (SAFETENSORS[kind], shape, data)
                    for name, (kind, shape, data) in expected.items()}
    elif path.endswith(".npz"):
        found = read_npz(path)
    else:
        array = np.load(path, allow_pickle=False)
        assert np.load(path, mmap_mode="r").size == array.size if array.size else True
        found = {"": of_array(array)}
    wrong = [name for name in expected.keys() | found.keys()
             if expected.get(name) != found.get(name)]
    for name in sorted(wrong):
        print(f"{path}: {name!r}: expected {str(expected.get(name))[:200]}, "
              f"found {str(found.get(name))[:200]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
