"""Exceptions: TensorFlow's classes, with what is known of the fault."""

import pickle

import pytest
import tensorthaw as tt


def test_a_path_that_leads_nowhere_is_not_found(tmp_path):
    with pytest.raises(tt.NotFoundError) as raised:
        tt.open(tmp_path / "nothing")

    error = raised.value
    assert isinstance(error, tt.OpError)
    assert not isinstance(error, ValueError)
    assert error.code == "NOT_FOUND"
    assert "nothing" in error.message
    assert error.message in str(error)


def test_an_error_survives_pickling(tmp_path):
    with pytest.raises(tt.OpError) as raised:
        tt.open(tmp_path / "nothing")

    copy = pickle.loads(pickle.dumps(raised.value))

    assert type(copy) is type(raised.value)
    assert copy.__dict__ == raised.value.__dict__
    assert str(copy) == str(raised.value)


@pytest.mark.parametrize("path, error", [
    (None, TypeError), (3, TypeError), (["a"], TypeError), ("", ValueError), ("a\0b", ValueError)])
def test_a_wrong_path_is_named(path, error):
    with pytest.raises(error, match="path"):
        tt.open(path)


def test_every_class_has_the_name_of_its_code():
    for name in tt.errors.__all__:
        if name == "OpError":
            continue
        code = getattr(tt, name).code
        assert name == "".join(part.title() for part in code.split("_")).removesuffix("Error") + "Error"
