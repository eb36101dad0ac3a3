"""Bulk loading: checkpoints as mappings of names to arrays."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING, Any, Callable, Dict, Iterable, Iterator, Optional, Tuple, Union)

import numpy as np

from . import _core
from ._indexing import split_index
from ._report import LoadReport
from .errors import NotFoundError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Checkpoint", "Tensor", "open", "load", "load_into", "pool_statistics",
           "save", "trim_pool"]

Path = Union[str, "os.PathLike[str]"]
DTypeLike = Any
DTypeWish = Union[Mapping[DTypeLike, DTypeLike],
                  Callable[[str, str, Tuple[int, ...]], Optional[DTypeLike]]]
Progress = Callable[[int, int], object]


class _NoSuchTensor(NotFoundError, KeyError):
    """A NotFoundError that a mapping may raise for a key."""


class Tensor:
    """One tensor of an open checkpoint. Nothing is read before its values are asked for.

    ``t[10:20, :]`` reads only the rows that it needs (and what their checksum covers, where those
    are verified); ``t.numpy()``, ``numpy.asarray(t)`` and ``torch.from_dlpack(t)`` read all of
    them; each time anew, into memory that the result owns.

    Attributes:
      name: the tensor's name in the checkpoint.
      dtype: numpy.dtype of its arrays: ml_dtypes' for bfloat16, float8 and the 2- and 4-bit types,
        object for strings (elements are bytes), plain integers for quantised types.
      shape: tuple of ints.
      nbytes: bytes of its elements; of a string tensor, what it takes in the file.
      slices: the parts in which it is stored, each as an index: ``t[t.slices[0]]`` reads one. Empty
        for a tensor that is stored as a whole.
    """

    __slots__ = ("_checkpoint", "_dtype_name", "name", "shape", "nbytes", "slices")

    def __init__(self, checkpoint: "Checkpoint", name: str) -> None:
        self._checkpoint = checkpoint
        self.name = name
        self._dtype_name: str
        self.shape: Tuple[int, ...]
        self.nbytes: int
        self.slices: Tuple[Tuple[slice, ...], ...]
        self._dtype_name, self.shape, self.nbytes, self.slices = checkpoint._core.describe(name)

    @property
    def dtype(self) -> "np.dtype[Any]":
        return _core.numpy_dtype(self._dtype_name)

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        size = 1
        for dimension in self.shape:
            size *= dimension
        return size

    def numpy(self) -> "npt.NDArray[Any]":
        """A new array with all elements.

        Raises:
          DataLossError: a checksum does not agree with the bytes in the file.
          NotFoundError, OutOfRangeError, UnavailableError: a data file is missing, too short, or
            cannot be read.
          FailedPreconditionError: the checkpoint is closed, or its file changed meanwhile.
          UnimplementedError: a variant or resource, which no array can hold.
        """
        return self._checkpoint._read(self.name, None)

    def __getitem__(self, index: Any) -> Any:
        """As ``self.numpy()[index]``, but for ints and slices only the needed box is read."""
        split = split_index(index, self.shape)
        if split is None:
            return self.numpy()[index]
        box, rest = split
        if any(length == 0 for _, length in box) or not box:
            shape = tuple(length for _, length in box)
            values = np.empty(shape, self.dtype) if box else self.numpy()
        else:
            values = self._checkpoint._read(self.name, box)
        return values[rest]

    def __array__(self, dtype: DTypeLike = None, copy: Optional[bool] = None) -> "npt.NDArray[Any]":
        if copy is False:
            raise ValueError(f"tensor {self.name!r} is in a file: an array of it is a copy")
        values = self.numpy()
        return values if dtype is None else values.astype(dtype, copy=False)

    def __dlpack__(self, **options: Any) -> Any:
        """A DLPack capsule of a new array; also of bfloat16 and float8, which NumPy's own lacks."""
        return _core.lend(self.numpy()).__dlpack__(**options)

    def __dlpack_device__(self) -> Tuple[int, int]:
        return (1, 0)  # kDLCPU

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a tensor without dimensions")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("iteration over a tensor without dimensions")
        return iter(self.numpy())

    def __repr__(self) -> str:
        return f"<Tensor {self.name!r} {self._dtype_name} {list(self.shape)}>"


