"""tt.load: tensors into new arrays."""

import gc
import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest
import tensorthaw as tt
from conftest import flip_byte


def test_everything_is_loaded_in_order_of_names(prefix, arrays):
    loaded = tt.load(prefix)

    assert list(loaded) == sorted(arrays)
    for name, array in arrays.items():
        assert loaded[name].dtype == array.dtype
        assert loaded[name].flags.c_contiguous and loaded[name].flags.writeable
        np.testing.assert_array_equal(loaded[name], array)


@pytest.mark.parametrize("names, expected", [
    (["a/w"], ["a/w"]), (["words", "a/b"], ["words", "a/b"]), (["a/*"], ["a/b", "a/w"]),
    (["*w*", "a/w"], ["a/w", "words"]), ([], []), (iter(["scalar"]), ["scalar"]),
    ({"a/w": 1}, ["a/w"]), (["?ca[k-m]ar"], ["scalar"])])
def test_names_and_globs_choose(prefix, names, expected):
    assert list(tt.load(prefix, names)) == expected


def test_a_literal_name_wins_over_a_pattern(tmp_path):
    one = np.ones(1)
    tt.save(tmp_path / "m", {"w[0]": one, "w0": one, "a*": one, "ab": one})

    assert list(tt.load(tmp_path / "m", ["w[0]"])) == ["w[0]"]
    assert list(tt.load(tmp_path / "m", ["a*"])) == ["a*"]
    assert list(tt.load(tmp_path / "m", ["w[0-9]"])) == ["w0"]


@pytest.mark.parametrize("names, word", [
    (["a/W"], "a/W"), (["a/w", "b/*"], "b/*")])
def test_names_that_match_nothing_are_not_found(prefix, names, word):
    with pytest.raises(tt.NotFoundError) as raised:
        tt.load(prefix, names)

    assert word in str(raised.value)


@pytest.mark.parametrize("argument, value, error", [
    ("names", "a/w", TypeError), ("names", b"a/w", TypeError), ("names", 3, TypeError),
    ("names", [3], TypeError), ("dtype", "bfloat16", TypeError),
    ("dtype", {"float33": "int8"}, TypeError), ("dtype", {"float32": None}, TypeError),
    ("dtype", lambda *_: "wrong", TypeError),
    ("threads", 0, ValueError), ("threads", -1, ValueError), ("threads", 1.5, TypeError),
    ("threads", True, TypeError), ("threads", 10**30, ValueError), ("io", "", ValueError),
    ("verify", 1, TypeError), ("memory_budget", 0, ValueError),
    ("memory_budget", "1GiB", TypeError), ("progress", 3, TypeError)])
def test_a_wrong_argument_is_named(prefix, argument, value, error):
    with pytest.raises(error, match=argument):
        tt.load(prefix, **{argument: value})


def test_dtypes_are_mapped_by_stored_dtype(prefix, arrays):
    loaded = tt.load(prefix, dtype={"float32": "bfloat16", np.int64: np.dtype("int32"),
                                    "float64": ml_dtypes.float8_e4m3fn})

    np.testing.assert_array_equal(loaded["a/w"], arrays["a/w"].astype(ml_dtypes.bfloat16))
    assert loaded["a/b"].dtype == np.int32
    np.testing.assert_array_equal(loaded["a/b"], arrays["a/b"])
    assert loaded["scalar"].dtype == ml_dtypes.float8_e4m3fn and loaded["scalar"] == 1.5
    assert loaded["empty"].dtype == ml_dtypes.bfloat16
    assert loaded["words"].dtype == object


def test_a_callable_chooses_dtypes(prefix):
    asked = []

    def wish(name, dtype, shape):
        asked.append((name, dtype, shape))
        return "float16" if name == "a/w" else None

    loaded = tt.load(prefix, dtype=wish)

    assert ("a/w", "float32", (40, 30)) in asked and ("words", "string", (2, 2)) in asked
    assert loaded["a/w"].dtype == np.float16 and loaded["a/b"].dtype == np.int64


