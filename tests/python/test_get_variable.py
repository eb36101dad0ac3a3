"""get_variable's paths and errors, with the facts that TensorFlow 2.21 states."""

import numpy as np
import pytest

import tensorthaw as tt
from tensorthaw import AUTO_REUSE, fixed_size_partitioner

TWO = dict(partitioner=fixed_size_partitioner(2))


@pytest.fixture
def store():
    return tt.VariableStore()


def custom(returned):
    return dict(partitioner=lambda shape, dtype: returned)


def get(store, reuse, *args, **kwargs):
    with store.variable_scope("s", reuse=reuse):
        return store.get_variable(*args, **kwargs)


SAME = "the same object"
NEW = "another object"
# What was made before, what is asked for, and per reuse (None, True, AUTO_REUSE) what comes of it.
REUSE_CASES = {
    "exists": (("a", [4]), {}, ("a", [4]), {}, "a already exists", SAME, SAME),
    "missing": (("b", [4]), {}, ("a", [4]), {}, NEW, "Variable s/a does not exist", NEW),
    "no shape": (("a", [4]), {}, ("a",), {}, "already exists", SAME, SAME),
    "unknown dimension": (("a", [4]), {}, ("a", [None]), {}, "already exists", SAME, SAME),
    "other shape": (("a", [4]), {}, ("a", [5]), {}, "already exists",
                    r"share variable s/a, but specified shape \(5,\) and found shape \(4,\)",
                    r"specified shape \(5,\) and found shape \(4,\)"),
    "other dtype": (("a", [4]), {}, ("a", [4]), {"dtype": "int32"}, "already exists",
                    "specified dtype int32 and found dtype float32_ref",
                    "specified dtype int32 and found dtype float32_ref"),
    "other dtype of a resource": (
        ("a", [4]), {"use_resource": True}, ("a", [4]), {"dtype": "int32"}, "already exists",
        "specified dtype int32 and found dtype float32.", "found dtype float32."),
    "value and scope's dtype": (
        ("a",), {"initializer": [1, 2]}, ("a",), {}, "already exists",
        "specified dtype float32 and found dtype int32_ref",
        "specified dtype float32 and found dtype int32_ref"),
    "value with dtype": (("a",), {"initializer": [1, 2]}, ("a",), {"dtype": "int32"},
                         "already exists", SAME, SAME),
    "another value": (("a",), {"initializer": [1.0, 2.0]}, ("a",), {"initializer": [1.0]},
                      "already exists", SAME, SAME),
    "parts": (("a", [4]), TWO, ("a", [4]), TWO,
              "Partitioned variable with name s/a already exists", SAME, SAME),
    "parts without partitioner": (
        ("a", [4]), TWO, ("a", [4]), {}, "No partitioner was provided.*s/a/part_0", SAME,
        "No partitioner was provided"),
    "parts, nothing given": (("a", [4]), TWO, ("a",), {}, "No partitioner was provided", SAME,
                             "No partitioner was provided"),
    "parts, other shape": (
        ("a", [4]), TWO, ("a", [5]), TWO, "already exists",
        r"reuse partitioned variable s/a, but specified shape \(5,\) and found shape \(4,\)",
        r"specified shape \(5,\)"),
    "parts, unknown dimension": (
        ("a", [4]), TWO, ("a", [None]), TWO, "fully defined", "fully defined", "fully defined"),
    "parts, other dtype": (
        ("a", [4]), TWO, ("a", [4]), {"dtype": "int32", **TWO}, "already exists",
        "specified dtype int32 and found dtype float32", "specified dtype int32"),
    "parts, other number": (
        ("a", [4]), TWO, ("a", [4]), {"partitioner": fixed_size_partitioner(3)}, "already exists",
        r"specified partitions \[3\] and found partitions \[2\]", r"partitions \[3\]"),
    "parts, a tuple": (
        ("a", [4]), TWO, ("a", [4]), custom((2,)), "already exists",
        r"specified partitions \(2,\) and found partitions \[2\]", r"partitions \(2,\)"),
    "parts of a whole": (
        ("a", [4]), {}, ("a", [4]), TWO, "an unpartitioned version of the variable was found: s/a",
        "unpartitioned version", "unpartitioned version"),
    "missing parts": (("b", [4]), {}, ("a", [4]), TWO, NEW,
                      "PartitionedVariable s/a does not exist", NEW),
    "part by hand": (("a/part_0", [4]), {}, ("a", [4]), {}, "No partitioner was provided",
                     "No partitioner was provided", "No partitioner was provided"),
    "part by hand, parts": (
        ("a/part_0", [4]), {}, ("a", [4]), TWO,
        "2 shards.*s/a/part_0 was found.*s/a/part_1 was not",
        "PartitionedVariable s/a does not exist", "s/a/part_1 was not"),
    "one part": (("a", [4]), TWO, ("a/part_1", [2]), {}, "s/a/part_1 already exists", NEW, NEW),
    "parts of a value": (
        ("a",), {"initializer": [1, 2, 3], **TWO}, ("a",), {"initializer": [1, 2, 3], **TWO},
        "already exists", "specified dtype float32 and found dtype int32",
        "specified dtype float32 and found dtype int32"),
}


