"""init_from_checkpoint: every branch and quirk, as real TensorFlow 2.21 does it.

tests/golden/make_init_cases.py ran the cases of init_cases.json through TensorFlow; here they run
through tensorthaw, without it.
"""

import json
import logging
import pickle

import numpy as np
import pytest
import tensorthaw as tt
from conftest import GOLDEN

PREFIX = GOLDEN / "init_cases"
CASES = json.loads((GOLDEN / "init_cases.json").read_text())

# What Python says by accident and tensorthaw on purpose: the wrong type, or the wrong value.
ACCIDENTS = {"AttributeError": (TypeError, ValueError), "IndexError": (ValueError,)}


def make_variable(store, spec):
    """The variable, or the list of its parts and the whole."""
    dtype = spec.get("dtype", "float32")
    minus_one = np.full(spec["shape"], -1, dtype)
    resource = spec.get("use_resource", False)
    if spec["made_by"] == "Variable":
        return store.Variable(minus_one, name=spec["name"], use_resource=resource,
                              shape=spec.get("static_shape"))
    if "partitions" in spec:
        return store.get_variable(
            spec["name"], spec["shape"], dtype, tt.constant_initializer(-1),
            partitioner=lambda shape, dtype: spec["partitions"], use_resource=resource)
    return store.get_variable(spec["name"], dtype=dtype, initializer=minus_one,
                              use_resource=resource)


class Program:
    """The variables of one case."""

    def __init__(self, spec):
        self.store = tt.VariableStore()
        self.wholes = {}
        for each in spec["variables"]:
            made = make_variable(self.store, each)
            if isinstance(made, tt.PartitionedVariable):
                self.wholes[each["name"]] = made
        self.by_op_name = {v.op_name: v for v in self.store.global_variables()}

    def evaluate(self, term):
        """A key or value of a map from its form in JSON."""
        if isinstance(term, str):
            return term
        (kind, content), = term.items()
        return {
            "variable": lambda: self.by_op_name[content],
            "list": lambda: [self.by_op_name[name] for name in content],
            "tuple": lambda: tuple(self.by_op_name[name] for name in content),
            "partitioned": lambda: self.wholes[content],
            "names": lambda: list(content),
            "number": lambda: content,
            "none": lambda: None,
            "bytes": content.encode if isinstance(content, str) else None,
            "dict": dict,
        }[kind]()

    def map(self, spec):
        pairs = spec["map"]
        if isinstance(pairs, dict):
            return {"none": None, "text": "var1",
                    "three": [("scalar", "b"), ("var1", "a", 1)]}[pairs["raw"]]
        pairs = [tuple(self.evaluate(term) for term in pair) for pair in pairs]
        return {"dict": dict, "pairs": list, "generator": iter}[spec["form"]](pairs)


def path_of(spec, folder):
    if spec["path"] == "directory":
        (folder / "checkpoint").write_text(f'model_checkpoint_path: "{PREFIX}"\n')
    return {"prefix": str(PREFIX), "path_like": PREFIX, "directory": str(folder),
            "empty_dir": str(folder), "no_dir": str(folder / "no_dir")}[spec["path"]]


def class_of(name):
    return getattr(tt.errors, name, None) or getattr(__import__("builtins"), name)


def expected_classes(name):
    return ACCIDENTS[name] if name in ACCIDENTS else (class_of(name),)


@pytest.mark.parametrize("spec", CASES, ids=[case["name"] for case in CASES])
def test_does_what_tensorflow_did(spec, tmp_path):
    program = Program(spec)
    outcome = spec["outcome"]

    if "error" in outcome:
        with pytest.raises(expected_classes(outcome["error"])):
            tt.init_from_checkpoint(path_of(spec, tmp_path), program.map(spec), program.store)
    else:
        tt.init_from_checkpoint(path_of(spec, tmp_path), program.map(spec), program.store)
    if "run_error" in outcome:
        with pytest.raises(class_of(outcome["run_error"])):
            program.store.initialize()
    else:
        program.store.initialize()

    values = {name: variable.numpy().tolist() for name, variable in program.by_op_name.items()
              if variable.is_initialized()}
    assert values == outcome["values"]


def test_cases_reach_every_class_of_error():
    classes = {case["outcome"].get("error") for case in CASES}

    assert classes >= {None, "ValueError", "TypeError", "AttributeError", "NotFoundError"}
    assert len(CASES) >= 70


