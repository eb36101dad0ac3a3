"""Saver and CheckpointManager."""

import gc
import os
import re
import subprocess
import sys
import time
import weakref
from pathlib import Path

import numpy as np
import pytest

import tensorthaw as tt

QUESTION_MARKS = "?" * 5


@pytest.fixture
def store():
    return tt.VariableStore()


def make(store, name, value, dtype=None):
    return store.get_variable(name, initializer=np.asarray(value, dtype or np.float32))


def make_parts(store, name, value, parts):
    return store.get_variable(
        name, shape=np.shape(value), initializer=np.asarray(value, np.float32),
        partitioner=tt.fixed_size_partitioner(parts))


def files(directory):
    return sorted(os.listdir(directory))


def indexes(directory):
    return [name[:-len(".index")] for name in files(directory) if name.endswith(".index")]


class TestVarList:
    @pytest.fixture
    def program(self, store):
        a, b = make(store, "a", [1, 2]), make(store, "b", [3, 4])
        p = make_parts(store, "p", [[1, 2], [3, 4], [5, 6], [7, 8]], 2)
        q = make_parts(store, "q", [[1, 2], [3, 4], [5, 6], [7, 8]], 2)
        store.initialize()
        return a, b, p, q

    def saved(self, store, tmp_path, var_list):
        tt.Saver(store, var_list).save(tmp_path / "m", write_state=False)
        return tt.list_variables(tmp_path / "m")

    def test_none_means_all_global_variables(self, store, program, tmp_path):
        store.get_local_variable("local", shape=[1])

        assert self.saved(store, tmp_path, None) == [
            ("a", [2]), ("b", [2]), ("p", [4, 2]), ("q", [4, 2])]

    @pytest.mark.parametrize("kind", [list, tuple, set])
    def test_lists(self, store, program, tmp_path, kind):
        a, _, p, _ = program

        assert self.saved(store, tmp_path, kind([a, p])) == [("a", [2]), ("p", [4, 2])]
        assert self.saved(store, tmp_path, kind(p)) == [("p", [4, 2])]

    def test_nested_lists(self, store, program, tmp_path):
        a, b, p, q = program

        assert self.saved(store, tmp_path, [[a], (list(p), {"x": b})]) == [
            ("a", [2]), ("b", [2]), ("p", [4, 2])]

    def test_maps(self, store, program, tmp_path):
        a, _, p, q = program

        names = self.saved(
            store, tmp_path, {"x": a, "y": p, "z": list(q)[::-1], "part": list(p)[1]})

        assert names == [("part", [2, 2]), ("x", [2]), ("y", [4, 2]), ("z", [4, 2])]
        np.testing.assert_array_equal(tt.load_variable(tmp_path / "m", "y"), p.numpy())
        np.testing.assert_array_equal(tt.load_variable(tmp_path / "m", "z"), q.numpy())
        np.testing.assert_array_equal(
            tt.load_variable(tmp_path / "m", "part"), list(p)[1].numpy())

    @pytest.mark.parametrize("make_list, error, words", [
        (lambda a, b, p, q: [], ValueError, "No variables to save"),
        (lambda a, b, p, q: {}, ValueError, "No variables to save"),
        (lambda a, b, p, q: [[]], ValueError, "No variables to save"),
        (lambda a, b, p, q: {"x": []}, ValueError, "No variables to save"),
        (lambda a, b, p, q: [a, a], ValueError, "same name: a"),
        (lambda a, b, p, q: [p, p], ValueError, "same name: p"),
        (lambda a, b, p, q: [p, list(p)[0]], ValueError, "Mixing slices and non-slices"),
        (lambda a, b, p, q: [list(p)[0]] * 2, ValueError, "two names: 'p/part_0'"),
        (lambda a, b, p, q: {"x": a, "y": a}, ValueError, "two names: 'a'"),
        (lambda a, b, p, q: {"x": [list(p)[0], list(q)[0]]}, ValueError, "p != q"),
        (lambda a, b, p, q: {"x": [a]}, ValueError, "Slices must all be slices"),
        (lambda a, b, p, q: {"x": [3]}, ValueError, "Slices must all be Variables: 3"),
        (lambda a, b, p, q: {"x": None}, ValueError, "None"),
        (lambda a, b, p, q: a, TypeError, "dict or a list"),
        (lambda a, b, p, q: p, TypeError, "dict or a list"),
        (lambda a, b, p, q: "a", TypeError, "dict or a list"),
        (lambda a, b, p, q: iter([a]), TypeError, "dict or a list"),
        (lambda a, b, p, q: ["a"], TypeError, "'a'"),
        (lambda a, b, p, q: [None], TypeError, "None"),
        (lambda a, b, p, q: {"x": 3}, TypeError, "3"),
        (lambda a, b, p, q: {"x": "a"}, TypeError, "'a'"),
        (lambda a, b, p, q: {3: a}, TypeError, "3"),
        (lambda a, b, p, q: {b"x": a}, TypeError, "b'x'"),
        (lambda a, b, p, q: {"x": set(p)}, TypeError, "list of parts"),
    ])
    def test_what_is_refused(self, store, program, make_list, error, words):
        with pytest.raises(error, match=re.escape(words)):
            tt.Saver(store, make_list(*program))

    def test_a_variable_of_another_store_is_refused(self, store, program):
        other = make(tt.VariableStore(), "a", 1)

        with pytest.raises(ValueError, match="another store"):
            tt.Saver(store, [other])

    def test_an_empty_saver_does_nothing(self, tmp_path):
        store = tt.VariableStore()
        with pytest.raises(ValueError, match="No variables"):
            tt.Saver(store)
        saver = tt.Saver(store, allow_empty=True)

        assert saver.save(tmp_path / "m") is None
        saver.restore(None)
        saver.restore("nowhere")
        assert files(tmp_path) == []


