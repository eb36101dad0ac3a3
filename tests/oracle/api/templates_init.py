"""Programs that aim at one branch or quirk of init_from_checkpoint (specification, 5)."""

from program_vocabulary import CUT_DTYPES
from templates_store import fixed, get, part_shape, scope, some, with_kind

TEMPLATES = {}


def template(function):
    TEMPLATES[function.__name__] = function
    return function


def init(pairs: list, path="model-0", as_dict=None) -> dict:
    unique = len({str(key) for key, _ in pairs}) == len(pairs)
    return {"do": "init_from_checkpoint", "path": path, "map": pairs,
            "as_dict": unique if as_dict is None else as_dict}


def plain(g, name: str, shape: list, dtype: str = "float32", **arguments) -> dict:
    """A Variable outside the store."""
    return with_kind(g, {"do": "Variable", "initial_value": g.value(dtype, shape), "name": name,
                         **arguments})


def store(g, tensors: dict, kind: str = "v2", whole: bool = False, prefix: str = "model-0") -> None:
    """A checkpoint; tensors: name -> shape, or (shape, dtype)."""
    made = []
    for name, each in tensors.items():
        shape, dtype = each if isinstance(each, tuple) else (each, "float32")
        made.append(g.tensor(name, dtype, shape, whole))
    g.add_checkpoint(prefix, kind, made)


RUN = {"do": "initialize"}


@template
def founding_question(g) -> list:
    store(g, {"foo": [], "bar": []})
    return [plain(g, "foo", [], **{"as": "foo"}), with_kind(g, get("bar",
                                                                   initializer={"value": 0.0})),
            init([["/", "/"]]), RUN]


@template
def one_to_one(g) -> list:
    shape = g.choice([[2], [2, 3], []])
    store(g, {"x": shape, "y": g.other_shape(shape), "z": shape})
    return [some(g, "w", shape), some(g, "v", shape),
            init([["x", "w"], [g.choice(["x", "y", "nosuch", "z"]), "v"]]), RUN]


@template
def shapes_that_almost_agree(g) -> list:
    """Quirks 13 and 14: [] and [1], [1, 10] and [10]."""
    pairs = [([], [1]), ([1], []), ([2], [1, 2]), ([2, 3], [3, 2]), ([4], [2, 2])]
    ours, stored = g.choice(pairs)
    store(g, {"x": stored, "s/w": stored})
    return [scope("a", some(g, "w", ours)), plain(g, "w", ours, **{"as": "w"}),
            g.choice(
                [init([["x", "a/w"]]), init([["x", {"variable": "w"}]]), init([["s/", "a/"]])]),
            RUN]


@template
def unknown_dimensions(g) -> list:
    shape = g.choice([[3, 2], [2, 2]])
    stored = g.choice([[5, 2], [3, 2], [2, 2], [2, 3], [2]])
    store(g, {"x": stored})
    declared = g.choice([{"shape": [None, 2]}, {"validate_shape": False}, {"shape": [None, None]}])
    return [{**plain(g, "w", shape), **declared, "use_resource": g.chance(75), "as": "w"},
            init([["x", {"variable": "w"}]]), RUN, {"do": "numpy", "of": "w"},
            {"do": "Saver", "as": "k", "var_list": {"dict": [["x", {"variable": "w"}]]}},
            {"do": "restore", "saver": "k", "path": "model-0"}, {"do": "numpy", "of": "w"}]


@template
def misspelt_names(g) -> list:
    store(g, {"a/w": [2], "w": [2]})
    return [scope("a", some(g, "w", [2])), some(g, "w", [2]),
            init([g.choice([["a/w", "a/v"], ["w", "ww"], ["w", "a/"], ["w", ""], ["a/w", "/"],
                            ["a/w", "a/w:0"], ["w:0", "w"], ["a/w:0", "a/w"]])]), RUN]


@template
def scopes_without_slash(g) -> list:
    """Quirks 1, 2, 6 and 12: what a value means that is no scope and no variable."""
    store(g, {"a/w": [2], "w": [2], "b/w": [2], "k/w": [2], "k/a/w": [2], "k//w": [2]})
    values = g.random.sample(["a", "b", "", "a/nosuch", "a/w:0", "a/b", "w/", "a/w", "/a", "a//",
                              "nosuch/"], 3)
    calls = [init([[g.choice(["k/", "/", "a/", "b/"]), value]]) for value in values]
    inside = g.choice([[some(g, "w", [2])], [some(g, "w", [2]), some(g, "x", [2])]])
    rest = [] if g.chance(50) else [some(g, "w", [2])]
    return [scope("a", *inside)] + rest + calls + [RUN]


