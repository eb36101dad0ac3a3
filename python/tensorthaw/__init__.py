"""Restores TensorFlow checkpoints without TensorFlow.

    import tensorthaw as tt

    with tt.open("model-0") as ckpt:          # a mapping of names to lazy tensors
        ckpt["w"].shape, ckpt["w"][10:20]
    arrays = tt.load("model-0")               # a dict of numpy arrays, read in parallel
    tt.load_into("model-0", {"w": my_array})  # into memory that is there already
    tt.save("out", arrays)                    # a checkpoint that TensorFlow reads

TensorFlow's variables, scopes, savers and `init_from_checkpoint`, with its rules and errors; what it
leaves unsaid is in the report:

    store = tt.VariableStore()
    foo = store.Variable(0.0, name="foo")     # not in the store: a scope in a map misses it
    bar = store.get_variable("bar", initializer=0.0)
    tt.init_from_checkpoint("model-0", {"/": "/"}, store)
    print(store.initialize().explain())
    tt.Saver(store).restore("model-0")

Errors have the names of TensorFlow's (`tensorthaw.errors`), and are raised where it raises them.
"""

from __future__ import annotations

from . import _loader  # noqa: F401  (first: it loads _core)
from . import errors
from ._assign import init_from_checkpoint
from ._checkpoints import (
    CheckpointReader, CheckpointState, checkpoint_exists, checkpoints_iterator,
    get_checkpoint_mtimes, get_checkpoint_state, latest_checkpoint, list_variables,
    load_checkpoint, load_variable, remove_checkpoint, update_checkpoint_state,
    wait_for_new_checkpoint)
from ._core import version as _version
from ._core import (
    PartitionedVariable, Variable, VariableScope, fixed_size_partitioner,
    min_max_variable_partitioner, variable_axis_size_partitioner)
from ._initializers import (
    constant_initializer, glorot_normal_initializer, glorot_uniform_initializer,
    identity_initializer, ones_initializer, orthogonal_initializer, random_normal_initializer,
    random_uniform_initializer, truncated_normal_initializer, variance_scaling_initializer,
    zeros_initializer)
from ._loading import Checkpoint, Tensor, load, load_into, open, pool_statistics, save, trim_pool
from ._report import LoadReport, Report
from ._reuse import AUTO_REUSE
from ._saver import CheckpointManager, Saver, SaverDef
from ._sharing import SharedCheckpoint, load_shared, open_shared, remove_shared
from ._store import VariableStore
from .errors import (
    AbortedError, AlreadyExistsError, CancelledError, DataLossError, DeadlineExceededError,
    FailedPreconditionError, InternalError, InvalidArgumentError, NotFoundError, OpError,
    OutOfRangeError, PermissionDeniedError, ResourceExhaustedError, UnauthenticatedError,
    UnavailableError, UnimplementedError, UnknownError)

__all__ = [
    "AUTO_REUSE", "CheckpointManager", "PartitionedVariable", "Saver", "SaverDef", "Variable",
    "VariableScope", "VariableStore",
    "constant_initializer", "fixed_size_partitioner", "glorot_normal_initializer",
    "glorot_uniform_initializer", "identity_initializer", "min_max_variable_partitioner",
    "ones_initializer", "orthogonal_initializer", "random_normal_initializer",
    "random_uniform_initializer", "truncated_normal_initializer",
    "variable_axis_size_partitioner", "variance_scaling_initializer", "zeros_initializer",
    "__version__", "errors", "Checkpoint", "CheckpointReader", "CheckpointState", "LoadReport",
    "Report", "SharedCheckpoint", "Tensor", "checkpoint_exists", "checkpoints_iterator", "get_checkpoint_mtimes",
    "get_checkpoint_state", "init_from_checkpoint", "latest_checkpoint", "list_variables", "load",
    "load_checkpoint", "load_into", "load_shared", "load_variable", "open", "open_shared",
    "pool_statistics", "remove_checkpoint", "remove_shared", "save", "trim_pool",
    "update_checkpoint_state", "wait_for_new_checkpoint",
    "AbortedError", "AlreadyExistsError", "CancelledError", "DataLossError",
    "DeadlineExceededError", "FailedPreconditionError", "InternalError", "InvalidArgumentError",
    "NotFoundError", "OpError", "OutOfRangeError", "PermissionDeniedError",
    "ResourceExhaustedError", "UnauthenticatedError", "UnavailableError", "UnimplementedError",
    "UnknownError"]

__version__: str = _version()