class TestSave:
    def test_what_is_saved_is_restored(self, store, tmp_path):
        w = make(store, "w", [[1.5, 2.5]])
        p = make_parts(store, "p", np.arange(8).reshape(4, 2), 3)
        words = store.Variable(["a", "b"], name="words")
        half = store.Variable(np.float16(0.5), name="half")
        store.initialize()
        saver = tt.Saver(store)

        path = saver.save(tmp_path / "model", global_step=3)

        assert path == str(tmp_path / "model-3")
        assert saver.last_checkpoints == [path]
        assert tt.latest_checkpoint(tmp_path) == path
        other = tt.VariableStore()
        w2 = other.get_variable("w", [1, 2])
        p2 = make_parts(other, "p", np.zeros([4, 2]), 2)  # cut elsewhere
        words2 = other.Variable(["", ""], name="words")
        half2 = other.Variable(np.float16(0), name="half")
        tt.Saver(other).restore(path)
        for saved, restored in ((w, w2), (p, p2), (words, words2), (half, half2)):
            np.testing.assert_array_equal(saved.numpy(), restored.numpy())

    def test_steps(self, store, tmp_path):
        make(store, "w", 1)
        step = make(store, "global_step", 12, np.int64)
        store.initialize()
        saver = tt.Saver(store)

        prefix = str(tmp_path / "m")
        assert saver.save(prefix, 0) == prefix + "-0"
        assert saver.save(prefix, np.int32(5)) == prefix + "-5"
        assert saver.save(prefix, True) == prefix + "-1"
        assert saver.save(prefix, step) == prefix + "-12"
        assert saver.save(prefix, "global_step:0") == prefix + "-12"
        assert tt.Saver(store, pad_step_number=True).save(prefix, 7) == prefix + "-00000007"
        with pytest.raises(TypeError, match="global_step"):
            saver.save(prefix, 1.5)
        with pytest.raises(ValueError, match="nope"):
            saver.save(prefix, "nope:0")

    @pytest.mark.parametrize("limit, kept", [(2, ["m-2", "m-3"]), (None, None), (0, None)])
    def test_old_ones_go(self, store, tmp_path, limit, kept):
        make(store, "w", 1)
        store.initialize()
        saver = tt.Saver(store, max_to_keep=limit)

        for step in range(4):
            saver.save(tmp_path / "m", step)

        assert indexes(tmp_path) == (kept or ["m-0", "m-1", "m-2", "m-3"])
        paths = tt.get_checkpoint_state(tmp_path).all_model_checkpoint_paths
        assert [Path(path).name for path in paths] == (kept or ["m-3"])
        assert len(saver.last_checkpoints) == (2 if kept else 0)

    def test_one_stays_every_n_hours(self, store, tmp_path):
        make(store, "w", 1)
        store.initialize()
        saver = tt.Saver(store, max_to_keep=1, keep_checkpoint_every_n_hours=1)
        for name in ("young", "old"):
            tt.save(tmp_path / name, {"w": np.float32(0)})
        now = os.stat(tmp_path / "old.index").st_mtime

        saver.set_last_checkpoints_with_time([(str(tmp_path / "old"), now + 7200)])
        saver.save(tmp_path / "m", 1)
        saver.set_last_checkpoints_with_time([(str(tmp_path / "young"), now + 1800)])
        saver.save(tmp_path / "m", 2)

        assert indexes(tmp_path) == ["m-1", "m-2", "old"]

    def test_those_set_without_a_time_are_never_removed(self, store, tmp_path):
        make(store, "w", 1)
        store.initialize()
        saver = tt.Saver(store, max_to_keep=1)
        tt.save(tmp_path / "old", {"w": np.float32(0)})

        saver.set_last_checkpoints([str(tmp_path / "old")])
        saver.save(tmp_path / "m")

        assert indexes(tmp_path) == ["m", "old"]

    def test_the_history_is_recovered(self, store, tmp_path):
        make(store, "w", 1)
        store.initialize()
        first = tt.Saver(store)
        paths = [first.save(tmp_path / "m", step) for step in (1, 2)]
        saver = tt.Saver(store, max_to_keep=2)

        saver.recover_last_checkpoints([*paths, str(tmp_path / "gone")])
        assert saver.last_checkpoints == paths
        saver.save(tmp_path / "m", 3)

        assert indexes(tmp_path) == ["m-2", "m-3"]

    def test_relative_paths(self, store, tmp_path, monkeypatch):
        make(store, "w", 1)
        store.initialize()
        monkeypatch.chdir(tmp_path)

        assert tt.Saver(store).save("sub/m", 1) == "sub/m-1"
        assert 'model_checkpoint_path: "m-1"' in Path("sub/checkpoint").read_text()
        tt.Saver(store).save(tmp_path / "m")
        assert f'model_checkpoint_path: "{tmp_path}/m"' in Path("checkpoint").read_text()
        tt.Saver(store, save_relative_paths=True).save(tmp_path / "m")
        assert 'model_checkpoint_path: "m"' in Path("checkpoint").read_text()

    def test_state_files(self, store, tmp_path):
        make(store, "w", 1)
        store.initialize()
        saver = tt.Saver(store)

        saver.save(tmp_path / "a", latest_filename="best", write_meta_graph=True)
        saver.save(tmp_path / "b", write_state=False)

        assert files(tmp_path) == [
            "a.data-00000-of-00001", "a.index", "b.data-00000-of-00001", "b.index", "best"]
        with pytest.raises(ValueError, match="path components"):
            saver.save(tmp_path / "m", latest_filename="x/y")
        with pytest.raises(ValueError, match="collides"):
            saver.save(tmp_path / "checkpoint")
        with pytest.raises(ValueError, match="collides"):
            saver.save(tmp_path / "best", latest_filename="best")
        with pytest.raises(RuntimeError, match="conflicts"):
            tt.Saver(store, sharded=True).save(tmp_path / "checkpoint")

    def test_v1(self, store, tmp_path):
        w = make(store, "w", [1, 2])
        p = make_parts(store, "p", [1, 2, 3, 4], 2)
        store.initialize()
        saver = tt.Saver(store, write_version=tt.SaverDef.V1)
        sharded = tt.Saver(store, write_version=1, sharded=True)

        assert saver.save(tmp_path / "m", 1) == str(tmp_path / "m-1")
        pattern = sharded.save(tmp_path / "s")

        assert pattern == str(tmp_path / f"s-{QUESTION_MARKS}-of-00001")
        assert files(tmp_path) == ["checkpoint", "m-1", "s-00000-of-00001"]
        for path in (str(tmp_path / "m-1"), pattern):
            other = tt.VariableStore()
            w2 = other.get_variable("w", [2])
            p2 = make_parts(other, "p", [0, 0, 0, 0], 2)
            tt.Saver(other).restore(path)
            np.testing.assert_array_equal(w2.numpy(), w.numpy())
            np.testing.assert_array_equal(p2.numpy(), p.numpy())
        reader = tt.load_checkpoint(pattern)
        assert reader.get_variable_to_shape_map() == {"p": [4], "w": [2]}
        np.testing.assert_array_equal(reader.get_tensor("w"), w.numpy())
        with pytest.raises(tt.UnimplementedError, match="Sliced checkpoints are not supported"):
            reader.get_tensor("p")

    def test_v1_lacks_dtypes(self, store, tmp_path):
        import ml_dtypes
        store.Variable(np.zeros(2, ml_dtypes.bfloat16), name="b")
        store.initialize()

        with pytest.raises(tt.UnimplementedError, match="bfloat16"):
            tt.Saver(store, write_version=1).save(tmp_path / "m")
        assert files(tmp_path) == []
        with pytest.raises(ValueError, match="write_version"):
            tt.Saver(store, write_version=3)

    def test_directories(self, store, tmp_path):
        make(store, "w", 1)
        store.initialize()
        saver = tt.Saver(store)

        with pytest.raises(ValueError, match="Parent directory of .*/a/b/m doesn't exist"):
            saver.save(tmp_path / "a" / "b" / "m")
        with pytest.raises(ValueError, match="Parent directory"):
            tt.Saver(store, sharded=True).save(tmp_path / "a" / "m")
        assert files(tmp_path) == []
        saver.save(tmp_path / "a" / "m")
        assert files(tmp_path / "a") == ["checkpoint", "m.data-00000-of-00001", "m.index"]

    def test_a_variable_without_a_value(self, store, tmp_path, monkeypatch):
        make(store, "w", 1)
        store.initialize()
        tt.Saver(store).save(tmp_path / "m")
        state = (tmp_path / "checkpoint").read_text()
        make(store, "v", 1)

        with pytest.raises(tt.FailedPreconditionError, match="uninitialized value v"):
            tt.Saver(store).save(tmp_path / "m")
        assert (tmp_path / "checkpoint").read_text() == state
        assert tt.list_variables(tmp_path / "m") == [("w", [])]
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ValueError, match="uninitialized value v"):
            tt.Saver(store).save("n")

    def test_a_save_that_fails_leaves_what_was_there(self, store, tmp_path):
        make(store, "w", 1)
        store.initialize()
        saver = tt.Saver(store)
        first = saver.save(tmp_path / "m", 1)
        state = (tmp_path / "checkpoint").read_text()
        (tmp_path / "m-2.data-00000-of-00001" / "x").mkdir(parents=True)

        with pytest.raises(tt.OpError):
            saver.save(tmp_path / "m", 2)

        assert (tmp_path / "checkpoint").read_text() == state
        assert saver.last_checkpoints == [first]
        assert indexes(tmp_path) == ["m-1"]
        saver.restore(first)

    def test_a_process_that_is_killed_leaves_a_whole_checkpoint(self, store, tmp_path):
        program = (
            "import sys, numpy as np, tensorthaw as tt\n"
            "store = tt.VariableStore()\n"
            "store.get_variable('w', initializer=np.ones(1 << 20, np.float32))\n"
            "store.initialize()\n"
            "saver = tt.Saver(store, max_to_keep=2)\n"
            "for step in range(10000):\n"
            "    saver.save(sys.argv[1], step % 3)\n"
            "    print(step, flush=True)\n")
        w = store.get_variable("w", [1 << 20])
        for saves in range(1, 5):
            with subprocess.Popen(
                    [sys.executable, "-c", program, str(tmp_path / "m")],
                    stdout=subprocess.PIPE) as process:
                for _ in range(saves):
                    process.stdout.readline()
                time.sleep(0.005 * saves)
                process.kill()

            # While a checkpoint of the same prefix is replaced, it may be missing for a moment.
            latest = tt.latest_checkpoint(tmp_path)
            whole = [latest] if latest else [str(tmp_path / name) for name in indexes(tmp_path)]
            assert whole
            for path in whole:
                tt.Saver(store).restore(path)
                assert w.numpy().min() == 1
            assert all(name.startswith((".m-", "m-", "checkpoint", ".checkpoint"))
                       for name in files(tmp_path))

    def test_one_that_cannot_be_removed_is_logged(self, store, tmp_path, caplog):
        make(store, "w", 1)
        store.initialize()
        saver = tt.Saver(store, max_to_keep=1)
        (tmp_path / "old.index").mkdir()

        saver.set_last_checkpoints_with_time([(str(tmp_path / "old"), 1.0)])
        saver.save(tmp_path / "m")

        assert "old.index" in caplog.text

    def test_wrong_arguments_are_named(self, store):
        make(store, "w", 1)
        with pytest.raises(TypeError, match="max_to_keep"):
            tt.Saver(store, max_to_keep=1.5)
        with pytest.raises(TypeError):
            tt.Saver("store")
        with pytest.raises(TypeError, match="save_path"):
            tt.Saver(store).save(3)
        with pytest.raises(TypeError, match="save_path"):
            tt.Saver(store).restore(3)


