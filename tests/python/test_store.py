"""The variable store: get_variable, Variable, local variables, values and initializers."""

import gc
import weakref

import ml_dtypes
import numpy as np
import pytest

import tensorthaw as tt


@pytest.fixture
def store():
    return tt.VariableStore()


def names(variables):
    return [variable.name for variable in variables]


def test_only_get_variable_finds_again(store):
    x = store.get_variable("x", [2])
    y = store.Variable(0.0, name="y")
    with store.variable_scope("", reuse=True):
        assert store.get_variable("x") is x
        with pytest.raises(ValueError, match="Variable y does not exist"):
            store.get_variable("y", [])
    assert names(store.global_variables()) == ["x:0", "y:0"]


def test_attributes(store):
    with store.variable_scope("a"):
        x = store.get_variable("x", [2, 3], dtype="bfloat16", trainable=False)
        p = store.get_variable("p", [10, 4], partitioner=tt.fixed_size_partitioner(5))
    assert (x.name, x.op_name, x.dtype, x.shape, x.slice) == (
        "a/x:0", "a/x", "bfloat16", (2, 3), None)
    assert (p.name, p.dtype, p.shape, p.partitions) == ("a/p", "float32", (10, 4), [5, 1])
    assert [part.slice for part in p] == [f"10 4 {i},2:0,4" for i in range(0, 10, 2)]
    assert names(p) == [f"a/p/part_{i}:0" for i in range(5)]
    assert len(p) == 5
    assert not x.trainable and list(p)[0].trainable


def test_value_before_and_after_the_initializer(store):
    x = store.get_variable("x", initializer=[1.5, 2.5])
    assert not x.is_initialized()
    with pytest.raises(tt.FailedPreconditionError, match="x") as error:
        x.numpy()
    assert error.value.variable == "x"
    np.testing.assert_array_equal(x.initialized_value(), np.float32([1.5, 2.5]))
    assert not x.is_initialized()
    store.initialize()
    assert x.is_initialized()
    np.testing.assert_array_equal(x.numpy(), np.float32([1.5, 2.5]))
    x.numpy()[0] = 9
    assert x.numpy()[0] == 1.5


@pytest.mark.parametrize("value, dtype, shape", [
    (0.0, "float32", ()), (5, "int32", ()), (1 << 40, "int64", ()), (True, "bool", ()),
    (1j, "complex128", ()), ("x", "string", ()), (b"x", "string", ()), ([], "float32", (0,)),
    ([1, 2.5], "float32", (2,)), ([2.5, 1], "float32", (2,)), ([True, 1], "int32", (2,)),
    ([1.0, True], "float32", (2,)), ([[1], [2]], "int32", (2, 1)),
    ([1, 1 << 40], "int64", (2,)), ([np.float64(1)], "float32", (1,)),
    (np.float64(1), "float64", ()), (np.int64(1), "int64", ()), (np.zeros(2), "float64", (2,)),
    (np.array([1]), "int64", (1,)), (np.array([1 << 63], "u8"), "uint64", (1,)),
    (np.array(["a", "b"]), "string", (2,)), (np.ones(2, ml_dtypes.bfloat16), "bfloat16", (2,)),
    (np.ones((1, 2), ml_dtypes.float8_e5m2), "float8_e5m2", (1, 2)),
])
@pytest.mark.parametrize("get", [False, True])
def test_a_value_brings_its_shape_and_dtype(store, value, dtype, shape, get):
    x = (store.get_variable("x", initializer=value) if get else store.Variable(value, name="x"))
    assert (x.dtype, x.shape) == (dtype, shape)
    store.initialize()
    expected = np.array(value)
    if dtype == "string":
        expected = np.vectorize(lambda s: s if isinstance(s, bytes) else s.encode(),
                                otypes=[object])(np.array(value, dtype=object))
    np.testing.assert_array_equal(x.numpy(), expected)


def test_snapshot_holds_what_existed(store):
    x = store.get_variable("x", initializer=1.0)
    init = store.global_variables_initializer()
    y = store.get_variable("y", initializer=2.0)
    init.run()
    assert x.is_initialized() and not y.is_initialized()


def test_local_variables_are_apart(store):
    local = store.get_local_variable("l", [4], partitioner=tt.fixed_size_partitioner(2))
    x = store.get_variable("x", initializer=1.0)
    assert names(store.local_variables()) == ["l/part_0:0", "l/part_1:0"]
    assert names(store.global_variables()) == ["x:0"]
    assert names(store.trainable_variables()) == ["x:0"]
    store.global_variables_initializer().run()
    assert x.is_initialized() and not list(local)[0].is_initialized()
    store.local_variables_initializer().run()
    assert local.numpy().shape == (4,)


def test_variables_keep_their_store_alive():
    store = tt.VariableStore()
    x = store.get_variable("x", initializer=[3, 4])
    store.initialize()
    part = list(store.get_variable("p", [2], partitioner=tt.fixed_size_partitioner(2)))[1]
    alive = weakref.ref(store)
    del store
    gc.collect()
    assert alive() is not None
    assert x.numpy().tolist() == [3, 4] and part.name == "p/part_1:0"
    del x, part
    gc.collect()
    assert alive() is None
