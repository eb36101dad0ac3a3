"""Loads the extension module; to be imported before anything else of the package."""

import os
import sys

# TensorFlow offers the symbols of its libraries to every module of the process, Protocol Buffers
# and Snappy among them, in other versions than ours. So the module looks in its own libraries
# first. (Debian's archives of these libraries are not made for use inside of modules.) What the
# module has itself is hidden from all others: see module.map and strdup.cc.
_flags = sys.getdlopenflags()
sys.setdlopenflags(_flags | getattr(os, "RTLD_DEEPBIND", 0))
try:
    from . import _core  # noqa: F401
finally:
    sys.setdlopenflags(_flags)