@pytest.fixture
def founding():
    """foo by Variable, bar by get_variable."""
    store = tt.VariableStore()
    foo = store.Variable(0.0, name="scalar")
    bar = store.get_variable("scalar2", initializer=0.0)
    return store, foo, bar


def test_report_answers_the_founding_question(founding):
    store, foo, bar = founding

    tt.init_from_checkpoint(PREFIX, {"/": "/"}, store)
    report = store.initialize()

    assert (foo.numpy(), bar.numpy()) == (0.0, 2.5)
    assert report.checkpoint == str(PREFIX)
    assert report.complete is False
    left, restored = report.variables
    assert (left.name, left.source, left.reason) == ("scalar", "initializer", "not_in_store")
    assert """{"scalar": <Variable 'scalar'>}""" in left.hint
    assert dict(restored) == {
        "name": "scalar2", "op_name": "scalar2", "made_by": "get_variable", "dtype": "float32",
        "shape": [], "source": "checkpoint", "tensor": "scalar2", "slice": None, "rule": "scope",
        "map_key": "/", "map_value": "/"}
    assert report.totals.restored == 1 and report.totals["initialized"] == 1
    assert "var1" in report.unused_tensors
    assert report.findings[0].code == "not_in_store"
    assert report.findings[0].variable == "scalar"
    text = report.explain()
    assert "'scalar' was made by Variable: it is not in the variable store" in text
    assert "warning [not_in_store]" in text and "Restored 1 of 2 variables (4 bytes)." in text
    assert json.loads(json.dumps(report.to_dict()))["schema"] == "thaw.restore/1"


def test_report_of_a_store_without_a_checkpoint(founding):
    store, _, _ = founding

    report = store.initialize()

    assert report.checkpoint == ""
    assert [v.reason for v in report.variables] == ["not_in_store", "no_map_entry"]
    assert report.findings == []
    assert "its initializer" in report.explain()


def test_report_names_objects_and_parts():
    store = tt.VariableStore()
    store.get_variable("emb", [4, 2], initializer=tt.zeros_initializer(),
                       partitioner=tt.fixed_size_partitioner(2))
    parts = store.global_variables()
    tt.init_from_checkpoint(PREFIX, {"scope/emb": parts}, store)

    report = store.initialize()

    assert report.complete
    assert [v.slice for v in report.variables] == ["0,2:0,2", "2,2:0,2"]
    assert report.variables[0].map_value == {"variables": ["emb/part_0", "emb/part_1"]}
    assert report.findings[-1].code == "restored"


def test_explain_prints_no_control_characters():
    report = tt.Report({
        "checkpoint": "p", "complete": False, "unused_tensors": [], "findings": [],
        "variables": [{"name": "a", "op_name": "a", "made_by": "Variable", "dtype": "float32",
                       "shape": [], "source": "checkpoint", "tensor": "\x1b[31m\udcff",
                       "slice": None, "rule": "scope", "map_key": "\n", "map_value": "/"}],
        "totals": {"restored": 1, "initialized": 0, "bytes": 4, "seconds": 0.0}})

    assert "\x1b" not in report.explain() and "\udcff" not in report.explain()


def test_unknown_field_of_a_record_is_an_attribute_error(founding):
    store, _, _ = founding

    with pytest.raises(AttributeError):
        store.initialize().variables[0].no_such_field


def test_exception_has_the_facts(founding):
    store, _, _ = founding

    with pytest.raises(ValueError, match="no variable named 'scalar3'") as caught:
        tt.init_from_checkpoint(PREFIX, {"one": "scalar3"}, store)

    assert caught.value.finding == "name_not_in_store"
    assert caught.value.variable == "scalar3"
    assert caught.value.tensor == "one"
    assert "did you mean 'scalar2'" in caught.value.hint


def test_failed_initializer_brings_the_report():
    store = tt.VariableStore()
    store.get_variable("scalar", [], "int64")
    store.get_variable("scalar2", [])
    tt.init_from_checkpoint(PREFIX, {"/": "/"}, store)

    with pytest.raises(tt.InvalidArgumentError, match="dtype") as caught:
        store.initialize()

    assert [v.tensor for v in caught.value.report.variables] == ["scalar", "scalar2"]


