"""Saver and CheckpointManager: variables to checkpoints and back."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import _core
from ._core import Variable
from ._report import Report
from ._store import VariableStore

Path = str | os.PathLike[str]
VarList = Mapping[str, Any] | Iterable[Any]


class SaverDef:
    """The formats that `write_version` names."""

    V1 = 1
    V2 = 2


def _number_in(variable: Variable) -> int:
    """The value of a variable that counts."""
    value: Any = variable.numpy()
    return int(value)


def _step_of(global_step: Any, store: VariableStore) -> Any:
    """The number that a step, a variable or the name of a variable stands for."""
    if isinstance(global_step, str):
        name = global_step
        found = [v for v in (*store.global_variables(), *store.local_variables())
                 if v.name == name]
        if not found:
            raise ValueError(f"global_step: there is no variable {name!r} in the store")
        global_step = found[0]
    if isinstance(global_step, Variable):
        return _number_in(global_step)
    return global_step


class Saver:
    """Saves and restores variables of a store, as tf.compat.v1.train.Saver.

    It knows the variables that the store held when it was made. A checkpoint is an index file and
    a data file; for the same variables their bytes are those that TensorFlow writes. There is no
    graph here, so no meta graph (PREFIX.meta) is written.

    store: the tensorthaw.VariableStore.
    var_list: which variables, and under which names:
        None: all global variables, each under its op name, parts under their full name;
        a list, tuple or set of variables and partitioned variables;
        a dict from names to a variable, a partitioned variable or a list of parts.
    reshape: restore a tensor of another shape if it has as many elements.
    max_to_keep: so many of the newest checkpoints stay; None or 0: all.
    keep_checkpoint_every_n_hours: of those that would go, one in so many hours stays.
    allow_empty: a Saver without variables does nothing, and is no error.
    sharded: write the files that TensorFlow writes for one device: the same ones (V2), or
        PREFIX-00000-of-00001 (V1).
    write_version: SaverDef.V2, or SaverDef.V1 for TensorFlow's old format. Both are restored.
    pad_step_number: eight digits for the step.
    save_relative_paths: relative paths in the state file, so that the directory can be moved.

    Raises TypeError for a var_list of another kind, ValueError for no variables, for two of one
    name, for one that two names would restore, and for parts of different tensors.
    """

    def __init__(
            self, store: VariableStore, var_list: VarList | None = None, reshape: bool = False, *,
            max_to_keep: int | None = 5, allow_empty: bool = False, sharded: bool = False,
            keep_checkpoint_every_n_hours: float = 10000.0, write_version: int = SaverDef.V2,
            pad_step_number: bool = False, save_relative_paths: bool = False) -> None:
        self._store = store
        self._saver = _core.Saver(
            store, var_list, bool(reshape), bool(sharded), max_to_keep,
            keep_checkpoint_every_n_hours, bool(allow_empty), write_version,
            bool(pad_step_number), bool(save_relative_paths))

    def save(
            self, save_path: Path, global_step: Any = None, latest_filename: str | None = None,
            meta_graph_suffix: str = "meta", write_meta_graph: bool = True,
            write_state: bool = True) -> str | None:
        """Writes a checkpoint and the state file of its directory; returns what to restore from.

        The prefix is `save_path`, with "-STEP" when there is a global_step (a number, a variable
        or the name of one). A checkpoint of that prefix is replaced. Then the state file is
        written, and at most one old checkpoint is removed. A failure leaves the older checkpoints
        and the state file as they were. None when the Saver is empty.

        latest_filename: the name of the state file, "checkpoint" by default.
        meta_graph_suffix: of meta graphs that are removed with old checkpoints.
        write_meta_graph: of no effect: there is no graph to write.
        write_state: False leaves state file and old checkpoints alone.

        Raises FailedPreconditionError when a variable has no value yet; ValueError when the parent
        directory is missing (one level of it is made), when latest_filename has a directory in it
        or is the name of the checkpoint; UnimplementedError for a dtype that V1 lacks.
        """
        del write_meta_graph
        return self._saver.save(
            save_path, _step_of(global_step, self._store), latest_filename, meta_graph_suffix,
            bool(write_state))

    def restore(self, save_path: Path | None) -> Report | None:
        """Restores every variable of the Saver from the checkpoint of this prefix.

        Variables need no value before. In an object-based checkpoint (tf.train.Checkpoint, Keras)
        they are found by the names that they had when it was written.

        Returns a Report: what each variable of the store got, and which it passed over; None from
        an empty Saver, which restores nothing. (TensorFlow returns nothing.)

        Raises ValueError when there is no such checkpoint; NotFoundError when a name is not in it
        and InvalidArgumentError when a dtype or shape differs: then no variable is changed.
        """
        report: Report | None = self._saver.restore(save_path)
        return report

    @property
    def last_checkpoints(self) -> list[str]:
        """The checkpoints that it wrote and has not removed, from the oldest to the newest."""
        return self._saver.last_checkpoints

    def set_last_checkpoints_with_time(
            self, last_checkpoints_with_time: list[tuple[str, float]]) -> None:
        """Replaces last_checkpoints by these paths and times (seconds since 1970)."""
        self._saver.set_last_checkpoints_with_time(last_checkpoints_with_time)

    def set_last_checkpoints(self, last_checkpoints: list[str]) -> None:
        """Replaces last_checkpoints; these are never removed."""
        self._saver.set_last_checkpoints_with_time([(p, math.inf) for p in last_checkpoints])

    def recover_last_checkpoints(self, checkpoint_paths: Iterable[Path]) -> None:
        """Replaces last_checkpoints by those of the paths that exist, as after a crash."""
        self._saver.recover_last_checkpoints(checkpoint_paths)


class CheckpointManager:
    """Numbered checkpoints of one directory, as tf.train.CheckpointManager.

    What a manager left in the directory, TensorFlow's or this one, is taken over. The state file
    has relative paths and the times of the checkpoints.

    saver: what is saved and restored. Its own max_to_keep has no effect here.
    directory: made, with all folders above it, when the first checkpoint is written.
    max_to_keep: so many of the newest stay; None: all.
    keep_checkpoint_every_n_hours: of those that would go, one stays when it is so much newer than
        the last one that stayed; None: none.
    checkpoint_name: files are named NAME-NUMBER.
    step_counter, checkpoint_interval: a variable, and by how much it must have grown since the
        last checkpoint for `save` to write one.
    init_fn: called by restore_or_initialize when there is no checkpoint.

    Raises ValueError for a max_to_keep below 1 and for an interval without a counter.
    """

    def __init__(
            self, saver: Saver, directory: Path, max_to_keep: int | None,
            keep_checkpoint_every_n_hours: float | None = None, checkpoint_name: str = "ckpt",
            step_counter: Variable | None = None, checkpoint_interval: int | None = None,
            init_fn: Callable[[], Any] | None = None) -> None:
        if not isinstance(saver, Saver):
            raise TypeError(f"saver must be a tensorthaw.Saver, not {type(saver).__name__}")
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError("step_counter should be passed if checkpoint_interval is not None")
        self._saver = saver
        self._manager = _core.CheckpointManager(
            saver._saver, directory, max_to_keep, keep_checkpoint_every_n_hours, checkpoint_name)
        self._step_counter = step_counter
        self._checkpoint_interval = checkpoint_interval
        self._last_checkpoint_step: int | None = None
        self._init_fn = init_fn

    @property
    def directory(self) -> str:
        """As it was given."""
        return self._manager.directory

    @property
    def checkpoint(self) -> Saver:
        """The saver."""
        return self._saver

    @property
    def checkpoint_interval(self) -> int | None:
        """As it was given."""
        return self._checkpoint_interval

    @property
    def latest_checkpoint(self) -> str | None:
        """The prefix of the newest checkpoint, or None."""
        return self._manager.latest_checkpoint

    @property
    def checkpoints(self) -> list[str]:
        """The checkpoints that may be removed one day, from the oldest to the newest."""
        return self._manager.checkpoints

    def save(self, checkpoint_number: Any = None, check_interval: bool = True) -> str | None:
        """Writes a checkpoint, removes what is too much, and returns the prefix.

        checkpoint_number: a number or a variable; None: one more than the last time, the first
            time one more than the directory's latest.
        check_interval: False writes unless the step counter stands where it stood the last time.
        None when nothing was written. Raises as Saver.save.
        """
        if self._checkpoint_interval is not None and self._step_counter is not None:
            step = _number_in(self._step_counter)
            last = self._last_checkpoint_step
            if last is not None and (
                    step == last or check_interval and step < last + self._checkpoint_interval):
                return None
            self._last_checkpoint_step = step
        number = _step_of(checkpoint_number, self._saver._store)
        return self._manager.save(number)

    def restore_or_initialize(self) -> str | None:
        """Restores the latest checkpoint and returns it; without one calls init_fn, returns None.

        Raises as Saver.restore.
        """
        if self.latest_checkpoint is None:
            if self._init_fn is not None:
                self._init_fn()
            return None
        path = self._manager.restore_latest()
        if self._checkpoint_interval is not None and self._step_counter is not None:
            self._last_checkpoint_step = _number_in(self._step_counter)
        return path
