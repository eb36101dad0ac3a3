"""Callables that a program passes to either API: custom getters, regularizers, constraints.

They note how they are called, which both sides must do alike.
"""


class Callables:
    def __init__(self, backend):
        self.backend = backend
        self.calls = []

    def take_calls(self) -> list:
        calls, self.calls = self.calls, []
        return calls

    def made(self, what: str, value):
        """The callable of that name; anything but a name of one is passed on as it is."""
        kinds = {"custom_getter": {"passes": self.passes, "renames": self.renames,
                                   "makes_two": self.makes_two, "drops": self.drops,
                                   "fails": self.fails},
                 "regularizer": {"notes": self.regularizer},
                 "constraint": {"notes": self.constraint}}
        return kinds[what].get(value, value) if isinstance(value, str) else value

    def note_getter(self, kind: str, name: str, arguments: dict) -> None:
        dtype = arguments.get("dtype")
        shape = arguments.get("shape")
        reuse = arguments.get("reuse")
        self.calls.append([kind, name, shape if shape is None else list(shape),
                           dtype if dtype is None else self.backend.dtype_name(dtype),
                           "AUTO_REUSE" if reuse is self.backend.api.AUTO_REUSE else str(reuse),
                           sorted(arguments)])

    # ---- custom getters ----

    def passes(self, getter, name, *arguments, **named):
        self.note_getter("passes", name, named)
        return getter(name, *arguments, **named)

    def renames(self, getter, name, *arguments, **named):
        self.note_getter("renames", name, named)
        return getter(name + "_got", *arguments, **named)

    def makes_two(self, getter, name, *arguments, **named):
        self.note_getter("makes_two", name, named)
        getter(name + "_beside", *arguments, **named)
        return getter(name, *arguments, **named)

    def drops(self, getter, name, *arguments, **named):
        """Nothing but what a variable needs goes on."""
        self.note_getter("drops", name, named)
        kept = ("shape", "dtype", "initializer", "reuse")
        return getter(name=name, **{key: named[key] for key in kept})

    def fails(self, getter, name, *arguments, **named):
        raise KeyError("the getter's own error")

    # ---- the others ----

    def regularizer(self, variable):
        self.calls.append(["regularizer", self.backend.variable_facts(variable)[0]])

    @staticmethod
    def constraint(value):
        return value
