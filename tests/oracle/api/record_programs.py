"""Runs random programs through real TensorFlow and records what it did.

    python record_programs.py --out FILE.xz [--seed S] [--programs N] [--coverage]

Needs tensorflow (or tensorflow-cpu) and numpy. run_api_differential.py --recorded FILE.xz then
compares tensorthaw with it, without TensorFlow. The recorded results in tests/golden are made by
`--golden --out tests/golden/programs.jsonl.xz`.
"""

import argparse
import os
import sys
import tempfile
import time

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import program_coverage
import program_generator
import program_templates
import recorded_programs


def run_tensorflow(program: dict) -> dict:
    """The record of recorded_programs.py for one program."""
    import checkpoint_writer
    import program_interpreter
    import tensorflow_backend
    with tempfile.TemporaryDirectory() as folder:
        checkpoint_writer.write_files(program, folder)
        files = recorded_programs.read_files(folder)
        with tensorflow_backend.TensorFlowBackend(program["checkpoints"]) as backend:
            trace = program_interpreter.Interpreter(backend, folder).run(program)
    return {"program": program, "files": files, "trace": trace}


def shortened(record: dict) -> dict:
    """Without what only people and the coverage table read."""
    for statement in record["trace"]:
        statement.pop("tags", None)
        error = statement.get("error", {})
        for each in error.get("any", [error]):
            if "text" in each:
                each["text"] = each["text"][:120]
    return record


def golden_records(seed: int, programs: int) -> list:
    """Two programs of every template, random ones, and whatever reaches a row for the first time.

    Ends when every row of the table is reached, or after ten programs for each that was asked for.
    """
    missing = {name: 2 for name in program_templates.TEMPLATES}
    missing["random"] = programs - sum(missing.values())
    records = []
    coverage = program_coverage.Coverage()
    for each in range(seed, seed + 10 * programs):
        if not coverage.below(1) and len(records) >= programs:
            break
        program = program_generator.make_program(each)
        is_wanted = missing[program["template"]] > 0
        if not is_wanted and len(records) < programs // 2:
            continue  # what is asked for comes first: it reaches most rows
        record = run_tensorflow(program)
        if is_wanted or coverage.reaches(record["trace"], coverage.below(1)):
            missing[program["template"]] -= 1
            coverage.add(record["trace"])
            records.append(record)
    return records


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=300)
    parser.add_argument("--golden", action="store_true", help="some of every kind, shortened")
    arguments = parser.parse_args()
    start = time.time()
    if arguments.golden:
        records = golden_records(arguments.seed, arguments.programs)
    else:
        records = [run_tensorflow(program_generator.make_program(seed)) for seed in
                   range(arguments.seed, arguments.seed + arguments.programs)]
    coverage = program_coverage.Coverage()
    for record in records:
        coverage.add(record["trace"])
    print(coverage.table())
    recorded_programs.save(arguments.out, [shortened(each) for each in records]
                           if arguments.golden else records)
    print("%d programs in %.1f s" % (len(records), time.time() - start))
    return 0


if __name__ == "__main__":
    sys.exit(main())
