"""Loads the extension module; to be imported before anything else of the package."""

import os
import sys

# TensorFlow offers the symbols of its libraries to every module of the process, Protocol Buffers
# among them, in another version than ours. So the module looks in its own libraries first.
_flags = sys.getdlopenflags()
sys.setdlopenflags(_flags | getattr(os, "RTLD_DEEPBIND", 0))
try:
    from . import _core  # noqa: F401
finally:
    sys.setdlopenflags(_flags)
