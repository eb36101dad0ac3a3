"""Builds V1 checkpoint files byte by byte, right or wrong in any place; craft.py does it for V2.

The format is written down in docs/format/tensor_slices_v1.md. Nothing here uses TensorFlow.
"""

import struct

import craft
from craft import field

# dtype number: (field of TensorProto, struct format of an element, is a varint)
FORMS = {
    1: (5, "f", False), 2: (6, "d", False), 8: (9, "ff", False), 18: (12, "dd", False),
    3: (7, "i", True), 5: (7, "h", True), 6: (7, "b", True), 4: (7, "B", True), 17: (7, "H", True),
    11: (7, "b", True), 12: (7, "B", True), 13: (7, "i", True), 9: (10, "q", True),
    10: (11, "B", True), 19: (13, "H", True),
}


def element_size(dtype):
    return struct.calcsize("<" + FORMS[dtype][1])


def tensor_proto(dtype, data):
    """data: the elements as in memory, or a list of strings."""
    if dtype == craft.STRING:
        return b"".join(field(8, value) for value in data)
    number, form, is_varint = FORMS[dtype]
    if is_varint:
        data = b"".join(craft.varint(v) for (v,) in struct.iter_unpack("<" + form, data))
    return field(number, data) if data else b""


def saved_slice(name, extents, proto, extra=b""):
    """The value of a slice's record."""
    body = field(1, name) + field(2, craft.slice_proto(extents)) + field(3, proto)
    return field(2, body + extra)


def tensor_meta(name, dtype, dims, all_extents):
    """One SavedSliceMeta."""
    slices = b"".join(field(4, craft.slice_proto(extents)) for extents in all_extents)
    return field(1, name) + field(2, craft.shape(dims)) + craft.nonzero(3, dtype) + slices


def meta(tensors, version=None):
    """The value of the first record."""
    version = craft.version() if version is None else version
    return field(1, b"".join(field(1, t) for t in tensors) + field(2, version))


class SliceFile:
    """Collects slices; `tensors` and `records` may be edited before file()."""

    def __init__(self, version=None):
        self.version = version
        self.tensors = {}  # name: (dtype, dims, list of extents)
        self.records = {}

    def add(self, name, dtype, dims, data, extents=None, **record_args):
        """extents: of the slice; None: the whole tensor."""
        extents = [None] * len(dims) if extents is None else extents
        self.tensors.setdefault(name, (dtype, dims, []))[2].append(extents)
        proto = record_args.pop("proto", None)
        if proto is None:
            proto = tensor_proto(dtype, data)
        self.records[craft.slice_key(name, extents)] = saved_slice(
            name, extents, proto, **record_args)
        return self

    def entries(self):
        tensors = [tensor_meta(name, *rest) for name, rest in sorted(self.tensors.items())]
        records = dict(self.records)
        records.setdefault(b"", meta(tensors, self.version))
        return sorted(records.items())

    def file(self, **table_args):
        return craft.table(self.entries(), **table_args)
