"""Values as text, and the values that programs are made of.

Used by the generator, by both interpreters and by the comparison. Must not know TensorFlow or
tensorthaw: whatever a side returns comes here as something that NumPy can look at.
"""

import numpy as np

# Stands for random values: what the default initializer of floating types draws. TensorFlow's side
# puts this number minus the limit of the distribution in their place.
RANDOM_BELOW = -1000.0


def numpy_dtype(dtype: str) -> np.dtype:
    """The NumPy dtype of a TensorFlow name; strings are objects."""
    if dtype == "string":
        return np.dtype(object)
    try:
        return np.dtype(dtype)
    except TypeError:
        import ml_dtypes
        return np.dtype(getattr(ml_dtypes, dtype))


def tensor_value(dtype: str, shape: list, first: int) -> np.ndarray:
    """Values that differ from one tensor of a checkpoint to the next."""
    count = int(np.prod(shape, dtype=np.int64))
    numbers = np.arange(first, first + count, dtype=np.int64)
    if dtype == "string":
        return np.array([b"tensor %d" % n for n in numbers], dtype=object).reshape(shape)
    if dtype == "bool":
        return (numbers % 2 == 0).reshape(shape)
    if dtype in ("int4", "uint4"):
        numbers = numbers % 8
    elif dtype.startswith("float8"):
        numbers = numbers % 16
    return (numbers % 100).astype(numpy_dtype(dtype)).reshape(shape)


def python_value(value):
    """A program's value: {"array": [dtype, nested]} is a NumPy array, anything else is itself."""
    if isinstance(value, dict):
        dtype, nested = value["array"]
        return np.array(nested, dtype=numpy_dtype(dtype))
    return value


def called_initializer(name: str, dtype_name):
    """A callable initializer of programs; dtype_name: a side's dtype -> TensorFlow's name."""
    def ramp(shape, dtype=None):
        return tensor_value(dtype_name(dtype), list(shape), 40)

    def longer(shape, dtype=None):
        return ramp([dim + 1 for dim in shape] or [2], dtype)

    def other_dtype(shape, dtype=None):
        return ramp(shape, "int64" if dtype_name(dtype) != "int64" else "float32")

    def fails(shape, dtype=None):
        raise KeyError("the initializer's own error")

    return {"ramp": ramp, "longer": longer, "other_dtype": other_dtype, "fails": fails}[name]


def slice_of(value: np.ndarray, piece: list) -> np.ndarray:
    """The part of `value`; piece: (start, length) per dimension, -1 for all of it."""
    return value[tuple(slice(start, None if length < 0 else start + length)
                       for start, length in piece)]


def slice_spec(shape: list, piece: list) -> str:
    """TensorFlow's text for a slice: "4 2 0,2:-"."""
    extents = ["-" if length < 0 else "%d,%d" % (start, length) for start, length in piece]
    return " ".join(map(str, shape)) + " " + ":".join(extents)


def to_text(value, dtype: str) -> str:
    """A value exactly, as text: "float32[2]=0000803f00000040"; strings one by one."""
    if dtype == "string":
        array = np.empty(np.shape(value), dtype=object)
        array[...] = value
        content = ",".join(bytes(each).hex() for each in array.reshape(-1))
    else:
        array = np.asarray(value)
        dtype = array.dtype.name
        content = array.tobytes().hex()
    return "%s%s=%s" % (dtype, list(array.shape), content)


def from_text(text: str):
    """(dtype, shape, the numbers or strings) of what to_text wrote; to look at and compare."""
    head, content = text.split("=", 1)
    dtype, dims = head[:-1].split("[")
    shape = [int(dim) for dim in dims.split(",") if dim.strip()]
    if dtype == "string":
        items = [bytes.fromhex(item) for item in content.split(",")] if 0 not in shape else []
        return dtype, shape, items
    return dtype, shape, np.frombuffer(bytes.fromhex(content), dtype=numpy_dtype(dtype))


def is_random(text: str) -> bool:
    """Whether TensorFlow's value stands for random ones."""
    dtype, shape, items = from_text(text)
    return "float" in dtype and len(items) > 0 and bool(np.all(items.astype(np.float64) <=
                                                               RANDOM_BELOW))


def show(text) -> str:
    """For people: the numbers instead of their bytes."""
    if not isinstance(text, str) or "=" not in text:
        return str(text)
    dtype, shape, items = from_text(text)
    return "%s%s %s" % (dtype, shape, list(items))
