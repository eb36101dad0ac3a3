"""Programs that aim at one rule of Saver and of the state file (specification, 6 and 8)."""

from templates_init import RUN, plain, store
from templates_store import fixed, get, part_shape, scope, some, with_kind

TEMPLATES = {}


def template(function):
    TEMPLATES[function.__name__] = function
    return function


def saver(var_list=None, **arguments) -> dict:
    statement = {"do": "Saver", "as": "k", **arguments}
    if var_list is not None:
        statement["var_list"] = var_list
    return statement


def save(path: str = "out/m", **arguments) -> dict:
    return {"do": "save", "saver": "k", "path": path, **arguments}


def restore(path="model-0") -> dict:
    return {"do": "restore", "saver": "k", "path": path}


@template
def nothing_to_save(g) -> list:
    local = {**some(g, "w", [2]), "local": True}
    return [*([local] if g.chance(50) else []), saver(g.choice([None, {"list": []}, {"dict": []}])),
            saver(g.choice([None, {"list": []}, {"dict": []}]), allow_empty=True), save(),
            restore(g.choice(["nosuch", None])), save("m", global_step=3)]


@template
def var_lists(g) -> list:
    shape = part_shape(g)
    var = {"variable": "w"}
    part = {"part": ["p", 0]}
    choices = g.random.sample([
        {"list": [var, var]}, {"list": [var, {"variable": "x"}]}, {"tuple": [var]}, {"set": [var]},
        {"list": [{"variable": "p"}]}, {"list": [{"variable": "p"}, part]},
        {"list": [part, {"variable": "p"}]}, {"list": [part, part]}, {"list": [part]},
        {"dict": [["w", var], ["n", {"variable": "x"}]]}, {"dict": [["w", var], ["n", var]]},
        {"dict": [["q", {"variable": "p"}]]}, {"dict": [["q", {"parts": "p"}]]},
        {"dict": [["q", part]]}, {"dict": [["q", {"list": [part, var]}]]},
        {"dict": [["q", {"list": [var]}]]}, {"dict": [["q", {"list": [part, {"part": ["r", 0]}]}]]},
        {"dict": [["q", {"list": [{"part": ["r", 1]}, part]}], ["w", var]]},
        {"dict": [["q", {"list": []}]]}, {"dict": [["q", {"list": [part, "w"]}]]},
        {"dict": [["q", {"list": [3]}]]}, {"dict": [["q", 3]]}, {"dict": [["q", "w"]]},
        {"dict": [["q", None]]}, {"dict": [[3, var]]}, {"list": [3]}, {"list": ["w"]}, 7, "w",
        {"list": [None]}, {"dict": [["q", {"variable": "p"}], ["p", {"variable": "p"}]]},
        {"dict": [["q", {"tuple": [part]}]]}, {"list": [{"list": [var]}]},
        {"dict": [["a", var], ["b", {"parts": "p"}], ["c", {"variable": "x"}]]}], 4)
    last = choices.pop()
    return [some(g, "w", [2], **{"as": "w"}), plain(g, "x", [2], **{"as": "x"}),
            {**some(g, "p", shape, partitioner=fixed(2)), "as": "p"},
            {**some(g, "r", shape, partitioner=fixed(2)), "as": "r"}, RUN,
            *(saver(choice) for choice in choices), saver(last), save(),
            {"do": "list_variables", "path": "out/m"}, restore("out/m")]


@template
def same_names(g) -> list:
    """Parts and a plain variable of their name; slots of parts."""
    shape = part_shape(g)
    first = some(g, "w", shape, partitioner=fixed(g.choice([1, 2])))
    other = plain(g, "w", [2], **{"as": "o"})
    made = [first, other] if g.chance(50) else [other, first]
    lists = [None, None, {"list": [{"variable": "w"}, {"variable": "o"}]},
             {"list": [{"variable": "o"}, {"part": ["w", 0]}]},
             {"dict": [["w", {"variable": "o"}], ["x", {"variable": "w"}]]}]
    first["as"] = "w"
    return [*made, RUN, saver(g.choice(lists)), save("m")]


@template
def save_arguments(g) -> list:
    step = g.choice([None, 0, 7, 123456, -1, 3])
    name = g.choice([None, "latest", "x/latest", "m", "checkpoint", "m-7", "m-0"])
    return [some(g, "w", [2]), RUN, saver(),
            save(g.choice(["m", "out/m", "checkpoint", "$W/m", "out/checkpoint", "no/such/m",
                           "m/"]),
                 **({} if step is None else {"global_step": step}),
                 **({} if name is None else {"latest_filename": name})),
            {"do": "latest_checkpoint", "path": "."}, {"do": "latest_checkpoint", "path": "out"}]


