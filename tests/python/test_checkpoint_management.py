"""Which checkpoints a directory holds, and the reader of load_checkpoint."""

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import tensorthaw as tt

QUESTION_MARKS = "?" * 5


@pytest.fixture
def model(tmp_path):
    """The prefix of a checkpoint with three tensors."""
    prefix = tmp_path / "model-7"
    tt.save(prefix, {
        "w": np.arange(6, dtype=np.float32).reshape(2, 3),
        "step": np.int64(7),
        "words": np.array([b"a", b"\xff"], dtype=object)})
    return str(prefix)


def write_state(directory, latest, *others, name="checkpoint"):
    lines = [f'model_checkpoint_path: "{latest}"']
    lines += [f'all_model_checkpoint_paths: "{path}"' for path in others]
    (directory / name).write_text("\n".join(lines) + "\n")


class TestReader:
    def test_values_names_shapes_and_dtypes(self, model):
        reader = tt.load_checkpoint(model)

        assert reader.get_variable_to_shape_map() == {"step": [], "w": [2, 3], "words": [2]}
        assert reader.get_variable_to_dtype_map() == {
            "step": "int64", "w": "float32", "words": "string"}
        assert reader.has_tensor("w") and not reader.has_tensor("v")
        np.testing.assert_array_equal(
            reader.get_tensor("w"), np.arange(6, dtype=np.float32).reshape(2, 3))
        assert reader.get_tensor("words").tolist() == [b"a", b"\xff"]

    def test_scalars_are_no_arrays(self, model, tmp_path):
        tt.save(tmp_path / "s", {"text": np.array(b"x", dtype=object)})

        assert type(tt.load_variable(model, "step")) is np.int64
        assert tt.load_variable(tmp_path / "s", "text") == b"x"

    def test_load_variable_drops_the_output_number(self, model):
        assert tt.load_variable(model, "step:0") == 7
        with pytest.raises(tt.NotFoundError, match="step:1"):
            tt.load_variable(model, "step:1")

    def test_list_variables_is_sorted(self, model):
        assert tt.list_variables(Path(model)) == [("step", []), ("w", [2, 3]), ("words", [2])]

    def test_a_missing_name_is_named(self, model):
        with pytest.raises(tt.NotFoundError, match="Key nope not found") as caught:
            tt.load_checkpoint(model).get_tensor("nope")
        assert caught.value.tensor == "nope"

    def test_a_directory_means_its_latest(self, model, tmp_path):
        write_state(tmp_path, "model-7")

        assert tt.load_variable(tmp_path, "step") == 7
        assert tt.load_variable(str(tmp_path) + "/", "step") == 7

    def test_paths_that_are_no_checkpoint(self, model, tmp_path):
        (tmp_path / "empty").mkdir()
        (tmp_path / "junk").write_bytes(b"x" * 100)

        with pytest.raises(ValueError, match="Couldn't find 'checkpoint' file") as caught:
            tt.list_variables(tmp_path / "empty")
        assert not isinstance(caught.value, tt.OpError)
        with pytest.raises(tt.NotFoundError, match="nowhere"):
            tt.list_variables(tmp_path / "nowhere")
        with pytest.raises(tt.DataLossError):
            tt.list_variables(tmp_path / "junk")
        with pytest.raises(tt.DataLossError, match="model-7") as caught:
            tt.list_variables(model + ".data-00000-of-00001")
        assert "prefix" in caught.value.hint
        with pytest.raises(tt.NotFoundError, match="index file"):
            tt.load_variable(model + ".index", "w")

    def test_wrong_types_are_named(self, model):
        with pytest.raises(TypeError, match="ckpt_dir_or_file"):
            tt.load_checkpoint(None)
        with pytest.raises(TypeError, match="name"):
            tt.load_variable(model, 3)


class TestLatest:
    def test_it_is_what_the_state_file_names(self, model, tmp_path):
        write_state(tmp_path, "model-7", "model-6", "model-7")

        assert tt.latest_checkpoint(tmp_path) == model
        state = tt.get_checkpoint_state(tmp_path)
        assert state == tt.CheckpointState(model, [str(tmp_path / "model-6"), model], [], 0.0)

    def test_without_a_state_file_there_is_none(self, model, tmp_path):
        assert tt.latest_checkpoint(tmp_path) is None
        assert tt.latest_checkpoint(tmp_path / "nowhere") is None
        assert tt.get_checkpoint_state(tmp_path) is None

    def test_one_that_is_gone_is_not_replaced_by_an_older_one(self, model, tmp_path, caplog):
        write_state(tmp_path, "model-8", "model-7", "model-8")

        assert tt.latest_checkpoint(tmp_path) is None
        assert "model-8" in caplog.text

    def test_another_state_file(self, model, tmp_path):
        write_state(tmp_path, "model-7", name="best")

        assert tt.latest_checkpoint(tmp_path, "best") == model
        assert tt.latest_checkpoint(tmp_path, latest_filename="checkpoint") is None

    def test_a_file_that_is_no_state_is_passed_over_with_a_warning(self, tmp_path, caplog):
        (tmp_path / "checkpoint").write_text("nonsense {")

        assert tt.get_checkpoint_state(tmp_path) is None
        assert "line 1" in caplog.text

    def test_a_state_without_a_latest_is_a_value_error(self, tmp_path):
        (tmp_path / "checkpoint").write_text('all_model_checkpoint_paths: "a"')

        with pytest.raises(ValueError):
            tt.latest_checkpoint(tmp_path)

    def test_the_working_directory(self, model, tmp_path, monkeypatch):
        write_state(tmp_path, "model-7")
        monkeypatch.chdir(tmp_path)

        assert tt.latest_checkpoint("") == "model-7"
        assert tt.latest_checkpoint(".") == "./model-7"


