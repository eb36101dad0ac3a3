#!/usr/bin/env python3
"""Runs one file of these tests with pytest; exits 77, with the reason, where there is none.

Usage: run_pytest.py FILE [OPTION…]. PYTHONPATH holds the package's build tree.
"""

import sys

try:
    import pytest
except ImportError:
    print(f"SKIPPED: {sys.executable} has no pytest")
    sys.exit(77)

sys.exit(pytest.main(["-q", "-rs", "-p", "no:cacheprovider", *sys.argv[1:]]))
