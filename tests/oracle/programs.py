"""Random small programs: the variables of a model, a checkpoint, and a map or a Saver.

A program is plain data, so that TensorFlow and thaw get the very same one. Names are drawn from a
small vocabulary, full of the names that TensorFlow's rules treat in a special way, so that scopes,
parts, suffixes and slots meet often.
"""

import dataclasses
import random
from typing import Any, Optional

from program_vocabulary import CUT_DTYPES, OTHER_DTYPES, RESOURCE_DTYPES, SHAPES

SCOPES = ["", "", "a/", "b/", "a/b/", "a_1/", "foo/", "foo_1/", "Foo/"]
LEAVES = ["w", "x", "foo", "W", "w_1", "emb", "a", "b", "part_of_speech/w", "emb/part_0", "w/Adam/",
          "w/part_0/Adam/", "foo/", "e"]


@dataclasses.dataclass
class Tensor:
    """A tensor of the checkpoint; `slices`: (start, length) per dimension, -1 for all of it."""
    name: str
    dtype: str
    shape: list
    first_value: int
    slices: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Program:
    seed: int
    variables: list          # as in a model file
    tensors: list            # of Tensor
    pairs: Optional[list]    # as in a map file; None: a Saver
    map_as_dict: bool = False

    def model(self) -> dict:
        return {"variables": self.variables}

    def map(self) -> Any:
        return dict(self.pairs) if self.map_as_dict else self.pairs