class TestFiles:
    def test_exists(self, model, tmp_path):
        (tmp_path / "v1-00000-of-00001").write_bytes(b"")

        assert tt.checkpoint_exists(model)
        assert tt.checkpoint_exists(str(tmp_path / f"v1-{QUESTION_MARKS}-of-00001"))
        assert tt.checkpoint_exists(str(tmp_path / "mod*"))
        assert not tt.checkpoint_exists(str(tmp_path / "model"))

    def test_times_are_of_those_that_exist(self, model):
        os.utime(model + ".index", (1.6e9 + 0.75, 1.6e9 + 0.75))

        assert tt.get_checkpoint_mtimes([model + "x", model]) == [1.6e9]

    def test_remove(self, model, tmp_path):
        (tmp_path / "model-7.meta").write_bytes(b"")
        (tmp_path / "v1").write_bytes(b"")

        tt.remove_checkpoint(model)
        tt.remove_checkpoint(model)
        assert sorted(os.listdir(tmp_path)) == ["v1"]
        tt.remove_checkpoint(tmp_path / "v1", 1)
        assert os.listdir(tmp_path) == []
        with pytest.raises(ValueError, match="checkpoint_format_version"):
            tt.remove_checkpoint(model, 3)

    def test_update_the_state(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        os.mkdir("d")

        tt.update_checkpoint_state("d", "d/m-2", ["d/m-1", "/a"], None, [1, 2.5, 3], 7)

        assert Path("d/checkpoint").read_text() == (
            'model_checkpoint_path: "m-2"\nall_model_checkpoint_paths: "m-1"\n'
            'all_model_checkpoint_paths: "/a"\nall_model_checkpoint_paths: "m-2"\n'
            "all_model_checkpoint_timestamps: 1.0\nall_model_checkpoint_timestamps: 2.5\n"
            "all_model_checkpoint_timestamps: 3.0\nlast_preserved_timestamp: 7.0\n")

    def test_states_that_cannot_be(self, tmp_path):
        with pytest.raises(ValueError, match="timestamps"):
            tt.update_checkpoint_state(tmp_path, "m", ["a"], None, [1.0])
        with pytest.raises(RuntimeError, match="conflicts"):
            tt.update_checkpoint_state(tmp_path, tmp_path / "checkpoint")
        with pytest.raises(tt.NotFoundError):
            tt.update_checkpoint_state(tmp_path / "nowhere", "m")
        with pytest.raises(TypeError, match="save_dir"):
            tt.update_checkpoint_state(3, "m")
        assert os.listdir(tmp_path) == []


class TestWaiting:
    def test_a_timeout_comes_before_the_look_that_would_be_late(self, tmp_path):
        start = time.monotonic()

        path = tt.wait_for_new_checkpoint(tmp_path, seconds_to_sleep=0.1, timeout=0.25)

        assert path is None
        assert 0.1 < time.monotonic() - start < 2

    def test_the_same_checkpoint_is_not_new(self, model, tmp_path):
        write_state(tmp_path, "model-7")

        assert tt.wait_for_new_checkpoint(tmp_path, "other") == model
        assert tt.wait_for_new_checkpoint(tmp_path, model, timeout=0) is None

    def test_the_iterator_yields_what_appears(self, model, tmp_path):
        tt.save(tmp_path / "model-8", {"w": np.float32(1)})
        write_state(tmp_path, "model-7")

        seen = []
        for path in tt.checkpoints_iterator(tmp_path, timeout=0.5):
            seen.append(os.path.basename(path))
            write_state(tmp_path, "model-8")
            if len(seen) == 2:
                break
        assert seen == ["model-7", "model-8"]
        assert list(tt.checkpoints_iterator(tmp_path / "nowhere", timeout=0)) == []

    def test_the_caller_says_whether_there_will_be_more(self, model, tmp_path):
        asked = []

        def done():
            asked.append(1)
            if len(asked) == 2:
                write_state(tmp_path, "model-7")
            return len(asked) == 3

        assert list(tt.checkpoints_iterator(tmp_path, timeout=0, timeout_fn=done)) == [model]
        assert len(asked) == 3


def test_threads_may_share_a_reader(model):
    reader = tt.load_checkpoint(model)
    results = []

    def read():
        for _ in range(20):
            results.append(reader.get_tensor("w").sum())

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [15.0] * 160
