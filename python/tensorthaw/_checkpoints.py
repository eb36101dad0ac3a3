"""Which checkpoints a directory holds, and what is in one: tf.train's functions of these names."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from . import _core
from ._core import CheckpointReader as CheckpointReader

Path = str | os.PathLike[str]


@dataclass
class CheckpointState:
    """What the state file of a directory says; relative paths are joined to the directory.

    model_checkpoint_path: the latest checkpoint.
    all_model_checkpoint_paths: those that are there, from the oldest to the newest.
    all_model_checkpoint_timestamps: when they were saved, in seconds since 1970; may be empty.
    last_preserved_timestamp: of the last checkpoint that was kept for good, likewise; 0: none.
    """

    model_checkpoint_path: str
    all_model_checkpoint_paths: list[str] = field(default_factory=list)
    all_model_checkpoint_timestamps: list[float] = field(default_factory=list)
    last_preserved_timestamp: float = 0.0


def latest_checkpoint(checkpoint_dir: Path, latest_filename: str | None = None) -> str | None:
    """The prefix of the latest checkpoint of a directory, or None.

    It is what the directory's state file names as the latest. Where that checkpoint is not there,
    the result is None, and the logger "tensorthaw" says so: older ones are not tried.

    latest_filename: the name of the state file, "checkpoint" by default.
    Raises ValueError when the state file names none.
    """
    return _core.latest_checkpoint(checkpoint_dir, latest_filename)


def get_checkpoint_state(
        checkpoint_dir: Path, latest_filename: str | None = None) -> CheckpointState | None:
    """What the state file of a directory says.

    None when there is no such file, or when it cannot be parsed: then the logger "tensorthaw" says
    why. Raises ValueError when it names no latest checkpoint.
    """
    state = _core.get_checkpoint_state(checkpoint_dir, latest_filename)
    return None if state is None else CheckpointState(*state)


def update_checkpoint_state(
        save_dir: Path,
        model_checkpoint_path: Path,
        all_model_checkpoint_paths: Iterable[Path] | None = None,
        latest_filename: str | None = None,
        all_model_checkpoint_timestamps: Iterable[float] | None = None,
        last_preserved_timestamp: float | None = None) -> None:
    """Writes the state file of `save_dir` in one step.

    model_checkpoint_path: the latest checkpoint; it is added to all_model_checkpoint_paths unless
        it is the last of them.
    Where save_dir is relative, paths relative to the working directory become relative to it.
    Raises ValueError for an empty path and when the numbers of times and paths differ,
    RuntimeError when the state file would be the checkpoint, NotFoundError when the directory is
    missing.
    """
    _core.update_checkpoint_state(
        save_dir, model_checkpoint_path, all_model_checkpoint_paths, latest_filename,
        all_model_checkpoint_timestamps, last_preserved_timestamp)


def checkpoint_exists(checkpoint_prefix: Path) -> bool:
    """Whether `PREFIX.index`, or a file or directory `PREFIX`, is there.

    Wildcards count where the literal name is not there.
    """
    return _core.checkpoint_exists(checkpoint_prefix)


def get_checkpoint_mtimes(checkpoint_prefixes: Iterable[Path]) -> list[float]:
    """When each checkpoint that is there was written, in whole seconds since 1970."""
    return _core.get_checkpoint_mtimes(checkpoint_prefixes)


def remove_checkpoint(
        checkpoint_prefix: Path, checkpoint_format_version: int = 2,
        meta_graph_suffix: str = "meta") -> None:
    """Removes the files of a checkpoint: meta graph, index and data files.

    checkpoint_format_version: 2 for V2, 1 for V1, where the prefix is the file.
    Files that are not there are no error.
    """
    _core.remove_checkpoint(checkpoint_prefix, checkpoint_format_version, meta_graph_suffix)


def load_checkpoint(ckpt_dir_or_file: Path) -> CheckpointReader:
    """A reader of the tensors of a checkpoint: a prefix, or a directory's latest.

    Raises ValueError for a directory without a latest checkpoint, NotFoundError where there is
    nothing, DataLossError for what is no checkpoint.
    """
    return _core.load_checkpoint(ckpt_dir_or_file)


def load_variable(ckpt_dir_or_file: Path, name: str) -> Any:
    """The value of one tensor of a checkpoint; a ":0" at the end of the name is dropped.

    A new numpy array of the tensor's shape; for a scalar a NumPy scalar, or bytes.
    Raises as load_checkpoint and CheckpointReader.get_tensor.
    """
    return _core.load_variable(ckpt_dir_or_file, name)


def list_variables(ckpt_dir_or_file: Path) -> list[tuple[str, list[int]]]:
    """The names of all tensors of a checkpoint with their dimensions, sorted by name.

    Raises as load_checkpoint.
    """
    return _core.list_variables(ckpt_dir_or_file)


def wait_for_new_checkpoint(
        checkpoint_dir: Path, last_checkpoint: str | None = None, seconds_to_sleep: float = 1,
        timeout: float | None = None) -> str | None:
    """Waits until a directory has a latest checkpoint other than `last_checkpoint`.

    It looks every `seconds_to_sleep` seconds. Returns the prefix, or None as soon as the next look
    would come after `timeout` seconds (None: never).
    """
    stop_time = None if timeout is None else time.time() + timeout
    while True:
        path = latest_checkpoint(checkpoint_dir)
        if path is not None and path != last_checkpoint:
            return path
        if stop_time is not None and time.time() + seconds_to_sleep > stop_time:
            return None
        time.sleep(seconds_to_sleep)


def checkpoints_iterator(
        checkpoint_dir: Path, min_interval_secs: float = 0, timeout: float | None = None,
        timeout_fn: Callable[[], Any] | None = None) -> Iterator[str]:
    """Yields each new latest checkpoint of a directory as it appears.

    It looks only while the caller waits for the next one, so it may miss some. At least
    `min_interval_secs` seconds lie between two. When none came for `timeout` seconds it ends,
    unless `timeout_fn()` is given and returns false; timeout_fn is also asked after each yield.
    """
    path: str | None = None
    while True:
        new_path = wait_for_new_checkpoint(checkpoint_dir, path, timeout=timeout)
        if new_path is not None:
            start = time.time()
            path = new_path
            yield path
            time.sleep(max(0.0, start + min_interval_secs - time.time()))
        elif timeout_fn is None:
            return
        if timeout_fn is not None and timeout_fn():
            return
