"""Programs that aim at one rule of variables and partitioners (specification, 7)."""

from program_vocabulary import CUT_DTYPES, LEAVES, PARTED_SHAPES

TEMPLATES = {}


def template(function):
    TEMPLATES[function.__name__] = function
    return function


def get(name, **arguments) -> dict:
    return {"do": "get_variable", "name": name, **arguments}


def scope(name, *body, **arguments) -> dict:
    return {"do": "variable_scope", "name": name, "body": list(body), **arguments}


def with_kind(g, statement: dict) -> dict:
    """A ref or a resource variable."""
    if g.chance(40):
        statement["use_resource"] = True
    return statement


def some(g, name: str, shape: list, dtype: str = "float32", **arguments) -> dict:
    """A get_variable of a constant."""
    statement = get(name, shape=shape, initializer={"constant": g.constant(dtype, shape)},
                    **arguments)
    if dtype != "float32":
        statement["dtype"] = dtype
    return with_kind(g, statement)


def part_shape(g) -> list:
    return g.choice([[4], [5], [4, 2], [6, 2], [2, 2, 2]])


def fixed(num_shards: int, axis: int = 0) -> dict:
    return {"fixed_size": {"num_shards": num_shards, "axis": axis}}


@template
def exists_and_does_not(g) -> list:
    name = g.choice(LEAVES)
    again = get(name, shape=[2])
    return [scope("a", some(g, name, [2]), again, get("other", shape=[2])),
            scope("a", again, get("other", shape=[2]), reuse=g.choice([True, "AUTO_REUSE", False])),
            scope("b", again, reuse=True)]


@template
def sharing(g) -> list:
    dtype = g.choice(["float32", "int32", "float64"])
    shape = g.choice([[2], [2, 3], []])
    return [some(g, "w", shape, dtype),
            scope("", get("w", shape=g.other_shape(shape), dtype=dtype),
                  get("w", shape=shape, dtype=g.choice(["int64", "float64", "bool", "float32"])),
                  get("w", dtype=dtype), get("w"),
                  get("w", shape=[None] * len(shape), dtype=dtype),
                  reuse=g.choice([True, "AUTO_REUSE"]))]


@template
def value_then_shared(g) -> list:
    """A value brings its dtype; a later reuse compares the scope's default with it."""
    dtype = g.choice(["int32", "int64", "float32", "bool"])
    value = {"array": [dtype, g.nested(dtype, [2])]}
    return [with_kind(g, get("w", initializer={"value": value})),
            scope("", get("w"), get("w", dtype=dtype), get("w", initializer={"value": value}),
                  reuse=True)]


@template
def initializer_errors(g) -> list:
    dtype = g.choice(["int32", "float64"])
    return [get("a", shape=[2], initializer={"value": [1.0, 2.0]}),
            get("b", initializer={"value": 1.0}, dtype=dtype),
            get("c"), get("d", dtype=dtype),
            get("e", shape=[None, 2]), get("f", initializer={"zeros": True}),
            get("g", shape=[2, None], initializer={"call": "ramp"}),
            get("h", shape=[2], dtype=g.choice(["complex64", "complex128"])),
            get("i", shape=[2], initializer={"call": "fails"}),
            with_kind(g, get("j", shape=[2], initializer={"call": "longer"})),
            with_kind(g, get("k", shape=[2], initializer={"call": "other_dtype"})),
            get("l", shape=[2], initializer={"constant": [1, 2, 3]}),
            get("m", shape=[4], initializer={"constant": [1, 2, 3]}),
            {"do": "initialize"}]


@template
def default_initializers(g) -> list:
    statements = [with_kind(g, get("v%d" % number, shape=g.choice([[], [2], [2, 3], [2, 2, 2],
                                                                   [0]]),
                                   dtype=g.choice(["float32", "float64", "float16", "bfloat16",
                                                   "int32", "int64", "uint8", "int8", "uint16",
                                                   "bool", "string", "uint64", "int16", "uint32"])))
                  for number in range(5)]
    statements.append(get("parted", shape=[4, 2], partitioner=fixed(g.choice([1, 2, 3]))))
    return statements + [{"do": "initialize"}]


@template
def partitioned_and_not(g) -> list:
    shape = part_shape(g)
    return [some(g, "w", shape, partitioner=fixed(2)), get("w", shape=shape),
            some(g, "x", shape), get("x", shape=shape, partitioner=fixed(2)),
            scope("", get("w", shape=shape), get("w"), reuse=True),
            scope("", get("w", shape=shape), get("x", shape=shape, partitioner=fixed(2)),
                  get("w", shape=shape, partitioner=fixed(2)), reuse="AUTO_REUSE")]


