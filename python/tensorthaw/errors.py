"""The exceptions of tensorthaw: TensorFlow's classes by their names.

Where TensorFlow raises a class of ``tf.errors``, tensorthaw raises the class of the same name here.
Where TensorFlow raises ValueError, TypeError or RuntimeError, so does tensorthaw; those built-in
exceptions then carry the same attributes as OpError.
"""

from __future__ import annotations

from typing import Any, Optional

__all__ = [
    "OpError", "CancelledError", "UnknownError", "InvalidArgumentError", "DeadlineExceededError",
    "NotFoundError", "AlreadyExistsError", "PermissionDeniedError", "ResourceExhaustedError",
    "FailedPreconditionError", "AbortedError", "OutOfRangeError", "UnimplementedError",
    "InternalError", "UnavailableError", "DataLossError", "UnauthenticatedError",
]


class OpError(Exception):
    """The base of all errors that TensorFlow would raise from ``tf.errors``.

    Attributes:
      code: TensorFlow's name of the status code, for example ``"NOT_FOUND"``.
      message: what is wrong and where, as ``str(error)`` prints it (without the hint).
      file: the file concerned, or None.
      tensor: the checkpoint's tensor concerned, or None.
      variable: the op name of the variable concerned, or None.
      hint: what to do about it, or None.
      report: of a load that failed, a LoadReport that says which tensors are done; else None.
    """

    code = "UNKNOWN"

    def __init__(self, message: str, *, code: Optional[str] = None, file: Optional[str] = None,
                 tensor: Optional[str] = None, variable: Optional[str] = None,
                 hint: Optional[str] = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.file = file
        self.tensor = tensor
        self.variable = variable
        self.hint = hint
        self.report: Any = None

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def __reduce__(self) -> Any:
        return type(self), (self.message,), self.__dict__


class CancelledError(OpError):
    """The work was stopped before it was done."""

    code = "CANCELLED"


class UnknownError(OpError):
    """An error without a better class."""

    code = "UNKNOWN"


class InvalidArgumentError(OpError):
    """The request is wrong: a dtype, shape or slice does not fit what is stored."""

    code = "INVALID_ARGUMENT"


class DeadlineExceededError(OpError):
    """The storage did not answer in time."""

    code = "DEADLINE_EXCEEDED"


class NotFoundError(OpError):
    """A checkpoint, one of its files, or a name in it is not there."""

    code = "NOT_FOUND"


class AlreadyExistsError(OpError):
    """What should be made is there already."""

    code = "ALREADY_EXISTS"


class PermissionDeniedError(OpError):
    """The system refuses access to a file."""

    code = "PERMISSION_DENIED"


class ResourceExhaustedError(OpError):
    """Memory, file descriptors or the memory budget do not suffice."""

    code = "RESOURCE_EXHAUSTED"


class FailedPreconditionError(OpError):
    """The right call at the wrong moment: a closed checkpoint, a variable without a value."""

    code = "FAILED_PRECONDITION"


class AbortedError(OpError):
    """The work was given up because of a conflict."""

    code = "ABORTED"


class OutOfRangeError(OpError):
    """A file is shorter than its index says."""

    code = "OUT_OF_RANGE"


class UnimplementedError(OpError):
    """Valid, but tensorthaw does not do it."""

    code = "UNIMPLEMENTED"


class InternalError(OpError):
    """Something that should be impossible."""

    code = "INTERNAL"


class UnavailableError(OpError):
    """The storage failed; trying again may help."""

    code = "UNAVAILABLE"


class DataLossError(OpError):
    """The bytes of a file contradict themselves: a checksum, a size, an entry."""

    code = "DATA_LOSS"


class UnauthenticatedError(OpError):
    """The storage wants to know who asks."""

    code = "UNAUTHENTICATED"
