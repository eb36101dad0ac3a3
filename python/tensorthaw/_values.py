"""Values of Python as TensorFlow takes them for a variable, and the calls of initializers."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Iterable, NamedTuple, Optional

import ml_dtypes  # noqa: F401  (its dtypes get their names)
import numpy as np

from . import _core

_WHOLE = ("int", "uint")


class PartitionInfo(NamedTuple):
    """Where a part lies in its partitioned variable."""

    full_shape: list[int]
    var_offset: list[int]


def _leaves(value: Any):
    """The innermost elements of nested lists and tuples."""
    if isinstance(value, (list, tuple)):
        for element in value:
            yield from _leaves(element)
    else:
        yield value


def _check_leaf(leaf: Any, dtype: str) -> None:
    """Raises the TypeError that TensorFlow raises where a Python value is none of `dtype`."""
    is_text = isinstance(leaf, (str, bytes))
    if dtype == "string":
        fits = is_text
    elif dtype == "bool":
        fits = isinstance(leaf, bool)
    elif dtype.startswith(_WHOLE) or dtype.startswith("q"):
        fits = isinstance(leaf, (int, np.integer))
    elif dtype.startswith("complex"):
        fits = isinstance(leaf, (int, float, complex, np.number, np.ndarray))
    else:
        fits = (isinstance(leaf, (int, float, np.number, np.ndarray))
                and not isinstance(leaf, np.complexfloating)
                or type(leaf).__module__ == "ml_dtypes")
    if not fits:
        raise TypeError(f"Expected {dtype}, but got {leaf!r} of type '{type(leaf).__name__}'.")


def _check_no_arrays(leaves: Iterable[Any]) -> None:
    """TensorFlow takes an array, or lists of numbers, but no list of arrays."""
    for leaf in leaves:
        if isinstance(leaf, np.ndarray) and leaf.ndim > 0:
            raise ValueError(f"an array of shape {leaf.shape} inside a list is no number: stack "
                             "the arrays first")


def _text_array(value: Any) -> np.ndarray:
    """An object array of bytes from nested lists of str and bytes, or an array of them."""
    array = value if isinstance(value, np.ndarray) else np.array(value, dtype=object)
    flat = array.reshape(-1)
    encoded = np.empty(flat.shape, dtype=object)
    for i, element in enumerate(flat):
        if isinstance(element, str):
            encoded[i] = element.encode("utf-8", "surrogateescape")
        elif isinstance(element, bytes):
            encoded[i] = bytes(element)
        elif isinstance(element, (list, tuple)):
            raise ValueError(f"{value!r} has lists of different lengths")
        else:
            raise TypeError(f"Expected string, but got {element!r} of type "
                            f"'{type(element).__name__}'.")
    return encoded.reshape(array.shape)


def _cast(array: np.ndarray, dtype: str) -> np.ndarray:
    if dtype == "string":
        return _text_array(array)
    wanted = _core.numpy_dtype(dtype)
    if array.dtype == wanted:
        return array
    with np.errstate(all="ignore"):
        return array.astype(wanted)


def _plain_array(value: Any) -> np.ndarray:
    """The array of Python numbers, texts or nested lists of them: float32 and int32 by default."""
    leaves = list(_leaves(value))
    _check_no_arrays(leaves)
    for leaf in leaves:
        if not isinstance(leaf, (bool, int, float, complex, str, bytes, np.generic, np.ndarray)):
            raise TypeError(f"cannot convert {value!r} to a tensor: {leaf!r} is no number or text")
    is_text = [isinstance(leaf, (str, bytes)) for leaf in leaves]
    if any(is_text):
        if not all(is_text):
            raise TypeError(f"cannot convert {value!r} to a tensor: it mixes texts and numbers")
        return _text_array(value)
    array = np.array(value)
    if array.dtype == np.float64:
        return array.astype(np.float32)
    if array.dtype == np.int64:
        narrow = array.astype(np.int32)
        return narrow if np.array_equal(narrow, array) else array
    if array.dtype.kind == "O":
        raise TypeError(f"cannot convert {value!r} to a tensor")
    return array


def to_array(value: Any, dtype: Optional[str] = None) -> np.ndarray:
    """The array that TensorFlow would make of an initial value.

    Args:
      value: a number, a text, nested lists of them, or an array.
      dtype: TensorFlow's name of the elements' dtype; None: that of an array, float32 for Python
        floats, int32 for ints (int64 where they need it).

    Raises:
      TypeError: no value of that dtype, or of any.
      ValueError: nested lists of different lengths.
    """
    if value is None:
        raise ValueError("None values not supported: an initial value is needed")
    if isinstance(value, range):
        value = list(value)
    elif isinstance(value, (memoryview, bytearray)) or (
            hasattr(value, "__array__") and not isinstance(value, (np.ndarray, np.generic))):
        value = np.asarray(value)
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if dtype is not None:
            return _cast(array, dtype)
        return _text_array(array) if array.dtype.kind in "SUO" else array
    if dtype is None:
        return _plain_array(value)
    for leaf in _leaves(value):
        _check_leaf(leaf, dtype)
    _check_no_arrays(_leaves(value))
    if dtype == "string":
        return _text_array(value)
    return _cast(np.array(value), dtype)


def needs_no_arguments(function: Callable) -> bool:
    """Whether it can be called as f()."""
    if inspect.isclass(function):
        return False
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return all(p.default is not p.empty or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
               for p in parameters)


def _takes_partition_info(function: Callable) -> bool:
    try:
        return "partition_info" in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def call_initializer(function: Callable, shape: list[int], dtype: str,
                     partition_info: Optional[PartitionInfo]) -> Any:
    """What an initializer gives for a variable, or for a part of one: an array, or a handle."""
    if inspect.isclass(function):
        function = function()
    make = getattr(function, "_tensorthaw_initializer", None)
    if make is not None:
        return make(shape, dtype)
    if _takes_partition_info(function):
        return function(shape, dtype=dtype, partition_info=partition_info)
    return function(shape, dtype=dtype)