@pytest.mark.parametrize("reuse, column", [(None, 4), (True, 5), (AUTO_REUSE, 6)])
@pytest.mark.parametrize("case", REUSE_CASES)
def test_reuse(store, case, reuse, column):
    first, first_options, second, second_options = REUSE_CASES[case][:4]
    expected = REUSE_CASES[case][column]
    made = get(store, None, *first, **first_options)
    if expected in (SAME, NEW):
        got = get(store, reuse, *second, **second_options)
        assert (got is made) == (expected == SAME)
    else:
        with pytest.raises(ValueError, match=expected):
            get(store, reuse, *second, **second_options)


@pytest.mark.parametrize("kwargs, error, words", [
    (dict(), ValueError, "Variable a did not get an initializer"),
    (dict(shape=[None, 3]), ValueError, "initializer passed is not valid"),
    (dict(initializer=tt.zeros_initializer()), ValueError, "initializer passed is not valid"),
    (dict(shape=[None], initializer=tt.zeros_initializer()), ValueError, "fully defined"),
    (dict(shape=[2], initializer=[1.0, 2.0]), ValueError, "is a constant, do not specify shape"),
    (dict(dtype="float64", initializer=5), ValueError,
     "Initializer type 'int32' and explicit dtype 'float64' don't match"),
    (dict(shape=[2], dtype="complex64"), ValueError, "initializer for a variable of complex64"),
    (dict(shape=[2], dtype="qint8"), ValueError, "is required"),
    (dict(shape=[2], dtype="float8_e5m2"), ValueError, "float8_e5m2"),
    (dict(shape=[2], dtype="resource"), ValueError, "resource"),
    (dict(shape=[2], initializer=lambda shape, dtype: np.zeros(3, "f")), ValueError,
     r"\(2,\).*\(3,\)"),
    (dict(shape=[2], initializer=lambda shape, dtype: 0.0), ValueError, r"\(2,\).*\(\)"),
    (dict(shape=[2], dtype="int32", initializer=lambda shape, dtype: [1.5, 2]), TypeError,
     "Expected int32, but got 1.5"),
    (dict(shape=[2], initializer=lambda: np.zeros(2)), TypeError, "dtype"),
    (dict(shape=[-1]), ValueError, "shape"), (dict(shape=[1.5]), TypeError, "shape"),
    (dict(shape=[True]), TypeError, "True is no dimension"),
    (dict(shape="ab"), TypeError, "shape"), (dict(shape=[2], dtype="foo"), TypeError, "dtype"),
    (dict(shape=[2], dtype=7.5), TypeError, "dtype"),
    (dict(initializer=object()), TypeError, "convert"),
    (dict(initializer=["x", 1]), TypeError, "mixes"),
    (dict(initializer=[[1], [2, 3]]), ValueError, "inhomogeneous"),
    (dict(initializer=[np.zeros(2)]), ValueError, "array"),
    (dict(shape=[1], constraint=5), ValueError, "constraint"),
])
def test_what_cannot_be_made(store, kwargs, error, words):
    with pytest.raises(error, match=words):
        store.get_variable("a", **kwargs)
    assert store.global_variables() == []


