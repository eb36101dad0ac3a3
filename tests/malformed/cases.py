"""The malformed checkpoints, and beside each limit the valid neighbour that must be read.

Each function yields cases of one part of the format. make_malformed.py writes them to cases.txt and
lets TensorFlow judge each.
"""

import struct

import craft
from craft import FLOAT, DOUBLE, INT32, INT64, STRING, VARIANT, RESOURCE, UINT8
from craft import Bundle, Table, block, entry, field, field32, field64, fixed32, footer, handle
from craft import header, mask, crc32c, record, seal_restarts, shape, slice_key, slice_proto
from craft import table, trailer, varint, version

A = struct.pack("<2f", 1.5, -2.0)
Z = struct.pack("<q", 7)
S = [b"hello", b"world"]


def base(**header_args):
    out = Bundle(**header_args)
    return out.add_bytes(b"a", FLOAT, [2], A).add_strings(b"s", [2], S).add_bytes(b"z", INT64, [], Z)


VALUES = {b"a": A, b"s": S, b"z": Z}
PROBES = {b"a": FLOAT, b"s": STRING, b"z": INT64}


class Case:
    """One checkpoint and what must become of it.

    kind: ok, open (opening fails), entry (one tensor's entry is refused), data (opening succeeds,
    reading the tensor fails). differs: why this project decides otherwise than TensorFlow.
    """

    def __init__(self, name, about, files, kind, code="", words="", tensor=b"", problem="",
                 offset=None, values=None, probes=None, differs=""):
        self.name, self.about, self.files, self.kind = name, about, files, kind
        self.code, self.words, self.tensor, self.problem = code, words, tensor, problem
        self.offset, self.values = offset, values if values is not None else VALUES
        if probes is None:
            probes = {tensor: PROBES.get(tensor, FLOAT)} if tensor else PROBES
        self.probes = probes
        self.differs, self.tf = differs, ""


def ok(name, about, files, values=None, probes=None, **more):
    return Case(name, about, files, "ok", values=values, probes=probes, **more)


def bad_open(name, about, files, code, words, offset=None, **more):
    return Case(name, about, files, "open", code, words, offset=offset, **more)


def bad_entry(name, about, files, tensor, code, words, problem="bad_entry", **more):
    return Case(name, about, files, "entry", code, words, tensor, problem, **more)


def bad_data(name, about, files, tensor, code, words, **more):
    return Case(name, about, files, "data", code, words, tensor, **more)


def with_index(index):
    return base().files(index=index)


# --- the frame of the table -----------------------------------------------------------------------


def frame():
    good = base().index()
    size, meta_at = len(good), len(good) - 48
    sorted_records = sorted(base().records.items())
    data_block = block(sorted_records)
    meta_block = block([])
    data_at = handle(0, len(data_block))
    meta_offset = len(data_block) + 5
    meta = handle(meta_offset, len(meta_block))
    index_offset = meta_offset + len(meta_block) + 5
    body = good[:meta_at]
    index_size = meta_at - 5 - index_offset
    index = handle(index_offset, index_size)

    def refooted(meta_handle=meta, index_handle=index, **args):
        return with_index(body + footer(meta_handle, index_handle, **args))

    yield ok("valid", "nothing is wrong", base().files())
    yield bad_open("index-empty", "the index has no bytes", with_index(b""), "DATA_LOSS", "too short")
    yield bad_open("index-47-bytes", "one byte less than a footer", with_index(good[-47:]),
                   "DATA_LOSS", "too short")
    yield bad_open("index-48-zeros", "as long as a footer", with_index(bytes(48)), "DATA_LOSS",
                   "magic", 0)
    yield bad_open("index-cut-by-1", "the last byte is gone", with_index(good[:-1]), "DATA_LOSS",
                   "magic")
    yield bad_open("index-one-byte-more", "a byte after the footer", with_index(good + b"\0"),
                   "DATA_LOSS", "magic")
    yield bad_open("index-is-text", "not a table", with_index(b"model_checkpoint_path: 'x'\n" * 3),
                   "DATA_LOSS", "magic")
    yield bad_open("magic-one-bit", "one bit of the magic number", refooted(magic=craft.MAGIC ^ 1),
                   "DATA_LOSS", "magic", meta_at)
    yield bad_open("footer-only", "handles of no block", with_index(footer(handle(0, 0), handle(0, 0))),
                   "DATA_LOSS", "overlaps the footer")
    yield bad_open("footer-padding", "a bit in the zeros after the handles",
                   refooted(padding=b"\1" + bytes(39 - len(meta + index))), "DATA_LOSS", "padding",
                   meta_at, differs="TensorFlow does not look at the padding")
    yield bad_open("footer-handle-endless", "a varint of 11 bytes",
                   with_index(body + (b"\x80" * 40) + struct.pack("<Q", craft.MAGIC)), "DATA_LOSS",
                   "bad block handle", meta_at)
    yield bad_open("footer-second-handle-endless", "likewise of the index block",
                   with_index(body + (meta + b"\xff" * 40)[:40] + struct.pack("<Q", craft.MAGIC)),
                   "DATA_LOSS", "bad block handle", meta_at)
    yield bad_open("footer-handle-overlong", "numbers with needless bytes",
                   refooted(varint(meta_offset, 5) + varint(8, 3)), "DATA_LOSS", "shortest form",
                   meta_at, differs="no writer makes it, and a flipped bit can")
    yield bad_open("index-block-offset-at-end", "index block at the end of the file",
                   refooted(index_handle=handle(size, index_size)), "OUT_OF_RANGE", "past the end",
                   size)
    yield bad_open("index-block-offset-2-63", "index block at 2^63",
                   refooted(index_handle=handle(1 << 63, index_size)), "OUT_OF_RANGE",
                   "past the end")
    yield bad_open("index-block-offset-max", "offset + size leaves 64 bits",
                   refooted(index_handle=handle((1 << 64) - 1, index_size)), "DATA_LOSS",
                   "bad block handle")
    yield bad_open("index-block-size-file", "index block as large as the file",
                   refooted(index_handle=handle(index_offset, size)), "OUT_OF_RANGE", "past the end")
    yield bad_open("index-block-size-max", "size + trailer leaves 64 bits (CVE-2018-7575)",
                   refooted(index_handle=handle(0, (1 << 64) - 1)), "DATA_LOSS", "bad block handle",
                   0)
    yield bad_open("index-block-size-wraps-to-0", "size + trailer is 2^64 (CVE-2018-7575)",
                   refooted(index_handle=handle(0, (1 << 64) - 5)), "DATA_LOSS", "bad block handle",
                   0)
    yield bad_open("index-block-in-footer", "index block ends one byte inside the footer",
                   refooted(index_handle=handle(index_offset, index_size + 1)), "DATA_LOSS",
                   "overlaps the footer", index_offset)
    yield bad_open("index-block-size-less-1", "the trailer is read one byte early",
                   refooted(index_handle=handle(index_offset, index_size - 1)), "DATA_LOSS",
                   "checksum", index_offset)
    yield bad_open("metaindex-past-end", "metaindex block at the end of the file",
                   refooted(handle(size, 8)), "OUT_OF_RANGE", "past the end", size,
                   differs="TensorFlow never reads the metaindex")
    yield bad_open("metaindex-is-a-data-block", "two handles of one block",
                   refooted(data_at), "DATA_LOSS", "overlaps", 0,
                   differs="TensorFlow never reads the metaindex")
    yield bad_open("metaindex-is-the-index", "two handles of one block", refooted(index),
                   "DATA_LOSS", "overlaps", index_offset,
                   differs="TensorFlow never reads the metaindex")

    out = Table()
    data_at = out.add(data_block)
    out.data += b"unused bytes"
    yield ok("gap-between-blocks", "bytes that no handle names",
             with_index(out.finish([(b"{", data_at)])))