@template
def partitioned_again(g) -> list:
    shape = part_shape(g)
    other = [shape[0] + 1] + shape[1:]
    make = some(g, "w", shape, partitioner=fixed(2))
    return [make, get("w", shape=shape, partitioner=fixed(2)),
            scope("", get("w", shape=other, partitioner=fixed(2)),
                  get("w", shape=shape, partitioner=fixed(2), dtype=g.choice(["int32", "float64"])),
                  get("w", shape=shape, partitioner=fixed(g.choice([1, 3]))),
                  get("w", shape=shape, partitioner=fixed(2)),
                  get("nosuch", shape=shape, partitioner=fixed(2)),
                  reuse=g.choice([True, "AUTO_REUSE", True]))]


@template
def partitioner_results(g) -> list:
    shape = part_shape(g)
    statements = [some(g, "v%d" % number, shape, partitioner=g.odd_partitioner(shape))
                  for number in range(4)]
    statements += [get("s", shape=[], partitioner=fixed(2)),
                   get("n", shape=[None, 2], partitioner=g.partitioner([4, 2])),
                   get("u", partitioner=fixed(2)),
                   get("z", shape=[0, 3], partitioner=fixed(2), initializer={"zeros": True}),
                   some(g, "f", [2, 3], partitioner=fixed(2, g.choice([1, 2, 3]))),
                   some(g, "t", [4, 2], partitioner={"returns": [2, 2]}),
                   some(g, "q", shape, partitioner=g.choice([7, "partitioner"])),
                   get("i", initializer={"value": 1.0}, partitioner=fixed(2))]
    g.random.shuffle(statements)
    return statements + [{"do": "initialize"}]


@template
def scalar_and_partitioner(g) -> list:
    """A scope's partitioner meets a scalar, a shape that is not full, and a value."""
    return [scope("a", get("s", initializer={"value": 2.0}), get("t", shape=[]),
                  get("u", shape=[None, 3]), get("v", initializer={"value": [1.0, 2.0]}),
                  get("w", shape=[3, 2]), get("x", shape=[2], initializer={"value": [3.0, 4.0]}),
                  partitioner=g.choice([fixed(2), {"returns": [2]}, {"returns": [1, 1]},
                                        g.partitioner([4])])), {"do": "initialize"}]


@template
def too_many_parts(g) -> list:
    shape = g.choice([[2], [3], [4, 2], [2, 2, 2]])
    count = shape[0] + g.random.randint(1, 3)
    make = some(g, "w", shape, partitioner={"returns": [count] + [1] * (len(shape) - 1)})
    again = some(g, "w", shape, partitioner=fixed(g.random.randint(1, shape[0])))
    again["use_resource"] = make.get("use_resource", False)
    return [make, make, again, get("w", shape=shape), {"do": "initialize"}]


@template
def stale_parts(g) -> list:
    """Parts by hand, then a partitioned variable of their name."""
    made = g.random.randint(1, 4)
    parts = [some(g, "w/part_%d" % number, [2]) for number in range(made)]
    count = g.random.randint(1, 5)
    again = some(g, "w", [count * 2], partitioner=fixed(count))
    reused = scope("", again, reuse=g.choice(["AUTO_REUSE", True]))
    return parts + [g.choice([again, reused]), again, {"do": "initialize"}]


@template
def value_in_parts(g) -> list:
    dtype = g.choice(["float32", "int32", "float64", "string", "bool"])
    shape = g.choice([[4], [5, 2], [3, 4]])
    value = {"value": {"array": [dtype, g.nested(dtype, shape)]}}
    axis = g.random.randrange(len(shape))
    other = g.choice([[4], [5], [5, 2], [None, 2], [3, None], [3, 4]])
    return [with_kind(g, get("w", shape=shape, dtype=dtype, initializer=value,
                             partitioner=fixed(2, axis))),
            with_kind(g, get("x", initializer=value, partitioner=fixed(3, axis))),
            get("y", shape=other, dtype=dtype, initializer=value, partitioner=fixed(2)),
            {"do": "initialize"}]


@template
def partitioners(g) -> list:
    """The three partitioners, with any arguments that they take."""
    statements = []
    for number in range(5):
        shape = g.choice([[4], [10], [100, 10], [7, 3], [2, 30], [1, 50], [3, 4, 5]])
        axis = g.random.randrange(len(shape))
        kind = g.choice([
            fixed(g.choice([1, 2, 3, 5, 200]), axis),
            {"min_max": {"max_partitions": g.choice([1, 2, 5, 20]), "axis": axis,
                         "min_slice_size": g.choice([1, 8, 64, 256, 8192]),
                         **({"bytes_per_string_element": g.choice([1,
                                                                   8])} if g.chance(30) else {})}},
            {"axis_size": {"max_shard_bytes": g.choice([1, 16, 40, 100, 1024]), "axis": axis,
                           **({"max_shards": g.choice([1, 2, 7])} if g.chance(50) else {})}},
            {"min_max": {"max_partitions": 3, "axis": axis + \
                         g.choice([0, 3]), "min_slice_size": 4}},
            {"axis_size": {"max_shard_bytes": 8, "axis": axis + g.choice([0, 3])}},
        ])
        statements.append(get("v%d" % number, shape=shape, partitioner=kind,
                              dtype=g.choice(["float32", "float64", "int8", "string"]),
                              initializer={"call": "ramp"}))
    return statements