@template
def root_and_scope(g) -> list:
    """Quirk 6."""
    store(g, {"w": [2], "x": [2], "s/w": [2], "s/x": [2], "s/s/w": [2], "s/s/x": [2]})
    return [scope("s", some(g, "w", [2]), some(g, "x", [2])), *([some(g, "w", [2])] if g.chance(30)
                                                                else []),
            init([[g.choice(["/", "s/"]), g.choice(["/", "s/"])]]), RUN]


@template
def name_and_scope(g) -> list:
    """Quirks 4 and 5."""
    store(g, {"foo": [2], "foo/w": [2], "foo_1/w": [2], "k/w": [2], "k": [2], "old/foo/w": [2]})
    return [some(g, "foo", [2]), some(g, "foo/w", [2]), some(g, "foo_1/w", [2]),
            *(init([pair]) for pair in g.random.sample(
                [["foo", "foo"], ["foo/", "foo/"], ["k/", "foo/"], ["k", "foo"],
                 ["old/foo/", "foo/"], ["foo_1/", "foo_1/"], ["k/", "foo"]], 2)), RUN]


@template
def part_in_names(g) -> list:
    """Quirk 7."""
    which = g.choice(["speech", "slot", "scope", "scope"])
    if which == "speech":
        store(g, g.choice([{"a": [2], "a/part_of_speech/w": [2]}, {"a/part_of_speech/w": [2]},
                           {"k/a": [2], "a": [2]}]))
        return [some(g, "a/part_of_speech/w", [2]),
                *([some(g, "a", [2])] if g.chance(40) else []),
                init([g.choice([["/", "/"], ["k/", "/"], ["a/part_of_speech/w",
                                                          "a/part_of_speech/w"]])]), RUN]
    if which == "slot":
        store(g, {"w": [4], "a/w": [4]})
        return [scope("a", some(g, "w", [4], partitioner=fixed(2)),
                      some(g, "w/part_0/Adam/", [2]), some(g, "w/part_1/Adam/", [2])),
                init([g.choice([["/", "a/"], ["a/", "a/"], ["a/w", "a/w"]])]), RUN]
    store(g, {"e": [4], "emb": [4], "e/mb": [4]})
    return [some(g, "emb", [4], partitioner=fixed(2)),
            init([g.choice([["e/", "emb/"], ["emb/", "emb/"], ["emb", "emb"], ["/", "/"],
                            ["e/", "emb"]])]), RUN]


@template
def slots(g) -> list:
    """Quirk 8: what a scope holds beside the weights."""
    store(g, {"w": [2], "w/Adam": [2], "a/w": [2], "a/w/Adam": [2]} if g.chance(60) else
          {"w": [2], "a/w": [2]})
    return [scope("a", some(g, "w", [2]), some(g, "w/Adam/", [2])),
            *([some(g, "global_step", [], "int64")] if g.chance(30) else []),
            init([g.choice([["/", "a/"], ["a/", "a/"], ["w/Adam", "a/w/Adam"],
                            ["w/Adam", "a/w/Adam/"], ["a/w", "a/w"], ["/", "/"]])]), RUN]


@template
def outside_the_store(g) -> list:
    """Quirk 9, and quirk 10's op name."""
    store(g, {"w": [2], "a/w": [2], "w_1": [2], "a/w_1": [2]})
    return [scope("a", plain(g, "w", [2], **{"as": "p"}), some(g, "w", [2], **{"as": "s"})),
            init(g.choice([[["w", {"variable": "p"}]], [["a/", "a/"]], [["w_1", "a/w_1"]],
                           [["w", "a/w"]], [["a/w_1", {"variable": "s"}]], [["/", "a/"]],
                           [["/", "/"]], [["w", {"variable": "p"}], ["a/w", {"variable": "s"}]]])),
            RUN]


