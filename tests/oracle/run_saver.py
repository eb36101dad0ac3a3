"""The Saver and its files, beside real TensorFlow's.

    python run_saver.py

Both save the same variables, and must leave the same files, byte for byte, and the same state
files; each restores what the other wrote; each call that fails on one side fails on the other with
an error of the same class. Needs tensorflow, and the tensorthaw package on PYTHONPATH. Exit code 1:
a difference; 77: something is not installed.
"""

import contextlib
import importlib.util
import logging
import os
import re
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
for needed in ("tensorflow", "tensorthaw", "ml_dtypes"):
    if importlib.util.find_spec(needed) is None:
        print(f"SKIPPED: {sys.executable} has no {needed}")
        sys.exit(77)

import ml_dtypes  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

try:
    import tensorthaw as tt
except ImportError as error:
    print(f"SKIPPED: {error}")
    sys.exit(77)

from saver_programs import PROGRAMS, TensorFlowProgram  # noqa: E402

logging.disable(logging.CRITICAL)
v1 = tf.compat.v1

NO_PATH = "without a path"


def values_of_every_kind(use_resource):
    """Name → (value, partitions)."""
    random = np.random.default_rng(1)
    numbers = random.integers(0, 100, [3, 4])
    values = {
        f"d/{np.dtype(dtype).name}": (numbers.astype(dtype), None)
        for dtype in (np.float32, np.float64, np.float16, np.int8, np.int16, np.int32, np.int64,
                      np.uint8, np.uint16, np.uint32, np.uint64, np.bool_, np.complex64,
                      np.complex128, ml_dtypes.bfloat16)}
    if use_resource:  # TensorFlow cannot assign it to a ref variable
        values["d/float8_e4m3fn"] = (numbers.astype(ml_dtypes.float8_e4m3fn), None)
    values |= {
        "scalar": (np.float32(1.5), None),
        "empty": (np.zeros([2, 0, 3], np.float32), None),
        "words": (np.array([b"hello", b"", b"\xff\x00" * 100], object), None),
        "rows": (random.random([11, 3], np.float32), [11, 1]),
        "columns": (random.random([4, 7]), [1, 3]),
        "one": (np.arange(4, dtype=np.int32), [1]),
        "W": (np.float32(1), None),
        "w": (np.float32(2), None),
        "w/Adam": (np.float32(3), None)}
    return values


V1_LACKS = ("bfloat16", "float8_e4m3fn", "uint32", "uint64")


def snapshot(directory):
    """All files below a directory with their bytes."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, directory)] = file.read()
    return found


def expect_equal(what, tensorflow, thaw):
    if tensorflow == thaw:
        return
    raise AssertionError(f"{what}:\n  TensorFlow {tensorflow!r}\n  tensorthaw {thaw!r}"[:2000])


def expect_same_files(what, folders):
    tensorflow, thaw = (snapshot(folder) for folder in folders)
    expect_equal(f"{what}: names", sorted(tensorflow), sorted(thaw))
    for name, data in tensorflow.items():
        ours = thaw[name].replace(os.fsencode(folders[1]), os.fsencode(folders[0]))
        expect_equal(f"{what}: {name}", data, ours)


@contextlib.contextmanager
def two_folders():
    """A folder for each side, both under paths of one length."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        folders = [os.path.join(folder, name) for name in ("a", "b")]
        for each in folders:
            os.mkdir(each)
        try:
            yield folders
        finally:
            os.chdir(here)


def on_both(folders, run):
    """run(side, folder) with each folder as the working directory."""
    results = []
    for side, folder in enumerate(folders):
        os.chdir(folder)
        results.append(run(side, folder))
    return results


def make_programs(use_resource, values):
    programs = [make(use_resource) for make in PROGRAMS]
    variables = [{name: program.variable(name, value, parts)
                  for name, (value, parts) in values.items()} for program in programs]
    for program in programs:
        program.initialize()
    return programs, variables


