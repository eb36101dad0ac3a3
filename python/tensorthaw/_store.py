"""The variable store: what a `tf.Graph` holds of variables, scopes and names."""

from __future__ import annotations

import functools
import inspect
from typing import Any, Callable, Optional, Sequence, Union

from . import _core
from ._core import PartitionedVariable, Variable, VariableScope
from ._values import to_array

AnyVariable = Union[Variable, PartitionedVariable]
Dimensions = Optional[Sequence[Optional[int]]]

#: What a custom getter may pass on in `collections`; the store keeps local variables apart.
_LOCAL_VARIABLES = "local_variables"


def _initializer_argument(initializer: Any) -> Any:
    """None and callables as they are; a value becomes the array that it counts as."""
    if initializer is None or callable(initializer):
        return initializer
    return to_array(initializer)


def _initial_value_function(initial_value: Callable, dtype: Optional[str]) -> Callable:
    """A function without arguments whose value has the dtype that the variable shall have."""
    return lambda: to_array(initial_value(), dtype)


def _check_partitioner(partitioner: Any, shape: Dimensions) -> None:
    is_scalar = shape is not None and hasattr(shape, "__len__") and len(shape) == 0
    if partitioner is not None and not is_scalar and not callable(partitioner):
        raise ValueError(f"Partitioner must be callable, but received: {partitioner}")


def _takes_argument(function: Any, argument: str) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(p.name == argument or p.kind is p.VAR_KEYWORD for p in parameters)


def _composed(inner: Any, outer: Any) -> Callable:
    """Two custom getters as one: the inner one is called, and its `getter` is the outer one.

    What is not callable fails when it is reached, as in TensorFlow.
    """
    def composed(getter: Callable, *args: Any, **kwargs: Any) -> Any:
        return inner(functools.partial(outer, getter), *args, **kwargs)

    return composed


