"""What a bulk load did."""

from __future__ import annotations

from typing import Dict, Tuple

__all__ = ["LoadReport"]


class LoadReport:
    """What became of each tensor of a load.

    Attributes:
      checkpoint: the checkpoint's prefix.
      done: names of the tensors whose arrays hold what is stored, checksums verified.
      failed: names of the tensors that could not be read, with the exception of each. Their arrays,
        and only theirs, are filled with zeros (object arrays are left alone).
      untouched: names of the tensors whose arrays were not written at all.
      bytes: read into arrays that are done.
      seconds: taken.
    """

    __slots__ = ("checkpoint", "done", "failed", "untouched", "bytes", "seconds")

    def __init__(self, checkpoint: str, done: Tuple[str, ...], failed: Dict[str, Exception],
                 untouched: Tuple[str, ...], bytes: int, seconds: float) -> None:
        self.checkpoint = checkpoint
        self.done = done
        self.failed = failed
        self.untouched = untouched
        self.bytes = bytes
        self.seconds = seconds

    @property
    def complete(self) -> bool:
        """True when every array is done."""
        return not self.failed and not self.untouched

    def __repr__(self) -> str:
        parts = [f"{len(self.done)} done"]
        if self.failed:
            parts.append(f"{len(self.failed)} failed ({', '.join(map(repr, self.failed))})")
        if self.untouched:
            parts.append(f"{len(self.untouched)} untouched")
        return (f"<LoadReport of {self.checkpoint!r}: {', '.join(parts)}; "
                f"{self.bytes} bytes in {self.seconds:.3g} s>")