class TestRestore:
    def test_nothing_to_restore(self, store, tmp_path):
        make(store, "w", 1)
        saver = tt.Saver(store)
        store.initialize()
        saver.save(tmp_path / "m")

        with pytest.raises(ValueError, match="when it is None"):
            saver.restore(None)
        with pytest.raises(ValueError, match="not a valid checkpoint: .*nothing"):
            saver.restore(tmp_path / "nothing")
        with pytest.raises(tt.DataLossError):
            saver.restore(tmp_path)
        with pytest.raises(tt.NotFoundError):
            saver.restore(tmp_path / "m.index")
        with pytest.raises(tt.DataLossError):
            saver.restore(tmp_path / "m.data-00000-of-00001")
        with pytest.raises(tt.DataLossError):
            saver.restore(tmp_path / "checkpoint")

    def test_a_failure_changes_nothing(self, store, tmp_path):
        tt.save(tmp_path / "m", {"a": np.ones(2, np.float32), "b": np.ones(2, np.float32)})
        a = make(store, "a", [5, 5])
        b = make(store, "b", [5, 5], np.int32)
        c = make(store, "c", [5, 5])
        store.initialize()

        with pytest.raises(tt.NotFoundError, match="Key c not found in checkpoint") as caught:
            tt.Saver(store).restore(tmp_path / "m")
        assert caught.value.tensor == "c"
        with pytest.raises(
                tt.InvalidArgumentError, match="tensor_name = b; expected dtype int32"):
            tt.Saver(store, [a, b]).restore(tmp_path / "m")
        for variable in (a, b, c):
            assert variable.numpy().tolist() == [5, 5]

    def test_values_are_not_needed_before(self, store, tmp_path):
        tt.save(tmp_path / "m", {"a": np.ones(2, np.float32)})
        a = make(store, "a", [5, 5])

        tt.Saver(store).restore(tmp_path / "m")

        assert a.is_initialized() and a.numpy().tolist() == [1, 1]

    @pytest.mark.parametrize("use_resource", [False, True])
    def test_shapes(self, store, tmp_path, use_resource):
        tt.save(tmp_path / "m", {"a": np.arange(6, dtype=np.float32)})
        a = store.get_variable("a", [2, 3], use_resource=use_resource)

        with pytest.raises(tt.InvalidArgumentError, match="mismatch"):
            tt.Saver(store).restore(tmp_path / "m")
        assert not a.is_initialized()
        tt.Saver(store, reshape=True).restore(tmp_path / "m")
        assert a.numpy().tolist() == [[0, 1, 2], [3, 4, 5]]

    def test_the_store_lives_as_long_as_the_saver(self, tmp_path):
        tt.save(tmp_path / "m", {"a": np.ones(2, np.float32)})
        store = tt.VariableStore()
        make(store, "a", [5, 5])
        saver = tt.Saver(store)
        gone = weakref.ref(store)

        del store
        gc.collect()
        saver.restore(tmp_path / "m")
        assert saver.save(tmp_path / "n") is not None
        del saver
        gc.collect()
        assert gone() is None