@template
def state_file_names(g) -> list:
    """latest_filename against the path that is saved."""
    step, name = g.choice([(7, "m-7"), (7, "m-7"), (None, "m"), (7, "m"), (7, "x/m"), (0, "m-7")])
    return [some(g, "w", [2]), RUN, saver(),
            save(g.choice(["m", "m", "$W/m", "out/m"]), latest_filename=name,
                 **({} if step is None else {"global_step": step})),
            save("m", latest_filename=g.choice(["m", "x/m", "m-7"])),
            {"do": "latest_checkpoint", "path": "."}]


@template
def keeping(g) -> list:
    """max_to_keep: which checkpoints go, what the state file says; a path saved again."""
    statements = [some(g, "w", [2], **{"as": "w"}), RUN,
                  saver(max_to_keep=g.choice([1, 2, 3, 0, None]))]
    for _ in range(g.random.randint(3, 6)):
        statements.append(save(g.choice(["out/m", "out/m", "$W/out/m", "m"]),
                               global_step=g.random.randint(0, 4)))
    return statements + [{"do": "latest_checkpoint", "path": "out"},
                         {"do": "latest_checkpoint", "path": "$W/out"},
                         restore(g.choice(["out/m-0", "out/m-1", "out/m-2"]))]


@template
def save_uninitialized(g) -> list:
    return [some(g, "w", [2], **{"as": "w"}), some(g, "x", [2]), saver(), save(),
            {"do": "numpy", "of": "w"}, RUN, some(g, "late", [2], **{"as": "late"}),
            saver({"list": [{"variable": "late"}]}), save("out/n"), saver(), save("out/o")]


@template
def restore_paths(g) -> list:
    store(g, {"w": [2]}, kind=g.choice(["v2", "v1"]))
    return [some(g, "w", [2], **{"as": "w"}), saver(),
            restore(g.choice([None, "nosuch", "no/such", "", "$W/model-0", "model-0", "."])),
            restore(g.choice([None, "nosuch"])),
            {"do": "is_initialized", "of": "w"}, restore("model-0.index")]


@template
def restore_missing(g) -> list:
    kind = g.choice(["v2", "v2", "v1", "object"])
    store(g, {"w": [2], "b": [2]}, kind=kind)
    return [some(g, name, [2], **{"as": name}) for name in ("w", g.choice(["a", "b", "x"]),
                                                            "c")] + [
        *([RUN] if g.chance(60) else []), saver(), restore(), {"do": "numpy", "of": "w"}]


@template
def restore_object_based(g) -> list:
    """Names against an object graph's full names."""
    store(g, {"w": [2], "s/x": [3], "y": ([2], "int32")}, kind="object")
    return [some(g, "w", [2], **{"as": "w"}), scope("s", some(g, "x", g.choice([[3], [3], [2]]))),
            *([some(g, "y", [2], g.choice(["int32", "float32"]))] if g.chance(60) else []),
            *([some(g, "new", [2])] if g.chance(25) else []),
            saver(g.choice([None, None, {"list": [{"variable": "w"}]},
                            {"dict": [["s/x", {"variable": "w"}]]},
                            {"dict": [["net/v0/.ATTRIBUTES/VARIABLE_VALUE", {"variable": "w"}]]}]),
                  **({"reshape": True} if g.chance(20) else {})), restore()]


@template
def restore_wrong(g) -> list:
    """dtype and shape, with and without reshape."""
    stored = g.choice([([3], "float32"), ([2, 2], "float32"), ([4], "float32"), ([2], "int32"),
                       ([1, 2], "float32"), ([2], "float64")])
    store(g, {"w": stored, "x": [2], "y": stored}, kind=g.choice(["v2", "v2", "v2", "v1"]))
    shape = g.choice([[2], [4], [2, 1]])
    return [some(g, "w", shape), some(g, "x", [2], **{"as": "x"}),
            *([some(g, "y", shape)] if g.chance(40) else []), *([RUN] if g.chance(60) else []),
            saver(**({"reshape": True} if g.chance(60) else {})), restore(),
            {"do": "numpy", "of": "x"}]


