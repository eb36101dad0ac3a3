"""numpy's basic indexing over a tensor in a file: which box to read, and what to do with it."""

from __future__ import annotations

import operator
from typing import Any, Optional, Sequence, Tuple

Box = Tuple[Tuple[int, int], ...]


def _is_basic(item: Any) -> bool:
    if isinstance(item, (slice, type(None), type(Ellipsis))):
        return True
    if isinstance(item, bool) or getattr(item, "ndim", 0):
        return False
    kind = getattr(getattr(item, "dtype", None), "kind", "i")
    return hasattr(item, "__index__") and kind in "iu"


def _without_ellipsis(items: Sequence[Any], rank: int) -> Tuple[Any, ...]:
    """The items with the ellipsis, or the dimensions left out at the end, as full slices."""
    used = sum(1 for item in items if item is not None and item is not Ellipsis)
    if used > rank:
        raise IndexError(f"too many indices: the tensor has {rank} dimensions, but {used} were "
                         "indexed")
    ellipses = [number for number, item in enumerate(items) if item is Ellipsis]
    if len(ellipses) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    at = ellipses[0] if ellipses else len(items)
    fill = (slice(None),) * (rank - used)
    return (*items[:at], *fill, *items[at + 1:])


def _of_slice(item: slice, size: int) -> Tuple[Tuple[int, int], slice]:
    """(start, length) to read of a dimension, and the slice to take of what was read."""
    start, stop, step = item.indices(size)
    count = len(range(start, stop, step))
    if count == 0:
        return (0, 0), slice(0, 0)
    last = start + (count - 1) * step
    low, high = min(start, last), max(start, last)
    if step > 0:
        return (low, high - low + 1), slice(None, None, step)
    return (low, high - low + 1), slice(high - low, None, step)


def split_index(index: Any, shape: Sequence[int]) -> Optional[Tuple[Box, Tuple[Any, ...]]]:
    """The box that `index` needs of a tensor, and the index to apply to the box.

    Args:
      index: what stands between the brackets: ints, slices with any step, None, one ellipsis.
      shape: of the tensor.

    Returns:
      ((start, length) per dimension, index into an array of that box); None for what is not basic
      indexing (masks, lists of indices): that needs the whole tensor.

    Raises:
      IndexError: as numpy raises it.
    """
    items = index if isinstance(index, tuple) else (index,)
    if not all(_is_basic(item) for item in items):
        return None
    box: list[Tuple[int, int]] = []
    rest: list[Any] = []
    for item in _without_ellipsis(items, len(shape)):
        if item is None:
            rest.append(None)
            continue
        size = shape[len(box)]
        if isinstance(item, slice):
            extent, taken = _of_slice(item, size)
            box.append(extent)
            rest.append(taken)
            continue
        number = operator.index(item)
        if not -size <= number < size:
            raise IndexError(
                f"index {number} is out of bounds for axis {len(box)} with size {size}")
        box.append((number % size, 1))
        rest.append(0)
    return tuple(box), tuple(rest)
