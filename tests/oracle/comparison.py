"""Whether thaw did what TensorFlow did, and which rule a program exercised."""

import collections
import re

import numpy as np

import programs

# Facts in TensorFlow's messages, and what to call the rule in the coverage table.
ERROR_NAMES = [
    (r"^Tensor .* \(.* in .*\) is not found", "scope: tensor missing"),
    (r"^Tensor .* is not found", "one to one: tensor missing"),
    (r"Shape of variable", "one to one: shape"),
    (r"scope only name", "name not in the store"),
    (r"Slices must all be from the same", "list: mixed parts"),
    (r"'NoneType' object has no attribute 'full_name'", "list: not a part"),
    (r"'NoneType' object has no attribute", "scope: cut at /part_"),
    (r"does not equal original dtype", "run: dtype"),
    (r"does not match the shape stored", "run: full shape of a part"),
    (r"sufficient slices", "run: slices missing"),
    (r"Assign requires shapes", "run: shape of a ref variable"),
    (r"Dtype .* not supported", "run: TensorFlow cannot cut the dtype"),
    (r"Key .* not found", "saver: key missing"),
    (r"At least two variables", "saver: two of one key"),
    (r"Mixing slices", "saver: parts after a whole"),
    (r"Duplicate node name", "model: duplicate node name"),
    (r"already exists", "model: exists already"),
    (r"partitioned version", "model: partitioned and not"),
    (r"different partitioning", "model: parts of another count"),
    (r"no variable object", "map: no such object"),
    (r"[Pp]artition|offset", "model: partitions"),
]


def error_name(message: str) -> str:
    for pattern, name in ERROR_NAMES:
        if re.search(pattern, message):
            return name
    return "other: " + message.splitlines()[0][:60]


def is_uncut_dtype(failure) -> bool:
    """thaw cuts slices of every dtype, TensorFlow only of some: a knowing difference."""
    return re.search(r"Dtype .* not supported", failure.message) is not None


