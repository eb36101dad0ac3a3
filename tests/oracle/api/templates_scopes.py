"""Programs that aim at one rule of scopes and names (specification, 7)."""

from program_vocabulary import SCOPES
from templates_store import fixed, get, scope, some

TEMPLATES = {}


def template(function):
    TEMPLATES[function.__name__] = function
    return function


@template
def scope_arguments(g) -> list:
    name = g.choice(SCOPES)
    bad = g.random.sample([
        scope(name, reuse=g.choice([1, "yes", 0, 2.5])), scope(None, reuse=True),
        scope(None, reuse=True, default_name="d"), scope(None), scope(None, reuse=False),
        scope(g.choice([3, 2.5, True])),
        scope(name, auxiliary_name_scope=g.choice([1, "no", None])),
        scope(name, partitioner=g.choice([3, "p"])),
        scope(g.choice(["a b", "/a", "-a", "a:b", "é", "_a", "a//b", ".a", ">a"]),
              some(g, "w", [2]))], 3)
    return [*bad, scope("ok", *bad, some(g, "w", [2]))]


@template
def odd_names(g) -> list:
    name = g.choice(["a b", "/a", "-a", "a:b", "a:0", "é", "_a", "a//b", ".a", "", "a>b",
                     "a/", "/"])
    return [some(g, name, [2]), {"do": "Variable", "initial_value": 1.0, "name": name},
            scope("s", some(g, name, [2]), {"do": "Variable", "initial_value": 2.0, "name": name}),
            {"do": "name_scope", "name": name,
             "body": [{"do": "Variable", "initial_value": 3.0, "name": "v"}]},
            {"do": "initialize"}]


@template
def reuse_inheritance(g) -> list:
    reuses = [None, True, "AUTO_REUSE", False]

    def arguments():
        reuse = g.choice(reuses)
        return {} if reuse is None else {"reuse": reuse}

    def inner():
        return [get("w", shape=[2]), {"do": "get_variable_scope"}]

    body = scope("b", *inner(), **arguments())
    block = scope("a", get("w", shape=[2]), body, *inner(), **arguments(), **{"as": "outer"})
    again = scope({"scope": "outer"}, *inner(), scope("b", *inner(), **arguments()), **arguments())
    first = scope("a", some(g, "w", [2]), scope("b", some(g, "w", [2])))
    return [first, block, again, scope("z", again, *inner(), **arguments())]


@template
def reuse_variables(g) -> list:
    return [scope("a", some(g, "w", [2]), {"do": "reuse_variables"}, get("w", shape=[2]),
                  get("x", shape=[2]), scope("b", get("w", shape=[2])), **{"as": "s"}),
            scope({"scope": "s"}, get("w", shape=[2]), get("x", shape=[2])),
            scope("a", some(g, "x", [2]))] + (
                [{"do": "reuse_variables"}, get("a/w", shape=[2]), some(g, "y", [2])]
                if g.chance(50) else [])


@template
def nesting(g) -> list:
    """Scopes left in any order; the last statement, for afterwards nothing is defined."""
    order = g.choice([["a", "b"], ["b", "a"], ["a"], ["b", "a", "a"], ["b", "b"]])
    return [{"do": "enter", "name": g.choice(SCOPES), "as": "a"}, some(g, "w", [2]),
            {"do": "enter", "name": g.choice(SCOPES), "as": "b"}, some(g, "x", [2])] + [
                {"do": "exit", "scope": name} for name in order]


@template
def default_names(g) -> list:
    default = g.choice(SCOPES)

    def block(*body):
        return scope(None, some(g, "w", [2]), *body, default_name=default)

    return [block(), block(block(), block()), scope(default, some(g, "x", [2])), block(),
            scope("outer", block(), block()), scope(
                "outer", block()), scope(default + "_1", block()),
            scope(g.choice(["given", default]), block(), default_name=default)]


@template
def scope_objects(g) -> list:
    aux = {"auxiliary_name_scope": False} if g.chance(40) else {}

    def plain():
        return {"do": "Variable", "initial_value": 1.0, "name": g.choice(["v", "w"])}

    return [scope("a", scope("b", some(g, "w", [2]), plain(), **{"as": "inner"}), **{"as": "outer"},
                  **({"initializer": {"constant": 5}} if g.chance(50) else {})),
            scope({"scope": "inner"}, get("x", shape=[2]), plain(), **aux),
            scope("c", scope({"scope": "inner"}, get("y", shape=[2]), plain(), **aux,
                             **({"reuse": "AUTO_REUSE"} if g.chance(50) else {})), plain()),
            scope({"scope": "outer"}, plain(), scope("b", plain(), get("z", shape=[2]))),
            {"do": "initialize"}]


@template
def scope_defaults(g) -> list:
    """Each default of a scope, its inheritance, and what an argument changes."""
    defaults = {"initializer": g.choice([{"constant": 3}, {"ones": True}, {"call": "ramp"}]),
                "partitioner": fixed(2), "dtype": g.choice(["float64", "int32", "float16"]),
                "use_resource": True}
    chosen = {key: value for key, value in defaults.items() if g.chance(55)}
    inner = {key: value for key, value in {"dtype": "int64", "use_resource": False,
                                           "initializer": {"zeros": True}}.items() if g.chance(30)}
    return [scope("a", get("w", shape=[4, 2]), get("x", shape=[4], dtype="float32"),
                  scope("b", get("w", shape=[4]), get("y", shape=[3], use_resource=False),
                        get("z", shape=[2], initializer={"constant": 9}),
                        get("v", initializer={"value": g.choice([1.0, 2, True])}), **inner),
                  {"do": "get_variable_scope"}, **chosen, **{"as": "s"}),
            scope({"scope": "s"}, get("again", shape=[4, 2]), **inner),
            {"do": "initialize"}]


@template
def op_names(g) -> list:
    """Names that op names and scopes take from each other."""
    statements = []
    for _ in range(7):
        name = g.choice(["w", "W", "w_1", "foo", "Foo", "u/Adam/", "u/Adam", "w/", "foo/w", "s"])
        statements.append(g.choice([
            {"do": "Variable", "initial_value": 1.0, "name": name,
             **({"use_resource": True} if g.chance(40) else {})},
            some(g, name, [2]), scope(g.choice(["foo", "Foo", "s", "w"]), some(g, "w", [2])),
            {"do": "name_scope", "name": g.choice(["foo", "w", "s", "foo/"]),
             "body": [{"do": "Variable", "initial_value": 1.0, "name": "w"}]},
            {"do": "Variable", "initial_value": 2.0}]))
    return statements + [{"do": "initialize"}]
