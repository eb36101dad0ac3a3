"""tt.save: checkpoints that TensorFlow reads."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
import tensorthaw as tt
from conftest import OnlyDlpack


def files(folder):
    return sorted(os.listdir(folder))


def test_what_is_saved_is_loaded(tmp_path, arrays):
    tt.save(tmp_path / "model-0", arrays)

    assert files(tmp_path) == ["model-0.data-00000-of-00001", "model-0.index"]
    for name, array in tt.load(tmp_path / "model-0").items():
        assert array.dtype == arrays[name].dtype
        np.testing.assert_array_equal(array, arrays[name])


def test_every_dtype_makes_the_way_there_and_back(tmp_path, golden):
    loaded = tt.load(golden / "every_dtype")

    tt.save(tmp_path / "m", loaded)

    again = tt.load(tmp_path / "m")
    for name, array in loaded.items():
        assert again[name].dtype == array.dtype
        assert again[name].tobytes() == array.tobytes() or name == "string"


@pytest.mark.parametrize("value, dtype, expected", [
    (1.5, "float32", 1.5), (3, "int32", 3), (2**40, "int64", 2**40), (True, "bool", True),
    ([1.0, 2], "float32", [1.0, 2.0]), ([[1], [2]], "int32", [[1], [2]]), ([], "float32", []),
    (1j, "complex128", 1j), (np.float64(2), "float64", 2), (np.arange(3), "int64", [0, 1, 2]),
    (range(3), "int64", [0, 1, 2]), ("vier\u00e9", "object", "vier\u00e9".encode()),
    (b"x\0", "object", b"x\0"),
    (["a", "bc"], "object", [b"a", b"bc"]), (np.array(["a", "bc"]), "object", [b"a", b"bc"]),
    (bytearray(b"ab"), "uint8", [97, 98]),
    (np.arange(6).reshape(2, 3).T, "int64", [[0, 3], [1, 4], [2, 5]]),
    (np.arange(3, dtype=">i2"), "int16", [0, 1, 2]), (np.arange(6)[::2], "int64", [0, 2, 4]),
    (OnlyDlpack(np.arange(3.0)), "float64", [0, 1, 2])], ids=repr)
def test_values_become_what_tensorflow_makes_of_them(tmp_path, value, dtype, expected):
    tt.save(tmp_path / "m", {"v": value})

    loaded = tt.load(tmp_path / "m")["v"]
    assert loaded.dtype.name == dtype
    assert loaded.tolist() == expected


def test_bits_above_a_small_integer_are_not_saved(tmp_path):
    values = np.array([0xff, 0x78], np.uint8).view(ml_dtypes.int4)

    tt.save(tmp_path / "m", {"v": values})

    data = Path(f"{tmp_path / 'm'}.data-00000-of-00001").read_bytes()
    assert data == b"\x0f\x08"


def test_long_and_empty_strings_make_the_way_there_and_back(tmp_path):
    words = np.array([b"", b"x" * (1 << 25), b"end"], dtype=object)
    floats = np.arange(3, dtype=np.float32)

    tt.save(tmp_path / "m", {"words": words, "floats": floats})

    loaded = tt.load(tmp_path / "m")
    assert loaded["words"].tolist() == words.tolist()
    assert loaded["floats"].tolist() == [0, 1, 2]


def test_lazy_tensors_are_saved(tmp_path, prefix, arrays):
    with tt.open(prefix) as checkpoint:
        tt.save(tmp_path / "copy", checkpoint)
        tt.save(prefix, {"only": checkpoint["a/w"]})  # over itself

    assert list(tt.load(tmp_path / "copy")) == sorted(arrays)
    np.testing.assert_array_equal(tt.load(prefix)["only"], arrays["a/w"])


def test_an_existing_checkpoint_is_replaced(tmp_path):
    tt.save(tmp_path / "m", {"old": np.zeros(3)})
    tt.save(tmp_path / "m", {"new": np.ones(2)})

    assert list(tt.load(tmp_path / "m")) == ["new"]
    assert files(tmp_path) == ["m.data-00000-of-00001", "m.index"]


@pytest.mark.parametrize("value, error", [
    (np.zeros(2, "M8[s]"), TypeError), (np.zeros(2, np.longdouble), TypeError),
    (np.array([object()], object), TypeError), (object(), TypeError),
    ([[1], [1, 2]], (TypeError, ValueError)), (None, TypeError)])
def test_what_cannot_be_saved_leaves_what_was_there(tmp_path, value, error):
    tt.save(tmp_path / "m", {"old": np.zeros(3)})

    with pytest.raises(error):
        tt.save(tmp_path / "m", {"a": np.ones(2), "wrong": value})

    assert list(tt.load(tmp_path / "m")) == ["old"]
    assert files(tmp_path) == ["m.data-00000-of-00001", "m.index"]


@pytest.mark.parametrize("prefix, arrays, error, named", [
    (3, {}, TypeError, "prefix"), ("", {}, ValueError, "prefix"), ("m", [], TypeError, "arrays"),
    ("m", {3: np.ones(1)}, TypeError, "arrays"),
    ("m", {"": np.ones(1)}, tt.InvalidArgumentError, "name")])
def test_wrong_arguments_are_named(tmp_path, monkeypatch, prefix, arrays, error, named):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(error, match=named):
        tt.save(prefix, arrays)

    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(tt.OpError, match="file"):
        tt.save(tmp_path / "file" / "m", {"a": np.ones(2)})


READ_BACK = """
    import sys
    import numpy as np
    import tensorflow as tf
    reader = tf.train.load_checkpoint(sys.argv[1])
    for name in sorted(reader.get_variable_to_shape_map()):
        values = reader.get_tensor(name)
        values = np.asarray(values)
        text = repr(values.tolist()) if values.dtype == object else values.tobytes().hex()
        print(name, reader.get_variable_to_dtype_map()[name].name, list(values.shape), text)
