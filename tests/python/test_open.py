"""tt.open: a mapping of names to lazy tensors."""

import itertools
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import ml_dtypes
import numpy as np
import pytest
import tensorthaw as tt
from conftest import flip_byte


def test_a_checkpoint_is_a_mapping_in_order_of_names(prefix, arrays):
    with tt.open(prefix) as checkpoint:
        assert isinstance(checkpoint, Mapping)
        assert list(checkpoint) == sorted(arrays) == list(checkpoint.keys())
        assert len(checkpoint) == len(arrays)
        assert "a/w" in checkpoint and "a" not in checkpoint and 3 not in checkpoint
        assert {name: tensor.shape for name, tensor in checkpoint.items()} == {
            name: array.shape for name, array in arrays.items()}
        assert checkpoint.get("nothing") is None
        assert checkpoint.prefix == os.fspath(prefix)
        assert checkpoint.format == "tf-v2"
        assert "5 tensors" in repr(checkpoint)


def test_a_tensor_knows_itself_without_reading(prefix):
    os.remove(f"{prefix}.data-00000-of-00001")
    with tt.open(prefix) as checkpoint:
        tensor = checkpoint["a/w"]

        assert (tensor.name, tensor.dtype, tensor.shape) == ("a/w", np.float32, (40, 30))
        assert (tensor.nbytes, tensor.size, tensor.ndim, len(tensor)) == (4800, 1200, 2, 40)
        assert tensor.slices == ()
        assert repr(tensor) == "<Tensor 'a/w' float32 [40, 30]>"
        assert checkpoint["words"].dtype == object
        with pytest.raises(TypeError):
            len(checkpoint["scalar"])


def test_a_missing_name_is_not_found_and_a_key_error(prefix):
    with tt.open(prefix) as checkpoint:
        with pytest.raises(tt.NotFoundError, match="a/W") as raised:
            checkpoint["a/W"]

    assert isinstance(raised.value, KeyError)
    assert raised.value.tensor == "a/W"
    assert "a/w" in raised.value.hint


def test_values_are_those_that_were_saved(prefix, arrays):
    with tt.open(prefix) as checkpoint:
        for name, array in arrays.items():
            values = checkpoint[name].numpy()

            assert values.dtype == array.dtype
            np.testing.assert_array_equal(values, array)
            assert values.flags.writeable


def test_asarray_follows_numpy(prefix, arrays):
    with tt.open(prefix) as checkpoint:
        tensor = checkpoint["a/w"]

        np.testing.assert_array_equal(np.asarray(tensor), arrays["a/w"])
        assert np.asarray(tensor, dtype=np.float64).dtype == np.float64
        assert np.array(tensor, copy=True).flags.writeable
        with pytest.raises(ValueError, match="a/w"):
            np.array(tensor, copy=False)


@pytest.mark.parametrize("index", [
    0, -1, np.int64(3), np.array(3), True, np.bool_(False), slice(10, 20), slice(None, None, 7),
    slice(None, None, -1), slice(35, 2, -6),
    slice(20, 10), slice(-5, None), (slice(10, 20), slice(None)), (3, 4), (..., 2), (2, ...), ...,
    None, (None, 3), (slice(1, 9, 2), None, slice(20, 3, -5)), (), (slice(5, 5), 3),
    [1, 3], np.arange(40) % 2 == 0, (slice(2, 4), [0, 5])], ids=repr)
def test_indices_mean_what_they_mean_in_numpy(prefix, arrays, index):
    with tt.open(prefix) as checkpoint:
        values = checkpoint["a/w"][index]

    expected = arrays["a/w"][index]
    assert np.shape(values) == np.shape(expected)
    np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize("index", [40, -41, (0, 30), (0, 0, 0), (..., ...)], ids=repr)
def test_wrong_indices_are_index_errors(prefix, arrays, index):
    with pytest.raises(IndexError):
        arrays["a/w"][index]
    with tt.open(prefix) as checkpoint, pytest.raises(IndexError):
        checkpoint["a/w"][index]


