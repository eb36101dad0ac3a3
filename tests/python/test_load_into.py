"""tt.load_into: tensors into memory that is there already."""

import array as c_array
import mmap
import os

import ml_dtypes
import numpy as np
import pytest
import tensorthaw as tt
from conftest import OnlyDlpack, flip_byte


class NeedsGradients(OnlyDlpack):
    def __dlpack__(self, **options):
        raise BufferError("tensors that require gradients are not exported")


def test_arrays_are_filled_in_place(prefix, arrays):
    buffers = {name: np.full_like(array, b"?" if array.dtype == object else 77)
               for name, array in arrays.items()}
    addresses = {name: buffer.ctypes.data for name, buffer in buffers.items()}

    report = tt.load_into(prefix, buffers)

    for name, array in arrays.items():
        np.testing.assert_array_equal(buffers[name], array)
        assert buffers[name].ctypes.data == addresses[name]
    assert set(report.done) == set(arrays)
    assert report.complete and not report.failed and not report.untouched
    assert report.bytes >= 40 * 30 * 4
    assert report.checkpoint == str(prefix)
    assert report.seconds >= 0


def test_buffers_of_every_kind_are_filled(prefix, arrays):
    bytes_of_w = arrays["a/w"].tobytes()
    numbers = c_array.array("q", [0] * 30)
    mapped = mmap.mmap(-1, len(bytes_of_w))
    view = memoryview(mapped).cast("f", (40, 30))
    scalar = np.zeros(())

    tt.load_into(prefix, {"a/b": numbers, "a/w": view, "scalar": OnlyDlpack(scalar)})

    assert numbers.tolist() == arrays["a/b"].tolist()
    assert mapped[:] == bytes_of_w
    assert scalar == 1.5


def test_a_bytearray_takes_bytes(tmp_path):
    tt.save(tmp_path / "m", {"w": np.arange(100, dtype=np.uint8)})
    buffer = bytearray(100)

    tt.load_into(tmp_path / "m", {"w": buffer})

    assert buffer == bytes(range(100))


def test_dlpack_of_bfloat16_is_filled(tmp_path):
    values = np.arange(6).reshape(2, 3).astype(ml_dtypes.bfloat16)
    tt.save(tmp_path / "m", {"w": values})
    buffer = np.zeros((2, 3), ml_dtypes.bfloat16)

    tt.load_into(tmp_path / "m", {"w": tt._core.lend(buffer)})

    np.testing.assert_array_equal(buffer, values)


def test_parts_of_an_array_are_buffers(prefix, arrays):
    large = np.zeros((2, 40, 30), np.float32)

    tt.load_into(prefix, {"a/w": large[1]})

    np.testing.assert_array_equal(large[1], arrays["a/w"])
    assert not large[0].any()


def read_only(array):
    array.flags.writeable = False
    return array


