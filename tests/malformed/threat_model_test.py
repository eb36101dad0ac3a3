#!/usr/bin/env python3
"""Every test that docs/threat_model.md names exists, so that the document does not promise in vain."""

import os
import re
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


class ThreatModelTest(unittest.TestCase):
    def setUp(self):
        self.document = read(ROOT, "docs", "threat_model.md")

    def test_cases_exist(self):
        cases = set(re.findall(r"^case (\S+)$", read(HERE, "cases.txt"), re.MULTILINE))
        named = set(re.findall(r"case ([a-z][a-z0-9-]+)", self.document))
        self.assertGreater(len(named), 30)
        self.assertEqual(named - cases, set())

    def test_tests_exist(self):
        known = set()
        for folder, _, files in os.walk(os.path.join(ROOT, "tests")):
            for name in files:
                if name.endswith((".cc", ".h")):
                    known.update(re.findall(r"^TEST\w*\(\w+, (\w+)\)", read(folder, name), re.MULTILINE))
                elif name == "CMakeLists.txt":
                    known.update(re.findall(r"thaw_(?:test|fuzz)\((\w+)", read(folder, name)))
                    known.update(re.findall(r"NAME (\w+)", read(folder, name)))
        named = set(re.findall(r"`(\w+_fuzz|\w+_test|[A-Z]\w+[a-z][A-Z]\w+)`", self.document))
        self.assertGreater(len(named), 15)
        self.assertEqual(named - known, set())


if __name__ == "__main__":
    unittest.main()