@template
def one_tensor_for_many(g) -> list:
    """Quirk 11."""
    store(g, {"x": [2]})
    pairs = [["x", "a"], ["x", {"variable": "b"}], ["x", "c"]]
    g.random.shuffle(pairs)
    return [some(g, "a", [2]), plain(g, "b", [2], **{"as": "b"}), some(g, "c", [2]),
            *([init(pairs, as_dict=False)] if g.chance(60) else [init([each]) for each in pairs]),
            RUN]


@template
def parts(g) -> list:
    """Lists of parts: whole, shuffled, some, of two variables, no parts at all, empty."""
    shape = part_shape(g)
    store(g, {"w": shape, "x": shape, "t": [2]})
    both = {"use_resource": True} if g.chance(50) else {}
    values = g.random.sample([
        {"parts": "w"}, {"list": [{"part": ["w", 1]}, {"part": ["w", 0]}]}, {"list": []}, "w",
        {"list": [{"part": ["w", 1]}]}, {"list": [{"part": ["w", 0]}, {"part": ["x", 0]}]},
        {"list": [{"part": ["w", 0]}, {"variable": "t"}]}, {"list": [{"variable": "t"}]},
        {"part": ["w", 0]}, {"variable": "w"}, {"tuple": [{"part": ["w", 0]}]}, "w/part_0"], 3)
    calls = [init([[g.choice(["w", "w", "w", "x", "nosuch", "t"]), value]]) for value in values]
    return [{**some(g, "w", shape, partitioner=fixed(2)), **both, "as": "w"},
            {**some(g, "x", shape, partitioner=fixed(3)), **both, "as": "x"},
            some(g, "t", [2], **{"as": "t"}), *calls, RUN]


@template
def parts_recut(g) -> list:
    """Parts of other counts, from whole, cut and holed tensors of any dtype."""
    dtype = g.choice(["float32"] * 3 + CUT_DTYPES + ["float16", "string", "uint16"])
    shape = part_shape(g)
    tensor = g.tensor("w", dtype, shape)
    if not tensor["slices"] and g.chance(60):
        g.cut(tensor)
    g.add_checkpoint("model-0", "v2", [tensor])
    made = get("w", shape=shape, dtype=dtype, initializer={"constant": g.constant(dtype, shape)})
    if g.chance(80):
        axis = g.random.randrange(len(shape))
        made["partitioner"] = fixed(g.random.randint(1, shape[axis]), axis)
    return [with_kind(g, {**made, "as": "w"}), init([g.choice([["w", "w"], ["/", "/"]])]), RUN,
            {"do": "Saver", "as": "k"}, {"do": "restore", "saver": "k", "path": "model-0"}]


@template
def parts_of_another_shape(g) -> list:
    store(g, {"w": g.choice([[4, 3], [5], [3, 2], [8]])}, kind=g.choice(["v2", "v2", "v1"]))
    return [some(g, "w", [4, 2], partitioner=fixed(2)), init([g.choice([["w", "w"], ["/", "/"]])]),
            RUN]


@template
def parts_by_hand(g) -> list:
    """get_variable of names that look like parts, but are none."""
    store(g, {"w": [2], "w/part_0": [2], "w/part_1": [2]})
    return [some(g, "w/part_0", [2]), some(g, "w/part_1", [2]),
            init([g.choice([["w", "w"], ["/", "/"], ["w/part_0", "w/part_0"], ["w/", "w/"]])]), RUN]


@template
def odd_values(g) -> list:
    """Values and keys of other types."""
    store(g, {"w": [2], "x": [2]})
    values = [None, 3, 2.5, {"tuple": ["w"]}, {"list": ["w", "x"]}, {"list": ["w"]},
              {"tuple": [{"variable": "w"}]}, True, {"list": [{"variable": "w"}, "x"]}]
    calls = []
    for _ in range(3):
        value = g.choice(values)
        pair = g.choice([["w", value], ["w/", value], ["/", value], [3, "w"], [None, "w"],
                         [3, "nosuch"], [3, "a/"], [2.5, {"variable": "w"}]])
        calls.append(init([pair] + ([["x", "x"]] if g.chance(40) else []), as_dict=g.chance(50)))
    return [some(g, "w", [2], **{"as": "w"}), some(g, "x", [2]), *calls, RUN]


