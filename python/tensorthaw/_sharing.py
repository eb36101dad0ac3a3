"""Checkpoints in shared memory: one process restores, the others map."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Optional, Union

from . import _core
from ._loading import DTypeLike, Path, Progress, _bool, _NoSuchTensor
from .errors import NotFoundError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["SharedCheckpoint", "load_shared", "open_shared", "remove_shared"]

Name = Union[str, "os.PathLike[str]"]


class SharedCheckpoint(Mapping):  # type: ignore[type-arg]
    """Tensors in shared memory: a mapping from names, in order, to read-only arrays.

    The arrays copy nothing: their elements are where the process that restored them put them. They
    stay valid as long as they live, also after the name was removed or given to something newer.
    String tensors are copied into object arrays. Any number of threads may use one.

    Attributes:
      prefix: the absolute prefix of the checkpoint that it was restored from.
      was_restored: True if this very call restored it, False if it was there already.
      nbytes: the size of the shared memory.
    """

    __slots__ = ("_core",)

    def __init__(self, core: Any) -> None:
        self._core = core

    @property
    def prefix(self) -> str:
        return self._core.prefix

    @property
    def was_restored(self) -> bool:
        return self._core.was_restored

    @property
    def nbytes(self) -> int:
        return self._core.size_bytes

    def fileno(self) -> int:
        """The descriptor of the shared memory, for ``open_shared`` in a process that gets it."""
        return self._core.fileno()

    def check_fresh(self) -> None:
        """Compares the files of the checkpoint with what they were when they were restored.

        Raises:
          FailedPreconditionError: one was changed or removed since.
        """
        self._core.check_fresh()

    def __getitem__(self, name: str) -> "npt.NDArray[Any]":
        """The read-only array of that name.

        Raises:
          NotFoundError: there is none (also a KeyError).
          DataLossError: the shared memory contradicts itself.
        """
        try:
            return self._core.get(name)
        except NotFoundError as error:
            missing = _NoSuchTensor(error.message)
            missing.__dict__.update(error.__dict__)
            raise missing from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._core.names())

    def __len__(self) -> int:
        return len(self._core)

    def __contains__(self, name: object) -> bool:
        return self._core.contains(name)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<SharedCheckpoint {self.prefix!r}: {len(self)} tensors>"


def load_shared(path: Path, name: Optional[Name], names: Optional[Iterable[str]] = None, *,
                dtype: Optional[Mapping[DTypeLike, DTypeLike]] = None,
                threads: Optional[int] = None, io: str = "auto", verify: bool = True,
                memory_budget: Optional[int] = None, progress: Optional[Progress] = None
                ) -> SharedCheckpoint:
    """Restores a checkpoint into shared memory, or maps it if some process has done so.

    What is there under `name` serves if it was restored from this checkpoint as it is now. What is
    stale is replaced; who has it mapped keeps it. Processes that call this at the same time wait for
    the one that restores. The memory gets its name when all of it is verified, in one step: a
    process that is killed leaves nothing behind.

    Args:
      path: as for ``open``.
      name: of a POSIX shared memory object (in /dev/shm), or with a slash inside the path of a file
        on a tmpfs. None: memory without a name, sealed; see ``SharedCheckpoint.fileno``.
      names: as for ``load``.
      dtype: conversions on the way, ``{"float32": "bfloat16"}``, between floats.
      threads, io, verify, memory_budget, progress: as for ``load``.

    Raises:
      as ``open`` and ``load``, and:
      FailedPreconditionError: the memory of this name has another choice of tensors or dtypes.
      ResourceExhaustedError: no room in the file system, or in the machine's memory.
      PermissionDeniedError: another user could have written what is there.
    """
    return SharedCheckpoint(_core.load_shared(path, name, names, dtype, threads, io,
                                              _bool(verify, "verify"), memory_budget, progress))


def open_shared(name: Union[Name, int]) -> SharedCheckpoint:
    """Maps what a process restored into shared memory; takes the same time whatever the size.

    Args:
      name: as for ``load_shared``, or the number of a descriptor, which stays the caller's.

    Raises:
      NotFoundError: nothing has that name.
      DataLossError: it is no shared checkpoint, or damaged.
      PermissionDeniedError: another user could have written it.
    """
    return SharedCheckpoint(_core.open_shared(name))


def remove_shared(name: Name) -> None:
    """Takes the name away; the memory goes when the last array over it dies.

    Raises:
      NotFoundError: nothing has that name.
    """
    _core.remove_shared(name)
