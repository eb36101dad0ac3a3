#!/usr/bin/env python3
"""Every safetensors case through `thaw ls`, and the same files through the reference implementation.

Without the package safetensors its recorded verdicts stand in for it. Also: all dtypes, written here
and by the package, and a model in several files.

Usage: safetensors_command_test.py THAW
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import safetensors_cases as cases

try:
    import numpy as np
    from safetensors import safe_open
    from safetensors.numpy import save_file
except ImportError:
    safe_open = None


class SafetensorsCommandTest(unittest.TestCase):
    thaw = ""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, data):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def run_thaw(self, *arguments):
        done = subprocess.run([self.thaw, *arguments, "--json"], capture_output=True, timeout=60)
        return done.returncode, json.loads(done.stdout)

    def test_every_case_is_opened_or_refused_with_the_reason(self):
        for name, data, reference, words in cases.CASES:
            with self.subTest(name):
                path = self.write(name + ".safetensors", data)
                code, document = self.run_thaw("ls", path)
                if not words and reference == "ok":
                    self.assertEqual(code, 0, document)
                    self.assertEqual(document["format"], "safetensors")
                    continue
                self.assertEqual(code, 4, document)
                error = document["error"]
                self.assertEqual(error["code"], "DATA_LOSS")
                self.assertIn(words, error["message"])
                self.assertEqual(error["file"], path)

    def test_the_reference_has_the_recorded_verdicts(self):
        if safe_open is None:
            self.skipTest("safetensors is not installed")
        for name, data, reference, _ in cases.CASES:
            with self.subTest(name):
                path = self.write(name + ".safetensors", data)
                try:
                    with safe_open(path, framework="numpy") as f:
                        list(f.keys())
                    verdict = "ok"
                except Exception:  # its errors have no common class
                    verdict = "refused"
                self.assertEqual(verdict, reference)

    def test_every_dtype_is_named_and_the_packed_ones_are_not_read(self):
        header, data = {}, b""
        rows = [(name, 8 * size, ours) for name, size, ours in cases.SUPPORTED]
        for name, bits, _ in rows + [(name, bits, None) for name, bits in cases.NAMED_ONLY]:
            header[name] = cases.tensor(name, [4], len(data), len(data) + bits // 2)
            data += bytes(bits // 2)
        path = self.write("all.safetensors", cases.safetensors(header, data))
        code, document = self.run_thaw("ls", path)
        self.assertEqual(code, 0, document)
        dtypes = {t["name"]: t["dtype"] for t in document["tensors"]}
        for name, _, ours in cases.SUPPORTED:
            self.assertEqual(dtypes[name], ours)
            self.assertEqual(self.run_thaw("show", path, name)[0], 0, name)
        for name, _ in cases.NAMED_ONLY:
            self.assertEqual(dtypes[name], name)
            code, document = self.run_thaw("show", path, name)
            self.assertEqual((code, document["error"]["code"]), (4, "UNIMPLEMENTED"))
            self.assertIn(name, document["error"]["message"])
        code, document = self.run_thaw("verify", path)
        self.assertEqual((code, document["ok"]), (0, True))
        self.assertEqual(document["tensors_without_checksum"], len(cases.SUPPORTED))

    def test_what_the_package_writes_has_its_values(self):
        if safe_open is None:
            self.skipTest("safetensors is not installed")
        kinds = "bool uint8 int8 int16 uint16 float16 int32 uint32 float32 complex64 float64 int64 " \
                "uint64".split()
        arrays = {kind: np.array([[0, 1, 1], [1, 0, 1]]).astype(kind) for kind in kinds}
        path = os.path.join(self.folder.name, "model.safetensors")
        save_file(arrays, path, metadata={"format": "np"})
        for kind in kinds:
            code, document = self.run_thaw("show", path, kind)
            self.assertEqual((code, document["dtype"]), (0, kind))
            values = arrays[kind]
            expected = np.stack([values.real, values.imag], -1) if kind == "complex64" else values
            self.assertEqual(document["values"], expected.tolist())

    def test_restore_from_a_model_in_two_files(self):
        for number, name in enumerate("ab"):
            self.write(f"m-{number}.safetensors",
                       cases.safetensors({name: cases.tensor()}, bytes([0, 0, 128, 63] * 2)))
        self.write("m.safetensors.index.json", json.dumps(
            {"metadata": {"total_size": 16},
             "weight_map": {"a": "m-0.safetensors", "b": "m-1.safetensors"}}).encode())
        index = os.path.join(self.folder.name, "m.safetensors.index.json")
        model = self.write("model.json", json.dumps({"variables": [
            {"made_by": "get_variable", "name": "b", "shape": [2]}]}).encode())
        code, document = self.run_thaw("ls", index)
        self.assertEqual((code, document["shards"]), (0, 2))
        out = os.path.join(self.folder.name, "out.safetensors")
        code, document = self.run_thaw("restore", index, "--model", model, "--saver", "--out", out)
        self.assertEqual((code, document["complete"]), (0, True), document)
        self.assertEqual(self.run_thaw("show", out, "b")[1]["values"], [1.0, 1.0])


if __name__ == "__main__":
    SafetensorsCommandTest.thaw = sys.argv.pop(1)
    unittest.main()
