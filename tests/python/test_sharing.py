"""tt.load_shared: checkpoints in shared memory."""

import gc
import os
import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest
import tensorthaw as tt


@pytest.fixture
def place(tmp_path):
    """Where the shared memory goes: a file on whatever the temporary folder is."""
    return tmp_path / "shared"


def test_the_first_restores_and_the_others_map(prefix, arrays, place):
    first = tt.load_shared(prefix, place)
    second = tt.load_shared(prefix, place)
    third = tt.open_shared(place)

    assert (first.was_restored, second.was_restored, third.was_restored) == (True, False, False)
    for shared in (first, second, third):
        assert list(shared) == sorted(arrays) and len(shared) == len(arrays)
        assert shared.prefix == os.path.realpath(prefix)
        for name, array in arrays.items():
            assert shared[name].dtype == array.dtype
            np.testing.assert_array_equal(shared[name], array)


def test_arrays_are_read_only_views_that_outlive_everything(prefix, arrays, place):
    shared = tt.load_shared(prefix, place)
    array = shared["a/w"]
    again = shared["a/w"]
    assert np.shares_memory(array, again)
    tt.remove_shared(place)
    del shared, again
    gc.collect()

    np.testing.assert_array_equal(array, arrays["a/w"])
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 1
    with pytest.raises(ValueError):
        array.setflags(write=True)
    assert array.ctypes.data % 64 == 0


def test_a_changed_checkpoint_is_restored_anew(prefix, place):
    old = tt.load_shared(prefix, place)
    tt.save(prefix, {"a/w": np.zeros(3, np.float32)})

    with pytest.raises(tt.FailedPreconditionError):
        old.check_fresh()
    new = tt.load_shared(prefix, place)

    assert new.was_restored and list(new) == ["a/w"]
    new.check_fresh()
    assert old["a/w"].shape == (40, 30)


def test_tensors_are_chosen_and_converted(prefix, arrays, place):
    shared = tt.load_shared(prefix, place, ["a/*"], dtype={"float32": "bfloat16"})

    assert list(shared) == ["a/b", "a/w"]
    assert shared["a/w"].dtype == ml_dtypes.bfloat16
    np.testing.assert_array_equal(shared["a/w"], arrays["a/w"].astype(ml_dtypes.bfloat16))
    with pytest.raises(tt.FailedPreconditionError, match="another choice"):
        tt.load_shared(prefix, place)


def test_what_is_missing_is_a_not_found_error_and_a_key_error(prefix, place):
    with pytest.raises(tt.NotFoundError):
        tt.open_shared(place)
    with pytest.raises(tt.NotFoundError):
        tt.remove_shared(place)
    shared = tt.load_shared(prefix, place)
    assert "a/w" in shared and "x" not in shared and 3 not in shared
    with pytest.raises(KeyError):
        shared["x"]
    with pytest.raises(tt.NotFoundError):
        shared["x"]


def test_wrong_arguments_are_named(prefix, place):
    for wrong, error in [(dict(verify=1), TypeError), (dict(io="x"), ValueError),
                         (dict(dtype=lambda *_: None), TypeError), (dict(names="a"), TypeError),
                         (dict(names=[]), ValueError), (dict(threads=0), ValueError)]:
        with pytest.raises(error, match=next(iter(wrong))):
            tt.load_shared(prefix, place, **wrong)
    with pytest.raises(ValueError):
        tt.load_shared(prefix, "..")
    assert not place.exists()


CHILD = """
import sys
import tensorthaw as tt
shared = tt.open_shared(int(sys.argv[1]) if sys.argv[1].isdigit() else sys.argv[1])
print(shared["a/b"].sum(), shared["words"].tolist())
"""


def test_another_process_maps_it_by_name_or_descriptor(prefix, arrays, place):
    named = tt.load_shared(prefix, place)
    unnamed = tt.load_shared(prefix, None)
    expected = f"{arrays['a/b'].sum()} {arrays['words'].tolist()}\n"

    for name, descriptors in ((str(place), ()), (str(unnamed.fileno()), (unnamed.fileno(),))):
        done = subprocess.run([sys.executable, "-c", CHILD, name], pass_fds=descriptors,
                              capture_output=True, text=True, check=True)
        assert done.stdout == expected
    assert named.nbytes == unnamed.nbytes
