"""What TensorFlow leaves silent: each case has its code, a sentence that names the variable, and
the fix in Python's notation. docs/tensorflow_rules.md has the list.
"""

import numpy as np
import pytest

import tensorthaw as tt

# Cases that no call fails with: how the variables are made, the map, and of the finding the code,
# the severity, the variable, words of its sentence and of its advice.
REPORTED = {
    "not_in_store": (
        lambda store: store.Variable(0.0, name="v"), {"/": "/"}, "warning", "v",
        "'v' was made by Variable", """write {"v": <Variable 'v'>}, or restore it with a Saver"""),
    "scope_matched_nothing": (
        lambda store: get(store, "s/w", [2]), {"/": "nothing/"}, "warning", "s/w",
        "no variable of the store lies in 'nothing/'", """write {"/": "s/"}"""),
    "scope_without_slash": (
        lambda store: get(store, "xw", [2]), {"/": "x"}, "warning", None,
        "the first letter of every name is cut off", """write {"/": "x/"}"""),
    "parent_scope": (
        lambda store: get(store, "a/w", [2]), {"/": "a/b"}, "warning", None,
        "stands for the scope 'a/'", """write {"/": "a/b/"}"""),
    "scope_expansion": (
        lambda store: get(store, "s/w", [2]), {"/": "s/"}, "note", "s/w",
        "'s/w' gets 'w'", """{"/": "/"} would keep whole names"""),
    "part_missing": (
        lambda store: [parts(store, "p", 1), get(store, "p/part_2", [2])], {"w": "p"}, "warning",
        "p", "'p/part_1' is missing", "make 'p' with a partitioner"),
    "name_cut_at_part": (
        lambda store: [get(store, "w", [2]), get(store, "w/part_of/y", [2])], {"/": "/"}, "warning",
        "w/part_of/y", "passes over 'w/part_of/y'", "map it by name"),
    "overridden": (
        lambda store: get(store, "w", [2]), [("w", "w"), ("x", "w")], "warning", "w",
        "the last one wins, so it gets 'x', not 'w'", "leave one of the two out"),
    "tensor_shared": (
        lambda store: [get(store, "m", [2]), get(store, "n", [2])], [("w", "m"), ("w", "n")],
        "note", None, "'w' goes to 2 variables: 'm', 'n'", "a list of pairs"),
    "restored": (
        lambda store: get(store, "w", [2]), {"w": "w"}, "note", "w", "1 of 1 variable", ""),
    "left_over": (
        lambda store: [get(store, "w", [2]), get(store, "other", [2])], {"w": "w"}, "note", "other",
        "1 variable gets no tensor ('other')", "entries of its own"),
}

# Cases that a call fails with: variables, map, the error, and as above.
RAISED = {
    "scope_tensor_missing": (
        lambda store: get(store, "s/z", [2]), {"/": "s/"}, ValueError, "s/z", "'s/z'",
        ""),
    "name_not_in_store": (
        lambda store: get(store, "weight", [2]), {"w": "weigth"}, ValueError, None, "'weigth'",
        "did you mean 'weight'"),
    "scope_without_slash": (
        lambda store: get(store, "new/w", [2]), {"old/": "new"}, ValueError, None, "'new/w'",
        """write {"old/": "new/"}"""),
    "parent_scope": (
        lambda store: get(store, "a/c", [2]), {"/": "a/b"}, ValueError, None, "'a/c'",
        """write {"/": "a/b/"}"""),
    "shape_mismatch": (
        lambda store: get(store, "w", [3]), {"w": "w"}, ValueError, "w", r"w:0 \(\(3,\)\)", ""),
    "name_cut_at_part": (
        lambda store: get(store, "w/part_of/y", [2]), {"/": "/"}, ValueError, None,
        "'w/part_of/y'", "map it by name"),
    "output_suffix": (
        lambda store: get(store, "w", [2]), {"w:0": "w"}, ValueError, None, "w:0", 'write "w"'),
    "not_in_store": (
        lambda store: store.Variable(0.0, name="v"), {"w": "v"}, ValueError, None, "'v'",
        """write {"w": <Variable 'v'>}"""),
}


def get(store, name, shape):
    return store.get_variable(name, shape, initializer=tt.zeros_initializer())


def parts(store, name, number):
    return list(store.get_variable(name, [2], initializer=tt.zeros_initializer(),
                                   partitioner=tt.fixed_size_partitioner(number)))


@pytest.fixture
def checkpoint(tmp_path):
    two = np.ones(2, np.float32)
    tt.save(tmp_path / "m", {"w": two, "x": two, "v": np.ones((), np.float32)})
    return tmp_path / "m"


@pytest.fixture
def store():
    return tt.VariableStore()


def found(report, code):
    return next(finding for finding in report.findings if finding.code == code)


@pytest.mark.parametrize("code", REPORTED)
def test_a_report_says_what_tensorflow_does_not(checkpoint, store, code):
    make, assignment_map, severity, variable, words, fix = REPORTED[code]
    make(store)
    tt.init_from_checkpoint(checkpoint, assignment_map, store)

    report = store.initialize()

    finding = next(finding for finding in report.findings
                   if finding.code == code and finding.get("variable") == variable)
    assert finding.severity == severity
    assert words in finding.message
    assert fix in finding.get("hint", "")
    assert f"{severity} [{code}]: {finding.message}" in report.explain()


