"""Initializers: values, distributions, and what TensorFlow 2.21 refuses."""

import math

import numpy as np
import pytest

import tensorthaw as tt

N = 40_000


@pytest.fixture
def store():
    return tt.VariableStore()


def value(store, initializer, shape, dtype="float32", **kwargs):
    with store.variable_scope(None, default_name="s"):
        variable = store.get_variable("v", shape, dtype=dtype, initializer=initializer, **kwargs)
    store.initialize()
    return variable.numpy()


def normal_cdf(x):
    return 0.5 * np.vectorize(math.erfc)(-x / math.sqrt(2))


def truncated_cdf(x):
    tail = normal_cdf(np.array(-2.0))
    return (normal_cdf(x) - tail) / (1 - 2 * tail)


def distance(values, cdf):
    """Kolmogorov and Smirnov's distance times sqrt(n): above 2.23 once in 10,000 samples."""
    values = np.sort(np.asarray(values, np.float64).ravel())
    expected = cdf(values)
    steps = np.arange(values.size + 1) / values.size
    return math.sqrt(values.size) * max(np.max(expected - steps[:-1]), np.max(steps[1:] - expected))


def uniform_cdf(low, high):
    return lambda x: (x - low) / (high - low)


# Limits and deviations as TensorFlow computes them; fans of [200, 200] are 200.
DISTRIBUTIONS = {
    "random_uniform": (tt.random_uniform_initializer(-2, 3), uniform_cdf(-2, 3)),
    "uniform, reversed": (tt.random_uniform_initializer(5, 1), uniform_cdf(1, 5)),
    "uniform without maxval": (tt.random_uniform_initializer(), uniform_cdf(0, 1)),
    "random_normal": (tt.random_normal_initializer(3, 2), lambda x: normal_cdf((x - 3) / 2)),
    "truncated_normal": (tt.truncated_normal_initializer(3, 2),
                         lambda x: truncated_cdf((x - 3) / 2)),
    "default": (None, uniform_cdf(-math.sqrt(6 / 400), math.sqrt(6 / 400))),
    "glorot_uniform": (tt.glorot_uniform_initializer(seed=4),
                       uniform_cdf(-math.sqrt(6 / 400), math.sqrt(6 / 400))),
    "glorot_normal": (tt.glorot_normal_initializer(), lambda x: truncated_cdf(
        x / (math.sqrt(1 / 200) / 0.87962566103423978))),
    "scaling, uniform": (tt.variance_scaling_initializer(2, "fan_out", "uniform"),
                         uniform_cdf(-math.sqrt(6 / 200), math.sqrt(6 / 200))),
    "scaling, normal": (tt.variance_scaling_initializer(0.5, "fan_in", "untruncated_normal"),
                        lambda x: normal_cdf(x / math.sqrt(0.5 / 200))),
}


@pytest.mark.parametrize("case", DISTRIBUTIONS)
def test_distributions(store, case):
    initializer, cdf = DISTRIBUTIONS[case]
    assert distance(value(store, initializer, [200, 200]), cdf) < 2.23


def test_whole_numbers_are_uniform_below_maxval(store):
    values = value(store, tt.random_uniform_initializer(-3, 4), [N], "int64")
    counts = np.bincount(values + 3, minlength=7)
    assert counts.size == 7
    # Five standard errors of each count.
    assert np.all(np.abs(counts - N / 7) < 5 * math.sqrt(N * 6 / 49))


def test_fans_are_those_of_the_whole_variable(store):
    def limit(shape, **kwargs):
        return np.abs(value(store, tt.glorot_uniform_initializer(seed=1), shape, **kwargs)).max()

    parts = dict(partitioner=tt.fixed_size_partitioner(4))
    assert limit([400, 100], **parts) == limit([400, 100])
    assert limit([3, 3, 20, 60]) == pytest.approx(math.sqrt(6 / (9 * 20 + 9 * 60)), rel=1e-3)
    assert limit([5000]) == pytest.approx(math.sqrt(6 / 10_000), rel=1e-3)
    assert limit([]) <= math.sqrt(3)


def test_seeds(store):
    def draw(seed, name="a", shape=(50,)):
        other = tt.VariableStore()
        x = other.get_variable(name, list(shape),
                               initializer=tt.random_normal_initializer(seed=seed))
        other.initialize()
        return x.numpy().tolist()

    assert draw(7) == draw(7) == draw(7, name="b")
    assert draw(7) != draw(8) and draw(0) != draw(1)
    assert draw(None) == draw(None) != draw(None, name="b")
    again = store.get_variable("again", [9])
    store.initialize()
    first = again.numpy()
    store.initialize()
    assert np.array_equal(first, again.numpy())


def test_orthogonal(store):
    for shape in ([20, 7], [7, 20], [2, 3, 4, 5]):
        matrix = value(store, tt.orthogonal_initializer(gain=2.0), shape, "float64")
        flat = matrix.reshape(-1, shape[-1])
        gram = flat.T @ flat if flat.shape[0] >= flat.shape[1] else flat @ flat.T
        np.testing.assert_allclose(gram, 4 * np.eye(len(gram)), atol=1e-12)
    assert value(store, tt.orthogonal_initializer(), [4, 4], "float16").dtype == np.float16


def test_identity(store):
    np.testing.assert_array_equal(value(store, tt.identity_initializer(2.0), [2, 3]),
                                  [[2, 0, 0], [0, 2, 0]])
    np.testing.assert_array_equal(
        value(store, tt.identity_initializer(2), [3, 3], "int32",
              partitioner=tt.fixed_size_partitioner(2)), 2 * np.eye(3))