class TestCheckpointManager:
    @pytest.fixture
    def saver(self, store):
        make(store, "w", 1)
        store.initialize()
        return tt.Saver(store)

    def test_a_directory_looks_after_itself(self, saver, tmp_path):
        manager = tt.CheckpointManager(saver, tmp_path / "a" / "b", max_to_keep=2)
        assert manager.latest_checkpoint is None and manager.checkpoints == []

        paths = [manager.save() for _ in range(3)]

        directory = tmp_path / "a" / "b"
        assert paths == [str(directory / f"ckpt-{i}") for i in (1, 2, 3)]
        assert manager.checkpoints == paths[1:] and manager.latest_checkpoint == paths[2]
        assert indexes(directory) == ["ckpt-2", "ckpt-3"]
        text = (directory / "checkpoint").read_text()
        assert re.fullmatch(
            r'model_checkpoint_path: "ckpt-3"\nall_model_checkpoint_paths: "ckpt-2"\n'
            r'all_model_checkpoint_paths: "ckpt-3"\n(all_model_checkpoint_timestamps: \d+\.\d+\n)'
            r'{2}last_preserved_timestamp: \d+\.\d+\n', text)
        again = tt.CheckpointManager(saver, directory, max_to_keep=2)
        assert again.checkpoints == paths[1:]
        assert again.save() == str(directory / "ckpt-4")
        assert again.save(checkpoint_number=9) == str(directory / "ckpt-9")

    def test_restore_or_initialize(self, store, saver, tmp_path):
        calls = []
        manager = tt.CheckpointManager(
            saver, tmp_path, max_to_keep=1, init_fn=lambda: calls.append(1))

        assert manager.restore_or_initialize() is None and calls == [1]
        path = manager.save()
        assert manager.restore_or_initialize() == path and calls == [1]

    def test_intervals(self, store, tmp_path):
        step = make(store, "step", 0, np.int64)
        store.initialize()
        saver = tt.Saver(store)
        manager = tt.CheckpointManager(
            saver, tmp_path / "d", max_to_keep=None, step_counter=step, checkpoint_interval=5)

        def stand_at(number):
            tt.save(tmp_path / "step", {"step": np.int64(number)})
            saver.restore(tmp_path / "step")

        assert manager.save() is not None
        assert manager.save() is None
        stand_at(3)
        assert manager.save() is None
        assert manager.save(check_interval=False) is not None
        stand_at(8)
        assert manager.save() is not None
        with pytest.raises(ValueError, match="step_counter"):
            tt.CheckpointManager(saver, tmp_path, 1, checkpoint_interval=5)

    @pytest.mark.parametrize("limit", [0, -1])
    def test_limits_below_one_are_refused(self, saver, tmp_path, limit):
        with pytest.raises(ValueError, match="max_to_keep"):
            tt.CheckpointManager(saver, tmp_path, limit)
