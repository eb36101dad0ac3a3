"""Initializers: what a variable starts with where no checkpoint gives it a value.

Names and parameters are those of `tf.compat.v1`. Random values are reproducible: they depend on the
seed alone or, without one, on the variable's name.
"""

from __future__ import annotations

from typing import Any, Optional, Sequence

import numpy as np

from . import _core
from ._values import PartitionInfo, to_array


class Initializer:
    """Base of the initializers: a callable `f(shape, dtype=None, partition_info=None)`."""

    _default_dtype = "float32"

    def _tensorthaw_initializer(self, shape: Sequence[int], dtype: str) -> "_core.Initializer":
        """The engine's initializer; raises what TensorFlow raises for that dtype."""
        raise NotImplementedError

    def __call__(self, shape: Sequence[int], dtype: Any = None,
                 partition_info: Optional[PartitionInfo] = None) -> np.ndarray:
        """An array of `shape` (a part of `partition_info.full_shape`, where given)."""
        name = self._default_dtype if dtype is None else _core.dtype_name(dtype)
        handle = self._tensorthaw_initializer(list(shape), name)
        if partition_info is None:
            return _core.fill(handle, name, shape, shape, None)
        return _core.fill(handle, name, shape, partition_info.full_shape,
                          partition_info.var_offset)


def _dtype_argument(dtype: Any) -> str:
    return "float32" if dtype is None else _core.dtype_name(dtype)


def _float_dtype_argument(dtype: Any) -> str:
    name = _dtype_argument(dtype)
    if not name.startswith(("float", "bfloat")):
        raise ValueError(f"Argument `dtype` is expected to be floating point. Received: {name}.")
    return name


def _seed(seed: Optional[int]) -> int:
    """The engine's seed: 0 stands for none."""
    if seed is None:
        return 0
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise TypeError(f"seed must be an int or None, not {seed!r}")
    return (int(seed) * 2 + 1) % (1 << 64)


def _check_numbers(dtype: str, *values: Any) -> None:
    """A Python float is no whole number for TensorFlow, even where it has no fraction."""
    if dtype.startswith(("float", "bfloat", "complex")):
        return
    for value in values:
        if isinstance(value, float) or dtype in ("string", "bool"):
            raise TypeError(
                f"Expected {dtype}, but got {value!r} of type '{type(value).__name__}'.")


def _number(value: Any, argument: str) -> Any:
    if isinstance(value, (int, float, np.integer, np.floating)):
        return value
    raise TypeError(f"{argument} must be a number, not {value!r}")


class zeros_initializer(Initializer):
    """Zeros, False, or empty strings."""

    def __init__(self, dtype: Any = None) -> None:
        self._default_dtype = _dtype_argument(dtype)

    def _tensorthaw_initializer(self, shape, dtype):
        return _core.zeros()


class ones_initializer(Initializer):
    """Ones, or True. TypeError for strings."""

    def __init__(self, dtype: Any = None) -> None:
        self._default_dtype = _dtype_argument(dtype)

    def _tensorthaw_initializer(self, shape, dtype):
        return _core.ones()


class constant_initializer(Initializer):
    """The elements of `value` in row-major order, the last one repeated to the end.

    Args:
      value: a number, a text, nested lists or tuples of them, or an array. More elements than the
        variable has are a ValueError, a float for a whole-number dtype is a TypeError.
      verify_shape: demand exactly the variable's shape (TypeError otherwise).
    """

    def __init__(self, value: Any = 0, dtype: Any = None, verify_shape: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                f"value must be a number, a text, a list, a tuple or an array, not {value!r}")
        self.value = value
        self.verify_shape = verify_shape
        self._default_dtype = _dtype_argument(dtype)

    def _tensorthaw_initializer(self, shape, dtype):
        if 0 in shape and not isinstance(self.value, (np.ndarray, np.generic)):
            # Where there is no element, TensorFlow looks at the value of a string variable only.
            if dtype == "string":
                to_array(self.value, dtype)
            return _core.zeros()
        array = to_array(self.value, dtype)
        if self.verify_shape and array.shape != tuple(shape):
            raise TypeError(f"Expected Tensor's shape: {tuple(shape)}, but got {array.shape}.")
        return _core.repeated(array, dtype)


