"""Random programs whose results real TensorFlow recorded: the package must do the same.

tests/oracle/api makes and records them (record_programs.py --golden);
TensorFlow is not needed here.
"""

import collections
import copy
import os
import pathlib
import sys
import tempfile

import pytest

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[1:1] = [str(TESTS / "oracle" / "api"), str(TESTS / "oracle")]

import program_comparison  # noqa: E402
import program_interpreter  # noqa: E402
import recorded_programs  # noqa: E402
import thaw_backend  # noqa: E402


def load_by_template() -> dict:
    found = collections.defaultdict(list)
    for record in recorded_programs.load(str(TESTS / "golden" / "programs.jsonl.xz")):
        found[record["program"]["template"]].append(record)
    return found


RECORDS = load_by_template()


def trace_of(record: dict) -> list:
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        recorded_programs.write_files(record["files"], folder)
        return program_interpreter.Interpreter(thaw_backend.ThawBackend(), folder).run(
            record["program"])


@pytest.mark.parametrize("template", sorted(RECORDS))
def test_programs_do_what_tensorflow_did(template):
    for record in RECORDS[template]:
        found = trace_of(record)

        try:
            program_comparison.Comparison(record["program"]).compare(record["trace"], found)
        except program_comparison.Difference as difference:
            pytest.fail("seed %d: %s" % (record["program"]["seed"], difference))


def test_there_are_enough_programs():
    assert sum(map(len, RECORDS.values())) >= 300


def test_another_value_is_a_difference():
    record = RECORDS["founding_question"][0]
    found = trace_of(record)
    expected = copy.deepcopy(record["trace"])
    initialized = next(each for each in expected if each["do"] == "initialize")
    initialized["values"]["bar"] = "float32[]=0000c842"

    with pytest.raises(program_comparison.Difference, match="value of bar"):
        program_comparison.Comparison(record["program"]).compare(expected, found)