class Comparison:
    """Collects the differences of one program; `coverage` counts over all."""

    def __init__(self, program: programs.Program, coverage: collections.Counter):
        self.program = program
        self.coverage = coverage
        self.differences = []

    def check(self, is_equal: bool, text: str) -> None:
        if not is_equal:
            self.differences.append(text)

    def run(self, tf_outcome, thaw_outcome) -> list:
        if thaw_outcome.exit_code < 0 or thaw_outcome.exit_code > 6:
            self.check(False, "thaw ended with %d: %s" % (thaw_outcome.exit_code,
                                                          thaw_outcome.stderr))
            return self.differences
        if tf_outcome.refused:
            self.compare_refused(tf_outcome, thaw_outcome)
        elif tf_outcome.call:
            self.compare_call(tf_outcome, thaw_outcome)
        else:
            self.compare_run(tf_outcome, thaw_outcome)
        return self.differences

    def compare_refused(self, tf_outcome, thaw_outcome) -> None:
        self.coverage[error_name(tf_outcome.refused.message)] += 1
        self.check(thaw_outcome.exit_code == 2, "TensorFlow refuses the model (%s), thaw exits %d" %
                   (tf_outcome.refused.message.splitlines()[0], thaw_outcome.exit_code))

    def compare_error(self, error: dict, classes: set, tensors: set, what: str) -> None:
        self.check(error is not None, "%s: TensorFlow fails, thaw does not" % what)
        if error is None:
            return
        self.check(error.get("tf_class") in classes, "%s: class %s, thaw says %s (%s)" %
                   (what, sorted(map(str, classes)), error.get("tf_class"), error.get("message")))
        if tensors:
            self.check(self.names_one_of(error, tensors), "%s: tensor %s, thaw says %s" %
                       (what, sorted(tensors), error))

    @staticmethod
    def names_one_of(error: dict, tensors: set) -> bool:
        if "tensor" in error:
            return error["tensor"] in tensors
        # Several at once are named in the message, and so is the empty name.
        return all((name or '""') in error["message"] for name in tensors)

    def classes_of(self, failure) -> set:
        if failure.cls in ("AttributeError", "IndexError", "TypeError"):
            return {"ValueError", "TypeError", None}
        return {failure.cls}

    def compare_call(self, tf_outcome, thaw_outcome) -> None:
        failure = tf_outcome.call
        self.coverage[error_name(failure.message)] += 1
        if is_uncut_dtype(failure):
            return
        tensors = {failure.tensor} if failure.tensor is not None else set()
        tensors |= set(re.findall(r"tensor_name = (.*?);", failure.message))
        self.compare_error(thaw_outcome.error, self.classes_of(failure), tensors, failure.message)
        wanted = 4 if failure.cls == "InvalidArgumentError" else 1
        self.check(thaw_outcome.exit_code == wanted, "%s: exit %d, expected %d" %
                   (failure.message, thaw_outcome.exit_code, wanted))
        if thaw_outcome.explain is not None:
            self.compare_explained_error(failure, tensors, thaw_outcome.explain)

    def compare_explained_error(self, failure, tensors: set, explain: dict) -> None:
        errors = explain.get("errors", [])
        self.check(bool(errors), "%s: explain lists no error" % failure.message)
        if errors:
            # The first error of the map is TensorFlow's own.
            self.compare_error(errors[0], self.classes_of(failure), tensors,
                               "explain, " + failure.message)

    def wrong_shapes(self, tf_outcome) -> set:
        """Resource variables into which TensorFlow put a value of another shape."""
        return {name for name, value in tf_outcome.values.items()
                if np.shape(value) != tf_outcome.shapes[name]}

    def compare_run(self, tf_outcome, thaw_outcome) -> None:
        failures = {name: f for name, f in tf_outcome.failures.items() if not is_uncut_dtype(f)}
        for failure in tf_outcome.failures.values():
            self.coverage[error_name(failure.message)] += 1
        wrong_shapes = self.wrong_shapes(tf_outcome)
        self.coverage["run: shape of a resource variable"] += len(wrong_shapes)
        if failures or wrong_shapes:
            self.compare_run_failure(tf_outcome, failures, wrong_shapes, thaw_outcome)
            return
        self.check(thaw_outcome.exit_code == 0 and thaw_outcome.error is None,
                   "TensorFlow succeeds, thaw exits %d: %s %s" %
                   (thaw_outcome.exit_code, thaw_outcome.error, thaw_outcome.stderr))
        if thaw_outcome.exit_code != 0:
            return
        self.compare_values(tf_outcome, thaw_outcome)
        if self.program.pairs is not None:
            self.compare_sources(tf_outcome, thaw_outcome.report, "restore")
            self.compare_sources(tf_outcome, thaw_outcome.explain, "explain")
            self.check(thaw_outcome.explain.get("errors") == [], "explain lists errors: %s" %
                       thaw_outcome.explain.get("errors"))

    def compare_run_failure(self, tf_outcome, failures: dict, wrong_shapes: set,
                            thaw_outcome) -> None:
        classes, tensors = set(), set()
        for failure in failures.values():
            classes |= self.classes_of(failure)
            tensors |= {failure.tensor}
        if wrong_shapes:
            classes.add("InvalidArgumentError")
        for name in wrong_shapes:
            source = tf_outcome.sources.get(name)
            tensors.add(source[0] if source else name)
        tensors |= tensors and {t for t in tensors if t}
        what = "; ".join(f.message.splitlines()[0] for f in failures.values()) or "wrong shape"
        self.compare_error(thaw_outcome.error, classes, tensors, what)
        self.check(thaw_outcome.exit_code == 4, "%s: exit %d, expected 4" %
                   (what, thaw_outcome.exit_code))
        if thaw_outcome.explain is not None:
            explained = {e.get("tensor") for e in thaw_outcome.explain.get("errors", [])}
            self.check(explained == tensors, "%s: explain names %s, TensorFlow fails for %s" %
                       (what, explained, tensors))

    def compare_values(self, tf_outcome, thaw_outcome) -> None:
        for name, value in tf_outcome.values.items():
            if tf_outcome.dtypes[name] == "string":
                continue  # .npz has no strings
            self.coverage["values of " + tf_outcome.dtypes[name]] += 1
            found = thaw_outcome.values.get(name)
            self.check(found is not None, "no value of %s" % name)
            if found is None:
                continue
            expected = np.asarray(value)
            same = found.shape == expected.shape and found.tobytes() == expected.tobytes()
            self.check(same, "%s is %s in TensorFlow, %s in thaw" % (name, expected, found))

    def compare_sources(self, tf_outcome, report: dict, what: str) -> None:
        reported = {v["op_name"]: v for v in report["variables"]}
        self.check(list(reported) == tf_outcome.op_names, "%s: op names %s, TensorFlow's %s" %
                   (what, list(reported), tf_outcome.op_names))
        for name in tf_outcome.op_names:
            variable = reported.get(name, {})
            tensor, spec = tf_outcome.sources.get(name, (None, ""))
            found = (variable.get("tensor"), variable.get("slice"))
            self.check(found == (tensor, spec.split(" ")[-1] or None), "%s: %s takes %s, "
                       "TensorFlow %s %s" % (what, name, found, tensor, spec))
            rule = variable.get("rule") if tensor else "kept, " + str(variable.get("reason"))
            if what == "restore":
                self.coverage["rule: %s" % rule] += 1
                self.check(bool(tensor or variable.get("hint")), "%s has no hint" % name)
