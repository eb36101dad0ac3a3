"""Differential test: random small programs, run by real TensorFlow and by thaw.

    python run_differential.py --thaw build/tools/thaw [--programs N] [--seed S]

Each program must end with the same value in every variable, or with an error of the same class that
names the same tensor. Needs tensorflow (or tensorflow-cpu) and numpy. Exit code 1: a difference.
"""

import argparse
import collections
import importlib.util
import json
import os
import shutil
import sys
import tempfile
import time

# What ctest takes for "skipped".
SKIPPED = 77


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thaw", required=True, help="path of the command")
    parser.add_argument("--programs", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1, help="seed of the first program")
    parser.add_argument("--keep", help="folder for the files of programs that differ")
    return parser.parse_args()


def describe(program) -> str:
    lines = ["  variable " + json.dumps(variable) for variable in program.variables]
    lines += ["  tensor   " + json.dumps(vars(tensor)) for tensor in program.tensors]
    lines.append("  map      " + json.dumps(program.pairs) if program.pairs is not None
                 else "  a Saver")
    return "\n".join(lines)


def run_one(seed: int, thaw: str, folder: str, coverage: collections.Counter):
    import comparison
    import programs
    import tensorflow_side
    import thaw_side
    program = programs.make_program(seed)
    prefix = os.path.join(folder, "model-0")
    tensorflow_side.write_checkpoint(prefix, program.tensors)
    tf_outcome = tensorflow_side.run(program, prefix)
    thaw_outcome = thaw_side.run(thaw, program, prefix, folder)
    differences = comparison.Comparison(program, coverage).run(tf_outcome, thaw_outcome)
    return program, differences


def main() -> int:
    arguments = parse_arguments()
    if importlib.util.find_spec("tensorflow") is None:
        print("SKIPPED: this interpreter has no tensorflow: " + sys.executable)
        return SKIPPED
    coverage = collections.Counter()
    num_different = 0
    start = time.time()
    for seed in range(arguments.seed, arguments.seed + arguments.programs):
        with tempfile.TemporaryDirectory() as folder:
            program, differences = run_one(seed, arguments.thaw, folder, coverage)
            if not differences:
                continue
            num_different += 1
            print("DIFFERENT, seed %d:\n  %s\n%s" % (seed, "\n  ".join(differences),
                                                     describe(program)))
            if arguments.keep:
                shutil.copytree(folder, os.path.join(arguments.keep, str(seed)))
    print("\ncovered:")
    for name, count in sorted(coverage.items()):
        if count:
            print("%7d  %s" % (count, name))
    print("%d programs, %d different, %.1f s" % (arguments.programs, num_different,
                                                 time.time() - start))
    return 1 if num_different else 0


if __name__ == "__main__":
    sys.exit(main())