def test_strings_scalars_and_nothing_can_be_indexed(prefix, arrays):
    with tt.open(prefix) as checkpoint:
        assert checkpoint["words"][1, 0] == b"three\0"
        assert list(checkpoint["words"][:, 1]) == [b"", "vier\u00e9".encode()]
        assert checkpoint["scalar"][()] == 1.5
        assert checkpoint["empty"][:, 1:].shape == (0, 2)
        assert checkpoint["empty"].numpy().shape == (0, 3)


def test_stored_slices_are_indices(golden):
    with tt.open(golden / "slices") as checkpoint:
        rows = checkpoint["rows"]

        assert len(rows.slices) == 3
        whole = rows.numpy()
        for index in rows.slices:
            np.testing.assert_array_equal(rows[index], whole[index])
        np.testing.assert_array_equal(rows[3:8, 1:], whole[3:8, 1:])


def bytes_read():
    """Bytes that this process asked the system for so far."""
    with open("/proc/self/io") as counters:
        return int(next(line for line in counters if line.startswith("rchar")).split()[1])


def test_a_slice_reads_only_its_part(tmp_path):
    values = np.arange(1 << 22, dtype=np.int32).reshape(4096, 1024)
    tt.save(tmp_path / "m", {"w": values})
    with tt.open(tmp_path / "m", io="pread", verify=False) as checkpoint:
        tensor = checkpoint["w"]
        before = bytes_read()
        rows = tensor[10:20, :5]
        for_rows = bytes_read() - before
        tensor.numpy()
        for_all = bytes_read() - before - for_rows

    np.testing.assert_array_equal(rows, values[10:20, :5])
    assert for_all > values.nbytes - 4096
    assert for_rows < values.nbytes / 10


def test_dlpack_carries_what_numpy_does_not(tmp_path):
    values = np.arange(6).reshape(2, 3).astype(ml_dtypes.bfloat16)
    tt.save(tmp_path / "m", {"w": values, "f": np.arange(3.0), "s": np.array([b"x"], object)})
    with tt.open(tmp_path / "m") as checkpoint:
        assert checkpoint["w"].__dlpack_device__() == (1, 0)
        np.testing.assert_array_equal(np.from_dlpack(checkpoint["f"]), np.arange(3.0))
        assert "dltensor" in repr(checkpoint["w"].__dlpack__())
        with pytest.raises(TypeError, match="DLPack"):
            checkpoint["s"].__dlpack__()


@pytest.mark.parametrize("use", [
    lambda checkpoint, tensor: tensor.numpy(),
    lambda checkpoint, tensor: tensor[0],
    lambda checkpoint, tensor: np.asarray(tensor),
    lambda checkpoint, tensor: checkpoint["a/w"],
    lambda checkpoint, tensor: list(checkpoint),
    lambda checkpoint, tensor: len(checkpoint),
    lambda checkpoint, tensor: "a/w" in checkpoint,
    lambda checkpoint, tensor: checkpoint.load(),
    lambda checkpoint, tensor: checkpoint.load_into({})])
def test_a_closed_checkpoint_is_an_error(prefix, use):
    checkpoint = tt.open(prefix)
    tensor = checkpoint["a/w"]
    checkpoint.close()
    checkpoint.close()

    with pytest.raises(tt.FailedPreconditionError, match="closed"):
        use(checkpoint, tensor)
    assert checkpoint.closed
    assert "closed" in repr(checkpoint)


def test_arrays_outlive_their_checkpoint(prefix, arrays):
    with tt.open(prefix) as checkpoint:
        values = checkpoint["a/w"].numpy()

    np.testing.assert_array_equal(values, arrays["a/w"])


def test_files_that_vanish_under_a_lazy_tensor_are_an_error(prefix):
    with tt.open(prefix) as checkpoint:
        tensor = checkpoint["a/w"]
        os.remove(f"{prefix}.data-00000-of-00001")

        with pytest.raises(tt.NotFoundError, match="data-00000-of-00001"):
            tensor.numpy()


