"""Programs that aim at readers, state files and what a Saver leaves in a directory (specification,
6 and 8)."""

from templates_init import RUN, init, plain, store
from templates_saver import restore, save, saver
from templates_store import fixed, part_shape, scope, some

TEMPLATES = {}


def template(function):
    TEMPLATES[function.__name__] = function
    return function


def state(path, **arguments) -> dict:
    return {"do": "get_checkpoint_state", "path": path, **arguments}


def last(**arguments) -> dict:
    return {"do": "last_checkpoints", "saver": "k", **arguments}


@template
def saver_formats(g) -> list:
    """V1 and V2, sharded or not: files, names, and what is read back."""
    dtype = g.choice(["float32", "float32", "int32", "int64", "float64", "bool", "string", "uint8",
                      "float16", "complex64", "bfloat16", "bfloat16", "bfloat16", "uint32",
                      "uint64", "int8", "uint16"])
    shape = part_shape(g)
    parted = {"partitioner": fixed(g.choice([1, 2, 3]))} if g.chance(60) else {}
    arguments = {"write_version": g.choice([1, 1, 2])}
    if g.chance(55):
        arguments["sharded"] = True
    if g.chance(30):
        arguments["pad_step_number"] = True
    step = {"global_step": g.choice([0, 7, 123])} if g.chance(60) else {}
    path = name = g.choice(["out/m", "m", "m", "m"])  # TensorFlow makes no folder for V1
    if step:
        name += "-%08d" % step["global_step"] if "pad_step_number" in arguments else \
            "-%d" % step["global_step"]
    if arguments["write_version"] == 1 and "sharded" in arguments:
        name += "-?????-of-00001"
    return [{**some(g, "w", shape, dtype, **parted), "as": "w"}, some(g, "x", [2]),
            plain(g, "y", [], "int64"), RUN, saver(**arguments), save(path, **step), last(),
            state("out"),
            {"do": "list_variables", "path": name}, restore(name),
            {"do": "load_variable", "path": name, "name": g.choice(["w", "x", "nosuch"])},
            init([["w", "w"]], path=name), RUN]


@template
def saver_paths(g) -> list:
    """Steps, state files and paths, relative and absolute."""
    arguments = {name: True for name in ("pad_step_number", "save_relative_paths", "sharded")
                 if g.chance(50)}
    if g.chance(30):
        arguments["keep_checkpoint_every_n_hours"] = g.choice([0, 1e-9, 5])
    if g.chance(50):
        arguments["max_to_keep"] = g.choice([1, 2])
    step = g.choice([{"global_step": {"variable": "step"}}, {"global_step": 3}, {}])
    first = save(g.choice(["out/m", "$W/out/m", "m", "checkpoint", "out/checkpoint"]), **step)
    if g.chance(30):
        first["write_state"] = False
    return [some(g, "w", [2]), {**some(g, "step", [], "int64"), "as": "step"},
            *([RUN] if g.chance(93) else []), saver(**arguments), first, last(), state("out"),
            state("$W/out"), save("out/m", global_step=g.choice([4, 3])), last(),
            save(g.choice(["out/m", "$W/out/n"]), global_step=5,
                 **({"latest_filename": "latest"} if g.chance(30) else {})), last(),
            state("out"), state("out", latest_filename="latest"),
            {"do": "latest_checkpoint", "path": "out"}]


@template
def saver_history(g) -> list:
    """last_checkpoints: set, recovered, and what a later save removes."""
    paths = g.random.sample(["out/m-0", "out/m-1", "$W/out/m-1", "out/gone", "m"], 3)
    times = [g.choice([0.0, 1.0, 1e12]) for _ in paths]
    change = g.choice([last(set=[list(pair) for pair in zip(paths, times)]), last(recover=paths)])
    return [some(g, "w", [2]), RUN, saver(), save(global_step=0), save(global_step=1),
            saver(max_to_keep=g.choice([1, 2, 3, 0, None]),
                  **({"keep_checkpoint_every_n_hours": g.choice([0, 1e-9])} if g.chance(40)
                     else {})),
            last(), change, save(global_step=2), last(), state("out"), save(global_step=1), last(),
            state("out")]