class Checkpoint(Mapping):  # type: ignore[type-arg]
    """An open checkpoint: a mapping from names, in order, to lazy tensors. See ``open``.

    Any number of threads may use one. After ``close`` (or the end of a ``with``) every use of it or
    its tensors is a FailedPreconditionError; arrays that were read stay.

    Attributes:
      prefix: what TensorFlow would call the checkpoint, for example ``"dir/model-0"``.
      format: ``"tf-v2"``, ``"tf-v1"`` or ``"safetensors"``.
      closed: True after ``close``.
    """

    __slots__ = ("_core", "_verify")

    def __init__(self, path: Path, *, io: str = "auto", verify: bool = True) -> None:
        self._verify = _bool(verify, "verify")
        self._core = _core.open(path, io)

    @property
    def prefix(self) -> str:
        return self._core.prefix

    @property
    def format(self) -> str:
        return self._core.format

    @property
    def closed(self) -> bool:
        return self._core.closed

    def close(self) -> None:
        """Closes the files as soon as no running load needs them. More than once is fine."""
        self._core.close()

    def __enter__(self) -> "Checkpoint":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getitem__(self, name: str) -> Tensor:
        """The tensor of that name.

        Raises:
          NotFoundError: there is none (also a KeyError); the hint has the nearest names.
        """
        try:
            return Tensor(self, name)
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

    def load(self, names: Optional[Iterable[str]] = None, *, dtype: Optional[DTypeWish] = None,
             threads: Optional[int] = None, verify: Optional[bool] = None,
             memory_budget: Optional[int] = None, progress: Optional[Progress] = None,
             pinned: bool = False) -> "Dict[str, npt.NDArray[Any]]":
        """As ``tensorthaw.load``, of this checkpoint; `verify` None: as ``open`` was told."""
        return self._core.load(names, dtype, threads, self._verified(verify), memory_budget,
                               progress, _bool(pinned, "pinned"))

    def load_into(self, arrays: Mapping[str, Any], *, cast: bool = False,
                  threads: Optional[int] = None, verify: Optional[bool] = None,
                  memory_budget: Optional[int] = None, progress: Optional[Progress] = None
                  ) -> LoadReport:
        """As ``tensorthaw.load_into``, of this checkpoint; `verify` None: as ``open`` was told."""
        return self._core.load_into(arrays, _bool(cast, "cast"), threads, self._verified(verify),
                                    memory_budget, progress)

    def _verified(self, verify: Optional[bool]) -> bool:
        return self._verify if verify is None else _bool(verify, "verify")

    def _read(self, name: str, box: Any) -> "npt.NDArray[Any]":
        return self._core.read(name, box, self._verify)

    def __repr__(self) -> str:
        state = "closed" if self.closed else f"{len(self)} tensors"
        return f"<Checkpoint {self.prefix!r}: {state}>"


def _bool(value: Any, argument: str) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{argument} must be a bool, not {type(value).__name__}")
    return bool(value)


def open(path: Path, *, io: str = "auto", verify: bool = True) -> Checkpoint:
    """Opens a checkpoint; only its index is read.

    Args:
      path: a prefix, or whatever people type: `.index`, `.data-…`, a directory with a
        `checkpoint` file, a SavedModel directory, a `.safetensors` file or the index of several.
      io: "auto" (local files are mapped), "mmap", "pread" (reads through the page cache) or
        "direct" (reads around it).
      verify: compare the checksum of every tensor that is read.

    Returns:
      A Checkpoint: a mapping from names to lazy tensors, and a context manager.

    Raises:
      NotFoundError: nothing is there, or no checkpoint.
      DataLossError: the index contradicts itself.
      UnimplementedError: a format that is recognised but not read.
      TypeError, ValueError: a wrong argument, named.
    """
    return Checkpoint(path, io=io, verify=verify)