# --- blocks ---------------------------------------------------------------------------------------


def one_block(contents, kind=0, crc_xor=0, last_key=b"z", **finish_args):
    """An index whose only data block has these stored bytes."""
    out = Table()
    at = out.add(contents, kind, crc_xor)
    return with_index(out.finish([(craft.successor(last_key), at)], **finish_args))


def blocks():
    records = sorted(base().records.items())
    contents = block(records)

    yield bad_open("data-block-checksum", "a block's checksum is wrong", one_block(contents, crc_xor=1),
                   "DATA_LOSS", "checksum", 0)
    yield bad_open("data-block-type-2", "an unknown compression", one_block(contents, kind=2),
                   "DATA_LOSS", "bad block type 2", 0)
    yield bad_open("data-block-type-255", "an unknown compression", one_block(contents, kind=255),
                   "DATA_LOSS", "bad block type 255", 0)
    for part in ("index", "metaindex"):
        for fault, kind, xor, words in (("checksum", 0, 1, "checksum"), ("type-2", 2, 0, "type 2")):
            out = Table()
            at = out.add(contents)
            entries = block([(b"{", at)], interval=1)
            parts = {"metaindex": block([]), "index": entries}
            handles, offset = {}, 0
            for name in ("metaindex", "index"):
                where = len(out.data)
                wrong = name == part
                handles[name] = out.add(parts[name], kind if wrong else 0, xor if wrong else 0)
                offset = where if wrong else offset
            data = bytes(out.data) + footer(handles["metaindex"], handles["index"])
            more = {"differs": "TensorFlow never reads the metaindex"} if part == "metaindex" else {}
            yield bad_open("%s-block-%s" % (part, fault), "the %s block" % part, with_index(data),
                           "DATA_LOSS", words, offset, **more)

    yield bad_open("block-of-size-0", "no room for a restart count", one_block(b""), "DATA_LOSS",
                   "bad block contents", 0)
    yield bad_open("block-of-size-3", "no room for a restart count", one_block(b"\0\0\0"),
                   "DATA_LOSS", "bad block contents", 0)
    yield bad_open("block-without-entries", "a data block holds at least one entry",
                   one_block(block([])), "DATA_LOSS", "no entries", 0)
    yield bad_open("block-without-restarts", "a restart count of 0 and no entries",
                   one_block(seal_restarts(b"", [])), "DATA_LOSS", "no entries", 0)
    body = contents[:-8]
    yield bad_open("restart-count-max", "4 GiB of restart points",
                   one_block(seal_restarts(body, [0], 0xFFFFFFFF)), "DATA_LOSS", "restart points", 0)
    yield bad_open("restart-count-one-too-many", "the array would begin before the block",
                   one_block(seal_restarts(b"\0\0", [0], 2)), "DATA_LOSS", "restart points", 0)
    yield bad_open("restart-count-eats-entries", "the last entry is cut by the array",
                   one_block(seal_restarts(body, [0], 2)), "DATA_LOSS", "block", 0)
    yield bad_open("restart-count-0", "entries without a restart point",
                   one_block(seal_restarts(body, [])), "DATA_LOSS", "restart point", 0)
    note = "TensorFlow looks at restart points only when it seeks"
    yield bad_open("restart-first-not-0", "the first entry is no restart point",
                   one_block(seal_restarts(body, [1])), "DATA_LOSS", "restart point", 0)
    yield bad_open("restart-in-an-entry", "a restart point inside an entry",
                   one_block(seal_restarts(body, [0, 5])), "DATA_LOSS", "restart point", 0,
                   differs=note)
    yield bad_open("restart-past-entries", "a restart point behind the last entry",
                   one_block(seal_restarts(body, [0, len(body) + 100])), "DATA_LOSS",
                   "restart point", 0, differs=note)
    yield bad_open("restart-max", "a restart point at 2^32 - 1",
                   one_block(seal_restarts(body, [0, 0xFFFFFFFF])), "DATA_LOSS", "restart point", 0,
                   differs=note)
    yield bad_open("restart-twice", "a restart point twice",
                   one_block(seal_restarts(body, [0, 0])), "DATA_LOSS", "restart point", 0,
                   differs=note)
    every = [(k, v) for k, v in records]
    starts, out = [], b""
    for key, value in every:
        starts.append(len(out))
        out += record(0, key, value)
    yield ok("restart-at-every-entry", "restart interval 1", one_block(seal_restarts(out, starts)))
    yield bad_open("restarts-unsorted", "restart points out of order",
                   one_block(seal_restarts(out, [starts[0], starts[2], starts[1], starts[3]])),
                   "DATA_LOSS", "restart point", 0, differs=note)

    first = record(0, b"", records[0][1])

    def after_header(*entries, starts=(0,), last_key=b"z"):
        return one_block(seal_restarts(first + b"".join(entries), list(starts)), last_key=last_key)

    a, s, z = (base().records[k] for k in (b"a", b"s", b"z"))
    yield bad_open("restart-shares-a-key", "a restart point shares bytes of the key before it",
                   one_block(seal_restarts(first + record(0, b"a", a) + record(1, b"b", s),
                                           [0, len(first) + len(record(0, b"a", a))])),
                   "DATA_LOSS", "restart point", 0, differs=note, tensor=b"a")
    yield bad_open("shared-longer-than-key", "an entry shares more than the last key has",
                   after_header(record(0, b"a", a), record(2, b"z", z)), "DATA_LOSS", "shares", 0)
    yield bad_open("shared-max", "an entry shares 2^32 - 1 bytes",
                   after_header(record(0xFFFFFFFF, b"a", a)), "DATA_LOSS", "bad entry", 0)
    yield bad_open("suffix-past-block", "a key reaches past the entries",
                   after_header(record(0, b"a", a, suffix_length=len(a) + 100)), "DATA_LOSS",
                   "past the end", 0)
    yield bad_open("value-past-block", "a value reaches past the entries by one",
                   after_header(record(0, b"a", a, value_length=len(a) + 1)), "DATA_LOSS",
                   "past the end", 0)
    yield bad_open("value-max", "a value of 2^32 - 1 bytes",
                   after_header(record(0, b"a", a, value_length=0xFFFFFFFF)), "DATA_LOSS",
                   "past the end", 0)
    yield bad_open("suffix-and-value-wrap", "the two lengths add up to 2^32",
                   after_header(record(0, b"a", a, value_length=1, suffix_length=0xFFFFFFFF)),
                   "DATA_LOSS", "past the end", 0)
    yield bad_open("lengths-cut", "the entries end inside a varint",
                   after_header(record(0, b"a", a), b"\0\x80"), "DATA_LOSS", "malformed", 0)
    yield bad_open("length-33-bits", "a 32-bit varint of more than 32 bits",
                   after_header(varint(0) + varint(1 << 32) + varint(0) + b"a" + a), "DATA_LOSS",
                   "bad entry", 0)
    yield bad_open("length-6-bytes", "a 32-bit varint of six bytes",
                   after_header(varint(0, 6) + varint(1) + varint(len(a)) + b"a" + a), "DATA_LOSS",
                   "malformed", 0)
    yield ok("length-overlong", "a 32-bit varint with needless bytes",
             after_header(varint(0, 5) + varint(1, 2) + varint(len(a)) + b"a" + a,
                          record(0, b"s", s), record(0, b"z", z)))
    yield bad_open("key-empty-twice", "the header's key again",
                   after_header(record(0, b"", records[0][1])), "DATA_LOSS", "not above", 0,
                   differs="keys rise strictly in every file that a writer made")
    yield bad_open("key-twice", "one key in two entries",
                   after_header(record(0, b"a", a), record(0, b"a", a), last_key=b"a"), "DATA_LOSS",
                   "not above", 0, tensor=b"a", differs="TensorFlow takes the first")
    yield bad_open("keys-fall", "keys out of order",
                   after_header(record(0, b"z", z), record(0, b"a", a)), "DATA_LOSS", "not above", 0,
                   tensor=b"z", differs="TensorFlow finds some of them")
    yield bad_open("key-prefix-of-the-last", "a key that is the beginning of the one before",
                   after_header(record(0, b"ab", a), record(1, b"", a), last_key=b"ab"), "DATA_LOSS",
                   "not above", 0, tensor=b"ab", differs="TensorFlow finds some of them")
    yield ok("key-64-kib", "the longest key that is read",
             Bundle().add_bytes(b"k" * 65536, FLOAT, [2], A).files(), {b"k" * 65536: A},
             {b"k" * 65536: FLOAT})
    yield bad_open("key-64-kib-and-1", "one byte more",
                   Bundle().add_bytes(b"k" * 65537, FLOAT, [2], A).files(), "UNIMPLEMENTED",
                   "exceeds the limit", 0, tensor=b"k" * 65537,
                   differs="a limit against hostile files; no real name comes near it")