def check_bytes(use_resource):
    """The same files for the same variables, in every format; each reads the other's."""
    every = values_of_every_kind(use_resource)
    for version in (2, 1):
        values = {name: value for name, value in every.items()
                  if version == 2 or not name.endswith(V1_LACKS)}
        programs, variables = make_programs(use_resource, values)
        for sharded in (False, True):
            with two_folders() as folders:
                paths = on_both(folders, lambda side, folder: [
                    programs[side].saver(sharded=sharded, write_version=version).save("m", 7),
                    programs[side].saver(
                        {"x": variables[side]["rows"], "y": variables[side]["scalar"],
                         "z": list(variables[side]["columns"])[::-1]},
                        sharded=sharded, write_version=version).save("map")])
                expect_equal("paths", *paths)
                expect_same_files(f"V{version}, sharded={sharded}", folders)
            check_exchange(programs, variables, values, sharded, version)


def check_exchange(programs, variables, values, sharded, version):
    """Each restores into other variables what the other one wrote."""
    zeros = {name: (np.zeros_like(value), parts) for name, (value, parts) in values.items()}
    zeros["words"] = (np.full([3], b"", object), None)
    targets, empty = make_programs(programs[0].use_resource, zeros)
    with two_folders() as folders:
        paths = [os.path.join(folder, path) for folder, path in zip(folders, on_both(
            folders, lambda side, _: programs[side].saver(
                sharded=sharded, write_version=version).save("m")))]
        for side in (0, 1):
            targets[side].saver().restore(paths[1 - side])
            for name in values:
                np.testing.assert_array_equal(
                    targets[side].value(empty[side][name]),
                    programs[0].value(variables[0][name]), err_msg=name)
        expect_equal("list_variables", *(
            side.train.list_variables(path) for side, path in ((v1, paths[1]),
                                                               (ThawTrain, paths[0]))))


class ThawTrain:
    train = tt


def check_history(use_resource):
    """Twelve saves, of which three stay and one every two hours."""
    programs, _ = make_programs(use_resource, {"w": (np.float32(1), None)})
    hour = 3600.0

    def run(side, folder):
        import time
        saver = programs[side].saver(max_to_keep=3, keep_checkpoint_every_n_hours=2)
        made = time.time()
        trace = []
        for step in range(12):
            trace.append(saver.save("m", step))
            paths = saver.last_checkpoints
            first = step + 1 - len(paths)
            # As if a checkpoint had been saved every 50 minutes.
            saver.set_last_checkpoints_with_time(
                [(path, made + (first + i + 1) * 5 / 6 * hour) for i, path in enumerate(paths)])
            trace.append(sorted(os.listdir(folder)))
        return trace, saver.last_checkpoints

    with two_folders() as folders:
        expect_equal("history", *on_both(folders, run))
        expect_same_files("history", folders)
        kept = [name for name in sorted(os.listdir(folders[0])) if name.endswith(".index")]
        assert 3 < len(kept) < 12, kept


def check_states(use_resource):
    """State files: relative and absolute paths, other names, no limit, the same path again."""
    programs, _ = make_programs(use_resource, {"w": (np.float32(1), None)})
    with two_folders() as folders:
        def run(side, folder):
            program = programs[side]
            saver = program.saver()
            for path in ("m", "sub/m", os.path.join(folder, "abs"), "m", "sub/"):
                saver.save(path)
            saver.save("other", latest_filename="best")
            program.saver(max_to_keep=None).save("unlimited/m", 1)
            relative = program.saver(save_relative_paths=True, pad_step_number=True)
            relative.save(os.path.join(folder, "rel", "m"), 1)
            relative.save("rel/m", 2)
            relative.save("rel/silent", write_state=False)
            program.saver(max_to_keep=-1).save("gone/m")
            return [path.replace(folder, "") for path in saver.last_checkpoints]

        expect_equal("last checkpoints", *on_both(folders, run))
        expect_same_files("states", folders)


def error_of(call):
    try:
        return call()
    except Exception as error:  # pylint: disable=broad-except
        name = type(error).__name__
        # TensorFlow's accidents are TypeErrors here.
        return "TypeError" if name in ("AttributeError", "OperatorNotAllowedInGraphError") else name