def test_what_a_callable_raises_is_raised(prefix):
    with pytest.raises(ZeroDivisionError):
        tt.load(prefix, dtype=lambda *_: 1 // 0)


def test_conversions_without_meaning_are_refused(tmp_path):
    tt.save(tmp_path / "m", {"c": np.ones(2, np.complex64), "s": np.array([b"x"], object)})

    for name, wanted in [("c", "float32"), ("s", "float32")]:
        with pytest.raises(tt.InvalidArgumentError, match=name):
            tt.load(tmp_path / "m", [name], dtype=lambda *_: wanted)
    wider = tt.load(tmp_path / "m", ["c"], dtype={"complex64": "complex128"})["c"]
    assert wider.dtype == np.complex128 and (wider == 1).all()


@pytest.mark.parametrize("io", ["auto", "mmap", "pread", "direct"])
@pytest.mark.parametrize("threads", [1, 2, None])
def test_threads_and_io_change_no_value(prefix, arrays, io, threads):
    loaded = tt.load(prefix, io=io, threads=threads, memory_budget=1 << 20)

    for name, array in arrays.items():
        np.testing.assert_array_equal(loaded[name], array)


QUANTISED = {"qint8": "int8", "quint8": "uint8", "qint16": "int16", "quint16": "uint16",
             "qint32": "int32"}


def test_every_dtype_of_tensorflow_is_loaded(golden):
    loaded = tt.load(golden / "every_dtype")

    assert len(loaded) == 31
    for name, array in loaded.items():
        assert array.dtype.name == {**QUANTISED, "string": "object"}.get(name, name)
    assert list(loaded["string"]) == [b"hello", b"world"]
    np.testing.assert_array_equal(loaded["int4"].astype(np.int32), [*range(8), *range(-8, 0)])
    np.testing.assert_array_equal(loaded["int2"].astype(np.int32), [0, 1, -2, -1])
    np.testing.assert_array_equal(loaded["uint2"].astype(np.int32), [0, 1, 2, 3])
    assert loaded["int64"][4:6].tolist() == [-0x7fffffffffffffff, 0x0123456789abcdef]


def test_a_variant_is_named_and_not_loaded(golden):
    with tt.open(golden / "variant") as checkpoint:
        names = [name for name in checkpoint if "variant" in repr(checkpoint[name])]
        assert names
        with pytest.raises(tt.UnimplementedError, match=names[0]):
            checkpoint.load()
        for name in names:
            with pytest.raises(tt.UnimplementedError, match="variant"):
                checkpoint[name].numpy()
            with pytest.raises(tt.UnimplementedError, match="variant"):
                checkpoint[name].dtype


def test_a_damaged_tensor_spoils_no_other(prefix, arrays):
    flip_byte(prefix, 8 * 30 + 100)  # in a/w, after a/b
    with pytest.raises(tt.DataLossError, match="a/w") as raised:
        tt.load(prefix)

    report = raised.value.report
    assert isinstance(report, tt.LoadReport)
    assert list(report.failed) == ["a/w"]
    assert isinstance(report.failed["a/w"], tt.DataLossError)
    assert set(report.done) == set(arrays) - {"a/w"}
    assert not report.complete
    assert "a/w" in repr(report)
    assert tt.load(prefix, verify=False)["a/b"].tolist() == arrays["a/b"].tolist()


def test_progress_ends_at_the_total(tmp_path):
    tt.save(tmp_path / "m", {"w": np.zeros(5 << 20, np.uint8)})
    told = []

    tt.load(tmp_path / "m", progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (5 << 20, 5 << 20)
    assert told == sorted(told)


def test_what_progress_raises_is_raised(tmp_path):
    tt.save(tmp_path / "m", {"w": np.zeros(5 << 20, np.uint8)})

    def stop(done, total):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        tt.load(tmp_path / "m", progress=stop)


class TestPool:
    """Large arrays own memory that is used again."""

    @pytest.fixture
    def large(self, tmp_path):
        tt.trim_pool()
        tt.save(tmp_path / "m", {"w": np.ones((3 << 20) // 4, np.float32)})
        return tmp_path / "m"

    def test_memory_of_dead_arrays_is_used_again(self, large):
        first = tt.load(large)
        address = first["w"].ctypes.data
        del first
        gc.collect()

        assert tt.load(large)["w"].ctypes.data == address

    def test_memory_of_living_arrays_is_not(self, large):
        first = tt.load(large)["w"]
        view = first[5:]
        del first
        gc.collect()
        second = tt.load(large)["w"]
        second[:] = 7

        assert not np.shares_memory(view, second)
        assert (view == 1).all()

    def test_trim_pool_gives_the_unused_back(self, large):
        loaded = tt.load(large)
        assert tt.trim_pool() == 0
        del loaded
        gc.collect()

        assert tt.trim_pool() == 3 << 20
        assert tt.trim_pool() == 0

    def test_memory_starts_at_a_huge_page(self, large):
        assert tt.load(large)["w"].ctypes.data % (2 << 20) == 0

    def test_middling_arrays_share_memory_that_lives_as_long_as_one_of_them(self, tmp_path):
        values = {f"w{i}": np.full((300 << 10) // 4, i, np.float32) for i in range(10)}
        tt.save(tmp_path / "m", values)
        tt.trim_pool()
        arrays = tt.load(tmp_path / "m")
        addresses = [array.ctypes.data for array in arrays.values()]
        survivor = arrays["w7"]
        del arrays
        gc.collect()

        assert [b - a for a, b in zip(addresses, addresses[1:])] == [300 << 10] * 9
        assert tt.pool_statistics()["kept_bytes"] == 0
        assert (survivor == 7).all()
        del survivor
        assert tt.pool_statistics()["kept_bytes"] == 3000 << 10

    def test_a_second_load_takes_the_pages_of_the_first(self, large):
        tt.load(large)
        gc.collect()
        before = tt.pool_statistics()
        tt.load(large)
        after = tt.pool_statistics()

        assert after["reused_bytes"] - before["reused_bytes"] == 3 << 20
        assert after["fresh_bytes"] == before["fresh_bytes"]
        assert before["kept_bytes"] <= before["limit_bytes"]


class TestPinned:
    SCRIPT = """
import os, resource, sys
import tensorthaw as tt

def locked():
    return int(open("/proc/self/status").read().split("VmLck:")[1].split()[0])

checkpoint = tt.open(sys.argv[1])
checkpoint.load()
resource.setrlimit(resource.RLIMIT_MEMLOCK, (2 << 20, 2 << 20))
if os.geteuid() == 0:
    os.setuid(65534)  # the limit does not bind the superuser
arrays = checkpoint.load(["small"], pinned=True)
print(locked() > 0, arrays["small"].sum())
del arrays
print(locked())
try:
    checkpoint.load(pinned=True)
except tt.ResourceExhaustedError as error:
    print(error.message, "|", error.hint)
"""

    def test_arrays_are_locked_until_they_die_or_the_limit_is_named(self, tmp_path):
        tt.save(tmp_path / "m", {"small": np.ones(1000, np.float32),
                                 "w": np.ones((3 << 20) // 4, np.float32)})
        done = subprocess.run([sys.executable, "-c", self.SCRIPT, str(tmp_path / "m")],
                              capture_output=True, text=True, check=True)
        lines = done.stdout.splitlines()

        assert lines[:2] == ["True 1000.0", "0"]
        assert "RLIMIT_MEMLOCK" in lines[2] and "ulimit -l 3076" in lines[2]

    def test_pinned_is_a_bool(self, prefix):
        with pytest.raises(TypeError, match="pinned must be a bool"):
            tt.load(prefix, pinned=1)