def test_a_file_cut_short_under_a_lazy_tensor_is_an_error(prefix):
    with tt.open(prefix) as checkpoint:
        checkpoint["a/b"].numpy()
        os.truncate(f"{prefix}.data-00000-of-00001", 16)

        with pytest.raises(tt.OpError, match="a/w"):
            checkpoint["a/w"].numpy()


def test_a_damaged_tensor_is_data_loss_unless_it_is_not_verified(prefix, arrays):
    flip_byte(prefix, 8 * 30 + 100)  # in a/w, after a/b
    with tt.open(prefix) as checkpoint, pytest.raises(tt.DataLossError, match="a/w") as raised:
        checkpoint["a/w"].numpy()
    with tt.open(prefix, verify=False) as checkpoint:
        values = checkpoint["a/w"].numpy()

    assert raised.value.tensor == "a/w"
    assert (values != arrays["a/w"]).sum() == 1


@pytest.mark.parametrize("io", ["auto", "mmap", "pread", "direct"])
def test_every_way_of_reading_gives_the_same(prefix, arrays, io):
    with tt.open(prefix, io=io) as checkpoint:
        np.testing.assert_array_equal(checkpoint["a/w"].numpy(), arrays["a/w"])


@pytest.mark.parametrize("options, error, named", [
    ({"io": "fast"}, ValueError, "io"), ({"io": 3}, TypeError, "io"),
    ({"verify": "yes"}, TypeError, "verify"), ({"verify": None}, TypeError, "verify")])
def test_wrong_options_are_named(prefix, options, error, named):
    with pytest.raises(error, match=named):
        tt.open(prefix, **options)


def test_a_git_lfs_pointer_and_a_foreign_file_are_refused(tmp_path):
    (tmp_path / "note.index").write_text("this is no checkpoint\n" * 10)

    with pytest.raises(tt.OpError, match="note"):
        tt.open(tmp_path / "note")


def test_names_that_are_no_text_make_the_way_there_and_back(tmp_path):
    name = b"w\xff\xe9".decode("utf-8", "surrogateescape")
    tt.save(tmp_path / "m", {name: np.ones(2)})

    with tt.open(tmp_path / "m") as checkpoint:
        assert list(checkpoint) == [name]
        np.testing.assert_array_equal(checkpoint[name].numpy(), np.ones(2))
    assert list(tt.load(tmp_path / "m")) == [name]


def test_eight_threads_share_one_checkpoint(tmp_path):
    generator = np.random.default_rng(2)
    arrays = {f"w{i}": generator.normal(size=(64, 100)).astype(np.float32) for i in range(40)}
    arrays["large"] = generator.normal(size=(600, 1024)).astype(np.float32)
    tt.save(tmp_path / "m", arrays)
    checkpoint = tt.open(tmp_path / "m")

    def work(seed):
        order = np.random.default_rng(seed).permutation(len(arrays))
        for number in order:
            name = sorted(arrays)[number]
            tensor = checkpoint[name]
            np.testing.assert_array_equal(tensor.numpy(), arrays[name])
            np.testing.assert_array_equal(tensor[10:20, 3::7], arrays[name][10:20, 3::7])
        loaded = checkpoint.load(threads=2)
        return all(np.array_equal(loaded[name], array) for name, array in arrays.items())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


def test_closing_while_others_load_spoils_nothing(tmp_path):
    arrays = {f"w{i}": np.full((100, 100), i, np.float32) for i in range(50)}
    tt.save(tmp_path / "m", arrays)
    checkpoint = tt.open(tmp_path / "m")

    def work(_):
        outcomes = set()
        for turn in itertools.count():
            if turn == 200:
                return outcomes
            try:
                loaded = checkpoint.load(["w1*"])
            except tt.FailedPreconditionError:
                outcomes.add("closed")
                return outcomes
            assert all((loaded[name] == arrays[name]).all() for name in loaded)
            outcomes.add("loaded")

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(work, i) for i in range(4)]
        checkpoint.load()
        checkpoint.close()
        outcomes = set().union(*(future.result() for future in futures))

    assert "closed" in outcomes