def check_errors(use_resource):
    """The same calls fail, with errors of the same classes."""
    values = {"a": (np.ones(2, np.float32), None), "b": (np.ones(3, np.float32), None),
              "i": (np.ones(2, np.int32), None), "p": (np.ones([4, 2], np.float32), [2, 1]),
              "q": (np.ones([4, 2], np.float32), [2, 1])}
    programs, variables = make_programs(use_resource, values)
    for program in programs:
        program.variable("no_value", np.float32(1))

    def run(side, folder):
        program = programs[side]
        a, b, i, p, q = (variables[side][name] for name in values)
        lists = {
            "twice": [a, a], "wholes": [p, p], "whole and part": [p, list(p)[0]],
            "part twice": [list(p)[0]] * 2, "generator": iter([a]), "whole": p, "text": "a",
            "texts": ["a"], "none in list": [None], "number": [3], "same": {"x": a, "y": a},
            "mixed parts": {"x": [list(p)[0], list(q)[0]]}, "no slice": {"x": [a]},
            "no variable": {"x": [3]}, "no parts": {"x": []}, "key": {3: a}, "none": {"x": None},
            "value": {"x": 3}, "text value": {"x": "a"}, "nothing": [], "nothing named": {},
            "whole and list": {"x": p, "y": [list(p)[0]]}}
        errors = {name: error_of(lambda: program.saver(each) and None)
                  for name, each in lists.items()}
        saver = program.saver([a, b])
        saver.save("m")
        os.mkdir("folder")
        with open("junk", "w", encoding="ascii") as file:
            file.write("x" * 100)
        errors |= {f"restore {path}": error_of(lambda: saver.restore(path)) for path in (
            None, "nowhere", "folder", "m.index", "m.data-00000-of-00001", "checkpoint", "junk")}
        errors |= {f"save {path} {options}": error_of(lambda: saver.save(path, **options))
                   for path, options in (
                       ("x/y/m", {}), ("m", {"latest_filename": "x/y"}), ("checkpoint", {}),
                       ("best", {"latest_filename": "best"}), ("m", {"global_step": 1.5}))}
        sharded = program.saver([a], sharded=True)
        errors |= {f"sharded {path}": error_of(lambda: sharded.save(path))
                   for path in ("x/m", "checkpoint")}
        old = program.saver([a], write_version=1)
        errors["V1 folder"] = error_of(lambda: old.save("x/m"))
        unset = program.saver()
        errors["no value"] = error_of(lambda: unset.save(os.path.join(folder, "n")))
        errors[f"no value, {NO_PATH}"] = error_of(lambda: unset.save("n"))
        for name, names in {"missing": {"a": a, "x": b}, "dtype": {"a": i}, "part": {"a": p},
                            "short": {"a": list(p)[0]}}.items():
            other = program.saver(names)
            errors[f"restore {name}"] = error_of(lambda: other.restore("m"))
        reshape = program.saver({"a": b}, reshape=True)
        errors["reshape"] = error_of(lambda: reshape.restore("m"))
        if use_resource:  # TensorFlow installs another shape in silence
            del errors["restore short"]
        return errors

    with two_folders() as folders:
        tensorflow, thaw = on_both(folders, run)
    for name, error in tensorflow.items():
        expect_equal(f"error of {name!r}", error, thaw[name])


def check_optimizer(use_resource):
    """Slots of a TF1 optimizer, of whole and of partitioned variables."""
    program = TensorFlowProgram(use_resource)
    w = program.variable("w", np.ones([3], np.float32))
    p = program.variable("p", np.ones([4, 2], np.float32), [2, 1])
    with program.graph.as_default():
        loss = tf.reduce_sum(w * w) + tf.reduce_sum(tf.convert_to_tensor(p) ** 2)
        train = v1.train.AdamOptimizer(0.1).minimize(loss)
        program.initialize()
        program.session.run(train)
    with two_folders() as folders:
        path = program.saver().save(os.path.join(folders[0], "m"))
        shapes = dict(tt.list_variables(path))
        store = tt.VariableStore()
        for name, shape in shapes.items():
            cut = tt.fixed_size_partitioner(3) if name.startswith("p") else None
            store.get_variable(name, shape, np.float32, partitioner=cut)
        tt.Saver(store).restore(path)
        again = tt.Saver(store).save(os.path.join(folders[1], "m"))
        assert len(shapes) == 8, shapes
        reader = v1.train.load_checkpoint(path)
        copy = v1.train.load_checkpoint(again)
        for name in shapes:
            np.testing.assert_array_equal(reader.get_tensor(name), tt.load_variable(path, name))
            np.testing.assert_array_equal(reader.get_tensor(name), copy.get_tensor(name))