@pytest.mark.parametrize("kwargs, error, words", [
    (dict(**TWO), ValueError, "fully defined.*<unknown>"),
    (dict(shape=[None, 2], **TWO), ValueError, r"fully defined.*\(None, 2\)"),
    (dict(initializer=1.0, **TWO), ValueError, "rank at least 1"),
    (dict(shape=[3], initializer=[1, 2, 3, 4], **TWO), ValueError,
     r"Shapes \(3,\) and \(4,\) are not compatible"),
    (dict(shape=[], initializer=[1, 2], **TWO), ValueError, "is a constant"),
    (dict(shape=[2, 2], partitioner=5), ValueError, "Partitioner must be callable.*5"),
    (dict(shape=[0], **TWO), ValueError, "zero partitions"),
    (dict(shape=[4], partitioner=fixed_size_partitioner(2, axis=1)), ValueError, "axis 1"),
    (dict(shape=[4], **custom([2, 1])), ValueError, "rank"),
    (dict(shape=[4], **custom([0])), ValueError, "zero partitions"),
    (dict(shape=[4], **custom([-1])), ValueError, "zero partitions"),
    (dict(shape=[4], **custom(5)), ValueError, "must return a sequence, but saw: 5"),
    (dict(shape=[4], **custom(None)), ValueError, "must return a sequence"),
    (dict(shape=[4], **custom(np.array([2]))), ValueError, "must return a sequence"),
    (dict(shape=[4], **custom(["a"])), TypeError, "partitioner"),
    (dict(shape=[4], **custom([1.5])), TypeError, "partitioner"),
    (dict(shape=[4], **custom([None])), TypeError, "partitioner"),
    (dict(shape=[4], **custom(range(2, 3))), TypeError, "partitioner"),
    (dict(shape=[4, 4], **custom([2, 2])), ValueError, "only slice a variable along one dimension"),
    (dict(shape=[4, 0], **custom([1, 1])), ValueError, "Expected 0 <= offset < shape"),
])
def test_what_cannot_be_partitioned(store, kwargs, error, words):
    with pytest.raises(error, match=words):
        store.get_variable("a", **kwargs)
    assert store.global_variables() == []


def test_too_many_parts_leave_the_first(store):
    with pytest.raises(ValueError, match="offset=4, shape=4"):
        store.get_variable("a", [4], **custom([6]))
    with pytest.raises(ValueError, match="so was the extra shard a/part_2"):
        store.get_variable("a", [4], **TWO)
    assert [v.name for v in store.global_variables()] == [f"a/part_{i}:0" for i in range(4)]


def test_a_partitioner_of_a_scalar_is_not_asked(store):
    for partitioner in (fixed_size_partitioner(2), 5):
        with store.variable_scope(None, "s"):
            assert store.get_variable("a", [], partitioner=partitioner).shape == ()


def test_partitioners_get_shape_and_dtype_and_may_raise(store):
    asked = []

    def partitioner(shape, dtype):
        asked.append((shape, dtype))
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        store.get_variable("a", [4, 2], dtype="int64", partitioner=partitioner)
    assert asked == [((4, 2), "int64")]


