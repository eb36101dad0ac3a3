"""What a bulk load did, and what the initializers did."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

__all__ = ["LoadReport", "Report"]

# Findings of one kind that explain() lists.
_MAX_FINDINGS = 10


class LoadReport:
    """What became of each tensor of a load.

    Attributes:
      checkpoint: the checkpoint's prefix.
      done: names of the tensors whose arrays hold what is stored, checksums verified.
      failed: names of the tensors that could not be read, with the exception of each. Their arrays,
        and only theirs, are filled with zeros if anything of them was written (object arrays never
        are).
      untouched: names of the tensors that were not begun, because of a fault of another's that was
        found before anything was read, or of an interruption.
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


class _Record(dict):
    """A dict whose keys are attributes, too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def _entry_text(record: _Record) -> str:
    """The map entry of a record, as the program has it."""
    value = record["map_value"]
    if isinstance(value, str):
        text = f'"{value}"'
    elif "variable" in value:
        text = f"<Variable '{value['variable']}'>"
    else:
        text = "[" + ", ".join(f"<Variable '{name}'>" for name in value["variables"]) + "]"
    return f'"{record["map_key"]}": {text}'


def _printable(text: str) -> str:
    """Control characters and what is no UTF-8 as escapes, so that a name moves no cursor."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode()
        for c in text)


def _table(rows: List[List[str]]) -> List[str]:
    """The rows as lines of aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
            for row in rows]


class Report:
    """What the initializers did to each variable, and why: the document thaw.restore/1.

    Attributes:
      checkpoint: prefix of the checkpoint that was applied last; empty when there was none.
      complete: whether every variable came from a checkpoint.
      variables: one record per variable, parts one by one, in order of creation. Its fields, as
        attributes and as keys: name, op_name, made_by, dtype, shape, source ("checkpoint" or
        "initializer"); from a checkpoint tensor, slice, rule, map_key, map_value; else reason and
        hint.
      unused_tensors: names of the checkpoint's tensors that no variable got.
      totals: a record with restored, initialized, bytes (read) and seconds.
      io: how the bytes were fetched: a record with mode ("mmap", "direct", "pread", "mixed"),
        mapped_bytes, direct_bytes, buffered_bytes and, where there is something to say, queue
        ("io_uring", "threads") and why; None when no data was read.
      findings: what somebody should know, warnings first: records with code, severity, message
        and, where known, hint, variable, tensor, map_key, map_value.
    """

    __slots__ = ("checkpoint", "complete", "variables", "unused_tensors", "totals", "io",
                 "findings")

    def __init__(self, document: Dict[str, Any]) -> None:
        self.checkpoint: str = document["checkpoint"]
        self.complete: bool = document["complete"]
        self.variables: List[_Record] = list(map(_Record, document["variables"]))
        self.unused_tensors: List[str] = document["unused_tensors"]
        self.totals = _Record(document["totals"])
        self.io: Optional[_Record] = _Record(document["io"]) if "io" in document else None
        self.findings: List[_Record] = list(map(_Record, document["findings"]))

    def to_dict(self) -> Dict[str, Any]:
        """The document thaw.restore/1, for json.dumps."""
        document = {
            "schema": "thaw.restore/1",
            "checkpoint": self.checkpoint,
            "complete": self.complete,
            "variables": [dict(variable) for variable in self.variables],
            "unused_tensors": list(self.unused_tensors),
            "totals": dict(self.totals),
            "findings": [dict(finding) for finding in self.findings],
        }
        if self.io is not None:
            document["io"] = dict(self.io)
        return document

    def explain(self) -> str:
        """What each variable got and why, as text: a table, then the findings with advice."""
        rows = [["variable", "made by", "dtype", "shape", "value from", "why"]]
        for variable in self.variables:
            rows.append([_printable(variable.op_name), variable.made_by, variable.dtype,
                         str(variable.shape), *self._origin(variable)])
        lines = _table(rows)
        counts: Dict[str, int] = {}
        for finding in self.findings:
            counts[finding.code] = counts.get(finding.code, 0) + 1
            if counts[finding.code] > _MAX_FINDINGS:
                continue
            lines += ["", f"{finding.severity} [{finding.code}]: {_printable(finding.message)}"]
            if "hint" in finding:
                lines.append("  " + _printable(finding.hint))
        for code, count in counts.items():
            if count > _MAX_FINDINGS:
                lines += ["", f"{count - _MAX_FINDINGS} more of [{code}]"]
        lines += ["", f"Restored {self.totals.restored} of {len(self.variables)} variables"
                      f" ({self.totals.bytes} bytes)."]
        return "\n".join(lines)

    @staticmethod
    def _origin(variable: _Record) -> Tuple[str, str]:
        """Where the value is from, and by which rule."""
        if variable.source != "checkpoint":
            return "its initializer", variable.get("reason", "").replace("_", " ")
        tensor = _printable(variable.tensor)
        if variable.slice is not None:
            tensor += f" [{variable.slice}]"
        why = variable.rule
        if "map_key" in variable:
            why += " " + _printable(_entry_text(variable))
        return tensor, why

    def __repr__(self) -> str:
        return (f"<Report of {self.checkpoint!r}: {self.totals.restored} restored, "
                f"{self.totals.initialized} initialized, {len(self.findings)} findings>")
