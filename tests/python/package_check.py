#!/usr/bin/env python3
"""The package as a user gets it: installed into a fresh virtual environment, at work.

With --build it is installed from a build tree; else `pip wheel` compiles all of it once more (without
optimization, which this does not ask for) and pip installs the wheel. NumPy and ml_dtypes come from
the environment of the tests, so that nothing is downloaded. Exits 77 where a package that it needs
is missing.

Usage: package_check.py SOURCE WORK [--build FOLDER]. SOURCE: the repository; WORK: a folder for what
is made; it is kept, so that a second run builds only what changed.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

RUNTIME = ["numpy", "ml_dtypes"]
TO_BUILD = ["nanobind", "pip", "scikit_build_core"]

# What a new user does first; run far from the source tree.
PROGRAM = """
import sys
import numpy as np
import tensorthaw as tt

with tt.open(sys.argv[1]) as checkpoint:
    assert {name: float(tensor.numpy()) for name, tensor in checkpoint.items()} == {
        "bar": 1.0, "foo": 1.0}
foo = np.zeros((), np.float32)
assert tt.load_into(sys.argv[1], {"foo": foo}).complete and foo == 1
tt.save("out/model-0", {"w": np.arange(6.0).reshape(2, 3)})
assert (tt.load("out/model-0", dtype={"float64": "float32"})["w"] == [[0, 1, 2], [3, 4, 5]]).all()
try:
    tt.open("nothing")
except tt.NotFoundError as error:
    assert "nothing" in str(error)
print(tt.__version__, tt.__file__)
"""


def run(*command, **options):
    print("+", *command[:8], flush=True)
    return subprocess.run([str(part) for part in command], check=True, **options)


def build_wheel(source, work):
    """Builds the wheel; its path."""
    wheels = work / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    environment = dict(os.environ)
    if shutil.which("ccache"):
        environment["CMAKE_CXX_COMPILER_LAUNCHER"] = "ccache"
    run(sys.executable, "-m", "pip", "wheel", source, "--quiet", "--no-deps", "--no-index",
        "--no-build-isolation", "--wheel-dir", wheels,
        "-C", "cmake.build-type=Debug", "-C", "cmake.define.CMAKE_CXX_FLAGS_DEBUG=-O0",
        "-C", f"build-dir={work / 'build'}", env=environment)
    [wheel] = wheels.glob("tensorthaw-*.whl")
    return wheel


def check_files(names):
    for wanted in ("__init__.py", "py.typed", "_core.pyi", "errors.py"):
        assert f"tensorthaw/{wanted}" in names, f"{wanted} is missing in {sorted(names)}"
    assert not any(name.endswith((".h", ".a", ".cc")) for name in names), sorted(names)


def make_environment(work):
    """A fresh environment that sees the packages of the tests; its Python and site-packages."""
    fresh = work / "venv"
    venv.create(fresh, clear=True, with_pip=False)
    site_packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(fresh)}))
    # Wherever the environment of the tests has them: its own folder, or one that it only sees.
    folders = {str(Path(importlib.util.find_spec(name).origin).parent.parent) for name in RUNTIME}
    (site_packages / "of_the_tests.pth").write_text("\n".join(sorted(folders)) + "\n")
    return fresh / "bin" / "python", site_packages


def install_wheel(source, work, python):
    wheel = build_wheel(source, work)
    check_files(set(zipfile.ZipFile(wheel).namelist()))
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps",
        "--no-index", wheel)


def install_build(build, site_packages):
    run("cmake", "--install", build, "--component", "python", "--prefix", site_packages)
    files = (path for path in (site_packages / "tensorthaw").rglob("*") if path.is_file())
    check_files({path.relative_to(site_packages).as_posix() for path in files})


def check_at_work(source, work, python):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    answer = run(python, "-c", PROGRAM, source / "examples/store_only/model-0",
                 cwd=work, env=environment, capture_output=True, text=True).stdout
    print(answer)
    assert str(work / "venv") in answer, "another package than the installed one was tried"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=lambda path: Path(path).resolve())
    parser.add_argument("work", type=lambda path: Path(path).resolve())
    parser.add_argument("--build", type=Path)
    arguments = parser.parse_args()
    needed = RUNTIME if arguments.build else RUNTIME + TO_BUILD
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        print(f"SKIPPED: {sys.executable} has no {', '.join(missing)}")
        return 77
    arguments.work.mkdir(parents=True, exist_ok=True)
    python, site_packages = make_environment(arguments.work)
    if arguments.build is None:
        install_wheel(arguments.source, arguments.work, python)
    else:
        install_build(arguments.build, site_packages)
    check_at_work(arguments.source, arguments.work, python)
    return 0


if __name__ == "__main__":
    sys.exit(main())