@pytest.mark.parametrize("given, shape, dtype, expected", [
    ([1.0, 2.0], [4], "float32", [1, 2, 2, 2]), ([1, 2, 3, 4], [2, 2], "float32", [[1, 2], [3, 4]]),
    (300, [1], "int8", [44]), (True, [2], "int32", [1, 1]), (True, [1], "bool", [True]),
    (1, [2], "float32", [1, 1]), ([], [2], "float32", [0, 0]), ("x", [2], "string", [b"x", b"x"]),
    (np.array([1.5, 2]), [2], "int32", [1, 2]), (5, [], "complex64", 5), ("x", [0], "float32", []),
])
def test_constants(store, given, shape, dtype, expected):
    assert value(store, tt.constant_initializer(given), shape, dtype).tolist() == expected


def test_each_part_starts_with_the_first_constant(store):
    initializer = tt.constant_initializer([1, 2])
    assert value(store, initializer, [4], partitioner=tt.fixed_size_partitioner(2)).tolist() == [
        1, 2, 1, 2]


@pytest.mark.parametrize("initializer, shape, dtype, error, words", [
    (tt.constant_initializer([1, 2, 3]), [2], "float32", ValueError, "Too many elements"),
    (tt.constant_initializer([1, 2], verify_shape=True), [1, 2], "float32", TypeError,
     r"\(1, 2\).*\(2,\)"),
    (tt.constant_initializer(1, verify_shape=True), [2], "float32", TypeError, "shape"),
    (tt.constant_initializer(1.5), [2], "int32", TypeError, "Expected int32, but got 1.5"),
    (tt.constant_initializer(1), [2], "bool", TypeError, "Expected bool, but got 1"),
    (tt.constant_initializer("x"), [2], "float32", TypeError, "Expected float32, but got 'x'"),
    (tt.ones_initializer(), [2], "string", TypeError, "string"),
    (tt.random_normal_initializer(), [2], "int32", TypeError, "int32"),
    (tt.truncated_normal_initializer(), [2], "string", TypeError, "string"),
    (tt.random_uniform_initializer(), [2], "int32", ValueError, "maxval for integer dtype int32"),
    (tt.random_uniform_initializer(0, 10), [2], "int8", ValueError, "int8"),
    (tt.random_uniform_initializer(0.5, 10), [2], "int32", TypeError, "Expected int32"),
    (tt.glorot_uniform_initializer(), [2], "int32", TypeError, "int32"),
    (tt.glorot_normal_initializer(), [2], "int64", TypeError, "int64"),
    (tt.orthogonal_initializer(), [2], "float32", ValueError, "two-dimensional"),
    (tt.orthogonal_initializer(), [2, 2], "bfloat16", TypeError, "bfloat16"),
    (tt.identity_initializer(), [3], "float32", ValueError, "two-dimensional"),
    (tt.identity_initializer(2.0), [2, 2], "int32", TypeError, "Expected int32, but got 2.0"),
])
def test_what_is_refused(store, initializer, shape, dtype, error, words):
    with pytest.raises(error, match=words):
        store.get_variable("v", shape, dtype=dtype, initializer=initializer)


@pytest.mark.parametrize("make, error", [
    (lambda: tt.constant_initializer({}), TypeError),
    (lambda: tt.random_normal_initializer(mean="x"), TypeError),
    (lambda: tt.random_normal_initializer(seed="x"), TypeError),
    (lambda: tt.random_normal_initializer(dtype="int32"), ValueError),
    (lambda: tt.variance_scaling_initializer(scale=0), ValueError),
    (lambda: tt.variance_scaling_initializer(mode="fan"), ValueError),
    (lambda: tt.variance_scaling_initializer(distribution="gauss"), ValueError),
    (lambda: tt.variable_axis_size_partitioner(0), ValueError),
    (lambda: tt.variable_axis_size_partitioner(5, max_shards=-1), ValueError),
    (lambda: tt.fixed_size_partitioner("a"), TypeError),
])
def test_wrong_arguments(make, error):
    with pytest.raises(error):
        make()


def test_initializers_are_functions():
    np.testing.assert_array_equal(tt.ones_initializer()([2, 2], "int64"), np.ones((2, 2), "i8"))
    assert tt.zeros_initializer()([1], dtype="string").tolist() == [b""]
    whole = tt.random_normal_initializer(seed=3)([6, 2])
    assert whole.dtype == np.float32
    with pytest.raises(ValueError):
        tt.orthogonal_initializer()([3])


def test_classes_and_partition_info(store):
    def twice(shape, dtype, partition_info=None):
        return 2 * tt.identity_initializer()(shape, dtype, partition_info)

    np.testing.assert_array_equal(
        value(store, twice, [3, 2], partitioner=tt.fixed_size_partitioner(3)),
        2 * np.eye(3, 2))
    assert value(store, tt.ones_initializer, [2]).tolist() == [1, 1]


@pytest.mark.parametrize("partitioner, shape, dtype, parts", [
    (tt.fixed_size_partitioner(3, axis=-1), (7, 5), "float32", [1, 3]),
    (tt.fixed_size_partitioner(3), (2,), "float32", [2]),
    (tt.min_max_variable_partitioner(5, min_slice_size=8 << 10), (100, 100), "float32", [5, 1]),
    (tt.min_max_variable_partitioner(5, min_slice_size=16 << 10), (100, 100), "float32", [3, 1]),
    (tt.min_max_variable_partitioner(), (100, 100), "float32", [1, 1]),
    (tt.variable_axis_size_partitioner(100), (7, 5), "float32", [2, 1]),
    (tt.variable_axis_size_partitioner(100, max_shards=3), (7, 5), "string", [3, 1]),
    (tt.variable_axis_size_partitioner(100, axis=1), (100, 100), "float32", [1, 100]),
])
def test_partitioners(partitioner, shape, dtype, parts):
    assert partitioner(shape=shape, dtype=dtype) == parts
