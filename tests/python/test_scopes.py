"""Variable scopes and name scopes. The expected names are those that TensorFlow 2.21 gave."""

import pytest

import tensorthaw as tt
from tensorthaw import AUTO_REUSE


@pytest.fixture
def store():
    return tt.VariableStore()


def seen(scope):
    return scope.name, scope.original_name_scope


def test_names_below_scopes(store):
    with store.variable_scope("a"):
        with store.variable_scope("b/c"):
            x = store.get_variable("x", [1])
            y = store.Variable(0.0, name="y")
    with store.variable_scope("a"):
        z = store.Variable(0.0, name="z")
        w = store.get_variable("w", [1])
    assert [v.name for v in (x, y, z, w)] == ["a/b/c/x:0", "a/b/c/y:0", "a_1/z:0", "a/w:0"]


def test_a_scope_takes_its_name(store):
    with store.variable_scope("foo"):
        pass
    assert store.get_variable("foo", [1]).name == "foo_1:0"
    assert store.get_variable("Foo", [1]).name == "Foo_2:0"
    assert store.Variable(0.0, name="foo").name == "foo_3:0"


def test_default_names(store):
    names = []
    with store.variable_scope("a") as a:
        for _ in range(3):
            with store.variable_scope(None, "d") as scope:
                names.append(seen(scope))
    with store.variable_scope("a"):
        with store.variable_scope(None, "d") as scope:
            names.append(seen(scope))
    with store.variable_scope(a):
        for arguments in ((None, "d"), ("d_1",), (None, "d")):
            with store.variable_scope(*arguments) as scope:
                names.append(seen(scope))
    for name in ("a", "A"):
        with store.variable_scope(None, default_name=name) as scope:
            names.append(seen(scope))
    assert names == [
        ("a/d", "a/d/"), ("a/d_1", "a/d_1/"), ("a/d_2", "a/d_2/"), ("a/d", "a_1/d/"),
        ("a/d", "a_2/d/"), ("a/d_1", "a_2/d_1/"), ("a/d_2", "a_2/d_2/"), ("a_1", "a_3/"),
        ("A", "A_4/")]


def test_entering_again(store):
    context = store.variable_scope("a")
    names = []
    for _ in range(2):
        with context as scope:
            names.append((*seen(scope), store.Variable(0.0, name="v").name))
    with store.variable_scope("q", reuse=True):
        with context as scope:
            names.append((*seen(scope), store.Variable(0.0, name="v").name))
    assert names == [("a", "a/", "a/v:0"), ("a", "a/", "a_1/v:0"), ("q/a", "a/", "q/a/v:0")]
    with context as scope:
        assert scope.reuse is True
    default = store.variable_scope(None, "z")
    for _ in range(2):
        with default as scope:
            assert seen(scope) == ("z", "z/")


def test_a_scope_object_is_absolute_and_brings_its_settings(store):
    with store.variable_scope("r", dtype="int32", use_resource=True) as r:
        pass
    with store.variable_scope("p", reuse=True, dtype="float64"):
        with store.variable_scope(r) as scope:
            assert scope is not r
            assert (*seen(scope), scope.reuse, scope.dtype, scope.use_resource) == (
                "r", "r/", False, "int32", True)
            assert store.Variable(0.0, name="v").name == "p/r/v:0"
            scope.reuse_variables()
            assert scope.reuse is True and r.reuse is False
        with store.variable_scope(r, auxiliary_name_scope=False):
            assert store.Variable(0.0, name="v").name == "p/v:0"
        with store.variable_scope("m", auxiliary_name_scope=False) as scope:
            assert seen(scope) == ("p/m", "p/")
    assert seen(store.get_variable_scope()) == ("", "")


@pytest.mark.parametrize("outer, alone", [
    (None, False), (False, False), (True, True), (AUTO_REUSE, AUTO_REUSE)])
@pytest.mark.parametrize("inner", [None, False, True, AUTO_REUSE])
def test_reuse_is_inherited_and_cannot_be_switched_off(store, outer, alone, inner):
    with store.variable_scope("a", reuse=outer) as a:
        assert a.reuse is alone
        with store.variable_scope("b", reuse=inner) as b:
            assert b.reuse is (inner or alone)
    with store.variable_scope(a, reuse=inner) as again:
        assert again.reuse is (inner or alone)


def test_get_variable_takes_the_scope_s_defaults(store):
    with store.variable_scope(
            "s", initializer=tt.ones_initializer(), dtype="float64", use_resource=True,
            partitioner=tt.fixed_size_partitioner(2)) as scope:
        assert isinstance(scope.initializer, tt.ones_initializer)
        x = store.get_variable("x", [3])
        y = store.get_variable("y", [], dtype="int32", initializer=tt.zeros_initializer())
    assert (x.dtype, x.partitions, y.dtype) == ("float64", [2], "int32")
    store.initialize()
    assert x.numpy().tolist() == [1, 1, 1] and y.numpy() == 0


def test_a_value_as_default_brings_its_dtype(store):
    with store.variable_scope("s", initializer=5):
        x = store.get_variable("x")
        y = store.get_variable("y", dtype="float64")
    assert (x.dtype, x.shape, y.dtype) == ("int32", (), "int32")


def test_name_scopes(store):
    with store.name_scope("a") as a:
        with store.name_scope("b") as b:
            names = [store.Variable(0.0, name="v").name, store.get_variable("v", [1]).name]
        with store.name_scope(None) as root:
            names.append(store.Variable(0.0, name="v").name)
        with store.name_scope(a) as again:
            names.append(store.Variable(0.0, name="v").name)
        with store.name_scope("_x"):
            names.append(store.Variable(0.0).name)
    with store.name_scope("a"):
        names.append(store.Variable(0.0).name)
    assert (a, b, root, again) == ("a/", "a/b/", "", "a/")
    assert names == ["a/b/v:0", "v:0", "v_1:0", "a/v:0", "a/_x/Variable:0", "a_1/Variable:0"]


