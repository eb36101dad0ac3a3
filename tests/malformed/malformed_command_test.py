#!/usr/bin/env python3
"""Every malformed checkpoint through the command: thaw ls, verify and restore in child processes.

Each child has a second of processor time, and little memory unless a sanitizer needs more. It must
end by itself with the exit code that the case asks for, say on stderr what is wrong, and leave no
output behind.

Usage: malformed_command_test.py THAW [--sanitized]
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
MEMORY_LIMIT = 1 << 30  # of address space, for the maps of files, threads and what is read
CPU_SECONDS = 5
SIMPLE_NAME = re.compile(r"^[a-z]+$")

EXIT_OF_CODE = {
    "DATA_LOSS": 4, "OUT_OF_RANGE": 4, "INVALID_ARGUMENT": 4, "UNIMPLEMENTED": 4, "NOT_FOUND": 3,
}


def bytes_of(text):
    """Hexadecimal with runs as (xx*N)."""
    out = b""
    for run, count, plain in re.findall(r"\((..)\*(\d+)\)|([0-9a-f]+)", text):
        out += bytes.fromhex(run) * int(count) if run else bytes.fromhex(plain)
    return out


def read_cases():
    cases = []
    with open(os.path.join(HERE, "cases.txt")) as f:
        for line in f:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word == "case":
                cases.append({"name": rest, "files": {}, "problem": ""})
            elif word == "file":
                suffix, _, data = rest.partition(" ")
                cases[-1]["files"][suffix] = bytes_of(data)
            elif word:
                cases[-1][word] = rest
    return cases


class MalformedCommandTest(unittest.TestCase):
    thaw = ""
    sanitized = False

    def run_thaw(self, *arguments):
        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            if not self.sanitized:  # a sanitizer reserves terabytes of address space
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))

        return subprocess.run([self.thaw, *arguments], capture_output=True, preexec_fn=limit,
                              timeout=120, check=False)

    def expect(self, child, code, words=""):
        said = child.stderr.decode(errors="replace")
        self.assertEqual(child.returncode, code, said)
        if code > 1:
            self.assertIn("error", said + child.stdout.decode(errors="replace"))
            self.assertIn(words, said + child.stdout.decode(errors="replace"))

    def model_of(self, listing, tensor):
        found = next(t for t in listing["tensors"] if t["name"] == tensor)
        return {"variables": [{"made_by": "Variable", "name": tensor, "shape": found["shape"],
                               "dtype": found["dtype"]}]}

    def check_restore(self, case, folder, prefix, listing):
        """Restores the simply named tensors, or the one that must fail."""
        names = [t["name"] for t in listing["tensors"] if SIMPLE_NAME.match(t["name"])]
        if any(t["dtype"] == "variant" for t in listing["tensors"]):
            return  # no variable has that dtype
        if case["expect"] != "ok":
            names = [urllib.parse.unquote(case["tensor"])]
        for name in names:
            elements = 1
            for found in listing["tensors"]:
                if found["name"] == name:
                    for dim in found["shape"]:
                        elements *= dim
            if elements > 1 << 24:
                continue  # no memory for the variable: over the budget before anything is read
            model = os.path.join(folder, "model.json")
            with open(model, "w") as f:
                json.dump(self.model_of(listing, name), f)
            output = os.path.join(folder, "out.npz")
            child = self.run_thaw("restore", prefix, "--model", model, "--saver", "--out", output)
            code = 0 if case["expect"] == "ok" else EXIT_OF_CODE[case["code"]]
            self.expect(child, code)
            self.assertEqual(os.path.exists(output), code == 0)
            if os.path.exists(output):
                os.remove(output)

    def check(self, case, folder):
        prefix = os.path.join(folder, "x")
        for suffix, data in case["files"].items():
            with open(prefix + suffix, "wb") as f:
                f.write(data)
        # Opening fails for a fault of the index; a tensor that lacks a slice can be listed.
        fatal = case["expect"] == "open" or (
            case["expect"] == "entry" and case["problem"] != "missing_slice")
        listed = self.run_thaw("ls", prefix, "--json")
        self.expect(listed, EXIT_OF_CODE[case["code"]] if fatal else 0, case.get("words", ""))
        verified = self.run_thaw("verify", prefix, "--json")
        if case["expect"] == "open":
            self.expect(verified, EXIT_OF_CODE[case["code"]], case.get("words", ""))
        else:
            self.expect(verified, 0 if case["expect"] == "ok" else 1)
            self.assertEqual(json.loads(verified.stdout)["ok"], case["expect"] == "ok")
        if not fatal:
            self.check_restore(case, folder, prefix, json.loads(listed.stdout))


def add_test(case):
    def test(self):
        with tempfile.TemporaryDirectory() as folder:
            self.check(case, folder)
            left = set(os.listdir(folder)) - {"model.json"}
            self.assertEqual(left, {"x" + suffix for suffix in case["files"]})

    setattr(MalformedCommandTest, "test_" + case["name"].replace("-", "_"), test)


if __name__ == "__main__":
    MalformedCommandTest.thaw = sys.argv.pop(1)
    if "--sanitized" in sys.argv:
        sys.argv.remove("--sanitized")
        MalformedCommandTest.sanitized = True
    for malformed_case in read_cases():
        add_test(malformed_case)
    unittest.main()