@template
def partitioner_arguments(g) -> list:
    bad = g.random.sample([
        fixed(g.choice([0, -1])), fixed(2, g.choice([-1, -2, 5])),
        {"axis_size": {"max_shard_bytes": g.choice([0, -1])}},
        {"axis_size": {"max_shard_bytes": 4, "max_shards": g.choice([0, -1])}},
        {"axis_size": {"max_shard_bytes": 4, "bytes_per_string_element": 0}},
        {"min_max": {"max_partitions": g.choice([0, -1])}},
        {"min_max": {"min_slice_size": g.choice([0, -1])}},
        {"min_max": {"bytes_per_string_element": 0}}], 3)
    return [*(get("w%d" % number, shape=[4, 2], partitioner=each, initializer={"zeros": True})
              for number, each in enumerate(bad)), get("w0", shape=[4, 2], initializer={
                  "zeros": True})]


@template
def unknown_shapes(g) -> list:
    shape = g.choice([[3, 2], [2], [2, 2, 2]])
    unknown = [None if g.chance(60) else dim for dim in shape]
    dtype = g.choice(["float32", "int32"])
    return [{"do": "Variable", "initial_value": g.value(dtype, shape), "name": "v",
             "shape": unknown,
             "use_resource": g.chance(70), "as": "v"},
            {"do": "Variable", "initial_value": g.value(dtype, shape), "name": "w",
             "validate_shape": False, "use_resource": g.chance(30), "as": "w"},
            {"do": "Variable", "initial_value": g.value(dtype, shape), "name": "x",
             "shape": g.choice([[7], [None], [None] * 4, shape]), "use_resource": g.chance(50)},
            {"do": "initialize"}, {"do": "numpy", "of": "v"}, {"do": "numpy", "of": "w"}]


@template
def local_variables(g) -> list:
    return [{**some(g, "w", [2]), "local": True, "as": "w"}, {**some(g, "x", [2]), "as": "x"},
            scope("", get("w", shape=[2]), {**get("x", shape=[2]), "local": True}, reuse=True),
            {**some(g, "p", [4], partitioner=fixed(2)), "local": True},
            {"do": "make_initializer", "of": "global", "as": "g"},
            {"do": "make_initializer", "of": "local", "as": "l"},
            {"do": "run_initializer", "initializer": g.choice(["g", "l"])},
            {"do": "is_initialized", "of": "w"}, {"do": "is_initialized", "of": "x"},
            {"do": "numpy", "of": g.choice(["w", "x"])}, {"do": "Saver", "as": "k"},
            {"do": "save", "saver": "k", "path": "m"}, {"do": "list_variables", "path": "m"}]


@template
def variable_values(g) -> list:
    values = [1, 1.5, True, "text", [1, 2], [[1.0], [2.0]], [], {"array": ["int64", [1, 2]]},
              {"array": ["float64", 2.0]}, [1, 2.5], [True, False], ["a", "bc"], None,
              {"array": ["bfloat16", [1.0, 2.0]]}, {"array": ["float16", [[3.0]]]}, [[1], [2, 3]]]
    statements = []
    for number in range(5):
        value = g.choice(values)
        statement = {"do": "Variable", "initial_value": value, "name": "v%d" % number,
                     "use_resource": g.chance(40)}
        if g.chance(25):
            statement["dtype"] = g.choice(["float32", "int32", "int64", "float64", "string"])
        statements.append(statement)
        if value is not None:
            statements.append(with_kind(g, get("g%d" % number, initializer={"value": value})))
    return statements + [{"do": "initialize"}]


@template
def every_dtype(g) -> list:
    statements = []
    for number in range(4):
        dtype = g.choice(CUT_DTYPES + ["string", "float16", "uint16", "uint32", "uint64",
                                       "complex128"])
        shape = g.choice(PARTED_SHAPES)
        statements.append(with_kind(g, get(
            "v%d" % number, shape=shape, dtype=dtype, initializer=g.initializer(dtype, shape),
            **({"partitioner": g.partitioner(shape)} if g.chance(40) else {}))))
    return statements + [{"do": "initialize"}, {"do": "Saver", "as": "k"},
                         {"do": "save", "saver": "k", "path": "m"},
                         {"do": "restore", "saver": "k", "path": "m"}]