def load(path: Path, names: Optional[Iterable[str]] = None, *, dtype: Optional[DTypeWish] = None,
         threads: Optional[int] = None, io: str = "auto", verify: bool = True,
         memory_budget: Optional[int] = None, progress: Optional[Progress] = None,
         pinned: bool = False) -> "Dict[str, npt.NDArray[Any]]":
    """Reads tensors into new arrays, in parallel.

    Args:
      path: as for ``open``.
      names: None for all, or an iterable of names and globs (`*` matches slashes, too); a literal
        name wins over a pattern. In a checkpoint of TF2's objects full names (``dense/kernel``) and
        object paths are names, too.
      dtype: conversions on the way: a mapping of stored to wanted dtypes,
        ``{"float32": "bfloat16"}``, or a callable ``f(name, dtype, shape)`` that gets TensorFlow's
        name of the stored dtype and returns the wanted one, or None for the stored one.
      threads: at most so many; None: all that the process may use.
      io, verify: as for ``open``.
      memory_budget: bytes in flight where files are not mapped; None: 256 MiB.
      progress: ``f(bytes_done, bytes_total)``, called on the calling thread at most every 50 ms and
        once at the end; an exception in it stops the load and is raised here.
      pinned: lock the arrays' pages in memory (mlock), but for strings, until the arrays die.

    Returns:
      A dict of numpy arrays, in order of the names. Large arrays own memory of a pool that takes it
      back when they die; ``trim_pool`` gives what is unused back to the system. Arrays below 32 MiB
      share pieces of up to 64 MiB, which live as long as one of them.

    Raises:
      as ``open``, and:
      NotFoundError: a name, or a glob that matches nothing; a data file.
      DataLossError, OutOfRangeError: a tensor's bytes are damaged or missing. `.report` says which
        tensors could be read.
      InvalidArgumentError: a conversion that makes no sense (strings, complex to real).
      ResourceExhaustedError: no memory; `pinned` asks for more than the process may lock (the
        hint says how to raise the limit).
      KeyboardInterrupt: after the work has stopped.
    """
    with open(path, io=io, verify=verify) as checkpoint:
        return checkpoint.load(names, dtype=dtype, threads=threads, memory_budget=memory_budget,
                               progress=progress, pinned=pinned)


def load_into(path: Path, arrays: Mapping[str, Any], *, cast: bool = False,
              threads: Optional[int] = None, io: str = "auto", verify: bool = True,
              memory_budget: Optional[int] = None, progress: Optional[Progress] = None
              ) -> LoadReport:
    """Reads tensors into memory that is there already, in parallel and without a copy between.

    Args:
      path: as for ``open``.
      arrays: names to buffers: numpy arrays, torch tensors on the CPU, or what else has DLPack or
        the buffer protocol. Each is writable, C-contiguous, of the tensor's shape and dtype; object
        arrays for strings. No two share memory.
      cast: convert to the buffers' dtypes where they differ.
      threads, io, verify, memory_budget, progress: as for ``load``.

    Returns:
      A LoadReport.

    Raises:
      Before the first byte is written:
      NotFoundError: a name that the checkpoint has not.
      InvalidArgumentError: a buffer of another shape or (without `cast`) dtype.
      TypeError, ValueError: no buffer, a read-only one, one that is not C-contiguous, two that
        share memory, a wrong argument.
      While reading: as ``load``. The array of a tensor that failed, and only that, is filled with
      zeros; `.report` of the exception says which are done.
    """
    with open(path, io=io, verify=verify) as checkpoint:
        return checkpoint.load_into(arrays, cast=cast, threads=threads, memory_budget=memory_budget,
                                    progress=progress)


def save(prefix: Path, arrays: Mapping[str, Any]) -> None:
    """Writes a checkpoint that TensorFlow reads (V2, one data file); an existing one is replaced.

    Args:
      prefix: path and name without suffix: "dir/model-0" makes dir/model-0.index and
        dir/model-0.data-00000-of-00001. Missing last directories are made. No `checkpoint` state
        file is written.
      arrays: names to arrays, lazy tensors, or anything that numpy.asarray takes. Object and text
        arrays become strings; Python's floats float32, ints int32.

    Raises:
      TypeError: no array, or of elements that TensorFlow has not.
      InvalidArgumentError: an empty name.
      PermissionDeniedError, NotFoundError, UnavailableError: the files cannot be written. What was
        there before is kept.
    """
    _core.save(prefix, arrays)


def trim_pool() -> int:
    """Gives the memory that dead arrays left in the pool back to the system; returns its bytes."""
    return _core.trim_pool()


def pool_statistics() -> Dict[str, int]:
    """What the pool of array memory holds and did since the start of the process.

    Returns:
      kept_bytes: unused now; at most limit_bytes, half of the machine's memory.
      reused_bytes, fresh_bytes: given to arrays from what was kept, and from the system.
      dropped_bytes: given back to the system because of the limit.
    """
    return _core.pool_statistics()
