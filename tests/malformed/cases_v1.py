"""Malformed V1 checkpoints, each one file; cases.py has what a case is, and those of V2.

Only what is V1's own: the frame of the table and its blocks are the same for both formats.
"""

import struct

import craft
import craft_v1
from craft import FLOAT, INT32, INT64, STRING, field, slice_key
from craft_v1 import SliceFile, meta, saved_slice, tensor_meta, tensor_proto
from cases import bad_data, bad_entry, bad_open, ok

A = struct.pack("<2f", 1.5, -2.0)
P = struct.pack("<4f", 1, 2, 3, 4)
Z = struct.pack("<q", 7)
S = [b"hello", b"world"]
VALUES = {b"a": A, b"s": S, b"z": Z}
PROBES = {b"a": FLOAT, b"s": STRING, b"z": INT64}
KEY = slice_key(b"a", [None])


def base(version=None):
    out = SliceFile(version)
    return out.add(b"a", FLOAT, [2], A).add(b"s", STRING, [2], S).add(b"z", INT64, [], Z)


def listed(*tensors, **more):
    """The base with another list."""
    out = base(**more)
    out.records[b""] = meta(tensors)
    return {"": out.file()}


def with_record(value):
    """The base with another record of the slice "a"."""
    out = base()
    out.records[KEY] = value
    return {"": out.file()}


def with_elements(proto):
    return with_record(saved_slice(b"a", [None], proto))


def bad_record(name, about, files, words, tensor=b"a", **more):
    return bad_data("v1-" + name, about, files, tensor, "DATA_LOSS", words,
                    probes={tensor: PROBES.get(tensor, FLOAT)}, **more)


def lists():
    good = base().file()
    others = [tensor_meta(b"s", STRING, [2], [[None]]), tensor_meta(b"z", INT64, [], [[]])]

    def a(dtype=FLOAT, dims=(2,), extents=((None,),)):
        return listed(tensor_meta(b"a", dtype, list(dims), [list(e) for e in extents]), *others)

    yield ok("v1-valid", "nothing is wrong", {"": good}, VALUES)
    without = base()
    without.records[b""] = b""
    yield ok("v1-list-empty", "the list has no bytes, so no tensors", {"": without.file()}, {}, {})
    without.records[b""] = b"\x0a\x7f\x01"
    yield bad_open("v1-list-cut", "the list ends inside of a field", {"": without.file()},
                   "DATA_LOSS", "list of tensors")
    headless = [(k, v) for k, v in base().entries() if k]
    yield bad_open("v1-list-missing", "no entry of the empty key",
                   {"": craft.table(headless)}, "DATA_LOSS", "first key is not the empty one")
    yield bad_open("v1-version-from-the-future", "readers before 1000 must not read it",
                   {"": base(craft.version(1000, 1000)).file()}, "INVALID_ARGUMENT", "1000")
    yield bad_open("v1-version-too-old", "written by no known version",
                   {"": base(craft.version(-1)).file()}, "INVALID_ARGUMENT", "version")
    for name, files, words, more in [
        ("dtype-77", a(dtype=77), "dtype", {}),
        ("dtype-bfloat16", a(dtype=14), "bfloat16", {}),
        ("shape-negative", a(dims=(-2,)), "shape", {}),
        ("shape-overflow", a(dims=(1 << 62, 1 << 62), extents=((None, None),)), "shape", {}),
        ("slice-rank", a(extents=((None, None),)), "slice", {}),
        ("slice-behind-the-end", a(extents=(((1, 2),),)), "slice", {}),
        ("slice-start-negative", a(extents=(((-1, 2),),)), "slice", {}),
        ("slices-overlap", a(extents=(((0, 2),), ((1, 1),))), "Overlapping slices", {}),
        ("slice-twice", a(extents=(((0, 2),), ((0, 2),))), "Overlapping slices", {}),
    ]:
        yield bad_entry("v1-" + name, "in the list: " + name.replace("-", " "), files, b"a",
                        "DATA_LOSS", words, probes={b"a": FLOAT}, **more)
    half = SliceFile().add(b"p", FLOAT, [4], P[:8], [(0, 2)])
    yield bad_entry("v1-slice-missing", "the list has one of two halves", {"": half.file()}, b"p",
                    "INVALID_ARGUMENT", "the slices hold 2 of the tensor's 4",
                    problem="missing_slice", probes={b"p": FLOAT})
    both = SliceFile().add(b"p", FLOAT, [4], P[:8], [(0, 2)]).add(b"p", FLOAT, [4], P[8:], [(2, 2)])
    yield ok("v1-slices", "both halves", {"": both.file()}, {b"p": P}, {b"p": FLOAT})


def records():
    gone = base()
    del gone.records[KEY]
    yield bad_record("record-missing", "the list has a slice, the table no record of it",
                     {"": gone.file()}, "has no record of it")
    yield bad_record("record-empty", "a record without bytes", with_record(b""), "copying slice")
    yield bad_record("record-cut", "a record that ends inside of a field",
                     with_record(b"\x12\x7f\x01"), "copying slice")
    yield bad_record("record-is-a-list", "the list in place of a slice",
                     with_record(meta([])), "copying slice")
    for name, proto in [
        ("elements-none", b""),
        ("elements-too-few", tensor_proto(FLOAT, A[:4])),
        ("elements-too-many", tensor_proto(FLOAT, A + A)),
        ("elements-of-another-field", tensor_proto(INT32, A)),
        ("elements-odd-bytes", field(5, A[:7])),
        ("elements-cut", field(5, A)[:-1]),
    ]:
        yield bad_record(name, "in the record: " + name.replace("-", " "), with_elements(proto),
                         "copying slice")
    yield ok("v1-elements-unpacked", "one field for each element",
             with_elements(craft.field32(5, struct.unpack("<I", A[:4])[0])
                           + craft.field32(5, struct.unpack("<I", A[4:])[0])), VALUES)
    endless = base()
    endless.records[slice_key(b"z", [])] = saved_slice(
        b"z", [], field(craft_v1.FORMS[INT64][0], b"\xff" * 11))
    yield bad_record("varint-endless", "a varint of 11 bytes", {"": endless.file()},
                     "copying slice", b"z")
    damaged = bytearray(base().file(per_block=1))
    damaged[damaged.index(A)] ^= 1
    yield bad_record("record-bit", "one bit of an element", {"": bytes(damaged)}, "checksum")


def v1_cases():
    yield from lists()
    yield from records()
