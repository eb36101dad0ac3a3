"""Restores TensorFlow checkpoints without TensorFlow.

    import tensorthaw as tt
    arrays = tt.load("model-0")                       # dict of numpy arrays
"""

from __future__ import annotations

from .errors import (
    AbortedError, AlreadyExistsError, CancelledError, DataLossError, DeadlineExceededError,
    FailedPreconditionError, InternalError, InvalidArgumentError, NotFoundError, OpError,
    OutOfRangeError, PermissionDeniedError, ResourceExhaustedError, UnauthenticatedError,
    UnavailableError, UnimplementedError, UnknownError)
from . import errors
from ._core import __version__

__all__ = ["__version__", "errors", *errors.__all__]