# --- the index block ------------------------------------------------------------------------------


def index_blocks():
    records = sorted(base().records.items())
    half = records[:2], records[2:]

    def two(keys=(b"a", b"{"), order=(0, 1), edit=lambda handles: handles):
        out, places = Table(), {}
        for i in order:
            places[i] = out.add(block(half[i]))
        handles = edit([places[0], places[1]])
        return with_index(out.finish(list(zip(keys, handles))))

    yield ok("two-blocks", "two data blocks", two())
    yield ok("two-blocks-late-separator", "any separator below the next key will do", two((b"r", b"{")))
    yield bad_open("separator-below-last-key", "an index key below its block's last key",
                   two((b"A", b"{")), "DATA_LOSS", "above its key", 0,
                   differs="TensorFlow finds some of the keys")
    yield bad_open("separator-at-next-key", "an index key that the next block's first key equals",
                   two((b"s", b"{")), "DATA_LOSS", "not above the index key",
                   differs="TensorFlow finds some of the keys")
    yield bad_open("last-separator-too-low", "the last index key below the last key",
                   two((b"a", b"t")), "DATA_LOSS", "above its key",
                   differs="TensorFlow finds some of the keys")
    yield bad_open("index-keys-fall", "index keys out of order", two((b"{", b"a")), "DATA_LOSS",
                   "not above", differs="TensorFlow finds some of the keys")
    yield bad_open("blocks-swapped-in-file", "the second block lies before the first",
                   two(order=(1, 0)), "DATA_LOSS", "overlaps",
                   differs="writers write blocks in key order; anything else is a made-up file")
    yield bad_open("block-named-twice", "two index entries of one block",
                   two(edit=lambda h: [h[0], h[0]]), "DATA_LOSS", "overlaps", 0,
                   differs="TensorFlow finds some of the keys", tensor=b"a")

    def shifted(handles):
        return [handles[0], handle(4, len(block(half[1])))]

    yield bad_open("blocks-overlap", "a block begins inside the one before it", two(edit=shifted),
                   "DATA_LOSS", "overlaps", 4, tensor=b"z")
    yield bad_open("index-value-empty", "an index entry without a handle",
                   two(edit=lambda h: [h[0], b""]), "DATA_LOSS", "bad block handle", tensor=b"z")
    yield bad_open("index-value-cut", "a handle without its size",
                   two(edit=lambda h: [h[0], h[1][:1]]), "DATA_LOSS", "bad block handle",
                   tensor=b"z")
    yield ok("index-value-longer", "bytes after the handle are allowed",
             two(edit=lambda h: [h[0] + b"xyz", h[1]]))
    yield bad_open("data-block-past-end", "a data block at 1 TiB",
                   two(edit=lambda h: [h[0], handle(1 << 40, 50)]), "OUT_OF_RANGE", "past the end",
                   1 << 40, tensor=b"z")
    yield bad_open("data-block-size-1-tib", "a data block of 1 TiB",
                   two(edit=lambda h: [h[0], handle(0, 1 << 40)]), "OUT_OF_RANGE", "past the end", 0,
                   tensor=b"z")
    yield bad_open("data-block-size-max", "size + trailer leaves 64 bits (CVE-2018-7575)",
                   two(edit=lambda h: [h[0], handle(0, (1 << 64) - 3)]), "DATA_LOSS",
                   "bad block handle", 0, tensor=b"z")
    yield bad_open("second-block-checksum", "damage in a block that is not the first",
                   with_index(_flip(two()[".index"], 5 + len(block(half[0])) + 3)), "DATA_LOSS",
                   "checksum", 5 + len(block(half[0])), tensor=b"z")
    yield bad_open("index-block-without-entries", "no data blocks", with_index(Table().finish([])),
                   "DATA_LOSS", "header")

    out = Table()
    at = out.add(block(records))
    yield ok("metaindex-with-a-filter", "LevelDB names a filter there",
             with_index(out.finish([(b"{", at)], metaindex=block([(b"filter.x", handle(0, 0))]))))
    out = Table()
    at = out.add(block(records))
    yield bad_open("metaindex-garbage", "contents that are no block, with a right checksum",
                   with_index(out.finish([(b"{", at)], metaindex=b"\1\2\3\4\5\6\7\x7f")),
                   "DATA_LOSS", "restart points", differs="TensorFlow never reads the metaindex")


