"""What random programs are made of: names, shapes, dtypes, values, arguments.

Names come from a small vocabulary, full of the names that TensorFlow's rules treat in a special
way, so that scopes, parts, suffixes and slots meet often.
"""

import random

SCOPES = ["a", "b", "foo", "s", "a/b", "Foo", "emb", "a_1", "foo_1"]
LEAVES = ["w", "w", "x", "x", "foo", "W", "w_1", "emb", "a", "b", "part_of_speech/w", "emb/part_0",
          "w/Adam/", "w/part_0/Adam/", "foo/", "e", "s/w"]
# RestoreV2 cuts slices of the first group only.
CUT_DTYPES = ["float64", "int32", "uint8", "int16", "int8", "int64", "bool", "complex64",
              "bfloat16"]
OTHER_DTYPES = ["float16", "uint16", "uint32", "uint64", "complex128", "string"]
RESOURCE_DTYPES = ["float8_e5m2", "float8_e4m3fn", "int4", "uint4"]
SHAPES = [[], [1], [2], [4], [5], [2, 3], [4, 2], [3, 1], [6, 2], [2, 2, 2], [0], [0, 3]]
PARTED_SHAPES = [shape for shape in SHAPES if shape and 0 not in shape]


class Vocabulary:
    """Random arguments from a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.next_value = 1
        self.next_handle = 0

    def chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def choice(self, options):
        return self.random.choice(options)

    def fresh_value(self) -> int:
        self.next_value += 1
        return self.next_value

    def handle(self, letter: str) -> str:
        self.next_handle += 1
        return "%s%d" % (letter, self.next_handle)

    # ---- dtypes, shapes, values ----

    def dtype(self) -> str:
        if self.chance(60):
            return "float32"
        if self.chance(75):
            return self.choice(CUT_DTYPES)
        return self.choice(OTHER_DTYPES + RESOURCE_DTYPES)

    def other_shape(self, shape: list) -> list:
        return self.choice([each for each in SHAPES if each != shape])

    def scalar(self, dtype: str):
        """No value that a checkpoint's tensor has, and small enough for every type."""
        value = self.fresh_value()
        if dtype == "bool":
            return value % 2 == 1
        if dtype == "string":
            return "value %d" % value
        if dtype in ("int4", "uint4"):
            return value % 2
        return 100 + value % 25

    def nested(self, dtype: str, shape: list):
        if not shape:
            return self.scalar(dtype)
        return [self.nested(dtype, shape[1:]) for _ in range(shape[0])]

    def constant(self, dtype: str, shape: list):
        """One value for all elements, or nested lists of the full shape."""
        if shape and 0 not in shape and self.chance(30):
            return self.nested(dtype, shape)
        return self.scalar(dtype)

    def value(self, dtype: str, shape: list):
        """A value that brings its dtype and shape."""
        numbers = self.nested(dtype, shape)
        if dtype == "float32" and 0 not in shape and self.chance(70):
            return self.as_floats(numbers)
        if dtype in ("int32", "bool", "string") and 0 not in shape:
            return numbers
        return {"array": [dtype, numbers]}

    def as_floats(self, numbers):
        if isinstance(numbers, list):
            return [self.as_floats(each) for each in numbers]
        return float(numbers)

    # ---- arguments ----

    def initializer(self, dtype: str, shape: list):
        """A callable one."""
        kind = self.random.random()
        if kind < 0.12 and dtype != "string":
            return {self.choice(["zeros", "ones"]): True}
        if kind < 0.25:
            return {"call": "ramp"}
        return {"constant": self.constant(dtype, shape)}

    def partitioner(self, shape: list) -> dict:
        """Most fit the shape; its axis is one of the shape's."""
        rank = max(1, len(shape or []))
        axis = self.random.randrange(rank)
        size = shape[axis] if shape and shape[axis] else 2
        kind = self.random.random()
        if kind < 0.45:
            return {"fixed_size": {"num_shards": self.random.randint(1, size + 1), "axis": axis}}
        if kind < 0.6:
            return {"min_max": {"max_partitions": self.random.randint(1, 4), "axis": axis,
                                "min_slice_size": self.choice([1, 4, 8, 16, 262144])}}
        if kind < 0.75:
            return {"axis_size": {"max_shard_bytes": self.choice([1, 4, 8, 12, 16, 64]),
                                  "axis": axis,
                                  **({"max_shards": self.random.randint(1, 3)}
                                     if self.chance(40) else {})}}
        partitions = [1] * rank
        partitions[axis] = self.random.randint(1, size)
        return {"returns": partitions}

    def odd_partitioner(self, shape: list) -> object:
        return self.choice([
            {"returns": [2, 2]}, {"returns": [0] * len(shape)}, {"returns": [1] * (len(shape) + 1)},
            {"returns": [shape[0] + 2] + [1] * (len(shape) - 1)}, {"returns": None}, {"returns": 2},
            {"returns": "12"}, 7, "partitioner",
            {"min_max": {"max_partitions": 2, "axis": len(shape) + 1, "min_slice_size": 1}},
            {"returns": [-1] + [1] * (len(shape) - 1)},
        ])