def test_names_of_ops_below_a_variable_are_taken(store):
    names = [store.Variable(0.0, name=name).op_name
             for name in ("x", "x/read", "x/Assign", "x/initial_value", "x/Read", "x/other")]
    assert names == ["x", "x/read_1", "x/Assign_1", "x/initial_value_1", "x/Read_2", "x/other"]


@pytest.mark.parametrize("name", ["_a", "-a", ">a", "a b", "a:0", "\u00e4", "/"])
def test_names_that_are_none(store, name):
    with pytest.raises(ValueError, match="not a valid root scope name"):
        with store.variable_scope(name):
            pass
    with pytest.raises(ValueError, match="not a valid root scope name"):
        with store.name_scope(name):
            pass
    with pytest.raises(ValueError, match="not a valid root scope name"):
        store.Variable(0.0, name=name)
    with pytest.raises(ValueError, match="not a valid root scope name"):
        store.get_variable(name, [1])
    assert store.get_variable_scope().name == ""


def test_bad_nesting(store):
    outer = store.variable_scope("a")
    inner = store.variable_scope("b")
    outer.__enter__()
    inner.__enter__()
    with pytest.raises(RuntimeError, match="Improper nesting of variable_scope"):
        outer.__exit__(None, None, None)
    assert store.get_variable_scope().name == "a/b"
    inner.__exit__(None, None, None)
    assert store.get_variable_scope().name == "a"


def test_wrong_arguments(store):
    with pytest.raises(TypeError, match="name_or_scope"):
        store.variable_scope(5)
    with pytest.raises(TypeError, match="default_name"):
        store.variable_scope(None)
    with pytest.raises(TypeError, match="auxiliary_name_scope"):
        store.variable_scope("x", auxiliary_name_scope=5)
    for reuse in (5, 1, "", "AUTO_REUSE"):
        with pytest.raises(ValueError, match="reuse"):
            store.variable_scope("x", reuse=reuse)
    for reuse in (True, AUTO_REUSE):
        context = store.variable_scope(None, default_name="d", reuse=reuse)
        with pytest.raises(ValueError, match="reuse=True cannot be used without a name_or_scope"):
            context.__enter__()
    with pytest.raises(TypeError, match="dtype"):
        store.variable_scope("x", dtype="foo")
    with pytest.raises(TypeError, match="name"):
        store.name_scope(5)


def test_custom_getters_compose(store):
    calls = []

    def outer(getter, name, *args, **kwargs):
        calls.append(("outer", name))
        return getter(name, *args, **kwargs)

    def inner(getter, name, *args, **kwargs):
        calls.append(("inner", name))
        return getter(name + "_2", *args, **kwargs)

    with store.variable_scope("a", custom_getter=outer) as scope:
        x = store.get_variable("x", [1])
        with store.variable_scope("b", custom_getter=inner):
            y = store.get_variable("y", [4], partitioner=tt.fixed_size_partitioner(2))
        z = store.get_variable("z", [1], custom_getter=inner)
    with store.variable_scope(scope, custom_getter=inner):
        w = store.get_local_variable("w", [1])
    assert [v.name for v in (x, y, z, w)] == ["a/x:0", "a/b/y_2", "a/z_2:0", "a/w_2:0"]
    assert store.local_variables() == [w]
    assert calls == [("outer", "a/x"), ("inner", "a/b/y"), ("outer", "a/b/y_2"), ("inner", "a/z"),
                     ("inner", "a/w"), ("outer", "a/w_2")]


def test_custom_getters_get_the_completed_arguments(store):
    seen_arguments = {}

    def getter_of_scope(getter, **kwargs):
        seen_arguments.update(kwargs)
        return "instead"

    ones = tt.ones_initializer()
    with store.variable_scope("a", custom_getter=getter_of_scope, initializer=ones, reuse=True):
        assert store.get_variable("x", [2, None], use_resource=True) == "instead"
    expected = {"name": "a/x", "shape": (2, None), "dtype": "float32", "initializer": ones,
                "reuse": True, "use_resource": True, "partitioner": None, "regularizer": None}
    assert {key: seen_arguments[key] for key in expected} == expected
    with pytest.raises(ValueError, match="custom_getter which is not callable"):
        store.get_variable("x", [1], custom_getter=5)


def test_a_nested_getter_that_is_not_callable_fails_when_it_is_reached(store):
    calls = []

    def inner(getter, name, *args, **kwargs):
        calls.append(name)
        return getter(name, *args, **kwargs)

    with store.variable_scope("a", custom_getter=7):
        with pytest.raises(ValueError, match="custom_getter which is not callable: 7"):
            store.get_variable("x", [1])
        with store.variable_scope("b", custom_getter=inner):
            with pytest.raises(TypeError):
                store.get_variable("x", [1])
            assert calls == []
            with store.variable_scope("c", custom_getter=inner):
                with pytest.raises(TypeError):
                    store.get_variable("x", [1])
    assert calls == ["a/b/c/x"]


def test_regularizers_see_what_is_made(store):
    made = []
    with store.variable_scope("a", regularizer=made.append, reuse=AUTO_REUSE):
        x = store.get_variable("x", [1])
        store.get_variable("x", [1])
        p = store.get_variable("p", [2], partitioner=tt.fixed_size_partitioner(2))
    assert made == [x, *p]

    def fail(variable):
        raise KeyError(variable.name)

    with pytest.raises(KeyError, match="y:0"):
        store.get_variable("y", [1], regularizer=fail)