def _flip(data, at, bit=0):
    out = bytearray(data)
    out[at] ^= 1 << bit
    return bytes(out)


# --- Snappy ---------------------------------------------------------------------------------------


def snappy():
    contents = block(sorted(base().records.items()))
    good = craft.snappy(contents)

    yield ok("snappy", "all blocks compressed", base().files(compress=True))

    def bad(name, about, stored, words="compressed", code="DATA_LOSS"):
        return bad_open("snappy-" + name, about, one_block(stored, kind=1), code, words, 0)

    yield bad("nothing", "no length in front", b"")
    yield bad("length-cut", "the length is cut off", b"\xff\xff")
    yield bad("length-6-bytes", "a length of more than 32 bits", b"\xff\xff\xff\xff\xff\x01")
    yield bad("claims-4-gib", "4 GiB from a few bytes", varint(0xFFFFFFFF) + good[2:])
    yield bad("claims-1-more", "one byte more than there is", craft.snappy(contents, len(contents) + 1))
    yield bad("claims-1-less", "one byte less than there is", craft.snappy(contents, len(contents) - 1))
    yield bad("copy-offset-0", "a copy from offset 0", varint(8) + b"\x0cabcd" + b"\x0e\0\0")
    yield bad("copy-before-start", "a copy from before the start", varint(8) + b"\x0cabcd" + b"\x0e\5\0")
    yield bad("literal-cut", "a literal of more bytes than follow", varint(60) + b"\xecabc")
    yield bad("cut-by-1", "the last byte is gone", good[:-1])
    yield bad("empty", "a block of no bytes", varint(0), "bad block contents")
    zeros = bytes(1 << 20)
    yield bad("zeros", "1 MiB of zeros, a block of many empty entries", craft.snappy(zeros),
              "bad entry")


# --- the header -----------------------------------------------------------------------------------


def header_cases():
    def headed(value, shards=1):
        out = base()
        out.records[b""] = value
        out.num_shards = shards
        return out.files()

    def bad(name, about, value, code, words, **more):
        return bad_open("header-" + name, about, headed(value), code, words, **more)

    yield bad("not-a-proto", "bytes that are no message", b"\xff\xff\xff", "DATA_LOSS", "header")
    yield bad("cut", "a message that ends too early", header()[:-1], "DATA_LOSS", "header")
    yield bad("empty", "no number of data files", b"", "DATA_LOSS", "data files")
    yield bad("shards-0", "0 data files", field(1, 0) + field(3, version()), "DATA_LOSS", "data files",
              differs="TensorFlow looks for P.data-00000-of-00000")
    yield bad("shards-negative", "-1 data files", header(-1), "DATA_LOSS", "data files")
    yield bad("shards-100000", "more data files than five digits count", header(100000), "DATA_LOSS",
              "data files")
    yield bad("shards-max", "2^31 - 1 data files", header((1 << 31) - 1), "DATA_LOSS", "data files")
    yield ok("header-shards-99999", "the most data files", headed(header(99999), 99999))
    yield bad("producer-negative", "producer -1", header(ver=version(-1)), "INVALID_ARGUMENT",
              "producer")
    yield bad("min-consumer-2", "a consumer newer than this one is needed",
              header(ver=version(1, 2)), "INVALID_ARGUMENT", "consumer")
    yield bad("bad-consumer-1", "this consumer is barred", header(ver=version(1, 0, [1])),
              "INVALID_ARGUMENT", "consumer")
    unpacked = field(1, 1) + field(3, 7) + field(3, 1)
    yield bad("bad-consumer-unpacked", "likewise, in the unpacked form", header(ver=unpacked),
              "INVALID_ARGUMENT", "consumer")
    yield ok("header-min-consumer-1", "the consumer that this is", headed(header(ver=version(1, 1))))
    yield ok("header-bad-consumer-2", "another consumer is barred",
             headed(header(ver=version(1, 0, [2, 7]))))
    yield ok("header-producer-1000", "a later producer alone is fine", headed(header(ver=version(1000))))
    yield ok("header-without-version", "no version is version 0", headed(field(1, 1)))
    yield ok("header-unknown-fields", "unknown fields are skipped",
             headed(header(extra=field(9, 5) + field(10, b"xyz") + field32(11, 1) + field64(12, 1))))
    yield bad("version-cut", "the version is cut off", field(1, 1) + b"\x1a\x05\x08\x01", "DATA_LOSS",
              "header")
    out = base()
    del out.records[b""]
    yield bad_open("header-missing", "the first key is not the empty one", out.files(), "DATA_LOSS",
                   "header", differs="TensorFlow takes the first entry for the header")
    yield ok("header-endianness-2", "a byte order that is not big counts as little",
             headed(header(endianness=2)))