class VariableStore(_core.VariableStore):
    """Variables, variable scopes and name scopes of one program.

    Rules and names are those of `tf.compat.v1` in graph mode; the store takes the place of the
    default graph. A store belongs to one thread at a time.
    """

    def variable_scope(
            self, name_or_scope: Union[str, VariableScope, None],
            default_name: Optional[str] = None, *, initializer: Any = None,
            regularizer: Optional[Callable] = None, partitioner: Optional[Callable] = None,
            custom_getter: Optional[Callable] = None, reuse: Any = None, dtype: Any = None,
            use_resource: Optional[bool] = None, constraint: Optional[Callable] = None,
            auxiliary_name_scope: bool = True) -> "_core.VariableScopeContext":
        """A context manager that opens a variable scope, and a name scope beside it.

        Args:
          name_or_scope: a name below the current scope; a VariableScope, which is absolute and
            brings its own settings; or None, which takes `default_name`.
          default_name: a name that is made unique among the scopes opened under the current one.
          initializer, regularizer, partitioner, custom_getter, dtype, use_resource, constraint:
            what get_variable takes where it is given nothing; None inherits.
          reuse: True returns existing variables only, AUTO_REUSE makes what is missing; None and
            False inherit.
          auxiliary_name_scope: whether to open a name scope.

        Raises:
          TypeError, ValueError: a wrong argument; entering raises ValueError for what is no scope
            name, and for `reuse` without a name. Leaving raises RuntimeError while another
            variable scope is open inside.
        """
        if not (name_or_scope is None or isinstance(name_or_scope, (str, VariableScope))):
            raise TypeError(
                f"name_or_scope must be a str or a VariableScope, not {name_or_scope!r}")
        return self._variable_scope(dict(
            name_or_scope=name_or_scope, default_name=default_name,
            initializer=_initializer_argument(initializer), regularizer=regularizer,
            partitioner=partitioner, custom_getter=custom_getter, reuse=reuse, dtype=dtype,
            use_resource=use_resource, constraint=constraint,
            auxiliary_name_scope=auxiliary_name_scope))

    def get_variable(
            self, name: str, shape: Dimensions = None, dtype: Any = None, initializer: Any = None,
            *, regularizer: Optional[Callable] = None, trainable: Optional[bool] = None,
            partitioner: Optional[Callable] = None, use_resource: Optional[bool] = None,
            custom_getter: Optional[Callable] = None,
            constraint: Optional[Callable] = None) -> AnyVariable:
        """The variable of that name in the current scope, made or found again.

        Args:
          name: below the current variable scope.
          shape: dimensions; None for an unknown one. Not given beside a value, unless there is a
            partitioner.
          dtype: a TensorFlow name or a NumPy or ml_dtypes dtype; by default the scope's.
          initializer: None (Glorot uniform, or zeros for whole numbers, bool and strings); one of
            the initializers or another callable `f(shape, dtype)`; or a value, which brings its
            shape and dtype.
          regularizer: called with each variable that is made.
          trainable: kept as `trainable`.
          partitioner: cuts the variable; then a PartitionedVariable is returned.
          use_resource: True makes a resource variable, False and None a reference variable.
          custom_getter: called as `custom_getter(getter, name=…, shape=…, …)` in place of the
            getter.
          constraint: accepted as TensorFlow accepts it; nothing here calls it.

        Raises:
          ValueError: as TensorFlow's; the message names the variable.
          TypeError: a wrong argument.
        """
        return self._get_variable(
            dict(name=name, shape=shape, dtype=dtype,
                 initializer=_initializer_argument(initializer), regularizer=regularizer,
                 trainable=trainable, partitioner=partitioner, use_resource=use_resource,
                 is_local=False), custom_getter, constraint)

    def get_local_variable(
            self, name: str, shape: Dimensions = None, dtype: Any = None, initializer: Any = None,
            *, regularizer: Optional[Callable] = None, trainable: Optional[bool] = None,
            partitioner: Optional[Callable] = None, use_resource: Optional[bool] = None,
            custom_getter: Optional[Callable] = None,
            constraint: Optional[Callable] = None) -> AnyVariable:
        """As get_variable; the variable is local: not trainable, not global, not saved by default.
        """
        del trainable
        return self._get_variable(
            dict(name=name, shape=shape, dtype=dtype,
                 initializer=_initializer_argument(initializer), regularizer=regularizer,
                 trainable=False, partitioner=partitioner, use_resource=use_resource,
                 is_local=True), custom_getter, constraint)

    def Variable(
            self, initial_value: Any, trainable: Optional[bool] = None,
            validate_shape: bool = True, name: Optional[str] = None, dtype: Any = None,
            use_resource: Optional[bool] = None, shape: Dimensions = None) -> Variable:
        """A variable outside the store's names: only its object leads to it.

        Args:
          initial_value: a number, a text, nested lists, an array, or a callable without arguments
            that gives one.
          trainable: kept as `trainable`.
          validate_shape: False gives a reference variable an unknown rank.
          name: below the current name scope; made unique. "Variable" by default.
          dtype: that of the value by default; Python floats are float32, ints int32.
          use_resource: as get_variable; by default the variable scope's setting.
          shape: what is declared in place of the value's shape; None for an unknown dimension.

        Raises:
          ValueError: no initial value, not a name, or a shape that the value has not.
          TypeError: a value that is none of the dtype, or a wrong argument.
        """
        if initial_value is None:
            raise ValueError("initial_value must be specified")
        op_name = "Variable" if name is None else name
        dtype_name = None if dtype is None else _core.dtype_name(dtype)
        if callable(initial_value):
            value: Any = _initial_value_function(initial_value, dtype_name)
        else:
            try:
                value = to_array(initial_value, dtype_name)
            except (TypeError, ValueError):
                # The name was taken before the value was looked at.
                if isinstance(op_name, str):
                    with self.name_scope(op_name):
                        pass
                raise
        return self._make(value, op_name, shape, bool(validate_shape), use_resource,
                          trainable is None or bool(trainable))

    def _get_variable(self, arguments: dict, custom_getter: Optional[Callable],
                      constraint: Optional[Callable]) -> Any:
        scope = self.get_variable_scope()
        getters = scope._custom_getters if custom_getter is None else [custom_getter]
        if constraint is None:
            constraint = scope.constraint
        if arguments["regularizer"] is None:
            arguments["regularizer"] = scope.regularizer
        if not getters:
            partitioner = arguments["partitioner"]
            _check_partitioner(scope.partitioner if partitioner is None else partitioner,
                               arguments["shape"])
            self._check_constraint(constraint, arguments["name"], scope.name)
            return self._get(arguments)
        completed = self._complete(arguments)
        completed["regularizer"] = arguments["regularizer"]
        if len(getters) > 1 or _takes_argument(getters[0], "constraint"):
            completed["constraint"] = constraint
        # What TensorFlow passes on beside; the store has no use for them.
        completed.update(caching_device=None, validate_shape=True, synchronization=None,
                         aggregation=None)
        completed["collections"] = [_LOCAL_VARIABLES] if arguments["is_local"] else None
        composed = getters[0]
        for inner in getters[1:]:
            composed = _composed(inner, composed)
        if not callable(composed):
            raise ValueError(f"Passed a custom_getter which is not callable: {composed}")
        return composed(self._true_getter, **completed)

    def _true_getter(
            self, name: str, shape: Dimensions = None, dtype: Any = "float32",
            initializer: Any = None, regularizer: Optional[Callable] = None, reuse: Any = None,
            trainable: Optional[bool] = None, collections: Optional[Sequence[str]] = None,
            partitioner: Optional[Callable] = None, use_resource: Optional[bool] = None,
            constraint: Optional[Callable] = None, **unused: Any) -> AnyVariable:
        """What a custom getter calls: the name is absolute, the scope has had its say."""
        unknown = set(unused) - {"caching_device", "validate_shape", "synchronization",
                                 "aggregation"}
        if unknown:
            raise TypeError(f"the getter got an unexpected argument {sorted(unknown)[0]!r}")
        _check_partitioner(partitioner, shape)
        self._check_constraint(constraint, name, "")
        is_local = collections is not None and _LOCAL_VARIABLES in collections
        return self._get_completed(dict(
            name=name, shape=shape, dtype=dtype, initializer=_initializer_argument(initializer),
            regularizer=regularizer, reuse=reuse, trainable=trainable, partitioner=partitioner,
            use_resource=use_resource, is_local=is_local))

    def _check_constraint(self, constraint: Any, name: str, scope_name: str) -> None:
        """A constraint is looked at only where a variable is made."""
        if constraint is None or callable(constraint):
            return
        if not self._has_key(f"{scope_name}/{name}" if scope_name else name):
            raise ValueError("The `constraint` argument must be a callable.")
