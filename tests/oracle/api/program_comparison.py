"""Whether tensorthaw's trace of a program says what TensorFlow's says.

Knows the knowing differences (docs/tensorflow_rules.md) and what TensorFlow leaves open. Must not
run anything.
"""

import program_values

# TensorFlow's accidents: tensorthaw raises ValueError or TypeError instead.
ACCIDENTS = {"AttributeError", "IndexError", "ZeroDivisionError"}

# What we say of damaged bytes that TensorFlow does not look at.
UNSEEN_DAMAGE = {"DataLossError", "OutOfRangeError"}

# What TensorFlow says of a full name that only the object graph of a checkpoint knows. We find the
# tensor: both its names address it.
FULL_NAME_RULES = {"init: one to one, tensor missing", "init: scope, tensor missing",
                   "saver: key missing"}


class Difference(Exception):
    """The first place where the traces part."""


class NothingMore(Exception):
    """Ours goes on where TensorFlow cannot: nothing more to compare."""


class Comparison:
    def __init__(self, program: dict):
        self.has_object_graph = any(each["format"] == "object" for each in program["checkpoints"])
        self.is_damaged = any(each["do"] == "damage" for each in program["statements"])
        self.values = ({}, {})     # TensorFlow's and ours: op name -> text
        self.undefined = set()
        self.has_random = False

    def compare(self, expected: list, found: list) -> None:
        """Raises Difference. Both are traces as program_interpreter.py describes them."""
        for number, record in enumerate(expected):
            if record["do"] == "stop":
                return
            if number >= len(found):
                raise Difference("record %d (%s): our trace ends" % (number, record["do"]))
            try:
                self.compare_record(record, found[number])
            except NothingMore:
                return
            except Difference as difference:
                raise Difference("record %d (%s): %s" %
                                 (number, record["do"], difference)) from None
        if len(found) > len(expected):
            raise Difference("our trace goes on with %s" % found[len(expected)])

    def compare_record(self, expected: dict, found: dict) -> None:
        self.check_equal("statement", expected["do"], found["do"])
        self.check_equal("skipped", "skip" in expected, "skip" in found)
        if "skip" in expected or expected.get("result") == "undefined":
            return
        self.compare_errors(expected.get("error"), found.get("error"))
        self.check_equal("calls", expected.get("calls"), found.get("calls"))
        self.check_equal("new variables", expected.get("new"), found.get("new"))
        self.undefined = set(expected.get("undefined", self.undefined))
        self.compare_values(expected.get("values", {}), found.get("values", {}))
        if "error" not in expected:
            self.compare_results(expected.get("result"), found.get("result"))
        self.compare_files(expected.get("files", {}), found.get("files", {}))
        if "values" in expected or "undefined" in expected or expected["do"] in (
                "run_initializer", "initialize", "restore"):
            self.undefined = set(expected.get("undefined", []))

    @staticmethod
    def check_equal(what: str, expected, found) -> None:
        if expected != found:
            raise Difference("%s: TensorFlow %s, we %s" % (what, program_values.show(expected),
                                                           program_values.show(found)))

    # ---- results and values ----

    def compare_results(self, expected, found) -> None:
        if isinstance(expected, str) and "=" in expected and isinstance(found, str):
            self.compare_value("result", expected, found)
        else:
            self.check_equal("result", expected, found)

    def compare_values(self, expected: dict, found: dict) -> None:
        self.values[0].update(expected)
        self.values[1].update(found)
        for name, text in self.values[0].items():
            if name not in self.undefined:
                self.compare_value("value of " + name, text, self.values[1].get(name))

    def compare_value(self, what: str, expected, found) -> None:
        if expected == found:
            return
        if expected and found and program_values.is_random(expected):
            self.has_random = True
            self.compare_random(what, expected, found)
            return
        self.check_equal(what, expected, found)

    def compare_random(self, what: str, expected: str, found: str) -> None:
        """A value of the default initializer: dtype, shape, and the distribution's limit."""
        dtype, shape, items = program_values.from_text(expected)
        ours = program_values.from_text(found)
        self.check_equal(what + ", dtype and shape", (dtype, shape), ours[:2])
        if dtype in ("float32", "float64"):
            limit = max(program_values.RANDOM_BELOW - items) * 1.001
            if max(abs(ours[2])) > limit:
                raise Difference("%s: beyond the limit %g: %s" % (what, limit, ours[2]))

    def compare_files(self, expected: dict, found: dict) -> None:
        if self.has_random:
            # The bytes are random, the files' names are not.
            hide = {path: "some" for path, digest in expected.items() if isinstance(digest, int)}
            expected, found = {**expected, **hide}, {
                path: "some" if isinstance(digest, int) and path in hide else digest
                for path, digest in found.items()}
        self.check_equal("files", expected, found)

    # ---- errors ----

    def compare_errors(self, expected, found) -> None:
        if expected is None:
            if found is not None and found["class"] in UNSEEN_DAMAGE and self.is_damaged:
                raise NothingMore()
            if found is not None:
                raise Difference("we fail, TensorFlow does not: %s: %s" %
                                 (found["class"], found["text"]))
            return
        if expected.get("ends"):
            raise NothingMore()
        if expected.get("open"):
            return
        choices = expected.get("any", [expected])
        if self.has_object_graph and choices[0]["rule"] in FULL_NAME_RULES:
            raise NothingMore()  # pairs before the one that fails may have been applied
        if found is None:
            raise Difference("TensorFlow fails, we do not: %s" % self.show_error(choices[0]))
        problems = [self.problem_of(choice, found) for choice in choices]
        if all(problems):
            raise Difference(problems[0])

    @staticmethod
    def show_error(error: dict) -> str:
        return "%s: %s" % (error["class"], error.get("text", error["rule"]))

    def problem_of(self, expected: dict, found: dict) -> str:
        """"" if `found` is what TensorFlow's error asks for."""
        classes = {expected["class"]}
        if expected["class"] in ACCIDENTS:
            classes = {"ValueError", "TypeError"}
        if "OpError" in classes and "OpError" in found.get("bases", []):
            classes = {found["class"]}  # TensorFlow's says nothing more; ours may
        if found["class"] not in classes:
            return "class: TensorFlow %s, we %s: %s" % (self.show_error(expected), found["class"],
                                                        found["text"])
        missing = [name for name in expected["names"] if not self.has_name(found, name)]
        if missing:
            return "TensorFlow names %s: %s; we: %s" % (missing, self.show_error(expected),
                                                        found["text"])
        one_of = [name for name in expected.get("one_of", []) if name]
        if one_of and not any(self.has_name(found, name) for name in one_of):
            return "none of %s named: TensorFlow %s; we: %s" % (
                one_of, self.show_error(expected), found["text"])
        return ""

    @staticmethod
    def has_name(found: dict, name: str) -> bool:
        return name in found["text"] or name in found["names"]
