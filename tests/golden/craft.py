"""Builds V2 checkpoints byte by byte, right or wrong in any place.

The formats are written down in docs/format/sorted_table.md and docs/format/tensor_bundle_v2.md.
Nothing here uses TensorFlow, so that files TensorFlow never writes can be made, too. Every layer
takes overrides for what it would otherwise compute; checksums are then sealed over the wrong bytes,
so that a reader meets the fault itself and not a checksum error.
"""

import struct

MAGIC = 0xDB4775248B80FB57
FLOAT, DOUBLE, INT32, UINT8, INT16, INT8, STRING = 1, 2, 3, 4, 5, 6, 7
COMPLEX64, INT64, BOOL, HALF, RESOURCE, VARIANT = 8, 9, 10, 19, 20, 21


def _crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = (n >> 1) ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


_CRC_TABLE = _crc_table()


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc = _CRC_TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def mask(crc):
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def fixed32(value):
    return struct.pack("<I", value)


# --- protobuf -------------------------------------------------------------------------------------


def varint(value, width=0):
    """`value` as a base-128 varint; negative ones take 10 bytes. `width` pads to an overlong form."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80 or len(out) + 1 < width:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    """One field: an int as varint, bytes as a length-delimited value."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def field32(number, value):
    return varint(number << 3 | 5) + fixed32(value)


def field64(number, value):
    return varint(number << 3 | 1) + struct.pack("<Q", value)


def nonzero(number, value):
    """A proto3 scalar: left out when it is 0."""
    return field(number, value) if value else b""


def version(producer=1, min_consumer=0, bad=()):
    packed = b"".join(varint(v) for v in bad)
    return (
        nonzero(1, producer)
        + nonzero(2, min_consumer)
        + (field(3, packed) if bad else b"")
    )


def header(num_shards=1, endianness=0, ver=None, extra=b""):
    return (
        nonzero(1, num_shards)
        + nonzero(2, endianness)
        + field(3, version() if ver is None else ver)
        + extra
    )


def shape(dims, unknown_rank=False):
    out = b"".join(field(2, nonzero(1, d)) for d in dims)
    return out + (field(3, 1) if unknown_rank else b"")


def slice_proto(extents):
    """extents: (start, length) pairs, or None for a whole dimension."""
    return b"".join(
        field(1, b"" if e is None else nonzero(1, e[0]) + field(2, e[1])) for e in extents
    )


def entry(dtype, dims, offset=0, size=0, crc=None, shard=0, slices=(), shape_bytes=None, extra=b""):
    """A BundleEntryProto; `crc` is the masked one."""
    return (
        nonzero(1, dtype)
        + field(2, shape(dims) if shape_bytes is None else shape_bytes)
        + nonzero(3, shard)
        + nonzero(4, offset)
        + nonzero(5, size)
        + (field32(6, crc) if crc else b"")
        + b"".join(field(7, s) for s in slices)
        + extra
    )


# --- keys of slices -------------------------------------------------------------------------------


def _num_increasing(value):
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(digits)]) + digits


def _signed_num(value):
    x = ~value if value < 0 else value
    if x < 64:
        return bytes([0x80 ^ (value & 0xFF)])
    n = next(n for n in range(2, 11) if x < 1 << (7 * n - 1))
    tail = bytearray(value.to_bytes(10, "big", signed=True)[10 - n :])
    prefix = ((1 << n) - 1 << (16 - n)) & 0xFFFF
    tail[0] ^= prefix >> 8
    tail[1] ^= prefix & 0xFF
    return bytes(tail)


def slice_key(name, extents):
    escaped = b"".join({0: b"\x00\xff", 255: b"\xff\x00"}.get(c, bytes([c])) for c in name)
    out = b"\x00" + escaped + b"\x00\x01" + _num_increasing(len(extents))
    for e in extents:
        start, length = (0, -1) if e is None else e
        out += _signed_num(start) + _signed_num(length)
    return out


# --- Snappy ---------------------------------------------------------------------------------------


def snappy(data, claim=None):
    """Compresses with literals and copies of earlier bytes; `claim` overrides the length in front."""
    out = bytearray(varint(len(data) if claim is None else claim))
    seen, literal, i = {}, 0, 0

    def flush(end):
        for begin in range(literal, end, 60):
            piece = data[begin : min(begin + 60, end)]
            out.append(len(piece) - 1 << 2)
            out.extend(piece)

    while i + 4 <= len(data):
        at = seen.get(data[i : i + 4])
        seen[data[i : i + 4]] = i
        if at is None or i - at > 0xFFFF:
            i += 1
            continue
        length = 4
        while length < 64 and i + length < len(data) and data[at + length] == data[i + length]:
            length += 1
        flush(i)
        out.append(length - 1 << 2 | 2)
        out.extend(struct.pack("<H", i - at))
        i += length
        literal = i
    flush(len(data))
    return bytes(out)


