"""Arguments of programs as the objects that either API makes of them.

The base of both backends. A subclass says which module has the API (`api`), what a dtype is called
(`dtype_name`) and what a value as an initializer is (`value_initializer`).
"""

import program_values


class ProgramArguments:
    api = None

    @staticmethod
    def dtype_name(dtype) -> str:
        raise NotImplementedError

    def value_initializer(self, value):
        return value

    @classmethod
    def scope_facts(cls, scope) -> list:
        reuse = "AUTO_REUSE" if scope.reuse is cls.api.AUTO_REUSE else scope.reuse
        return [scope.name, scope.original_name_scope, reuse or False, cls.dtype_name(scope.dtype)]

    @staticmethod
    def identity_initializer(**arguments):
        raise NotImplementedError

    @staticmethod
    def random_initializer(name: str, arguments: dict, limit: float):
        raise NotImplementedError

    def value(self, value):
        return program_values.python_value(value)

    def initializer(self, initializer):
        if not isinstance(initializer, dict):
            return initializer
        (kind, content), = initializer.items()
        if kind == "zeros":
            return self.api.zeros_initializer()
        if kind == "ones":
            return self.api.ones_initializer()
        if kind == "identity":
            return self.identity_initializer(**content)
        if kind == "random":  # [name, arguments, the limit of its values]
            return self.random_initializer(*content)
        if kind == "constant":
            return self.api.constant_initializer(self.value(content))
        if kind == "call":  # a callable with NumPy's values, the same for both
            return program_values.called_initializer(content, self.dtype_name)
        return self.value_initializer(self.value(content))

    def partitioner(self, partitioner):
        if not isinstance(partitioner, dict):
            return partitioner
        (kind, content), = partitioner.items()
        if kind == "fixed_size":
            return self.api.fixed_size_partitioner(**content)
        if kind == "min_max":
            return self.api.min_max_variable_partitioner(**content)
        if kind == "axis_size":
            return self.api.variable_axis_size_partitioner(**content)
        return lambda shape, dtype: content