@template
def maps_that_are_none(g) -> list:
    store(g, {"w": [2], "x": [2]})
    maps = g.random.sample([7, None, "w/", "ww", [["w"]], [["w", "w", "w"]], ["ab"], [3], {}, []],
                           2)
    return [some(g, "w", [2]), some(g, "x", [2]),
            *({"do": "init_from_checkpoint", "path": "model-0", "raw_map": each} for each in maps),
            init([["w", "w"]], path=g.choice([None, 3, "model-0"])), RUN]


@template
def order_of_pairs(g) -> list:
    """Pairs are sorted by key only: scopes run first, later pairs and calls win."""
    store(g, {"w": [2], "x": [2], "a/w": [2], "a/x": [2], "0": [2]})
    pairs = [["/", "a/"], ["a/", "a/"], ["x", "a/w"], ["0", "a/w"], ["w", "a/w"], ["a/x", "a/w"],
             ["w", "a/x"]]
    chosen = g.random.sample(pairs, g.random.randint(2, 4))
    repeated = [["w", "a/w"], ["w", "a/x"], ["w", "a/w"]] if g.chance(30) else []
    return [scope("a", some(g, "w", [2]), some(g, "x", [2])),
            init(chosen + repeated, as_dict=not repeated and g.chance(50)),
            *([init([g.choice(pairs)])] if g.chance(50) else []), RUN]


@template
def failing_in_the_middle(g) -> list:
    """Earlier pairs and parts stay applied."""
    store(g, {"a": [2], "b": [2], "w": [4]})
    bad = g.choice([["b", "nosuch"], ["nosuch", "b"], ["b", "w"], ["b/", "/"],
                    ["w", {"list": [{"part": ["w", 0]}, {"variable": "a"}]}]])
    return [some(g, "a", [2], **{"as": "a"}), some(g, "b", [2]),
            {**some(g, "w", [4], partitioner=fixed(2)), "as": "w"},
            init([["a", "a"], bad]), RUN]


@template
def run_time_errors(g) -> list:
    """dtype, shapes by scope, and a missing slice, for one or several variables."""
    dtype = g.choice(["float32", "int32", "float64", "bfloat16"])
    other = g.choice(["float32", "int32", "int64", "bool"])
    store(g, {"s/w": ([2], other), "s/x": ([3], dtype)}, kind=g.choice(["v2", "v2", "v1"]))
    return [scope("a", some(g, "w", [2], dtype), *([some(g, "x", [2], dtype)] if g.chance(60)
                                                   else [])),
            init([["s/", "a/"]] if g.chance(70) else [["s/w", "a/w"]]), RUN, RUN]


@template
def silent_wrong_shapes(g) -> list:
    """Resource variables: TensorFlow installs any shape, we refuse."""
    store(g, {"s/w": [3], "s/x": [2]})
    return [scope("a", some(g, "w", [2]), some(g, "x", [2]), use_resource=g.chance(70)),
            init([["s/", "a/"]]), RUN, RUN]


@template
def holes(g) -> list:
    tensor = g.tensor("w", "float32", [6, 2], True)
    g.cut(tensor)
    while len(tensor["slices"]) < 2:
        tensor["slices"] = []
        g.cut(tensor)
    tensor["slices"].pop(g.random.randrange(len(tensor["slices"])))
    kind = g.choice(["v2", "v2", "v1"])
    g.add_checkpoint("model-0", kind, [tensor])
    # The V1 reader of TensorFlow takes a single slice for the whole.
    look = [{"do": "load_variable", "path": "model-0", "name": "w"}] if kind == "v2" else []
    return [{**some(g, "w", [6, 2]), **({"partitioner": fixed(g.choice([2, 3, 6]))} if g.chance(60)
                                        else {})},
            init([g.choice([["w", "w"], ["/", "/"]])]), RUN, {"do": "Saver", "as": "k"},
            {"do": "restore", "saver": "k", "path": "model-0"}, *look]


@template
def timing(g) -> list:
    """Initializer objects of before and after a call; values read before and after."""
    store(g, {"w": [2]})
    objects = [{"do": "run_initializer", "initializer": name} for name in ("i1", "i2")]
    g.random.shuffle(objects)
    return [some(g, "w", [2], **{"as": "w"}), {"do": "make_initializer", "of": "global",
                                               "as": "i1"},
            {"do": "initialized_value", "of": "w"}, init([["w", "w"]]), some(g, "late", [2]),
            {"do": "initialized_value", "of": "w"}, {"do": "is_initialized", "of": "w"},
            {"do": "numpy", "of": "w"}, {"do": "make_initializer", "of": "global", "as": "i2"},
            *objects, {"do": "initialized_value", "of": "w"}, {"do": "numpy", "of": "w"}]