# --- entries --------------------------------------------------------------------------------------


def entries():
    def with_entry(value, data=A):
        out = Bundle()
        out.data += data
        out.records[b"a"] = value
        return out.files()

    good = dict(offset=0, size=8, crc=mask(crc32c(A)))

    def bad(name, about, value, words, code="DATA_LOSS", dtype=FLOAT, data=A, **more):
        more.setdefault("probes", {b"a": dtype})
        return bad_entry("entry-" + name, about, with_entry(value, data), b"a", code, words, **more)

    def fine(name, about, value, data=A, dtype=FLOAT, **more):
        return ok("entry-" + name, about, with_entry(value, data), {b"a": data}, {b"a": dtype}, **more)

    yield bad("not-a-proto", "bytes that are no message", b"\xff\xff\xff", "entry")
    yield bad("empty", "no dtype", b"", "dtype")
    yield bad("cut", "the shape is cut off", field(1, FLOAT) + b"\x12\x7f\x12\x02", "entry")
    yield bad("dim-cut", "a dimension is cut off", entry(FLOAT, [], shape_bytes=b"\x12\x05\x08\x02", **good),
              "entry")
    for number in (0, 34, 77, 99, 134, -1):
        yield bad("dtype-%d" % number, "a dtype that TensorFlow lacks",
                  field(1, number) + entry(0, [2], **good), "dtype")
    yield bad("dtype-resource", "handles have no stored form", entry(RESOURCE, [2], **good), "dtype",
              "DATA_LOSS")
    yield fine("dtype-ref", "a reference dtype means its base type", entry(FLOAT + 100, [2], **good),
               differs="no TensorFlow writes it; older ones may have")
    yield bad("size-less-1", "one byte too few", entry(FLOAT, [2], 0, 7, good["crc"]), "invalid size")
    yield bad("size-more-1", "one byte too many", entry(FLOAT, [2], 0, 9, good["crc"]), "invalid size",
              data=A + b"\0")
    yield bad("size-missing", "no size", entry(FLOAT, [2], crc=good["crc"]), "invalid size")
    yield bad("size-negative", "size -8", entry(FLOAT, [2], 0, -8, good["crc"]), "size")
    yield bad("offset-negative", "offset -8", entry(FLOAT, [2], -8, 8, good["crc"]), "offset")
    yield bad("offset-min", "offset -2^63", entry(FLOAT, [2], -(1 << 63), 8, good["crc"]), "offset")
    yield bad("offset-plus-size-wraps", "offset + size leaves 63 bits",
              entry(FLOAT, [2], (1 << 63) - 1, 8, good["crc"]), "offset")
    yield bad("shape-dim-negative", "a dimension of -1", entry(FLOAT, [-1], **good), "shape")
    yield bad("shape-dim-min", "a dimension of -2^63", entry(FLOAT, [-(1 << 63)], **good), "shape")
    yield bad("shape-two-negative", "two negative dimensions, a positive product",
              entry(FLOAT, [-1, -2], **good), "shape")
    yield bad("shape-product-2-63", "a product of 2^63", entry(FLOAT, [1 << 32, 1 << 31], **good),
              "shape")
    yield bad("shape-product-2-64", "a product that wraps to 0", entry(FLOAT, [1 << 32, 1 << 32]),
              "shape", dtype=FLOAT)
    yield bad("shape-product-wraps-to-2", "a product that wraps to the right number",
              entry(FLOAT, [(1 << 62) + 1, 4, 1 << 1], **good), "shape")
    yield bad("shape-bytes-wrap", "elements x width leaves 64 bits",
              entry(DOUBLE, [1 << 61], size=0), "", dtype=DOUBLE)
    yield bad("shape-zero-times-overflow", "0 elements, but the others' product overflows",
              entry(FLOAT, [1 << 62, 1 << 62, 0], crc=mask(0)), "shape", data=b"")
    yield fine("shape-unknown-rank", "a stored tensor has a rank whatever that field says",
               entry(FLOAT, [], shape_bytes=shape([2], True), **good))
    yield fine("rank-254", "the highest rank", entry(FLOAT, [1] * 253 + [2], **good))
    yield bad("rank-255", "one dimension more", entry(FLOAT, [1] * 254 + [2], **good), "shape")
    yield ok("entry-zero-elements", "a dimension of 0 in the middle",
             with_entry(entry(FLOAT, [3, 0, 2], offset=8, crc=mask(0))), {b"a": b""}, {b"a": FLOAT})
    yield bad("zero-elements-with-bytes", "no elements, but 8 bytes",
              entry(FLOAT, [3, 0, 2], 0, 8, good["crc"]), "invalid size")
    yield ok("entry-at-end-empty", "no bytes at the end of the data file",
             with_entry(entry(FLOAT, [0], offset=len(A), crc=mask(0))), {b"a": b""}, {b"a": FLOAT})
    yield bad_data("entry-at-end-one-byte", "one byte at the end of the data file",
                   with_entry(entry(UINT8, [1], len(A), 1, mask(crc32c(b"\0")))), b"a",
                   "OUT_OF_RANGE", "", probes={b"a": UINT8})
    yield bad_data("entry-1-tib", "1 TiB in a file of 8 bytes",
                   with_entry(entry(FLOAT, [1 << 38], 0, 1 << 40, good["crc"])), b"a",
                   "OUT_OF_RANGE", "")
    yield ok("entries-share-bytes", "two tensors in the same bytes", _sharing(),
             {b"a": A, b"b": A}, {b"a": FLOAT, b"b": FLOAT})
    partly = Bundle().add_bytes(b"a", FLOAT, [2], A)
    partly.records[b"b"] = entry(FLOAT, [1], 4, 4, mask(crc32c(A[4:])))
    yield bad_entry("entries-share-some-bytes", "two tensors with some bytes in common",
                    partly.files(), b"b", "DATA_LOSS", "overlap", "overlap",
                    differs="no writer makes it; TensorFlow does not look")
    yield bad("shard-1-of-1", "a data file that the header does not count",
              entry(FLOAT, [2], shard=1, **good), "data file")
    yield bad("shard-negative", "data file -1", entry(FLOAT, [2], shard=-1, **good), "data file")
    yield bad("shard-max", "data file 2^31 - 1", entry(FLOAT, [2], shard=(1 << 31) - 1, **good),
              "data file")

    plain = entry(FLOAT, [2], **good)
    yield fine("shard-2-32", "protobuf keeps the low 32 bits of an int32",
               plain + varint(3 << 3) + varint(1 << 32))
    yield fine("unknown-fields", "unknown fields of every wire type are skipped",
               plain + field(20, 5) + field64(21, 1) + field(22, b"xyz") + field32(23, 1)
               + varint(24 << 3 | 3) + field(1, 1) + varint(24 << 3 | 4))
    yield bad("group-without-end", "a group that nothing ends", plain + varint(24 << 3 | 3), "entry")
    yield bad("group-end-alone", "the end of a group that nothing began", plain + varint(24 << 3 | 4),
              "entry")
    yield bad("group-other-end", "a group ended by another's end",
              plain + varint(24 << 3 | 3) + varint(25 << 3 | 4), "entry")
    yield bad("wire-type-6", "a wire type that protobuf lacks", plain + varint(20 << 3 | 6) + b"\0",
              "entry")
    yield bad("wire-type-7", "a wire type that protobuf lacks", plain + varint(20 << 3 | 7) + b"\0",
              "entry")
    yield bad("field-0", "a field number that protobuf lacks", plain + b"\0\0", "entry")
    yield fine("groups-in-groups-16", "unknown groups in one another",
               plain + varint(24 << 3 | 3) * 16 + varint(24 << 3 | 4) * 16)
    yield bad("groups-in-groups-1000", "so deep that a recursive parser's stack ends",
              plain + varint(24 << 3 | 3) * 1000 + varint(24 << 3 | 4) * 1000, "entry")
    yield fine("size-twice", "of a field that repeats the last counts",
               field(1, FLOAT) + field(5, 99) + entry(0, [2], **good))
    yield fine("shape-twice", "a message that repeats is merged",
               entry(FLOAT, [1], **good) + field(2, shape([2])))
    yield fine("fields-reversed", "fields in any order",
               field32(6, good["crc"]) + field(5, 8) + field(2, shape([2])) + field(1, FLOAT))
    yield fine("varint-overlong", "numbers with needless bytes",
               varint(1 << 3) + varint(FLOAT, 10) + entry(0, [2], **good))
    yield bad("varint-11-bytes", "a number of 11 bytes",
              varint(1 << 3) + varint(FLOAT, 11) + entry(0, [2], **good), "entry")
    yield fine("dim-names", "dimensions may have names",
               entry(FLOAT, [], shape_bytes=field(2, field(1, 2) + field(2, b"rows")), **good))
    yield fine("dim-name-not-utf8", "of which nobody reads a byte",
               entry(FLOAT, [], shape_bytes=field(2, field(1, 2) + field(2, b"\xff")), **good),
               differs="the names of dimensions are skipped, whatever they hold")
    yield bad_data("entry-crc-missing", "no checksum is checksum 0",
                   with_entry(entry(FLOAT, [2], size=8)), b"a", "DATA_LOSS", "does not match")
    yield bad_data("entry-crc-as-varint", "a checksum of another wire type does not count",
                   with_entry(entry(FLOAT, [2], size=8, extra=field(6, good["crc"]))), b"a",
                   "DATA_LOSS", "does not match")
    yield bad_data("entry-crc-unmasked", "a checksum as it is calculated",
                   with_entry(entry(FLOAT, [2], size=8, crc=crc32c(A))), b"a", "DATA_LOSS", "does not match")
    variant = Bundle().add_bytes(b"a", VARIANT, [], b"\1\0" + fixed32(0))
    yield bad_data("entry-variant-garbage", "a variant that is none", variant.files(), b"a",
                   "UNIMPLEMENTED", "variant", probes={b"a": VARIANT})
    yield ok("no-tensors", "a header alone", Bundle().files(), {}, {})