def test_parts_of_values_and_functions(store):
    calls = []

    def initializer(shape, dtype, partition_info):
        calls.append((shape, dtype, partition_info.full_shape, partition_info.var_offset))
        return np.full(shape, len(calls))

    cut = store.get_variable("cut", initializer=[1, 2, 3], **TWO)
    same = store.get_variable("same", [3], initializer=[1, 2, 3], **TWO)
    made = store.get_variable("made", [3, 2], initializer=initializer, **TWO)
    columns = store.get_variable("columns", initializer=[[1.0, 2.0, 3.0]],
                                 partitioner=fixed_size_partitioner(2, axis=1))
    store.initialize()
    assert (cut.dtype, cut.shape) == ("int32", (3,))
    assert [part.numpy().tolist() for part in cut] == [[1, 2], [3]]
    assert same.numpy().tolist() == [1, 2, 3]
    assert made.numpy().tolist() == [[1, 1], [1, 1], [2, 2]]
    assert [part.slice for part in columns] == ["1 3 0,1:0,2", "1 3 0,1:2,1"]
    assert columns.numpy().tolist() == [[1, 2, 3]]
    assert calls == [([2, 2], "float32", [3, 2], [0, 0]), ([1, 2], "float32", [3, 2], [2, 0])]


def test_functions_without_arguments(store):
    x = store.get_variable("x", initializer=lambda: np.zeros([2, 3]))
    y = store.get_variable("y", dtype="float64", initializer=lambda: 5)
    z = store.get_variable("z", [None, 3], initializer=lambda: np.zeros([2, 3], "f"),
                           use_resource=True)
    assert [(v.dtype, v.shape) for v in (x, y, z)] == [
        ("float64", (2, 3)), ("int32", ()), ("float32", (None, 3))]
    store.initialize()
    assert z.numpy().shape == (2, 3)


def test_a_failed_variable_keeps_its_name_taken(store):
    with pytest.raises(ValueError):
        store.Variable([1.0, 2.0], shape=[3], name="v")
    with pytest.raises(TypeError):
        store.Variable(1.5, dtype="int32", name="v")
    assert store.Variable(0.0, name="v/Assign").name == "v/Assign_1:0"
    assert store.Variable(0.0, name="v/read").name == "v/read:0"
    assert store.Variable(0.0, name="v").name == "v_2:0"
    with pytest.raises(ValueError):
        store.get_variable("g", [None], initializer=tt.zeros_initializer())
    assert store.get_variable("g", [2]).name == "g:0"
    store.Variable(0.0, name="u/")
    with pytest.raises(ValueError, match="Duplicate node name in graph: 'u'"):
        store.Variable(0.0, name="u/")


@pytest.mark.parametrize("use_resource, kwargs, shape", [
    (False, dict(shape=[None, 2]), (None, 2)), (True, dict(shape=[None, 2]), (None, 2)),
    (False, dict(validate_shape=False), None), (True, dict(validate_shape=False), (1, 2)),
    (False, dict(validate_shape=False, shape=[2, 1]), (2, 1)),
    (False, dict(shape=[3]), ValueError), (True, dict(shape=[3]), ValueError),
    (True, dict(validate_shape=False, shape=[2, 1]), ValueError),
])
def test_declared_shapes(store, use_resource, kwargs, shape):
    if shape is ValueError:
        with pytest.raises(ValueError, match="compatible"):
            store.Variable([[1.0, 2.0]], name="v", use_resource=use_resource, **kwargs)
        return
    v = store.Variable([[1.0, 2.0]], name="v", use_resource=use_resource, **kwargs)
    assert v.shape == shape
    if shape == (None, 2) and not use_resource:
        with pytest.raises(tt.InvalidArgumentError, match=r"Shape \[\?,2\].*'v'"):
            store.initialize()
        return
    store.initialize()
    assert v.shape == shape
    assert v.numpy().tolist() == [[1, 2]]


def test_variable_without_a_value_or_with_a_bad_one(store):
    with pytest.raises(ValueError, match="initial_value"):
        store.Variable(None)
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        store.Variable(lambda x: x)
    assert store.Variable(lambda: 1, dtype="float64").dtype == "float64"
    assert store.Variable(np.float64(1.5), dtype="int32").initialized_value() == 1