def check_object_graph(use_resource):
    """What tf.train.Checkpoint wrote, restored by name."""
    source = TensorFlowProgram(True)
    with source.graph.as_default(), source.session.as_default():
        w = source.variable("dense/w", np.arange(2, dtype=np.float32))
        x = source.variable("x", np.arange(3, dtype=np.float32))
        source.initialize()
        with tempfile.TemporaryDirectory() as folder:
            path = tf.train.Checkpoint(layer=tf.train.Checkpoint(kernel=w), x=x).save(
                os.path.join(folder, "ckpt"))
            results = []
            for make in PROGRAMS:
                program = make(use_resource)
                first = program.variable("dense/w", np.zeros(2, np.float32))
                program.saver().restore(path)
                value = program.value(first).tolist()
                other = program.variable("y", np.zeros(2, np.float32))
                shape = program.variable("other", np.zeros([2, 1], np.float32))
                results.append([value] + [
                    error_of(lambda: program.saver(*args, **options).restore(path))
                    for args, options in (
                        ((), {}), (({"dense/w": other},), {}),
                        (({"layer/kernel/.ATTRIBUTES/VARIABLE_VALUE": other},), {}),
                        (({"layer/kernel/.ATTRIBUTES/VARIABLE_VALUE": other, "x": first},), {}),
                        (({"dense/w": shape},), {"reshape": True} if not use_resource else {}))])
            if use_resource:
                results[0][-1] = "InvalidArgumentError"  # TensorFlow installs it in silence
            expect_equal("object graph", *results)


def check_manager():
    """A directory of one side's CheckpointManager, taken over by the other's."""
    program = TensorFlowProgram(True)
    with two_folders() as folders, program.graph.as_default(), program.session.as_default():
        w = program.variable("w", np.float32(3))
        program.initialize()
        checkpoint = tf.train.Checkpoint(w=w)
        theirs = tf.train.CheckpointManager(checkpoint, folders[0], max_to_keep=2)
        paths = [theirs.save() for _ in range(3)]
        store = tt.VariableStore()
        ours = store.get_variable("w", [])
        manager = tt.CheckpointManager(tt.Saver(store), folders[0], max_to_keep=2)
        expect_equal("checkpoints", theirs.checkpoints, manager.checkpoints)
        expect_equal("restored", paths[-1], manager.restore_or_initialize())
        assert ours.numpy() == 3
        expect_equal("next", os.path.join(folders[0], "ckpt-4"), manager.save())
        again = tf.train.CheckpointManager(checkpoint, folders[0], max_to_keep=2)
        expect_equal("taken back", again.checkpoints, manager.checkpoints)
        expect_equal("latest", again.latest_checkpoint, manager.latest_checkpoint)
        with open(os.path.join(folders[0], "checkpoint"), encoding="utf-8") as file:
            before = file.read()
        again.save(checkpoint_number=5)
        with open(os.path.join(folders[0], "checkpoint"), encoding="utf-8") as file:
            after = file.read()
        expect_equal("form of the state", re.sub(r"\d+", "0", after), re.sub(r"\d+", "0", before))


def main():
    checks = [check_bytes, check_history, check_states, check_errors, check_optimizer,
              check_object_graph]
    for use_resource in (False, True):
        for check in checks:
            check(use_resource)
            print(f"ok: {check.__name__[6:]}, {'resource' if use_resource else 'ref'} variables")
    check_manager()
    print("ok: manager")


if __name__ == "__main__":
    main()