@template
def getters(g) -> list:
    """Custom getters of scopes and calls; they compose from the inside out."""
    kinds = ["passes", "passes", "renames", "makes_two", "drops", "fails"]
    odd = [7, "a text", 2.5]
    outer = g.choice(kinds if g.chance(92) else odd)
    inner = g.choice(kinds + [None, None] if g.chance(92) else odd)
    parted = {"partitioner": fixed(2)} if g.chance(25) else {}
    given = {"custom_getter": g.choice(kinds + odd)} if g.chance(50) else {}
    body = [some(g, "w", [4, 2], **given, **parted), get("x", shape=[2], **given),
            get("v", initializer={"value": [1.0, 2.0]}),
            get("n", shape=[2], dtype=g.choice(["int32", "float64"]), trainable=g.chance(50)),
            {**some(g, "l", [2]), "local": True}, {"do": "Variable", "initial_value": 1.0,
                                                   "name": "plain"}]
    arguments = {} if inner is None else {"custom_getter": inner}
    again = scope("a", get("w", shape=[4, 2], **parted), reuse=g.choice([True, "AUTO_REUSE"]),
                  **({"custom_getter": g.choice(kinds)} if g.chance(50) else {}))
    return [scope("a", *body, scope("b", *body, **arguments), **{"as": "s"}, custom_getter=outer),
            scope({"scope": "s"}, get("y", shape=[2])), again, {"do": "initialize"}]


@template
def regularizers_and_constraints(g) -> list:
    """What is called for a variable that is made, and what a scope hands down."""
    given = {name: value for name, value in
             {"regularizer": "notes", "constraint": g.choice(["notes", "notes", 7])}.items()
             if g.chance(60)}
    own = {name: "notes" for name in ("regularizer", "constraint") if g.chance(30)}
    parted = {"partitioner": fixed(2)} if g.chance(40) else {}
    return [scope("a", some(g, "w", [4], **parted), some(g, "x", [2], **own),
                  scope("b", some(g, "w", [2]), {**some(g, "l", [2]), "local": True}),
                  {"do": "Variable", "initial_value": 1.0, "name": "plain"}, **given,
                  **{"as": "s"}),
            scope({"scope": "s"}, get("x", shape=[2]), get("again", shape=[2]), reuse="AUTO_REUSE"),
            get("odd", shape=[2], constraint=g.choice(["notes", 7, 2.5])), {"do": "initialize"}]


RANDOM = [
    ["random_uniform_initializer", {"minval": -2.0, "maxval": 3.0}, 3.0],
    ["random_uniform_initializer", {}, 1.0], ["random_normal_initializer", {"stddev": 2.0}, 40.0],
    ["truncated_normal_initializer", {"mean": 1.0, "stddev": 0.5}, 2.0],
    ["glorot_normal_initializer", {}, 4.0], ["glorot_uniform_initializer", {}, 2.0],
    ["variance_scaling_initializer", {"scale": 2.0, "mode": "fan_out", "distribution": "uniform"},
     3.0],
    ["variance_scaling_initializer", {"mode": "fan_avg", "distribution": "truncated_normal"}, 4.0],
    ["variance_scaling_initializer", {"distribution": "untruncated_normal"}, 40.0],
    ["variance_scaling_initializer", {"scale": 0}, 0.0],
    ["variance_scaling_initializer", {"mode": "fan"}, 0.0],
    ["variance_scaling_initializer", {"distribution": "gaussian"}, 0.0],
    ["orthogonal_initializer", {"gain": 2.0}, 2.0], ["orthogonal_initializer", {}, 1.0],
]


@template
def initializers(g) -> list:
    """The initializers that have rules of their own about shapes, dtypes and arguments."""
    statements = []
    for number in range(4):
        shape = g.choice([[], [3], [3, 2], [2, 3], [4, 4], [2, 3, 2], [0, 2]])
        kind = {"identity": {"gain": g.choice([1.0, 2.5])} if g.chance(50) else {}}
        if g.chance(75):
            kind = {"random": g.choice(RANDOM)}
        statement = with_kind(g, get("v%d" % number, shape=shape, initializer=kind))
        if g.chance(40):
            statement["dtype"] = g.choice(["float64", "int32", "int32", "bfloat16", "string",
                                           "complex64"])
        if statement.get("dtype") == "int32" and "maxval" in str(kind):
            del statement["dtype"]  # whole numbers have no mark that says they are random
        if g.chance(25) and shape and shape[0]:
            statement["partitioner"] = fixed(g.choice([1, 2]))
        statements.append(statement)
    return statements + [{"do": "initialize"}]
