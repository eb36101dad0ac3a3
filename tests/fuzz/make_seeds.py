#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets into seeds/TARGET, from the golden and malformed checkpoints.

Needs no TensorFlow. Files that a fuzzer found are kept beside them and are not touched: their names
begin with "found-".
"""

import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "golden")
sys.path[:0] = [GOLDEN, os.path.join(HERE, "..", "malformed"),
                os.path.join(HERE, "..", "io", "checkpoint", "safetensors")]

import cases
import craft
import craft_v1
import safetensors_cases

TABLE_CASES = """valid footer-padding footer-handle-overlong restart-at-every-entry restarts-unsorted
shared-longer-than-key value-max length-overlong key-twice two-blocks blocks-overlap
index-value-longer metaindex-with-a-filter snappy snappy-claims-4-gib snappy-copy-before-start
block-without-entries""".split()
BUNDLE_CASES = """valid two-blocks snappy header-shards-99999 header-bad-consumer-2 entry-dtype-77
entry-shape-product-2-64 entry-rank-254 entry-zero-elements entry-offset-plus-size-wraps
entries-share-some-bytes entry-unknown-fields entry-groups-in-groups-16 entry-shape-twice
strings-length-overlong strings-sum-wraps strings-2-40 slices-valid slices-reversed slices-dashes
slices-overlap slices-missing-entry slices-past-dim-by-1 slices-nested slices-other-dtype
entry-variant-garbage""".split()

STATES = [
    'model_checkpoint_path: "model.ckpt-3000"\nall_model_checkpoint_paths: "model.ckpt-3000"\n',
    "# comment\nall_model_checkpoint_paths: ['a', \"b\" \"c\"];\nmodel_checkpoint_path: 'x\\n\\x41\\101'\r\n",
    'model_checkpoint_path: "a",last_preserved_timestamp: 1.5e9\nall_model_checkpoint_timestamps: -inf\n',
    'all_model_checkpoint_timestamps: [1, 2.5, nan, 0x10, .5f]\n',
    'unknown { a: 1 }\n',
    'model_checkpoint_path: "\\377\\u00e4\\U0001F600"',
]
MODELS = [
    '{"variables": []}',
    '{"variables": [{"made_by": "Variable", "name": "foo", "shape": [], "dtype": "float32",'
    ' "initializer": {"constant": 0}},\n {"made_by": "get_variable", "name": "bar", "shape": []}]}',
    '{"variables": [{"made_by": "get_variable", "name": "s/emb", "shape": [100, 16],'
    ' "initializer": "zeros", "partitions": [5, 1], "use_resource": true}]}',
    '{"variables": [{"made_by": "get_variable", "name": "a", "shape": [2, 2], "dtype": "int8",'
    ' "initializer": {"constant": [[1, 2], [3, -4]]}, "op_name": "b"}]}',
    '{"variables": [{"made_by": "Variable", "name": "u", "shape": [3],'
    ' "initializer": {"uniform": {"low": -1, "high": 1e3, "seed": 7}}},'
    '{"made_by": "Variable", "name": "n", "shape": [3], "initializer": {"normal": {"mean": 0,'
    ' "stddev": 2, "seed": 1}}}, {"made_by": "get_variable", "name": "g", "shape": [2, 3],'
    ' "initializer": "glorot_uniform"}]}',
    '{"variables": [{"made_by": "Variable", "name": "foo", "shape": [-1, 9223372036854775807]}]}',
    '[' * 200,
]
SAFETENSORS_CASES = """valid metadata scalar zero-elements escaped-name names-out-of-order
header-length-2-64 key-twice shape-product-overflows offsets-huge hole-between overlap same-bytes
f4-half-a-byte data-too-long""".split()
SAFETENSORS_INDEXES = [
    '{"metadata": {"total_size": 2}, "weight_map": {"a": "a.safetensors", "b": "x/b.safetensors"}}',
    '{"weight_map": {"a": "../a", "b": "/b"}}',
]
MAPS = [
    "{}", '{"/": "/"}', '{"a/": "b/", "w": {"variable": "w"}, "e": {"variables": ["emb/part_0", "emb/part_1"]}}',
    '[["w", "a/w"], ["w", "b/w"]]', '[["w"], 3]', '{"w": {"variable": "none"}}', '{"a": "b", "a": "c"}',
    '{"\\u0000\\ud800": "\\ud83d\\ude00"}',
]




def child(name, node):
    return craft.field(1, craft.nonzero(1, node) + craft.field(2, name))


def value(key, full_name=b"", name=b"VARIABLE_VALUE"):
    return craft.field(2, craft.field(1, name) + craft.field(2, full_name) + craft.field(3, key))


def slot(original, name, node):
    return craft.field(3, craft.field(1, original) + craft.field(2, name) + craft.field(3, node))


OBJECT_GRAPHS = {
    "empty": [],
    "one-path-two-names": [child(b"model", 1) + child(b"a.b/c", 2), child(b"kernel", 2),
                           value(b"a..b.Sc/.ATTRIBUTES/VARIABLE_VALUE", b"dense/kernel")],
    "circle": [child(b"a", 1), child(b"root", 0) + child(b"self", 1) + value(b"k")],
    "slots": [child(b"w", 1) + child(b"opt", 2), value(b"w", b"w"), slot(1, b"m", 3),
              value(b"w/.OPTIMIZER_SLOT/opt/m", b"w/Adam")],
    "keras": [child(b"_iterations", 1) + child(b"_learning_rate", 2) + child(b"_variables", 3),
              value(b"i"), value(b"r"), child(b"0", 1) + child(b"0", 2)],
    "same-names": [value(b"a", b"v") + value(b"b", b"v") + value(b"b", b"u")],
    "node-beyond": [child(b"a", 7)],
    "node-negative": [child(b"a", -1)],
    "unknown-fields": [craft.field(9, b"zz") + craft.field64(10, 1), b"\x23\x24"],
}


def read(name):
    with open(os.path.join(GOLDEN, name), "rb") as f:
        return f.read()


def bundle_seed(index, data):
    return struct.pack("<H", len(data)) + data + index


def v1_seeds():
    for name in ("v1_every_dtype", "v1_slices", "v1_snappy", "v1_strings", "v1_odd_shapes"):
        yield "tensor_slices", "golden-" + name[3:], read(name)
    for name, edit in v1_edits().items():
        crafted = craft_v1.SliceFile()
        count = 20000 if name == "plain" else 4  # large: left where it lies
        crafted.add(b"a", craft.FLOAT, [count], bytes(4 * count))
        crafted.add(b"b", craft.INT32, [3], bytes(12))
        crafted.add(b"s", craft.STRING, [2], [b"hello", b""])
        edit(crafted)
        yield "tensor_slices", name, crafted.file(per_block=2)

    for number in craft_v1.FORMS:
        proto = craft_v1.tensor_proto(number, bytes(range(1, 33)))
        count = 32 // craft_v1.element_size(number)
        record = craft_v1.saved_slice(b"t", [None], proto)
        yield "saved_slice", "dtype-%d" % number, struct.pack("<BH", number, count) + record
    for name, number, count, proto in (
        ("strings", craft.STRING, 3, craft_v1.tensor_proto(craft.STRING, [b"a", b"", b"c" * 200])),
        ("not-packed", craft.INT32, 2, craft.varint(7 << 3) + craft.varint(-1) + craft.field(7, 5)),
        ("float-not-packed", craft.FLOAT, 1, craft.field32(5, 0x3F800000)),
        ("groups", craft.INT32, 1, b"\x0b\x13\x14\x0c" + craft.field(7, b"\x07")),
        ("overlong", craft.INT32, 1, craft.field(7, craft.varint(1, 10))),
    ):
        record = craft_v1.saved_slice(b"t", [None], proto)
        yield "saved_slice", name, struct.pack("<BH", number, count) + record


def v1_edits():
    def listed(name, dtype, dims, *all_extents):
        def edit(crafted):
            crafted.tensors[name] = (dtype, dims, list(all_extents))
        return edit

    return {
        "plain": lambda crafted: None,
        "no-record": listed(b"c", craft.INT32, [2], [None]),
        "claims-much": listed(b"b", craft.INT64, [1 << 58], [None]),
        "overlap": listed(b"b", craft.INT32, [3], [(0, 2)], [(1, 2)]),
        "part": listed(b"b", craft.INT32, [4], [(0, 3)]),
        "shape-max": listed(b"b", craft.INT32, [1 << 62, 4], [None, None]),
        "dtype-14": listed(b"b", 14, [3], [None]),
        "strings-3": listed(b"s", craft.STRING, [3], [None]),
        "version-2": lambda crafted: setattr(crafted, "version", craft.version(2, 2)),
    }


def shared_segment(tensors, **fields):
    """docs/format/shared_segment.md; `fields`: other numbers in the header. Its checksum is 0: the
    target replaces it."""
    records = dims = names = data = b""
    texts = [b"/m/model-0", b"float32>bfloat16;", b"/m/model-0.index"]
    origin = b"".join(craft.varint(len(text)) + text for text in texts[:2])
    origin += craft.varint(1) + craft.varint(len(texts[2])) + texts[2]
    origin += b"".join(map(craft.varint, (1, 300, 1 << 20, 1 << 60, 5)))
    size_of_tables = 128 + len(origin) + sum(48 + 8 * len(t[2]) + len(t[0]) for t in tensors)
    start = -(-size_of_tables // 64) * 64
    for name, dtype, shape, values in tensors:
        data += bytes(-len(data) % 64)
        records += struct.pack("<QIIQQQQ", len(names), len(name), dtype, len(dims) // 8, len(shape),
                               start + len(data), len(values))
        dims += b"".join(struct.pack("<q", dim) for dim in shape)
        names += name
        data += values
    places = [128, 128 + len(records), 128 + len(records) + len(dims), size_of_tables - len(origin)]
    header = {"state": int.from_bytes(b"COMPLETE", "little"), "size": start + len(data),
              "count": len(tensors), "records": places[0], "dims": places[1],
              "num_dims": len(dims) // 8, "names": places[2], "names_size": len(names),
              "origin": places[3], "origin_size": len(origin), "data": start, "flags": 1, **fields}
    words = b"THAWSEG1" + b"".join(struct.pack("<Q", word) for word in header.values())
    tables = (words + bytes(128 - len(words)) + records + dims + names + origin)
    return tables + bytes(start - len(tables)) + data


def segment_seeds():
    floats = (b"w", craft.FLOAT, [2, 3], bytes(24))
    words = (b"words", craft.STRING, [2], struct.pack("<QQ", 3, 8) + b"oneother")
    yield "valid", shared_segment([floats, words])
    yield "empty", shared_segment([])
    yield "filling", shared_segment([floats], state=0)
    yield "names-beyond", shared_segment([floats], names=1 << 63)
    yield "tensors-max", shared_segment([floats], count=(1 << 64) - 1)
    yield "shape-max", shared_segment([(b"w", craft.FLOAT, [1 << 62, 4], b"")])
    yield "rank-254", shared_segment([(b"w", craft.FLOAT, [1] * 254, bytes(4))])
    yield "strings-back", shared_segment([(b"s", craft.STRING, [2], struct.pack("<QQ", 3, 1) + b"abc")])
    yield "strings-beyond", shared_segment([(b"s", craft.STRING, [1], struct.pack("<Q", 9) + b"abc")])
    yield "names-out-of-order", shared_segment([words, floats, floats])


def all_seeds():
    for name, data in segment_seeds():
        yield "segment", name, data
    yield from v1_seeds()
    by_name = {c.name: c.files for c in cases.all_cases()}
    for name in TABLE_CASES:
        yield "table", name, by_name[name][".index"]
    for name in ("merged", "snappy_index", "slices"):
        yield "table", "golden-" + name, read(name + ".index")
    for name in BUNDLE_CASES:
        files = by_name[name]
        data = files.get(".data-00000-of-00001", b"")
        yield "bundle", name, bundle_seed(files[".index"], data)
    for name in ("slices", "big_endian", "variant", "parts_only"):
        index, data = read(name + ".index"), read(name + ".data-00000-of-00001")
        yield "bundle", "golden-" + name, bundle_seed(index, data)

    bundle = cases.base()
    bundle.add_parent(b"p", craft.FLOAT, [4, 2], [[(0, 2), None], [(2, 2), (0, 2)]])
    for i, value in enumerate(bundle.records.values()):
        yield "bundle_entry", "record-%d" % i, value
    yield "bundle_entry", "header-versions", craft.header(7, 1, craft.version(3, 1, [2, -1]))
    yield "bundle_entry", "unknown-fields", craft.entry(
        1, [2], extra=craft.field64(21, 1) + craft.varint(24 << 3 | 3) + craft.varint(24 << 3 | 4))

    for i, (name, extents) in enumerate([
        (b"scope/var1", [(0, 20), (0, 100)]), (b"a", []), (b"\0\xff", [None, (1 << 40, 1 << 62)]),
        (b"w", [(-65, 63)]), (b"x" * 40, [(64, 8191)] * 8), (b"m", [(-(1 << 63), (1 << 63) - 1)])]):
        yield "slice_key", "key-%d" % i, craft.slice_key(name, extents)

    for i, (values, swapped) in enumerate([
        ([b"hello", b"world"], 0), ([], 0), ([b""] * 9, 0), ([b"c" * 300, b"d"], 1)]):
        payload = craft.string_payload(values, bool(swapped))[0]
        yield "string_payload", "strings-%d" % i, struct.pack("<HB", len(values), swapped) + payload
    yield "string_payload", "overlong", struct.pack("<HB", 1, 0) + craft.varint(1, 9) + b"\0\0\0\0x"
    yield "variant_payload", "list", struct.pack("<HB", 1, 0) + read("variant.data-00000-of-00001")
    yield "variant_payload", "length-max", struct.pack("<HB", 1, 0) + craft.varint(-1) + bytes(4)

    for name, data, _, _ in safetensors_cases.CASES:
        if name in SAFETENSORS_CASES:
            yield "safetensors", name, data
    for i, text in enumerate(SAFETENSORS_INDEXES):
        yield "safetensors", "index-%d" % i, text.encode()

    for name, nodes in OBJECT_GRAPHS.items():
        yield "object_graph", name, b"".join(craft.field(1, node) for node in nodes)
    for folder, texts in (("checkpoint_state", STATES), ("model_file", MODELS), ("map_file", MAPS)):
        for i, text in enumerate(texts):
            yield folder, "text-%d" % i, text.encode()


def main():
    for folder, name, data in list(all_seeds()):
        path = os.path.join(HERE, "seeds", folder)
        os.makedirs(path, exist_ok=True)
        with open(os.path.join(path, name), "wb") as f:
            f.write(data)


if __name__ == "__main__":
    main()