class Generator:
    """Makes one program from a seed."""

    def __init__(self, seed: int):
        self.seed = seed
        self.random = random.Random(seed)
        self.next_value = 1

    def chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def fresh_value(self) -> int:
        self.next_value += 1
        return self.next_value

    # ---- the model ----

    def dtype(self) -> str:
        if self.chance(80):
            return self.random.choice(["float32"] * 4 + CUT_DTYPES)
        return self.random.choice(OTHER_DTYPES + RESOURCE_DTYPES)

    def constant(self, dtype: str, shape: list) -> Any:
        """One value for all elements, or nested lists of the full shape."""
        if shape and 0 not in shape and self.chance(25):
            return self.nested(dtype, shape)
        return self.scalar(dtype)

    def nested(self, dtype: str, shape: list) -> Any:
        if not shape:
            return self.scalar(dtype)
        return [self.nested(dtype, shape[1:]) for _ in range(shape[0])]

    def scalar(self, dtype: str) -> Any:
        value = self.fresh_value()
        if dtype == "bool":
            return value % 2 == 1
        if dtype == "string":
            return "value %d" % value
        # Small enough for every type, and no value that a checkpoint's tensor has.
        return value % 2 if dtype in ("int4", "uint4") else 100 + value % 25

    def variable(self) -> dict:
        shape = self.random.choice(SHAPES)
        dtype = self.dtype()
        made_by = "Variable" if self.chance(30) else "get_variable"
        variable = {"made_by": made_by, "name": self.random.choice(SCOPES) +
                    self.random.choice(LEAVES), "shape": shape, "dtype": dtype}
        if self.chance(40) or dtype in RESOURCE_DTYPES:
            variable["use_resource"] = True
        if made_by == "get_variable" and self.chance(35):
            self.partition(variable)
        variable["initializer"] = {"constant": self.constant(dtype, variable["shape"])}
        return variable

    def partition(self, variable: dict) -> None:
        shape = variable["shape"]
        if self.chance(90):
            shape = variable["shape"] = self.random.choice([s for s in SHAPES if s and 0 not in s])
        partitions = [1] * len(shape)
        if shape:
            axis = self.random.randrange(len(shape))
            partitions[axis] = self.random.randint(1, max(1, shape[axis]))
        if self.chance(2):
            partitions = self.random.choice([[9] * max(1, len(shape)), partitions + [1], [2, 2]])
        if shape:
            variable["partitions"] = partitions

    def model(self) -> list:
        variables = []
        keys = set()
        for _ in range(self.random.randint(1, 6)):
            variable = self.variable()
            in_store = variable["made_by"] == "get_variable"
            if in_store and variable["name"] in keys and not self.chance(10):
                continue
            if in_store:
                keys.add(variable["name"])
            variables.append(variable)
        return variables

    # ---- the checkpoint ----

    def cut(self, tensor: Tensor) -> None:
        """Stores the tensor in parts along one axis."""
        axis = self.random.randrange(len(tensor.shape))
        size = tensor.shape[axis]
        parts = self.random.randint(2, size) if size >= 2 else 1
        whole = [[0, -1] if self.chance(50) else [0, dim] for dim in tensor.shape]
        start = 0
        for part in range(parts):
            length = size // parts + (1 if part < size % parts else 0)
            piece = [list(extent) for extent in whole]
            piece[axis] = [start, length]
            tensor.slices.append(piece)
            start += length
        if len(tensor.slices) > 1 and self.chance(8):
            tensor.slices.pop(self.random.randrange(len(tensor.slices)))  # a hole

    def tensor(self, name: str, variable: dict) -> Tensor:
        shape, dtype = variable["shape"], variable["dtype"]
        if self.chance(3):
            shape = self.random.choice(SHAPES)
        if self.chance(3):
            dtype = self.random.choice(["float32"] + CUT_DTYPES)
        tensor = Tensor(name, dtype, shape, self.fresh_value())
        can_cut = shape and 0 not in shape and (
            dtype in ["float32"] + CUT_DTYPES or self.chance(10))
        if can_cut and dtype not in RESOURCE_DTYPES and self.chance(25):
            self.cut(tensor)
        return tensor

    def checkpoint(self, variables: list) -> list:
        """Tensors for the variables under their own names and under other scopes."""
        tensors = {}
        styles = self.random.sample(range(4), self.random.randint(0, 4))
        for variable in variables:
            name = variable["name"].rstrip("/")
            rest = name[name.find("/") + 1:]
            others = ("old/" + name, "old/" + rest, rest, name + "_1")
            names = [name] + [others[style] for style in styles]
            if "/part_" in name and self.chance(50):
                names.append(name[:name.index("/part_")])
            for each in names:
                if each and not self.chance(2):
                    tensors.setdefault(each, self.tensor(each, variable))
        if not tensors or self.chance(20):
            tensors.setdefault("extra", Tensor("extra", "float32", [2], self.fresh_value()))
        return list(tensors.values())

    # ---- the map ----

    def op_names(self, variables: list) -> list:
        """Op names that probably exist (the runner asks TensorFlow for the true ones)."""
        names = []
        for variable in variables:
            if "partitions" in variable:
                parts = max(variable["partitions"])
                names.append(["%s/part_%d" % (variable["name"], i) for i in range(parts)])
            else:
                names.append(variable["name"].rstrip("/"))
        return names

    def entry(self, variables: list, tensors: list) -> list:
        variable = self.random.choice(variables)
        name = variable["name"]
        tensor = name.rstrip("/") if self.chance(92) else self.random.choice(tensors).name
        kind = self.random.choice(["root", "scope", "scope", "scope", "name", "name", "name",
                                   "object", "object", "parts", "quirk"])
        if kind == "root":
            return ["/", "/"]
        if kind == "scope":
            scope = name[:name.rfind("/") + 1] or "/"
            key = self.random.choice([scope, scope, "old/", "old/" + scope if scope != "/" else "old/",
                                      "/"])
            return [key, scope]
        if kind == "name":
            return [tensor, name]
        if kind == "object":
            op_name = self.random.choice(self.op_names([variable]))
            return [tensor, {"variable": op_name[-1] if isinstance(op_name, list) else op_name}]
        if kind == "parts":
            return self.parts_entry(variables, variable)
        return self.quirk(name, tensor)

    def parts_entry(self, variables: list, variable: dict) -> list:
        partitioned = [v for v in variables if "partitions" in v]
        if partitioned and self.chance(80):
            variable = self.random.choice(partitioned)
        names = self.op_names([variable])[0]
        names = list(names) if isinstance(names, list) else [names]
        if self.chance(25):
            self.random.shuffle(names)
        if self.chance(15):
            names.pop()
        if self.chance(20):
            other = self.random.choice(self.op_names(partitioned if self.chance(70) and partitioned
                                                     else variables))
            names += other if isinstance(other, list) else [other]
        return [variable["name"].rstrip("/"), {"variables": names}]

    def quirk(self, name: str, tensor: str) -> list:
        scope = name[:name.rfind("/") + 1]
        return self.random.choice([
            [tensor, name + ":0"], [tensor + ":0", name], [tensor + "/", name], [tensor, name + "x"],
            ["/", scope.rstrip("/")], ["old/", name], ["/", name.split("/")[0]], [tensor, ""],
            ["/", ""], ["", name], ["/", "nosuch/"], ["nosuch/", scope or "/"], [tensor, scope],
            ["/", name + "/"], ["old/", name + "/"], ["old/", "/" + name], [tensor, tensor + "/"],
            ["/", scope + "/"], [tensor, {"variables": []}], ["nosuch", {"variables": []}],
        ])

    def pairs(self, variables: list, tensors: list) -> list:
        count = self.random.choice([1, 1, 1, 2, 2, 3])
        return [self.entry(variables, tensors) for _ in range(count)]

    def program(self) -> Program:
        variables = self.model()
        tensors = self.checkpoint(variables)
        if self.chance(20):
            return Program(self.seed, variables, tensors, None)
        pairs = self.pairs(variables, tensors)
        unique = len({key for key, _ in pairs}) == len(pairs)
        return Program(self.seed, variables, tensors, pairs, unique and self.chance(50))


def make_program(seed: int) -> Program:
    return Generator(seed).program()