# --- the table ------------------------------------------------------------------------------------


def handle(offset, size):
    return varint(offset) + varint(size)


def record(shared, suffix, value, value_length=None, suffix_length=None):
    return (
        varint(shared)
        + varint(len(suffix) if suffix_length is None else suffix_length)
        + varint(len(value) if value_length is None else value_length)
        + suffix
        + value
    )


def block(entries, interval=16, restarts=None, count=None):
    """A block of (key, value) pairs; `restarts` and `count` override the array and its length."""
    out, starts, previous = bytearray(), [], b""
    for i, (key, value) in enumerate(entries):
        shared = 0
        if i % interval == 0:
            starts.append(len(out))
        else:
            while shared < min(len(key), len(previous)) and key[shared] == previous[shared]:
                shared += 1
        out += record(shared, key[shared:], value)
        previous = key
    starts = (starts or [0]) if restarts is None else restarts
    return seal_restarts(bytes(out), starts, count)


def seal_restarts(records, starts, count=None):
    tail = b"".join(fixed32(s) for s in starts)
    return records + tail + fixed32(len(starts) if count is None else count)


def trailer(stored, kind=0, crc_xor=0):
    return bytes([kind]) + fixed32(mask(crc32c(stored + bytes([kind]))) ^ crc_xor)


def footer(metaindex, index, magic=MAGIC, padding=None):
    handles = metaindex + index
    pad = b"\0" * (40 - len(handles)) if padding is None else padding
    return handles + pad + struct.pack("<Q", magic)


def successor(key):
    for i, byte in enumerate(key):
        if byte != 0xFF:
            return key[:i] + bytes([byte + 1])
    return key


class Table:
    """Lays blocks out one after another and remembers their handles."""

    def __init__(self):
        self.data = bytearray()

    def add(self, contents, kind=0, crc_xor=0):
        at = handle(len(self.data), len(contents))
        self.data += contents + trailer(contents, kind, crc_xor)
        return at

    def finish(self, index_entries, metaindex=None, compress=False, **footer_args):
        meta = self.add(block([]) if metaindex is None else metaindex)
        contents = block(index_entries, interval=1)
        index = self.add(snappy(contents), 1) if compress else self.add(contents)
        return bytes(self.data) + footer(meta, index, **footer_args)


def table(entries, compress=False, per_block=None, **footer_args):
    """A whole table of sorted (key, value) pairs, `per_block` of them in each data block."""
    out, index_entries = Table(), []
    step = per_block or max(1, len(entries))
    for begin in range(0, max(1, len(entries)), step):
        part = entries[begin : begin + step]
        contents = block(part)
        at = out.add(snappy(contents), 1) if compress else out.add(contents)
        last = part[-1][0] if part else b""
        key = last if begin + step < len(entries) else successor(last)
        index_entries.append((key, at))
    return out.finish(index_entries, compress=compress, **footer_args)


# --- tensors --------------------------------------------------------------------------------------


def string_payload(values, big_endian=False, length_crc_xor=0):
    """(bytes, masked checksum of the entry) of a string tensor."""
    order = ">" if big_endian else "<"
    lengths = b"".join(
        struct.pack(order + ("I" if len(v) <= 0xFFFFFFFF else "Q"), len(v)) for v in values
    )
    length_sum = struct.pack(order + "I", mask(crc32c(lengths)) ^ length_crc_xor)
    data = b"".join(values)
    total = crc32c(lengths + length_sum + data)
    return b"".join(varint(len(v)) for v in values) + length_sum + data, mask(total)


class Bundle:
    """Collects tensors in one data file and their entries; `records` may be edited before files()."""

    def __init__(self, **header_args):
        self.records = {b"": header(**header_args)}
        self.data = bytearray()
        self.num_shards = header_args.get("num_shards", 1)

    def add_bytes(self, key, dtype, dims, data, crc=None, **overrides):
        args = dict(
            offset=len(self.data), size=len(data), crc=mask(crc32c(data)) if crc is None else crc
        )
        args.update(overrides)
        self.records[key] = entry(dtype, dims, **args)
        self.data += data
        return self

    def add_strings(self, key, dims, values, big_endian=False, **overrides):
        data, crc = string_payload(values, big_endian)
        return self.add_bytes(key, STRING, dims, data, crc, **overrides)

    def add_slice(self, name, extents, dtype, dims, data, **overrides):
        return self.add_bytes(slice_key(name, extents), dtype, dims, data, **overrides)

    def add_parent(self, name, dtype, dims, all_extents, **overrides):
        self.records[name] = entry(
            dtype, dims, slices=[slice_proto(e) for e in all_extents], **overrides
        )
        return self

    def index(self, **table_args):
        return table(sorted(self.records.items()), **table_args)

    def files(self, index=None, **table_args):
        name = ".data-00000-of-%05d" % self.num_shards
        return {
            ".index": self.index(**table_args) if index is None else index,
            name: bytes(self.data),
        }