def _sharing():
    out = Bundle().add_bytes(b"a", FLOAT, [2], A)
    out.records[b"b"] = out.records[b"a"]
    return out.files()


# --- data files -----------------------------------------------------------------------------------


def data_files():
    files = base().files()
    name = ".data-00000-of-00001"

    def with_data(data):
        return {".index": files[".index"], name: data}

    yield bad_data("data-missing", "no data file", {".index": files[".index"]}, b"z", "NOT_FOUND", "")
    yield bad_data("data-empty", "a data file without bytes", with_data(b""), b"z", "OUT_OF_RANGE", "")
    yield bad_data("data-cut-by-1", "the last byte is gone", with_data(files[name][:-1]), b"z",
                   "OUT_OF_RANGE", "")
    yield ok("data-longer", "bytes after the last tensor", with_data(files[name] + b"more"))
    yield bad_data("data-bit", "one bit of a tensor", with_data(_flip(files[name], 3)), b"a",
                   "DATA_LOSS", "does not match")
    yield bad_data("data-zeros", "a hole where a tensor was", with_data(bytes(8) + files[name][8:]),
                   b"a", "DATA_LOSS", "does not match")
    two = Bundle(num_shards=2)
    two.add_bytes(b"a", FLOAT, [2], A)
    two.records[b"z"] = entry(INT64, [], 0, 8, mask(crc32c(Z)), shard=1)
    pair = two.files()
    yield ok("two-data-files", "two data files", {**pair, ".data-00001-of-00002": Z},
             {b"a": A, b"z": Z}, {b"a": FLOAT, b"z": INT64})
    yield bad_data("second-data-file-missing", "the second of two", pair, b"z", "NOT_FOUND", "")
    yield bad_data("data-files-swapped", "the two data files changed places",
                   {".index": pair[".index"], ".data-00000-of-00002": Z, ".data-00001-of-00002": A},
                   b"a", "DATA_LOSS", "does not match")