@template
def paths(g) -> list:
    kind = g.choice(["v2", "v2", "v1"])
    store(g, {"w": [2]}, kind=kind, prefix=g.choice(["model-0", "old/model-0"]))
    prefix = g.checkpoints[-1]["prefix"]
    folder = prefix[:prefix.rfind("/") + 1]
    if g.chance(60):
        g.files[folder + "checkpoint"] = 'model_checkpoint_path: "%s"\n' % g.choice(
            ["model-0", "$W/" + prefix, "gone", ""])
    path = g.choice([prefix, folder or ".", "$W/" + folder, "nosuch", "nosuch/model", ".",
                     {"path": folder or "."}, {"path": prefix}, "$W"])
    return [some(g, "w", [2]), init([["w", "w"]], path=path), RUN,
            {"do": "list_variables", "path": path}, {
                "do": "latest_checkpoint", "path": folder or "."},
            {"do": "load_variable", "path": path, "name": g.choice(["w", "w:0", "v", "w:0:0"])}]


@template
def old_formats(g) -> list:
    kind = g.choice(["v1", "v1", "object"])
    dtype = g.choice(["float32", "float64", "int32", "int64", "bool", "string", "uint8", "float16"])
    shape = part_shape(g)
    store(g, {"w": (shape, dtype), "x": [2]}, kind=kind)
    keys = ["w", "x"] if kind == "v1" else ["net/v0/.ATTRIBUTES/VARIABLE_VALUE",
                                            "net/v1/.ATTRIBUTES/VARIABLE_VALUE"]
    made = get("w", shape=shape, dtype=dtype, initializer={"constant": g.constant(dtype, shape)})
    if g.chance(50):
        made["partitioner"] = fixed(g.choice([1, 2, 3]))
    return [with_kind(g, made), some(g, "x", [2]),
            {"do": "list_variables", "path": "model-0"},
            {"do": "load_variable", "path": "model-0", "name": g.choice(keys + ["nosuch"])},
            init([[keys[0], "w"], [keys[1], "x"]]), RUN, {"do": "Saver", "as": "k"},
            {"do": "restore", "saver": "k", "path": "model-0"}]


@template
def damaged_files(g) -> list:
    # Whole tensors: of several faults either side may name another one.
    store(g, {"w": [6, 2], "x": [2]}, kind=g.choice(["v2", "v2", "v1"]), whole=True)
    is_v1 = g.checkpoints[-1]["format"] == "v1"
    name = "model-0" if is_v1 else g.choice(["model-0.data-*", "model-0.data-*", "model-0.index"])
    how = g.choice([{"do": "damage", "path": name, "at": g.random.randint(0, 80 if is_v1 else 200)},
                    {"do": "damage", "path": name, "cut": g.random.randint(1, 60)},
                    {"do": "remove", "path": name}])
    if name.endswith("*") and "at" in how:
        how["at"] = g.random.randint(0, 7)
    body = [some(g, "w", [6, 2]), some(g, "x", [2]), how, init([["/", "/"]]), RUN]
    if name != "model-0.index" and name != "model-0" and g.chance(50):
        body = [some(g, "w", [6, 2]), some(g, "x", [2]), init([["/", "/"]]), how, RUN]
    return body + [{"do": "Saver", "as": "k"}, {"do": "restore", "saver": "k", "path": "model-0"},
                   {"do": "load_variable", "path": "model-0", "name": g.choice(["w", "x"])}]


@template
def several_calls(g) -> list:
    """Two checkpoints, several calls, variables made in between."""
    store(g, {"w": [2], "a/w": [2]})
    store(g, {"w": [2], "x": [2], "a/x": [2]}, prefix="second/ckpt")
    return [scope("a", some(g, "w", [2], **{"as": "w"})), init([g.choice([["/", "a/"], ["a/",
                                                                                        "a/"]])]),
            *([RUN] if g.chance(40) else []), scope("a", some(g, "x", [2])),
            init([g.choice([["x", "a/x"], ["/", "a/"], ["w", {"variable": "w"}], ["/", "/"]])],
                 path="second/ckpt"), RUN]