def test_only_the_index_is_read_before_an_initializer_runs(tmp_path):
    tt.save(tmp_path / "m", {"w": np.float32(5)})
    data = tmp_path / "m.data-00000-of-00001"
    data.rename(tmp_path / "elsewhere")
    store = tt.VariableStore()
    w = store.Variable(0.0, name="w", use_resource=True)

    tt.init_from_checkpoint(tmp_path / "m", {"w": w}, store)

    with pytest.raises(tt.NotFoundError, match="data-00000-of-00001"):
        store.initialize()
    (tmp_path / "elsewhere").rename(data)
    store.initialize()
    assert w.numpy() == 5


@pytest.mark.parametrize("version", [tt.SaverDef.V1, tt.SaverDef.V2])
def test_a_checkpoint_that_is_saved_again_is_read_as_it_is_then(tmp_path, version):
    store = tt.VariableStore()
    source = store.Variable(1.0, name="source")
    target = store.get_variable("target", initializer=0.0)
    store.initialize()
    saver = tt.Saver(store, {"w": source}, write_version=version)
    saver.save(tmp_path / "m")
    tt.init_from_checkpoint(tmp_path / "m", {"w": "target"}, store)
    store.global_variables_initializer().run()
    assert target.numpy() == 1
    other = tt.VariableStore()
    other.Variable([2.0, 3.0], name="other")
    changed = other.Variable(4.0, name="w")
    other.initialize()
    tt.Saver(other, write_version=version).save(tmp_path / "m")

    store.initialize()

    assert target.numpy() == changed.numpy()


def test_variable_of_another_store_is_refused(founding):
    store, _, _ = founding
    other = tt.VariableStore().Variable(1.0, name="v")

    for value in (other, [other]):
        with pytest.raises(ValueError, match="another store"):
            tt.init_from_checkpoint(PREFIX, {"scalar": value}, store)


def test_store_must_be_a_store():
    with pytest.raises(TypeError, match="store must be"):
        tt.init_from_checkpoint(PREFIX, {"/": "/"}, None)


# ---- The silent cases of calls ----

def warnings_of(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "tensorthaw"]


def test_scope_matched_nothing_is_logged(founding, caplog):
    store, _, _ = founding
    with caplog.at_level(logging.WARNING, logger="tensorthaw"):
        tt.init_from_checkpoint(PREFIX, {"/": "nowhere/"}, store)

    assert any('{"/": "nowhere/"} matched no variable' in text for text in warnings_of(caplog))
    assert "scope_matched_nothing" in [f.code for f in store.initialize().findings]


def test_already_initialized_is_logged(founding, caplog):
    store, _, bar = founding
    store.initialize()
    with caplog.at_level(logging.WARNING, logger="tensorthaw"):
        tt.init_from_checkpoint(PREFIX, {"scalar2": bar}, store)

    assert bar.numpy() == 0.0
    assert any("'scalar2' had been initialized" in text for text in warnings_of(caplog))
    assert "already_initialized" in [f.code for f in store.initialize().findings]
    assert bar.numpy() == 2.5


def test_all_is_well_logs_nothing(founding, caplog):
    store, foo, bar = founding
    with caplog.at_level(logging.DEBUG, logger="tensorthaw"):
        tt.init_from_checkpoint(PREFIX, {"scalar": foo, "scalar2": bar}, store)

    assert warnings_of(caplog) == []


def test_later_call_wins_and_is_reported(founding):
    store, _, bar = founding
    tt.init_from_checkpoint(PREFIX, {"scalar": bar}, store)
    tt.init_from_checkpoint(PREFIX, {"scalar2": bar}, store)

    report = store.initialize()

    assert bar.numpy() == 2.5
    assert "overridden" in [f.code for f in report.findings]


def test_directory_without_state_says_what_is_there(founding, tmp_path):
    store, _, _ = founding
    with pytest.raises(ValueError, match="Couldn't find 'checkpoint' file|state file"):
        tt.init_from_checkpoint(tmp_path, {"/": "/"}, store)


def test_initializer_object_keeps_what_it_was_made_with(founding):
    store, _, bar = founding
    before = store.global_variables_initializer()
    tt.init_from_checkpoint(PREFIX, {"scalar2": bar}, store)

    before.run()
    assert bar.numpy() == 0.0
    store.global_variables_initializer().run()
    assert bar.numpy() == 2.5


def test_report_can_be_pickled(founding):
    store, _, _ = founding
    report = store.initialize()

    assert pickle.loads(pickle.dumps(report)).to_dict() == report.to_dict()
