"""The programs in README.md and docs/python.md that answer the founding question, as written."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("document", ["README.md", "docs/python.md"])
def test_the_founding_question(document, tmp_path):
    programs = re.findall(r"^```python\n(.*?)^```", (ROOT / document).read_text(), re.M | re.S)
    [program] = [text for text in programs if "tt.init_from_checkpoint(" in text]
    for file in (ROOT / "examples/store_only").glob("model-0.*"):
        shutil.copy(file, tmp_path)

    answer = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True,
                            capture_output=True, text=True).stdout

    assert answer.startswith("0.0 1.0\n")
    assert "'foo' was made by Variable: it is not in the variable store" in answer
    assert """write {"foo": <Variable 'foo'>}, or restore it with a Saver""" in answer