# --- strings --------------------------------------------------------------------------------------


def strings():
    def stored(payload, dims, crc=None, size=None):
        out = Bundle()
        out.add_bytes(b"s", STRING, dims, payload, crc, **({} if size is None else {"size": size}))
        return out.files()

    def sealed(lengths, data, dims, fixed=None):
        """A payload whose checksums are right for whatever lengths it has."""
        fixed = [struct.pack("<I" if n < 1 << 32 else "<Q", n) for n in lengths] if fixed is None else fixed
        total = b"".join(fixed)
        check = fixed32(mask(crc32c(total)))
        payload = b"".join(varint(n) for n in lengths) + check + data
        return stored(payload, dims, mask(crc32c(total + check + data)))

    def bad(name, about, files, words, code="DATA_LOSS", **more):
        return bad_data("strings-" + name, about, files, b"s", code, words, **more)

    def fine(name, about, files, values):
        return ok("strings-" + name, about, files, {b"s": values}, {b"s": STRING})

    payload, crc = craft.string_payload(S)
    yield fine("none", "no elements, 4 bytes", stored(*_zero_strings()), [])
    yield fine("none-0-bytes", "no elements, no bytes", stored(b"", [0], mask(0)), [])
    yield fine("empty", "elements without characters", sealed([0, 0, 0], b"", [3]), [b"", b"", b""])
    yield fine("length-overlong", "lengths with needless bytes",
               stored(varint(5, 3) + payload[1:], [2], crc), S)
    wrong, wrong_crc = craft.string_payload(S, length_crc_xor=1)
    yield bad("length-checksum", "the checksum of the lengths", stored(wrong, [2], wrong_crc), "length")
    yield bad("length-bit", "a bit of a length",
              stored(_flip(payload, 0), [2], crc), "")
    yield bad("checksum", "a bit of a character", stored(_flip(payload, 8), [2], crc), "does not match")
    yield bad("sum-more-1", "the lengths add up to one more", sealed([5, 6], b"helloworld", [2]), "")
    yield bad("sum-less-1", "the lengths add up to one less", sealed([5, 4], b"helloworld", [2]), "")
    yield bad("length-2-32", "a length of 2^32", sealed([1 << 32], b"x", [1]), "")
    yield bad("length-2-63", "a length of 2^63", sealed([1 << 63], b"x", [1]), "")
    yield bad("length-max", "a length of 2^64 - 1", sealed([(1 << 64) - 1], b"x", [1]), "")
    yield bad("sum-wraps", "lengths that add up to 2^64 + 1",
              sealed([1 << 63, 1 << 63, 1], b"x", [3]), "")
    yield bad("length-cut", "the payload ends inside a length", stored(b"\x80\x80\x80\x80\x80", [1]), "")
    yield bad("length-11-bytes", "a length of 11 bytes", stored(b"\x80" * 10 + b"\1" + bytes(4), [1]), "")
    for name, about, count in (("one-too-many", "an element more than there are lengths and room for", 13),
                               ("2-40", "2^40 elements in 16 bytes", 1 << 40),
                               ("2-62", "2^62 elements in 16 bytes", 1 << 62)):
        yield bad_entry("strings-" + name, about, stored(payload, [count], crc), b"s", "DATA_LOSS",
                        "invalid size")
    yield bad("more-elements", "more elements than lengths", stored(payload, [12], crc), "")
    yield bad_entry("strings-no-room-for-checksum", "lengths and nothing else",
                    stored(b"\0\0\0", [3]), b"s", "DATA_LOSS", "invalid size")
    yield bad("size-1-tib", "a payload of 1 TiB in a file of 16 bytes",
              stored(payload, [2], crc, size=1 << 40), "", "OUT_OF_RANGE",
              differs="TensorFlow reads as far as the lengths say")


def _zero_strings():
    payload, crc = craft.string_payload([])
    return payload, [0], crc


# --- slices ---------------------------------------------------------------------------------------

ROWS = [struct.pack("<2f", 2.0 * i, 2.0 * i + 1) for i in range(4)]