@template
def managing(g) -> list:
    """The functions of tf.train around a directory."""
    store(g, {"w": [2]}, kind=g.choice(["v2", "v2", "v1"]), prefix=g.choice(["out/m-0", "m-0"]))
    prefix = g.checkpoints[-1]["prefix"]
    choices = ["m-0", "out/m-0", "$W/out/m-0", "gone", "checkpoint", "out/checkpoint", "", "$W/m-0",
               "../m-0"]
    update = {"do": "update_checkpoint_state", "path": g.choice(["out", "$W/out", ".", "gone", "",
                                                                 "gone",
                                                                 {"path": "out"}]),
              "model_checkpoint_path": g.choice(choices)}
    if g.chance(60):
        update["all_model_checkpoint_paths"] = [g.choice(choices)
                                                for _ in range(g.random.randint(0, 3))]
    if g.chance(30):
        update["latest_filename"] = g.choice(["latest", "checkpoint", "x/latest"])
    if g.chance(30):
        update["all_model_checkpoint_timestamps"] = [
            1.5 + number for number in range(g.random.randint(1, 4))]
    if g.chance(20):
        update["last_preserved_timestamp"] = 2.5
    where = g.choice(["out", "."])
    exists = g.choice([prefix, prefix + ".index", "gone", "out", "out/m-*", "", ".", "m-0.d",
                       "?-0"])
    remove = {"do": "remove_checkpoint", "path": g.choice([prefix, prefix, "gone"])}
    if g.checkpoints[-1]["format"] == "v1":
        remove["version"] = 1
    return [some(g, "w", [2]), RUN, saver(), save("out/n"), update, state(where),
            state(where, latest_filename="latest"), {"do": "latest_checkpoint", "path": where},
            {"do": "checkpoint_exists", "path": exists},
            {"do": "checkpoint_times", "paths": [prefix, exists, "gone"]},
            {"do": "wait_for_new_checkpoint", "path": where,
             **({"last": g.choice(["out/m-0", "m-0", "./m-0"])} if g.chance(30) else {})},
            remove, {"do": "checkpoint_exists", "path": prefix}]


@template
def iterating(g) -> list:
    store(g, {"w": [2]}, prefix="out/m-0")
    g.files["out/checkpoint"] = g.choice(['model_checkpoint_path: "m-0"\n',
                                          'model_checkpoint_path: "gone"\n', "", "}"])
    return [{"do": "checkpoints_iterator", "path": g.choice(["out", "out", "gone", "$W/out"])},
            {"do": "wait_for_new_checkpoint", "path": "out", "last": g.choice([
                None, "out/m-0", "m-0"])}]


@template
def readers(g) -> list:
    """load_checkpoint: whole and sliced tensors of every format and dtype."""
    kind = g.choice(["v2", "v1", "v1", "v1", "object"])
    dtype = g.choice(["float32", "int64", "string", "bool", "float16", "bfloat16", "complex64",
                      "float64", "uint8", "uint16", "complex128", "int16", "int8", "int32"])
    store(g, {"w": (g.choice([[2], [], [4, 2], [0]]), dtype), "a/x": [4, 2], "y": ([2], dtype)},
          kind=kind)
    if kind == "v1" and g.chance(40):
        g.checkpoints[-1]["tensors"] = [g.tensor("w", "float32", [4, 2], True), g.tensor(
            "z", "float32", [2], True)]
        g.cut(g.checkpoints[-1]["tensors"][0])
        if g.has_hole(g.checkpoints[-1]["tensors"][0]):
            # Of a single slice TensorFlow's V1 reader makes the whole tensor.
            g.checkpoints[-1]["tensors"][0]["slices"] = []
    names = [g.choice(["w", "y", "a/x", "z"]), g.choice(["w:0", "nosuch", "w/"])]
    if kind == "object":  # a full name leads to its tensor here, but not in TensorFlow
        names = ["net/v0/.ATTRIBUTES/VARIABLE_VALUE", "nosuch"]
    path = g.choice(["model-0", "model-0", {"path": "model-0"}, "$W/model-0", ".", "gone", None])
    return [{"do": "load_checkpoint", "path": path, "names": names},
            *({"do": "get_tensor", "path": "model-0", "name": name} for name in names),
            {"do": "load_variable", "path": "model-0", "name": names[0]}]


@template
def replaced_later(g) -> list:
    """What the files hold when the initializers run, and a state file that changes after a call."""
    kind = g.choice(["state", "key", "key", "dtype", "whole"])
    store(g, {"a": [2], "b": [2]})
    if kind == "state":
        store(g, {"a": [2], "b": [2]}, prefix="second")
        g.files["checkpoint"] = 'model_checkpoint_path: "model-0"\n'
        return [some(g, "a", [2]), init([["a", "a"]], path="."),
                {"do": "write", "path": "checkpoint", "text": 'model_checkpoint_path: "second"\n'},
                RUN, init([["a", "a"]], path="."), RUN]
    dtype = "int32" if kind == "dtype" else "float32"
    other = {"key": "c", "dtype": "b", "whole": "b"}[kind]
    return [some(g, "w", [2]), scope("s", some(g, "v", [2])), plain(g, "new", [2], dtype,
                                                                      **{"as": "new"}),
            RUN, saver({"dict": [[other, {"variable": "new"}]]}), init([["b", "w"]]),
            save("model-0"), RUN, {"do": "list_variables", "path": "model-0"}, restore()]


@template
def restore_explained(g) -> list:
    """A Saver's errors when a data file, an index or a name is gone."""
    store(g, {"w": [4, 2], "x": [2]}, whole=True)
    name = g.choice(["model-0.data-*", "model-0.data-*", "model-0.index"])
    how = g.choice([{"do": "remove", "path": name}, {"do": "remove", "path": name},
                    {"do": "damage", "path": name, "cut": g.random.randint(1, 30)},
                    {"do": "damage", "path": "model-0.data-*", "at": g.random.randint(0, 7)}])
    return [some(g, "w", [4, 2]), some(g, "x", [2]), saver(), how, restore(),
            {"do": "checkpoint_exists", "path": "model-0"}]