REFUSED = {
    "a list": (lambda: [0.0] * 1200, TypeError, "list"),
    "bytes": (lambda: bytes(4800), ValueError, "read-only"),
    "read-only": (lambda: read_only(np.zeros((40, 30), np.float32)), ValueError, "read-only"),
    "read-only DLPack": (lambda: OnlyDlpack(read_only(np.zeros((40, 30), np.float32))), ValueError,
                         "read-only"),
    "columns": (lambda: np.zeros((40, 30), np.float32, order="F"), ValueError, "contiguous"),
    "every second": (lambda: np.zeros((40, 60), np.float32)[:, ::2], ValueError, "contiguous"),
    "columns by DLPack": (lambda: OnlyDlpack(np.zeros((30, 40), np.float32).T), ValueError,
                          "contiguous"),
    "shape": (lambda: np.zeros((30, 40), np.float32), tt.InvalidArgumentError,
              r"\[30,40\].*\[40,30\]"),
    "rank": (lambda: np.zeros(1200, np.float32), tt.InvalidArgumentError, r"\[1200\]"),
    "dtype": (lambda: np.zeros((40, 30)), tt.InvalidArgumentError, "float64.*float32"),
    "byte order": (lambda: np.zeros((40, 30), ">f4"), tt.InvalidArgumentError, "byte order"),
    "dates": (lambda: np.zeros((40, 30), "M8[s]"), TypeError, "datetime64"),
    "text": (lambda: np.zeros((40, 30), "S4"), TypeError, "object"),
    "object": (lambda: np.zeros((40, 30), object), tt.InvalidArgumentError, "string.*float32"),
    "other device": (lambda: OnlyDlpack(np.zeros((40, 30), np.float32), (2, 0)), ValueError,
                     "device"),
    "gradients": (lambda: NeedsGradients(np.zeros((40, 30), np.float32)), ValueError, "gradients"),
    "None": (lambda: None, TypeError, "NoneType"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_before_anything_is_written(prefix, case):
    make, error, words = REFUSED[case]
    first = np.full(30, 77, np.int64)

    with pytest.raises(error, match=words) as raised:
        tt.load_into(prefix, {"a/b": first, "a/w": make()})

    assert "a/w" in str(raised.value)
    assert (first == 77).all()


def test_a_missing_name_is_refused_before_anything_is_written(prefix):
    first = np.full(30, 77, np.int64)

    with pytest.raises(tt.NotFoundError, match="a/x") as raised:
        tt.load_into(prefix, {"a/b": first, "a/x": np.zeros(3)})

    report = raised.value.report
    assert (first == 77).all()
    assert (list(report.failed), report.untouched, report.done) == (["a/x"], ("a/b",), ())


def test_a_missing_data_file_fails_every_tensor_in_it(prefix):
    os.remove(f"{prefix}.data-00000-of-00001")
    buffers = {"a/b": np.full(30, 77, np.int64), "scalar": np.full((), 77.0)}

    with pytest.raises(tt.NotFoundError, match="data-00000-of-00001") as raised:
        tt.load_into(prefix, buffers)

    assert sorted(raised.value.report.failed) == ["a/b", "scalar"]
    assert raised.value.report.untouched == ()


def test_shared_memory_is_refused(tmp_path):
    tt.save(tmp_path / "m", {"u": np.ones(6), "v": np.ones(6)})
    both = np.zeros(10)

    with pytest.raises(ValueError, match="'u'.*'v'.*share"):
        tt.load_into(tmp_path / "m", {"u": both[:6], "v": both[4:]})

    assert not both.any()
    tt.load_into(tmp_path / "m", {"u": (large := np.zeros(12))[:6], "v": large[6:]})
    assert large.all()


def test_cast_converts_to_the_buffers_dtype(prefix, arrays):
    buffers = {"a/w": np.zeros((40, 30), ml_dtypes.bfloat16), "a/b": np.zeros(30, np.int16),
               "scalar": np.zeros((), ml_dtypes.float8_e5m2)}

    tt.load_into(prefix, buffers, cast=True)

    np.testing.assert_array_equal(buffers["a/w"], arrays["a/w"].astype(ml_dtypes.bfloat16))
    np.testing.assert_array_equal(buffers["a/b"], arrays["a/b"])
    assert buffers["scalar"] == 1.5


def test_cast_of_text_is_refused(prefix):
    with pytest.raises(tt.InvalidArgumentError, match="words"):
        tt.load_into(prefix, {"words": np.zeros((2, 2))}, cast=True)


def test_integers_take_quantised_values(golden):
    expected = tt.load(golden / "every_dtype", ["qint8"])["qint8"]
    plain = np.zeros_like(expected)
    named = np.zeros(expected.shape, [("qint8", "i1")])

    tt.load_into(golden / "every_dtype", {"qint8": plain})
    tt.load_into(golden / "every_dtype", {"qint8": named})

    np.testing.assert_array_equal(plain, expected)
    np.testing.assert_array_equal(named["qint8"], expected)


def test_a_damaged_tensor_is_zeroed_and_no_other(prefix, arrays):
    flip_byte(prefix, 8 * 30 + 100)  # in a/w, after a/b
    buffers = {"a/w": np.full((40, 30), 77, np.float32), "a/b": np.full(30, 77, np.int64),
               "scalar": np.full((), 77.0)}

    with pytest.raises(tt.DataLossError, match="a/w") as raised:
        tt.load_into(prefix, buffers)

    report = raised.value.report
    assert list(report.failed) == ["a/w"] and set(report.done) == {"a/b", "scalar"}
    assert not buffers["a/w"].any()
    np.testing.assert_array_equal(buffers["a/b"], arrays["a/b"])
    assert buffers["scalar"] == 1.5


def test_a_damaged_tensor_is_zeroed_when_it_is_converted_by_numpy(prefix):
    flip_byte(prefix, 10)  # in a/b
    buffer = np.full(30, 77, np.int16)

    with pytest.raises(tt.DataLossError, match="a/b"):
        tt.load_into(prefix, {"a/b": buffer}, cast=True)

    assert not buffer.any()


@pytest.mark.parametrize("argument, value, error", [
    ("arrays", [("a/w", np.zeros(3))], TypeError), ("arrays", None, TypeError),
    ("arrays", {3: np.zeros(3)}, TypeError), ("cast", "no", TypeError), ("threads", "2", TypeError),
    ("progress", "bar", TypeError)])
def test_a_wrong_argument_is_named(prefix, argument, value, error):
    with pytest.raises(error, match=argument):
        tt.load_into(prefix, **{"arrays": {}, argument: value})


def test_nothing_is_loaded_into_nothing(prefix):
    report = tt.load_into(prefix, {})

    assert report.complete and report.done == () and report.bytes == 0
