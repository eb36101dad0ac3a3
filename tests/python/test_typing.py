"""The package's types, as mypy sees them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tensorthaw as tt


def test_a_typed_program_passes_mypy(tmp_path):
    pytest.importorskip("mypy")
    package = Path(tt.__file__).parent
    consumer = Path(__file__).with_name("typed_consumer.py")

    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir",
         str(tmp_path), str(consumer)],
        env={**os.environ, "MYPYPATH": str(package.parent)}, capture_output=True, text=True,
        check=False)

    assert run.returncode == 0, run.stdout + run.stderr


def test_the_package_says_that_it_has_types():
    package = Path(tt.__file__).parent

    assert (package / "py.typed").exists()
    assert "class OpenCheckpoint" in (package / "_core.pyi").read_text()
