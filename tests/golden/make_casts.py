"""Writes casts.txt: what TensorFlow's tf.cast makes of floats and integers, as checksums.

    make_casts.py > casts.txt     needs tensorflow

A line is FROM TO COUNT CRC: the CRC-32C of the bytes that COUNT inputs of FROM become in TO.
`inputs` has the inputs; tests/engine/kernels/element_test.cc makes the same ones. The result is
tf.cast's but for two kinds of elements, which are NumPy's (with ml_dtypes): denormals of float32
and float64, on either side, which TensorFlow's threads flush to zero, and NaN from float32 to
bfloat16, whose sign TensorFlow drops in groups of eight (docs/kernels.md).
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import ml_dtypes  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

FLOATS = {"float64": np.float64, "float32": np.float32, "float16": np.float16,
          "bfloat16": ml_dtypes.bfloat16, "float8_e4m3fn": ml_dtypes.float8_e4m3fn,
          "float8_e5m2": ml_dtypes.float8_e5m2}
INTEGERS = ["int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool"]

# Below the upper 16 bits of an input of 4 bytes, and of 8.
LOWER_32 = [0, 1, 0xfff, 0x1000, 0x1001, 0x3000, 0x7fff, 0x8000, 0x8001, 0xffff]
LOWER_64 = [0, 1, 0xfffffff, 0x10000000, 0x10000001, 0x30000000, (1 << 41) - 1, 1 << 41,
            (1 << 41) + 1, (1 << 44) - 1, 1 << 44, (1 << 44) + 1, (1 << 48) - 1]


def inputs(size):
    """All inputs of `size` bytes as unsigned integers [n]."""
    if size <= 2:
        return np.arange(1 << (8 * size), dtype=f"u{size}")
    lower = LOWER_32 if size == 4 else LOWER_64
    upper = np.arange(1 << 16, dtype=f"u{size}") << np.array(8 * size - 16, f"u{size}")
    return (upper[:, None] | np.array(lower, f"u{size}")[None, :]).reshape(-1)


def bits(array):
    """The elements of `array` as unsigned integers."""
    return array.view(f"u{array.dtype.itemsize}")


def is_denormal(array):
    """Which elements are float32 or float64 numbers below the least normal one of float32."""
    wide = np.abs(array.astype(np.float64))
    return (wide != 0) & (wide < np.finfo(np.float32).tiny)


def expected(source, to):
    """The elements of `source` in the dtype named `to`."""
    result = tf.cast(tf.constant(source), to).numpy()
    if source.dtype.name not in FLOATS:
        return result
    with np.errstate(all="ignore"):
        numpys = source.astype(np.float32).astype(FLOATS[to]) if to != "float64" \
            else source.astype(np.float64)
        from_numpy = is_denormal(source) | is_denormal(numpys)
    if source.dtype == np.float32 and to == "bfloat16":
        from_numpy |= np.isnan(source)
    if to.startswith("float8"):
        from_numpy[:] = False  # nothing that small is left, and float64 is rounded once
    bits(result)[from_numpy] = bits(numpys)[from_numpy]
    return result


def crc32c(data):
    """The CRC-32C of bytes, by a table."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82f63b78 if byte & 1 else 0)
        table.append(byte)
    state = 0xffffffff
    for byte in data:
        state = (state >> 8) ^ table[(state ^ byte) & 0xff]
    return state ^ 0xffffffff


def main():
    for group in (FLOATS, dict.fromkeys(INTEGERS)):
        for from_name in group:
            dtype = FLOATS.get(from_name, from_name)
            values = inputs(np.dtype(dtype).itemsize)
            source = values.view(dtype)
            for to in group:
                if to != from_name:
                    result = expected(source, to)
                    print(from_name, to, len(source), f"{crc32c(result.tobytes()):08x}")


main()
