#!/usr/bin/env python3
"""Writes cases.txt: malformed checkpoints, byte by byte, and what must become of each.

TensorFlow (2.21, tensorflow-cpu) reads every one of them in a child process, and what it does is
kept beside the expectation. A case that TensorFlow reads must be read with the same bytes, unless
cases.py says why this project decides otherwise.

  python make_malformed.py            writes cases.txt
  python make_malformed.py --no-tf    likewise, with TensorFlow's verdicts of the last time, except
                                      for cases that had none

cases.txt, one fact a line, names percent-encoded, bytes in hexadecimal with runs as (xx*N):
  case NAME            a checkpoint; its lines follow
  about TEXT           what is wrong
  file SUFFIX BYTES    a file of the checkpoint, by what follows the prefix; nothing for V1's
  expect KIND          ok | open | entry | data: what fails, see Case in cases.py
  code CODE            of the Status
  words TEXT           in its message
  tensor NAME          the Status names it
  problem PROBLEM      of the entry, as `thaw verify` calls it
  offset N             in its file
  value NAME BYTES     (ok) what a reader finds; of strings each in hexadecimal, ended by a comma
  tf VERDICT           ok | an error class and its text | dies | hangs
  differs TEXT         why the expectation is not TensorFlow's
"""

import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "golden"))

import cases as cases_module
import cases_v1

OUTPUT = os.path.join(HERE, "cases.txt")


def quote(name):
    return urllib.parse.quote_from_bytes(name, safe="/._-:") if len(name) < 1000 else ""


def hexadecimal(data):
    """Hexadecimal, with runs of more than 32 equal bytes as (xx*N)."""
    out, i = [], 0
    while i < len(data):
        j = i
        while j < len(data) and data[j] == data[i]:
            j += 1
        out.append("(%02x*%d)" % (data[i], j - i) if j - i > 32 else data[i:j].hex())
        i = j
    return "".join(out)


def name_text(name):
    return hexadecimal(name) if len(name) > 1000 else urllib.parse.quote_from_bytes(name, safe="/._-:")


def value_text(value):
    return "".join(v.hex() + "," for v in value) if isinstance(value, list) else hexadecimal(value)


def lines_of(case):
    yield "case " + case.name
    yield "about " + case.about
    for suffix, data in sorted(case.files.items()):
        yield ("file %s %s" % (suffix, hexadecimal(data))).rstrip()
    yield "expect " + case.kind
    for key in ("code", "words", "problem"):
        if getattr(case, key):
            yield "%s %s" % (key, getattr(case, key))
    if case.kind in ("entry", "data"):
        yield "tensor " + name_text(case.tensor)
    if case.offset is not None:
        yield "offset %d" % case.offset
    if case.kind == "ok":
        for name, value in sorted(case.values.items()):
            yield ("value %s %s" % (name_text(name), value_text(value))).rstrip()
    yield "tf " + case.tf
    if case.differs:
        yield "differs " + case.differs


# --- TensorFlow's verdict -------------------------------------------------------------------------

CHILD = r"""
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np, tensorflow as tf
for line in sys.stdin:
    prefix, *probes = line.rstrip("\n").split("\t")
    verdict = "ok"
    for probe in probes:
        name, dtype, wanted = probe.split("=")
        dtype = tf.variant if dtype == "21" else tf.dtypes.as_dtype(int(dtype))
        try:
            value = tf.raw_ops.RestoreV2(prefix=prefix, tensor_names=[bytes.fromhex(name)],
                                         shape_and_slices=[""], dtypes=[dtype])[0]
            value = tf.reshape(value, [-1]).numpy()  # NumPy takes no rank above 64
        except Exception as e:
            verdict = type(e).__name__ + " " + " ".join(str(getattr(e, "message", e)).split())
            break
        if dtype == tf.string:
            got = "".join(bytes(v).hex() + "," for v in np.ravel(value))
        else:
            got = value.tobytes().hex()
        if wanted != "?" and got != wanted:
            verdict = "ok, other bytes"
    print(verdict[:400], flush=True)
"""


class Judge:
    """TensorFlow in a child process that is replaced when it dies."""

    def __init__(self):
        self.child = None

    def _start(self):
        self.child = subprocess.Popen(
            [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)

    def verdict(self, case):
        if self.child is None:
            self._start()
        with tempfile.TemporaryDirectory() as folder:
            prefix = os.path.join(folder, "x")
            for suffix, data in case.files.items():
                with open(prefix + suffix, "wb") as f:
                    f.write(data)
            probes = []
            for name, dtype in case.probes.items():
                wanted = "?"
                if case.kind == "ok":
                    value = case.values[name]
                    wanted = value_text(value) if isinstance(value, list) else value.hex()
                probes.append("%s=%d=%s" % (name.hex(), dtype, wanted))
            try:
                self.child.stdin.write("\t".join([prefix] + probes) + "\n")
                self.child.stdin.flush()
                answer = self.child.stdout.readline().strip()
            except BrokenPipeError:
                answer = ""
            if not answer:
                self.child.wait()
                self.child = None
                return "dies"
            answer = answer.replace(folder + "/x", "P").replace(folder, "")
            return re.sub(r"\s*\[Op:.*", "", answer)


def last_verdicts():
    verdicts, name = {}, None
    with open(OUTPUT) as f:
        for line in f:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word == "case":
                name = rest
            elif word == "tf":
                verdicts[name] = rest
    return verdicts


def main():
    all_cases = [*cases_module.all_cases(), *cases_v1.v1_cases()]
    names = [c.name for c in all_cases]
    assert len(set(names)) == len(names), "a name occurs twice"
    judge = Judge()
    known = last_verdicts() if "--no-tf" in sys.argv else {}
    disagreements = []
    for case in all_cases:
        case.tf = known.get(case.name) or judge.verdict(case)
        reads = case.tf == "ok"
        if reads != (case.kind == "ok") and not case.differs:
            disagreements.append(case)
    with open(OUTPUT, "w") as f:
        for case in all_cases:
            f.write("\n".join(lines_of(case)) + "\n\n")
    print(len(all_cases), "cases")
    for case in disagreements:
        print("no reason given for differing:", case.kind, case.name, "| TensorFlow:", case.tf)
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