@pytest.mark.parametrize("code", RAISED)
def test_an_error_has_the_code_of_its_case(checkpoint, store, code):
    make, assignment_map, error, variable, words, fix = RAISED[code]
    make(store)

    with pytest.raises(error, match=words) as caught:
        tt.init_from_checkpoint(checkpoint, assignment_map, store)

    assert caught.value.finding == code
    assert fix in (caught.value.hint or "")
    if variable is not None:
        assert caught.value.variable == variable


@pytest.mark.parametrize("code, name, dtype", [
    ("scope_shape_mismatch", "s/w", "float32"), ("dtype_mismatch", "s/v", "int32")])
def test_what_fails_when_the_initializers_run(checkpoint, store, code, name, dtype):
    with store.variable_scope("s"):
        store.get_variable(name[2:], [3] if code == "scope_shape_mismatch" else [], dtype,
                           initializer=tt.zeros_initializer())
    tt.init_from_checkpoint(checkpoint, {"/": "s/"}, store)

    with pytest.raises(tt.InvalidArgumentError) as caught:
        store.initialize()

    assert (caught.value.finding, caught.value.variable, caught.value.tensor) == (
        code, name, name[2:])
    finding = found(caught.value.report, code)
    assert (finding.severity, finding.variable) == ("error", name)
    assert name in finding.message
    assert not caught.value.report.complete


def test_parts_of_two_variables_in_a_list(checkpoint, store):
    p, q = parts(store, "p", 2), parts(store, "q", 2)

    with pytest.raises(ValueError, match="from the same tensor: p != q") as caught:
        tt.init_from_checkpoint(checkpoint, {"w": [p[0], q[1]]}, store)

    assert caught.value.finding == "mixed_parts"
    assert "<Variable 'p/part_0'>" in str(caught.value)
    assert "an entry of its own" in caught.value.hint


def test_a_directory_without_a_state_file(checkpoint, store):
    with pytest.raises(ValueError, match="Couldn't find 'checkpoint' file") as caught:
        tt.init_from_checkpoint(checkpoint.parent, {"/": "/"}, store)

    assert caught.value.finding == "no_checkpoint_state"
    assert str(checkpoint) in caught.value.hint


def test_a_call_after_the_initializers_ran(checkpoint, store):
    get(store, "w", [2])
    store.initialize()
    tt.init_from_checkpoint(checkpoint, {"w": "w"}, store)

    finding = found(store.initialize(), "already_initialized")

    assert finding.variable == "w" and "'w'" in finding.message
    assert "run them again" in finding.hint


class TestSaver:
    def test_variables_that_it_does_not_know(self, checkpoint, store):
        get(store, "w", [2])
        saver = tt.Saver(store)
        get(store, "late", [2])
        store.get_local_variable("local", [2], initializer=tt.zeros_initializer())

        report = saver.restore(checkpoint)

        assert [v.source for v in report.variables] == ["checkpoint", "initializer", "initializer"]
        late, local = [f for f in report.findings if f.code == "no_map_entry"]
        assert (late.variable, late.severity) == ("late", "warning")
        assert "'late' is not among the Saver's variables" in late.message
        assert "make the Saver after its variables" in late.hint
        assert (local.variable, "var_list" in local.hint) == ("local", True)
        assert "'v', 'x'" in found(report, "left_over").message
        assert found(report, "restored").variable == "w"
        assert "saver" in report.explain()

    def test_left_out_with_a_value_is_a_note(self, checkpoint, store):
        w = get(store, "w", [2])
        get(store, "other", [2])
        store.initialize()

        report = tt.Saver(store, [w]).restore(checkpoint)

        finding = found(report, "no_map_entry")
        assert (finding.variable, finding.severity) == ("other", "note")
        assert "keeps its value" in finding.message

    def test_errors_name_the_variable(self, checkpoint, store, tmp_path):
        a = get(store, "a", [2])
        with pytest.raises(tt.FailedPreconditionError) as caught:
            tt.Saver(store).save(tmp_path / "new")
        assert caught.value.variable == "a"
        with pytest.raises(tt.NotFoundError) as caught:
            tt.Saver(store).restore(checkpoint)
        assert (caught.value.variable, caught.value.tensor) == ("a", "a")
        assert caught.value.file == str(checkpoint)
        assert not caught.value.report.complete
        with pytest.raises(tt.InvalidArgumentError) as caught:
            tt.Saver(store, {"v": a}).restore(checkpoint)
        assert (caught.value.variable, caught.value.tensor) == ("a", "v")
        with pytest.raises(ValueError) as caught:
            tt.Saver(store, {"x": a, "y": a})
        assert caught.value.variable == "a"

    def test_a_damaged_tensor_names_its_variable(self, checkpoint, store):
        get(store, "w", [2])
        data = checkpoint.with_name("m.data-00000-of-00001")
        data.write_bytes(bytes(b ^ 1 for b in data.read_bytes()))

        with pytest.raises(tt.DataLossError) as caught:
            tt.Saver(store).restore(checkpoint)

        assert (caught.value.variable, caught.value.tensor) == ("w", "w")


def test_get_variable_names_its_variable(store):
    get(store, "a", [2])

    with pytest.raises(ValueError, match="already exists") as caught:
        get(store, "a", [2])

    assert caught.value.variable == "a"
