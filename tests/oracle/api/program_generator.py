"""Random programs over the whole Python API, as plain data.

A program: {"seed", "checkpoints", "files", "statements"}. A statement is a dict whose "do" names
it; program_interpreter.py says what each does. The generator does not run anything: it keeps a
rough idea of which variables exist, and what it gets wrong is an error that both sides must raise.
"""

import program_maps
import program_templates
from program_vocabulary import (LEAVES, PARTED_SHAPES, RESOURCE_DTYPES, SCOPES, SHAPES)


class Generator(program_maps.MapGenerator):
    """Makes one program from a seed."""

    # ---- scopes and variables ----

    def scope_arguments(self, depth: int) -> dict:
        arguments = {}
        if self.chance(12):
            arguments["reuse"] = True
        elif self.chance(22):
            arguments["reuse"] = self.choice(["AUTO_REUSE", "AUTO_REUSE", False])
        if self.chance(10):
            arguments["initializer"] = self.choice([{"constant": 7}, {"ones": True},
                                                    {"call": "ramp"}, {"value": 3.0}])
        if self.chance(9):
            arguments["partitioner"] = self.partitioner([4, 2])
        if self.chance(6):
            arguments["dtype"] = self.choice(["float64", "int32", "bfloat16", "float16"])
        if self.chance(8):
            arguments["use_resource"] = self.chance(70)
        if self.chance(8):
            arguments["auxiliary_name_scope"] = False
        return arguments

    def scope_block(self, depth: int) -> dict:
        block = {"do": "variable_scope", **self.scope_arguments(depth)}
        before = self.prefix
        scopes = sorted(self.scopes)
        if scopes and self.chance(15):
            name = self.choice(scopes)
            block["name"] = {"scope": name}
            self.prefix = self.scopes[name]
        elif self.chance(12):
            block["name"] = None
            block["default_name"] = self.choice(SCOPES)
            self.prefix += block["default_name"] + "/"
        else:
            block["name"] = self.choice(SCOPES)
            self.prefix += block["name"] + "/"
        handle = self.handle("s")
        block["as"] = handle
        self.scopes[handle] = self.prefix
        block["body"] = self.model_block(depth + 1, block.get("reuse"))
        self.prefix = before
        return block

    def model_block(self, depth: int, reuse=None) -> list:
        statements = []
        for _ in range(self.random.randint(1, 4 - min(depth, 2))):
            if depth < 3 and self.chance(30):
                statements.append(self.scope_block(depth))
            elif depth < 3 and self.chance(8):
                statements.append({"do": "name_scope", "name": self.choice(SCOPES),
                                   "body": self.model_block(depth + 1, reuse)})
            elif self.chance(4):
                statements.append({"do": "get_variable_scope", "as": self.new_scope()})
            elif depth and self.chance(3):
                statements.append({"do": "reuse_variables"})
            else:
                statements.append(self.variable(reuse))
        return statements

    def new_scope(self) -> str:
        handle = self.handle("s")
        self.scopes[handle] = self.prefix
        return handle

    def variable(self, reuse=None) -> dict:
        if self.chance(22):
            return self.plain_variable()
        here = [v for v in self.known if v["key"] and v["key"].startswith(self.prefix)]
        if here and self.chance(75 if reuse else 5):
            return self.shared_variable(self.choice(here))
        return self.made_variable()

    def remember(self, statement: dict, **facts) -> dict:
        handle = self.handle("v")
        statement["as"] = handle
        self.known.append({"handle": handle, **facts})
        return statement

    def plain_variable(self) -> dict:
        dtype, shape = self.dtype(), self.choice(SHAPES)
        name = self.choice(LEAVES)
        statement = {"do": "Variable", "initial_value": self.value(dtype, shape), "name": name}
        if dtype in RESOURCE_DTYPES or self.chance(35):
            statement["use_resource"] = True
        if self.chance(8):
            statement["validate_shape"] = False
        if self.chance(8) and shape:
            statement["shape"] = [None] + shape[1:]
        if self.chance(6):
            statement["dtype"] = dtype
        if self.chance(5):
            del statement["name"]
        if self.chance(4):
            statement["initial_value"] = self.choice([{"array": [dtype, self.nested(dtype, [2])]},
                                                      0.5, 1, True, "text"])
        return self.remember(statement, key=None, op=self.prefix + name.rstrip("/"), shape=shape,
                             dtype=dtype, partitions=1)

    def made_variable(self) -> dict:
        name, dtype, shape = self.choice(LEAVES), self.dtype(), self.choice(SHAPES)
        if dtype in ("int4", "uint4"):
            dtype = "float8_e5m2"  # TensorFlow has no kernel that cuts an int4 value into parts
        statement = {"do": "get_variable", "name": name, "shape": shape}
        parts = 1
        if dtype != "float32" or self.chance(20):
            statement["dtype"] = dtype
        if dtype in RESOURCE_DTYPES or self.chance(30):
            statement["use_resource"] = self.chance(90) or dtype in RESOURCE_DTYPES
        if self.chance(30):
            shape = statement["shape"] = self.choice(PARTED_SHAPES)
            statement["partitioner"] = self.partitioner(shape)
            parts = 3
            if self.chance(5):
                statement["partitioner"] = self.odd_partitioner(shape)
        self.add_initializer(statement, dtype, shape)
        if self.chance(6):
            statement["local"] = True
        if self.chance(5):
            statement["trainable"] = False
        return self.remember(statement, key=self.prefix + name, op=self.prefix + name.rstrip("/"),
                             shape=shape, dtype=dtype, partitions=parts)

    def add_initializer(self, statement: dict, dtype: str, shape: list) -> None:
        kind = self.random.random()
        if kind < 0.2:
            return
        if kind < 0.75:
            statement["initializer"] = self.initializer(dtype, shape)
            return
        statement["initializer"] = {"value": self.value(dtype, shape)}
        if not self.chance(5) and ("partitioner" not in statement or self.chance(20)):
            del statement["shape"]
        if self.chance(4):
            statement["dtype"] = self.dtype()

    def shared_variable(self, known: dict) -> dict:
        statement = {"do": "get_variable", "name": known["key"][len(self.prefix):]}
        if self.chance(70):
            statement["shape"] = known["shape"]
        if known["dtype"] != "float32" and self.chance(85):
            statement["dtype"] = known["dtype"]
        if known["partitions"] > 1 and self.chance(40):
            statement["partitioner"] = self.partitioner(known["shape"])
            statement.setdefault("shape", known["shape"])
        if self.chance(10):
            statement["shape"] = self.other_shape(known["shape"])
        if self.chance(6):
            statement["dtype"] = self.dtype()
        return self.remember(statement, **{key: known[key] for key in
                                           ("key", "op", "shape", "dtype", "partitions")})

    # ---- what the program does with them ----

    def action(self) -> list:
        kind = self.random.random()
        if kind < 0.30:
            return [self.init_from_checkpoint()]
        if kind < 0.42:
            return [{"do": "initialize"}]
        if kind < 0.50:
            return self.initializer_object()
        if kind < 0.72:
            return self.saver_actions()
        if kind < 0.80:
            return [self.look_at_files()]
        if kind < 0.90 and self.known:
            return [self.look_at_value()]
        return self.model_block(1)

    def initializer_object(self) -> list:
        if self.initializers and self.chance(60):
            return [{"do": "run_initializer", "initializer": self.choice(self.initializers)}]
        handle = self.handle("i")
        self.initializers.append(handle)
        return [{"do": "make_initializer", "of": self.choice(["global", "global", "local"]),
                 "as": handle}]

    def look_at_value(self) -> dict:
        known = self.choice(self.known)
        statement = {"do": self.choice(["numpy", "initialized_value", "is_initialized"]),
                     "of": known["handle"]}
        if known["partitions"] > 1 and (self.chance(40) or statement["do"] != "numpy"):
            statement["part"] = self.random.randint(0, 2)
        elif known["partitions"] > 1 and statement["do"] != "numpy":
            statement["do"] = "numpy"
        elif known["partitions"] == 1:
            statement["part"] = 0
        return statement

    def program(self, seed: int) -> dict:
        if self.chance(78):
            name = self.choice(program_templates.CHOICES)
            statements = program_templates.TEMPLATES[name](self)
            return self.finished(seed, statements, name)
        statements = self.model_block(0)
        self.add_checkpoints()
        for _ in range(self.random.randint(2, 6)):
            statements += self.action()
        if self.chance(60):
            statements.append({"do": "initialize"})
        return self.finished(seed, statements, "random")

    def finished(self, seed: int, statements: list, template: str) -> dict:
        statements.append({"do": "variables"})
        return {"seed": seed, "template": template, "checkpoints": self.checkpoints,
                "files": self.files, "statements": statements}


def make_program(seed: int) -> dict:
    return Generator(seed).program(seed)
