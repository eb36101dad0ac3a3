"""What thaw does with a program."""

import dataclasses
import json
import os
import subprocess
from typing import Optional

import numpy as np

import programs


@dataclasses.dataclass
class Outcome:
    exit_code: int
    error: Optional[dict]     # the document thaw.error/1's "error"
    report: Optional[dict]    # thaw.restore/1
    values: dict              # op name -> array
    explain: Optional[dict]   # thaw.explain/1; None for a Saver
    stderr: str


def write_json(path: str, document) -> str:
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file)
    return path


def document_of(stdout: bytes) -> dict:
    return json.loads(stdout) if stdout.strip() else {}


def run(thaw: str, program: programs.Program, prefix: str, folder: str) -> Outcome:
    model = write_json(os.path.join(folder, "model.json"), program.model())
    out = os.path.join(folder, "out.npz")
    if os.path.exists(out):
        os.remove(out)
    how = ["--saver"]
    if program.pairs is not None:
        how = ["--map", write_json(os.path.join(folder, "map.json"), program.map())]
    # --lenient: that an entry matched nothing is thaw's finding, not TensorFlow's.
    done = subprocess.run([thaw, "restore", prefix, "--model", model, *how, "--out", out,
                           "--lenient", "--json"], capture_output=True, timeout=60, check=False)
    document = document_of(done.stdout)
    explain = None
    if program.pairs is not None:
        explained = subprocess.run([thaw, "explain", prefix, "--model", model, *how, "--json"],
                                   capture_output=True, timeout=60, check=False)
        explain = document_of(explained.stdout)
    values = {}
    if done.returncode == 0 and os.path.exists(out):
        with np.load(out, allow_pickle=False) as arrays:
            values = {name: arrays[name] for name in arrays.files}
    return Outcome(done.returncode, document.get("error"),
                   document if "variables" in document else None, values, explain,
                   done.stderr.decode(errors="replace"))
