"""Differential test: random programs, run by real TensorFlow and by the tensorthaw package.

    python run_api_differential.py [--programs N] [--seed S] [--recorded FILE.xz ...]

Each statement must leave the same values, names and files, or fail with an error of the same class
that names the same things. Needs the tensorthaw package on PYTHONPATH and, without --recorded,
tensorflow. Prints the coverage table. Exit code 1: a difference; 77: something is not installed.
"""

import argparse
import importlib.util
import json
import os
import sys
import tempfile
import time

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import program_comparison
import program_interpreter
import recorded_programs

SKIPPED = 77


def run_thaw(record: dict) -> list:
    """tensorthaw's trace of a recorded program."""
    import thaw_backend
    with tempfile.TemporaryDirectory() as folder:
        recorded_programs.write_files(record["files"], folder)
        return program_interpreter.Interpreter(thaw_backend.ThawBackend(), folder).run(
            record["program"])


def difference_of(record: dict) -> str:
    """"" if both sides agree on the program."""
    try:
        program_comparison.Comparison(record["program"]).compare(record["trace"], run_thaw(record))
    except program_comparison.Difference as difference:
        return str(difference)
    return ""


def describe(record: dict) -> str:
    lines = ["  checkpoint " + json.dumps(each) for each in record["program"]["checkpoints"]]
    lines += ["  file " + json.dumps(each) for each in record["program"]["files"].items()]
    lines += ["  " + json.dumps(each) for each in record["program"]["statements"]]
    return "\n".join(lines)


def records_of(arguments):
    if arguments.recorded:
        for path in arguments.recorded:
            yield from recorded_programs.load(path)
        return
    import program_generator
    import record_programs
    for seed in range(arguments.seed, arguments.seed + arguments.programs):
        record = record_programs.run_tensorflow(program_generator.make_program(seed))
        # As it comes from a file.
        yield json.loads(json.dumps(record))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1, help="seed of the first program")
    parser.add_argument("--recorded", nargs="+", help="files of record_programs.py")
    parser.add_argument("--only", type=int, help="this seed of the recorded ones")
    parser.add_argument("--brief", action="store_true", help="differences without their programs")
    arguments = parser.parse_args()
    for module in ["tensorthaw"] + ([] if arguments.recorded else ["tensorflow"]):
        if importlib.util.find_spec(module) is None:
            print("SKIPPED: this interpreter has no %s: %s" % (module, sys.executable))
            return SKIPPED
    import program_coverage
    coverage = program_coverage.Coverage()
    start, num_programs, num_different = time.time(), 0, 0
    for record in records_of(arguments):
        program = record["program"]
        if arguments.only is not None and program["seed"] != arguments.only:
            continue
        num_programs += 1
        coverage.add(record["trace"])
        difference = difference_of(record)
        if difference:
            num_different += 1
            print("DIFFERENT, seed %d, %s: %s" % (program["seed"], program["template"],
                                             difference.replace("\n", "\n    ")))
            if not arguments.brief:
                print(describe(record))
    print("\ncovered:\n" + coverage.table())
    print("%d programs, %d different, %.1f s" % (num_programs, num_different, time.time() - start))
    return 1 if num_different else 0


if __name__ == "__main__":
    sys.exit(main())