"""


def test_tensorflow_reads_every_dtype(tmp_path, golden):
    loaded = tt.load(golden / "every_dtype")
    tt.save(tmp_path / "m", loaded)

    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(READ_BACK), str(tmp_path / "m")],
        capture_output=True, text=True, check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""})
    if "No module named 'tensorflow'" in run.stderr:
        pytest.skip("no TensorFlow here")

    assert run.returncode == 0, run.stderr
    lines = dict(line.split(" ", 1) for line in run.stdout.splitlines())
    for name, array in loaded.items():
        dtype = "string" if array.dtype == object else array.dtype.name
        text = repr(array.tolist()) if array.dtype == object else array.tobytes().hex()
        assert lines[name] == f"{dtype} {list(array.shape)} {text}"


def test_the_files_are_those_that_tensorflow_writes(tmp_path):
    script = """
        import sys
        import numpy as np
        import tensorflow as tf
        w = np.arange(600, dtype=np.float32).reshape(20, 30)
        values = {"b": np.arange(5), "a/w": w, "s": np.array([b"x", b"yz"], object)}
        names = sorted(values)
        tf.raw_ops.SaveV2(prefix=sys.argv[1], tensor_names=names, shape_and_slices=[""] * 3,
                          tensors=[tf.constant(values[name]) for name in names])
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "theirs")],
        capture_output=True, text=True, check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""})
    if "No module named 'tensorflow'" in run.stderr:
        pytest.skip("no TensorFlow here")
    assert run.returncode == 0, run.stderr

    tt.save(tmp_path / "ours", {"s": [b"x", b"yz"], "b": np.arange(5),
                                "a/w": np.arange(600, dtype=np.float32).reshape(20, 30)})

    for suffix in (".index", ".data-00000-of-00001"):
        ours, theirs = (Path(f"{tmp_path / who}{suffix}").read_bytes()
                        for who in ("ours", "theirs"))
        assert ours == theirs