@template
def restore_parts(g) -> list:
    shape = part_shape(g)
    tensor = g.tensor("w", "float32", g.choice([shape, [shape[0] + 1] + shape[1:]]))
    g.add_checkpoint("model-0", g.choice(["v2", "v2", "v1"]),
                     [tensor, g.tensor("x", "float32", [2])])
    count = g.random.randint(1, shape[0])
    return [{**some(g, "w", shape, partitioner=fixed(count)), "as": "w"}, some(g, "x", [2]),
            saver(g.choice([None, {"dict": [["w", {"variable": "w"}]]},
                            {"list": [{"part": ["w", 0]}]}, {"dict": [["w", {"part": ["w", 0]}]]}]),
                  **({"reshape": True} if g.chance(15) else {})), restore(),
            {"do": "numpy", "of": "w"}, RUN, save(), restore("out/m"),
            {"do": "list_variables", "path": "out/m"},
            {"do": "load_variable", "path": "out/m", "name": "w"}]


@template
def round_trip(g) -> list:
    """Saved by one program part, read by another under other names."""
    shape = part_shape(g)
    parted = {"partitioner": fixed(g.choice([2, 3]))} if g.chance(50) else {}
    again = {"partitioner": fixed(g.choice([1, 2, 4]))} if g.chance(50) else {}
    return [scope("a", some(g, "w", shape, **parted), some(g, "x", [2])), RUN, saver(),
            save(global_step=g.choice([0, 5])),
            scope("b", some(g, "w", shape, **again), some(g, "x", [2])),
            {"do": "init_from_checkpoint", "path": "out", "map": [["a/", "b/"]], "as_dict": True},
            RUN, {"do": "list_variables", "path": "out"}]


STATES = [
    'model_checkpoint_path: "%s"\n', "model_checkpoint_path: '%s'", 'model_checkpoint_path: "%s";',
    '# a comment\nmodel_checkpoint_path: "%s"\r\n', 'model_checkpoint_path: "other"\n'
    'model_checkpoint_path: "%s"\n', 'all_model_checkpoint_paths: ["%s", "b"]\n',
    'model_checkpoint_path: "%s"\nunknown: 3\n', 'model_checkpoint_path "%s"\n', "",
    'model_checkpoint_path: "\\x%s"\n', 'model_checkpoint_path: ""\n', "{}",
    'model_checkpoint_path: "%s" all_model_checkpoint_timestamps: 1.5 '
    'last_preserved_timestamp: 2\n', 'model_checkpoint_path: "model" "-0"\n',
    'model_checkpoint_path: "%s"\nall_model_checkpoint_paths: "gone"\n',
    'model_checkpoint_path: %s']


@template
def state_files(g) -> list:
    store(g, {"w": [2]}, kind=g.choice(["v2", "v1"]))
    text = g.choice(STATES)
    if "%s" in text:
        text = text % g.choice(["model-0", "model-0", "$W/model-0", "gone", "../gone"])
    return [some(g, "w", [2]), {"do": "write", "path": "checkpoint", "text": text},
            {"do": "latest_checkpoint", "path": g.choice([".", "$W", {"path": "."}])},
            {"do": "init_from_checkpoint", "path": ".", "map": [["w", "w"]], "as_dict": True}, RUN,
            {"do": "list_variables", "path": "."}, saver(), save("m", global_step=1),
            {"do": "latest_checkpoint", "path": "."}]


@template
def looking(g) -> list:
    kind = g.choice(["v2", "v1", "object"])
    dtype = g.choice(["float32", "int64", "string", "bool", "float16", "bfloat16", "complex64",
                      "float64", "uint8"])
    store(g, {"w": (g.choice([[2], [], [4, 2], [0]]), dtype), "a/x": [4, 2]}, kind=kind)
    name = g.choice(g.tensor_names() if kind != "object" else
                    ["net/v0/.ATTRIBUTES/VARIABLE_VALUE", "w", "_CHECKPOINTABLE_OBJECT_GRAPH"])
    path = g.choice(["model-0", {"path": "model-0"}, "$W/model-0"])
    return [{"do": "list_variables", "path": path},
            {"do": "load_variable", "path": path, "name": name},
            {"do": "load_variable", "path": path, "name": name + g.choice([":0", ":1", "x", "/"])}]


@template
def ops_and_keys(g) -> list:
    """Op names that differ from keys, slots, and the keys that a Saver gives them."""
    return [plain(g, "w", [2]), some(g, "w", [2]), some(g, "w/Adam/", [2]),
            {**some(g, "p", [4], partitioner=fixed(2))}, plain(g, "p/part_0", [2]),
            {"do": "name_scope", "name": "n", "body": [plain(g, "w", [2])]},
            with_kind(g, get("q", initializer={"value": [1.0, 2.0]})), RUN, saver(), save("m"),
            {"do": "list_variables", "path": "m"}, restore("m")]