def slices():
    whole = b"".join(ROWS)
    halves = [[(0, 2), (0, 2)], [(2, 2), (0, 2)]]

    def sliced(parts, listed=None, dims=(4, 2), parent_dtype=FLOAT):
        """parts: (extents, shape, data, overrides) of each stored slice."""
        out = Bundle()
        for extents, part_shape, data, overrides in parts:
            dtype = overrides.pop("dtype", FLOAT) if overrides else FLOAT
            out.add_slice(b"p", extents, dtype, part_shape, data, **(overrides or {}))
        everything = [p[0] for p in parts] if listed is None else listed
        return out.add_parent(b"p", parent_dtype, dims, everything)

    def half(i, **overrides):
        return (halves[i], [2, 2], whole[16 * i : 16 * i + 16], overrides)

    def bad(name, about, bundle, words, code="DATA_LOSS", problem="bad_entry", **more):
        return bad_entry("slices-" + name, about, bundle.files(), b"p", code, words, problem, **more)

    def fine(name, about, bundle, value=whole, **more):
        return ok("slices-" + name, about, bundle.files(), {b"p": value}, {b"p": FLOAT}, **more)

    yield fine("valid", "two halves", sliced([half(0), half(1)]))
    yield fine("reversed", "the second half first", sliced([half(1), half(0)]))
    dashes = [[(0, 2), None], [(2, 2), None]]
    yield fine("dashes", "whole dimensions written as such",
               sliced([(dashes[i], [2, 2], whole[16 * i : 16 * i + 16], {}) for i in (0, 1)]))
    yield fine("dash-and-extent", "one slice each way",
               sliced([half(0), (dashes[1], [2, 2], whole[16:], {})]))
    yield bad("form-mismatch", "listed with extents, stored under the key of the whole dimension",
              sliced([(dashes[i], [2, 2], whole[16 * i : 16 * i + 16], {}) for i in (0, 1)],
                     listed=halves), "no entry", problem="missing_slice")
    one = Bundle().add_slice(b"p", [(0, 4), (0, 2)], FLOAT, [4, 2], whole)
    yield fine("one-full-extents", "one slice that is the whole, written with extents",
               one.add_parent(b"p", FLOAT, [4, 2], [[(0, 4), (0, 2)]]))
    yield bad("missing-entry", "a listed slice has no entry", sliced([half(0)], listed=halves),
              "slice 2,2:0,2: it is listed", problem="missing_slice")
    yield bad("missing-both", "no slice has an entry", sliced([], listed=halves),
              "slice 0,2:0,2: it is listed", problem="missing_slice")
    yield bad("rank-0", "a slice of a scalar in a matrix", sliced([half(0), half(1)],
                                                              listed=[halves[0], []]), "")
    yield bad("rank-3", "a slice of rank 3 in a matrix",
              sliced([half(0), half(1)], listed=[halves[0], [(2, 2), (0, 2), (0, 1)]]), "")
    past = [(2, 3), (0, 2)]
    yield bad("past-dim-by-1", "an extent one past the dimension",
              sliced([half(0), (past, [3, 2], whole[8:], {})]), "")
    for name, extent in (("start-negative", (-2, 2)),
                         ("start-max", ((1 << 63) - 1, 2)), ("length-max", (2, (1 << 63) - 1)),
                         ("both-max", ((1 << 63) - 1, (1 << 63) - 1)), ("start-at-end", (4, 1))):
        yield bad(name, "an impossible extent",
                  sliced([half(0), half(1)], listed=[halves[0], [extent, (0, 2)]]), "")
    yield bad("length-0", "a slice without rows, where one with two is stored",
              sliced([half(0), half(1)], listed=[halves[0], [(2, 0), (0, 2)]]), "no entry",
              problem="missing_slice")
    starting = slice_proto([None])[:-1] + b"\x02\x08\x02"  # start 2, no length
    out = sliced([half(0), half(1)])
    out.records[b"p"] = entry(FLOAT, [4, 2], slices=[slice_proto(halves[0]), starting + slice_proto([None])])
    yield bad("start-without-length", "a start and a whole dimension", out, "")
    out = sliced([half(0), half(1)])
    out.records[b"p"] = entry(FLOAT, [4, 2], slices=[
        slice_proto(halves[0]), field(1, field(1, 2) + field(2, -5)) + slice_proto([(0, 2)])])
    yield bad("length-negative", "a length below -1", out, "")
    overlapping = [[(0, 3), (0, 2)], [(2, 2), (0, 2)]]
    yield bad("overlap", "two slices with a common row",
              sliced([(overlapping[0], [3, 2], whole[:24], {}), (overlapping[1], [2, 2], whole[16:], {})]),
              "overlapping slices", problem="overlap")
    yield bad("twice", "one slice listed twice", sliced([half(0), half(1)], listed=halves + halves[:1]),
              "overlapping slices", problem="overlap")
    yield bad("hole", "no slice has the last row",
              sliced([half(0), ([(2, 1), (0, 2)], [1, 2], whole[16:24], {})]),
              "6 of the tensor's 8 elements", "INVALID_ARGUMENT", "missing_slice")
    yield bad("other-dtype", "a slice of another dtype",
              sliced([half(0), half(1, dtype=INT32)]), "dtype")
    yield bad("smaller-than-extent", "a slice with fewer rows than its extent (TensorFlow PR 123020)",
              sliced([half(0), (halves[1], [1, 2], whole[16:24], {})]), "",
              differs="TensorFlow copies from beyond the slice")
    yield bad("larger-than-extent", "a slice with more rows than its extent",
              sliced([half(0), (halves[1], [3, 2], whole[8:], {})]), "",
              differs="TensorFlow takes its first rows")
    yield bad("transposed", "a slice with its dimensions exchanged",
              sliced([([(0, 1), (0, 2)], [2, 1], whole[:8], {}), ([(1, 3), (0, 2)], [3, 2], whole[8:], {})]),
              "", differs="TensorFlow looks at the number of elements only")
    yield bad("nested", "the entry of a slice lists slices itself",
              sliced([half(0), half(1, slices=[slice_proto(halves[1])])]), "",
              differs="TensorFlow does not look")
    yield bad("entry-size", "a slice of one byte less", sliced([half(0), half(1, size=15)]), "invalid size")
    yield bad("entry-shard", "a slice in a data file that is not counted",
              sliced([half(0), half(1, shard=1)]), "data file")
    yield bad("parent-shape-negative", "the full shape is impossible",
              sliced([half(0), half(1)], dims=(-4, 2)), "shape")
    yield bad("parent-dtype-77", "the full tensor's dtype is none",
              sliced([half(0), half(1)], parent_dtype=77), "dtype")
    yield bad_data("slices-bit", "one bit of the second slice",
                   sliced([half(0), half(1, crc=mask(crc32c(whole[16:]) ^ 1))]).files(), b"p",
                   "DATA_LOSS", "does not match")
    alone = Bundle().add_slice(b"p", halves[0], FLOAT, [2, 2], whole[:16])
    key = slice_key(b"p", halves[0])
    yield ok("slices-entry-alone", "a slice that no tensor lists is a tensor with an odd name",
             alone.files(), {key: whole[:16]}, {key: FLOAT})


def all_cases():
    for group in (frame, blocks, index_blocks, snappy, header_cases, entries, data_files, strings,
                  slices):
        yield from group()
