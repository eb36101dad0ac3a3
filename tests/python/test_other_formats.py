"""Checkpoints of TF2's objects and safetensors files: names, values and errors."""

import json
import os
import struct

import numpy as np
import pytest
import tensorthaw as tt

GRAPHS = os.path.join(os.path.dirname(__file__), "..", "golden", "object_graphs")
KERNEL = "model/layer_with_weights-0/kernel"


def graph(name):
    return os.path.join(GRAPHS, name)


@pytest.fixture
def safetensors(tmp_path):
    header = json.dumps({
        "w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
        "packed": {"dtype": "F4", "shape": [2], "data_offsets": [8, 9]},
    }).encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + struct.pack("<ff", 1, 2) + b"\x21")
    return path


@pytest.mark.parametrize("name", ["dense/kernel", KERNEL, f"{KERNEL}/.ATTRIBUTES/VARIABLE_VALUE"])
def test_key_full_name_and_object_path_are_one_tensor(name):
    with tt.open(graph("keras_2")) as checkpoint:
        assert name in checkpoint
        np.testing.assert_array_equal(
            checkpoint[name].numpy(), np.arange(6, dtype=np.float32).reshape(3, 2) + 100)


def test_load_gives_the_names_that_were_asked_for():
    arrays = tt.load(graph("keras_2"), ["dense/kernel", "dense_1/bias"])

    assert list(arrays) == ["dense/kernel", "dense_1/bias"]
    assert arrays["dense_1/bias"].shape == (1,)


def test_load_into_takes_full_names():
    kernel = np.zeros((3, 2), np.float32)

    tt.load_into(graph("keras_2"), {"dense/kernel": kernel})

    assert kernel[2, 1] == 105


def test_an_ambiguous_full_name_is_not_found_and_says_why():
    with tt.open(graph("nested")) as checkpoint:
        assert "same" not in checkpoint
        with pytest.raises((KeyError, tt.NotFoundError)) as error:
            checkpoint["same"].numpy()
    assert "same" in str(error.value)


def test_a_saved_model_is_opened_by_its_directory():
    assert tt.load(graph("saved_model"), ["dense/kernel"])["dense/kernel"].tolist() == [[1, 2]]


def test_a_map_takes_full_names():
    store = tt.VariableStore()
    kernel = store.get_variable("k", shape=[3, 2])

    tt.init_from_checkpoint(graph("keras_2"), {"dense/kernel": "k"}, store)
    store.initialize()

    assert kernel.numpy()[0, 0] == 100


def test_a_safetensors_file_is_a_checkpoint(safetensors):
    with tt.open(safetensors) as checkpoint:
        assert checkpoint.format == "safetensors"
        assert list(checkpoint) == ["packed", "w"]
        assert checkpoint["w"].numpy().tolist() == [1, 2]
    assert tt.load(safetensors, ["w"])["w"].tolist() == [1, 2]


def test_a_dtype_that_is_not_read_is_named(safetensors):
    with pytest.raises(tt.UnimplementedError, match="F4"):
        tt.load(safetensors, ["packed"])