class random_uniform_initializer(Initializer):
    """Uniform in [minval, maxval); `maxval` None is 1, and an error for whole numbers."""

    def __init__(self, minval: Any = 0.0, maxval: Any = None, seed: Optional[int] = None,
                 dtype: Any = None) -> None:
        self.minval = _number(minval, "minval")
        self.maxval = None if maxval is None else _number(maxval, "maxval")
        self.seed = _seed(seed)
        self._default_dtype = _dtype_argument(dtype)

    def _tensorthaw_initializer(self, shape, dtype):
        if dtype not in ("float16", "bfloat16", "float32", "float64", "int32", "int64"):
            raise ValueError(f"dtype {dtype} has no uniform random values: only float16, bfloat16, "
                             "float32, float64, int32 and int64 have")
        if self.maxval is None and dtype.startswith("int"):
            raise ValueError(f"Must specify maxval for integer dtype {dtype}")
        maxval = 1 if self.maxval is None else self.maxval
        _check_numbers(dtype, self.minval, maxval)
        return _core.uniform(self.minval, maxval, self.seed)


class _NormalInitializer(Initializer):
    _make = None

    def __init__(self, mean: Any = 0.0, stddev: Any = 1.0, seed: Optional[int] = None,
                 dtype: Any = None) -> None:
        self.mean = _number(mean, "mean")
        self.stddev = _number(stddev, "stddev")
        self.seed = _seed(seed)
        self._default_dtype = _float_dtype_argument(dtype)

    def _tensorthaw_initializer(self, shape, dtype):
        return type(self)._make(self.mean, self.stddev, self.seed)


class random_normal_initializer(_NormalInitializer):
    """Normal values of that mean and standard deviation."""

    _make = _core.normal


class truncated_normal_initializer(_NormalInitializer):
    """Normal values; those two standard deviations or more from the mean are drawn again."""

    _make = _core.truncated_normal


class variance_scaling_initializer(Initializer):
    """Mean 0 and a variance of scale / max(1, n); n is the fans' number by `mode`.

    Args:
      scale: above 0.
      mode: "fan_in", "fan_out" or "fan_avg". The fans are the last two dimensions, each times the
        product of those before; of a part they are the whole variable's.
      distribution: "truncated_normal" (or "normal"), "untruncated_normal" or "uniform".
    """

    def __init__(self, scale: float = 1.0, mode: str = "fan_in",
                 distribution: str = "truncated_normal", seed: Optional[int] = None,
                 dtype: Any = None) -> None:
        if _number(scale, "scale") <= 0:
            raise ValueError(f"Argument `scale` must be a positive float. Received: {scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError("Argument `mode` should be one of ('fan_in', 'fan_out', 'fan_avg'). "
                             f"Received: {mode}")
        if not isinstance(distribution, str):
            raise TypeError(f"distribution must be a str, not {distribution!r}")
        kind = distribution.lower()
        if kind not in ("normal", "uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError("Argument `distribution` should be one of ('normal', 'uniform', "
                             "'truncated_normal', 'untruncated_normal'). "
                             f"Received: {distribution}")
        self.scale = scale
        self.mode = mode
        self.distribution = kind
        self.seed = _seed(seed)
        self._default_dtype = _float_dtype_argument(dtype)

    def _tensorthaw_initializer(self, shape, dtype):
        return _core.variance_scaling(self.scale, self.mode, self.distribution, self.seed)


class glorot_uniform_initializer(variance_scaling_initializer):
    """Uniform within sqrt(6 / (fan_in + fan_out)): the default of floating-point variables."""

    def __init__(self, seed: Optional[int] = None, dtype: Any = None) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed, dtype)


class glorot_normal_initializer(variance_scaling_initializer):
    """Truncated normal of variance 2 / (fan_in + fan_out)."""

    def __init__(self, seed: Optional[int] = None, dtype: Any = None) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, dtype)


class orthogonal_initializer(Initializer):
    """`gain` times a random matrix with orthonormal columns or rows, whichever are fewer.

    Of more than two dimensions all but the last are flattened; of fewer a ValueError.
    """

    def __init__(self, gain: float = 1.0, seed: Optional[int] = None, dtype: Any = None) -> None:
        self.gain = _number(gain, "gain")
        self.seed = _seed(seed)
        self._default_dtype = _float_dtype_argument(dtype)

    def _tensorthaw_initializer(self, shape, dtype):
        return _core.orthogonal(self.gain, self.seed)


class identity_initializer(Initializer):
    """`gain` on the diagonal of a matrix, zeros elsewhere; ValueError for another rank."""

    def __init__(self, gain: float = 1.0, dtype: Any = None) -> None:
        self.gain = _number(gain, "gain")
        self._default_dtype = _float_dtype_argument(dtype)

    def _tensorthaw_initializer(self, shape, dtype):
        if len(shape) == 2:
            _check_numbers(dtype, self.gain)
        return _core.identity(self.gain)
