"""init_from_checkpoint."""

from __future__ import annotations

import os
from typing import Any, Iterable, Mapping, Sequence, Union

from . import _core
from ._core import Variable
from ._store import VariableStore

__all__ = ["init_from_checkpoint"]

Path = Union[str, "os.PathLike[str]"]
# A variable's or scope's name, a variable, or a list of the parts of a partitioned one.
MapValue = Union[str, Variable, Sequence[Variable]]


def init_from_checkpoint(
        ckpt_dir_or_file: Path,
        assignment_map: Mapping[str, MapValue] | Iterable[tuple[str, MapValue]],
        store: VariableStore) -> None:
    """Lets variables take their values from a checkpoint, as tf.compat.v1.train does.

    ckpt_dir_or_file: a prefix, or a directory with a state file: its latest checkpoint.
    assignment_map: a mapping, or pairs in any iterable (which may have a key several times):
        "tensor": "name"       a variable that get_variable made, or all parts of one;
        "tensor": variable     any variable, or a list of parts;
        "scope/": "scope/"     every variable that get_variable made in a scope; "/" is the root.
    store: whose variables.

    Each hit replaces the variable's initializer, and the last one wins; nothing is read until an
    initializer runs. `store.initialize()` returns a Report that says what became of each variable
    and why; what TensorFlow would pass over in silence is also logged as a warning ("tensorthaw").

    Raises ValueError for a directory without a latest checkpoint, a name that is not there and a
    shape that differs; NotFoundError for a path that leads nowhere; TypeError for a value that is
    neither a name nor a variable nor a list of them. Pairs that came before the failing one, in
    the order of their keys, stay applied. The exception has `.tensor`, `.variable`, `.hint` and
    `.finding`, the code of the case.
    """
    if not isinstance(store, VariableStore):
        raise TypeError(f"store must be a tensorthaw.VariableStore, not {type(store).__name__}")
    _core.init_from_checkpoint(ckpt_dir_or_file, assignment_map, store)
