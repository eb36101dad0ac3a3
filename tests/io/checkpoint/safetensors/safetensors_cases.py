"""Safetensors files, right and wrong in every place: what the reader's tests open.

Each case has the verdict of the reference implementation (safetensors 0.8.0), where "ok" means that
it opens the file, and words that our message must hold where we refuse. We refuse some files that
it opens: what the format forbids (white space before the header, a key twice) and what no reader of
checkpoints can name or count (an empty name, a dimension beyond int64).
"""

import json
import struct


def safetensors(header, data=b"", length=None):
    """A file: a header (an object, or the text of one) and the bytes behind it."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(dtype="F32", shape=(2,), begin=0, end=8, **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end], **more}


def one(data=bytes(8), **fields):
    return safetensors({"a": tensor(**fields)}, data)


def text(header, data=b""):
    return safetensors(header.encode(), data)


A = '"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'

# name, bytes of the file, the reference's verdict, our words ("" where we open it).
CASES = [
    ("valid", one(), "ok", ""),
    ("no-tensors", safetensors({}), "ok", ""),
    ("padded-header", text("{" + A + "}   ", bytes(8)), "ok", ""),
    ("metadata", safetensors({"__metadata__": {"format": "pt"}, "a": tensor()}, bytes(8)), "ok", ""),
    ("metadata-null", text('{"__metadata__":null,' + A + "}", bytes(8)), "ok", ""),
    ("unknown-field", one(more=1), "ok", ""),
    ("scalar", one(data=bytes(4), shape=(), end=4), "ok", ""),
    ("zero-elements", one(data=b"", shape=(0, 3), end=0), "ok", ""),
    ("escaped-name", text('{"\\u00e9\\n":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"x"),
     "ok", ""),
    ("names-out-of-order", safetensors({"b": tensor(begin=8, end=16), "a": tensor()}, bytes(16)),
     "ok", ""),
    ("empty-file", b"", "refused", "empty"),
    ("seven-bytes", bytes(7), "refused", "8 bytes"),
    ("header-longer-than-file", safetensors({}, length=3), "refused", "header"),
    ("header-length-2-64", safetensors({}, length=2**64 - 1), "refused", "header"),
    ("header-over-100-mb", safetensors({}, length=100_000_001), "refused", "100000000"),
    ("header-empty", safetensors(b""), "refused", "JSON object"),
    ("header-no-json", safetensors(b"{no json"), "refused", "JSON"),
    ("header-begins-with-space", text(" {" + A + "}", bytes(8)), "ok", "begin"),
    ("header-no-utf8", safetensors(b'{"\xff":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"x"),
     "refused", "UTF-8"),
    ("header-a-list", text("[1]"), "refused", "JSON object"),
    ("header-trailing-text", text("{" + A + "}x", bytes(8)), "refused", "JSON"),
    ("header-truncated", text("{" + A, bytes(8)), "refused", "JSON"),
    ("key-twice", text("{" + A + "," + A + "}", bytes(8)), "ok", "twice"),
    ("field-twice", text('{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
                         bytes(8)), "refused", "twice"),
    ("metadata-twice", text('{"__metadata__":{},"__metadata__":{},' + A + "}", bytes(8)), "refused",
     "twice"),
    ("metadata-key-twice", text('{"__metadata__":{"k":"1","k":"2"},' + A + "}", bytes(8)), "ok",
     "twice"),
    ("metadata-number", safetensors({"__metadata__": {"k": 1}, "a": tensor()}, bytes(8)), "refused",
     "__metadata__"),
    ("metadata-list", safetensors({"__metadata__": [], "a": tensor()}, bytes(8)), "refused",
     "__metadata__"),
    ("tensor-no-object", safetensors({"a": 1}), "refused", "an object"),
    ("no-dtype", safetensors({"a": {"shape": [2], "data_offsets": [0, 8]}}, bytes(8)), "refused",
     "dtype"),
    ("no-shape", safetensors({"a": {"dtype": "F32", "data_offsets": [0, 8]}}, bytes(8)), "refused",
     "shape"),
    ("no-offsets", safetensors({"a": {"dtype": "F32", "shape": [2]}}, bytes(8)), "refused",
     "data_offsets"),
    ("dtype-unknown", one(dtype="F33"), "refused", "F33"),
    ("dtype-lower-case", one(dtype="f32"), "refused", "f32"),
    ("dtype-number", one(dtype=1), "refused", "dtype"),
    ("shape-no-list", safetensors({"a": {"dtype": "F32", "shape": 2, "data_offsets": [0, 8]}},
                                  bytes(8)), "refused", "shape"),
    ("shape-negative", one(shape=(-2,)), "refused", "shape"),
    ("shape-fraction", one(shape=(2.0,)), "refused", "shape"),
    ("shape-text", one(shape=("2",)), "refused", "shape"),
    ("shape-product-overflows", one(shape=(2**62, 2**62)), "refused", "shape"),
    ("shape-bytes-overflow", one(shape=(2**62,)), "refused", "shape"),
    ("shape-beyond-int64", one(data=b"", shape=(2**63, 0), end=0), "ok", "shape"),
    ("size-too-small", one(data=bytes(4), end=4), "refused", "takes 8"),
    ("size-too-large", one(data=bytes(12), end=12), "refused", "takes 8"),
    ("offsets-one", safetensors({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0]}},
                                bytes(8)), "refused", "data_offsets"),
    ("offsets-three", safetensors({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8, 9]}},
                                  bytes(8)), "refused", "data_offsets"),
    ("offsets-negative", one(begin=-8, end=0), "refused", "data_offsets"),
    ("offsets-reversed", one(begin=8, end=0), "refused", "data_offsets"),
    ("offsets-huge", one(begin=2**63, end=2**63 + 8), "refused", ""),
    ("hole-at-start", one(data=bytes(16), begin=8, end=16), "refused", "hole"),
    ("hole-between", safetensors({"a": tensor(), "b": tensor(begin=12, end=20)}, bytes(20)),
     "refused", "hole"),
    ("overlap", safetensors({"a": tensor(), "b": tensor(begin=4, end=12)}, bytes(12)), "refused",
     "overlap"),
    ("same-bytes", safetensors({"a": tensor(), "b": tensor()}, bytes(8)), "refused", "overlap"),
    ("data-too-short", one(data=bytes(7)), "refused", "ends"),
    ("data-too-long", one(data=bytes(9)), "refused", "behind"),
    ("no-tensors-but-data", safetensors({}, b"x"), "refused", "behind"),
    ("name-empty", safetensors({"": tensor()}, bytes(8)), "ok", "name"),
    ("f4-half-a-byte", one(data=bytes(1), dtype="F4", shape=(1,), end=1), "refused", "byte"),
]

SUPPORTED = [
    ("BOOL", 1, "bool"), ("U8", 1, "uint8"), ("I8", 1, "int8"), ("F8_E5M2", 1, "float8_e5m2"),
    ("F8_E4M3", 1, "float8_e4m3fn"), ("F8_E4M3FNUZ", 1, "float8_e4m3fnuz"),
    ("F8_E5M2FNUZ", 1, "float8_e5m2fnuz"), ("I16", 2, "int16"), ("U16", 2, "uint16"),
    ("F16", 2, "float16"), ("BF16", 2, "bfloat16"), ("I32", 4, "int32"), ("U32", 4, "uint32"),
    ("F32", 4, "float32"), ("C64", 8, "complex64"), ("F64", 8, "float64"), ("I64", 8, "int64"),
    ("U64", 8, "uint64"),
]
# Named and listed, not read: several elements share a byte, or TensorFlow has no such type.
NAMED_ONLY = [("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("F8_E8M0", 8)]
