"""The coverage table: how often each rule, quirk and error text was reached.

A name counts once a program. Names of errors come from tensorflow_errors.py, names of what
succeeded from tensorflow_tags.py.
"""

import collections

import tensorflow_errors

QUIRKS = [
    "quirk 1: scope without a slash", "quirk 2: last component dropped", "quirk 3: :0",
    "quirk 4: name that is also a scope", "quirk 4: scope that is also a name",
    "quirk 5: scope that begins another's name", "quirk 6: root to root", "quirk 6: root to scope",
    "quirk 6: scope to root", "quirk 6: empty value", "quirk 7: part_ in a name",
    "quirk 7: slot of a part", "quirk 7: parts named as the scope", "quirk 8: slot by its scope",
    "quirk 8: slot by its name", "quirk 9: object outside the store",
    "quirk 9: not in the store, kept", "quirk 10: op name that is no key",
    "quirk 11: one tensor for several variables", "quirk 12: scope to a variable",
    "quirk 13: unknown dimension", "quirk 15: parts in another order",
]
INIT = [
    "init: name of a variable", "init: name of parts", "init: object", "init: list of parts",
    "init: empty list", "init: object that is one part", "init: scope to scope",
    "init: parts by scope", "init: scope matched nothing", "init: path object",
    "init: later pair wins", "init: later call wins", "init: earlier pairs stay",
    "init: slice taken", "init: tensor taken", "initializer: run", "initializer: older object run",
]
STORE = [
    "scope: by name", "scope: by object", "scope: by default_name", "scope: nested",
    "scope: default initializer", "scope: default partitioner", "scope: default dtype",
    "scope: default use_resource", "scope: reuse True", "scope: reuse False",
    "scope: reuse AUTO_REUSE", "scope: reuse inherited", "scope: inside AUTO_REUSE",
    "scope: object, reuse True", "scope: object, reuse AUTO_REUSE", "scope: no name scope",
    "get_variable: single, made", "get_variable: partitioned, made",
    "get_variable: single, shared by reuse True", "get_variable: single, shared by reuse "
    "AUTO_REUSE",
    "get_variable: partitioned, shared by reuse True",
    "get_variable: partitioned, shared by reuse AUTO_REUSE", "partition: one part",
    "partition: parts", "partition: value cut", "variable: ref", "variable: resource",
    "variable: unknown dimension", "variable: unknown rank", "Variable: ref", "Variable: resource",
    "Variable: validate_shape False", "Variable: name in a scope or made unique",
    "name: op name made unique", "name: slash at the end",
] + ["get_variable: default initializer, %s" % dtype for dtype in
     ("float32", "float64", "float16", "bfloat16", "int32", "int64", "uint8", "bool", "string")]
SAVER = [
    "saver: var_list %s" % kind for kind in ("NoneType", "list", "tuple", "set", "dict")] + [
    "saver: dict of RefVariable", "saver: dict of ResourceVariable",
    "saver: dict of PartitionedVariable", "saver: dict of list", "saver: reshape",
    "saver: restored", "saver: saved", "saver: saved with a step", "saver: old checkpoint deleted",
    "saver: latest_filename given", "saver: object-based, restored", "saver: max_to_keep 1",
    "saver: max_to_keep 2", "saver: max_to_keep off", "state: written", "state: path found",
    "state: no path",
]
DIFFERENCES = ["difference 2: wrong shape installed silently",
               "difference 3: TensorFlow cannot cut the dtype"]


class Coverage:
    def __init__(self):
        self.counts = collections.Counter()
        self.texts = {}    # an error without a row -> its text

    def add(self, trace: list) -> None:
        names = set()
        for record in trace:
            names |= set(record.get("tags", []))
            names |= self.of_files(record)
            error = record.get("error")
            for each in error.get("any", [error]) if error else []:
                names.add(each["rule"])
                if each["rule"].startswith("other"):
                    self.texts.setdefault(each["rule"], each.get("text"))
        self.counts.update(names)

    @staticmethod
    def of_files(record: dict) -> set:
        names = set()
        if record["do"] == "save" and "error" not in record and record.get("result"):
            files = record.get("files", {})
            names.add("saver: saved with a step" if record["result"][-2:-1] == "-" else
                      "saver: saved")
            if any(digest is None for digest in files.values()):
                names.add("saver: old checkpoint deleted")
            if any(isinstance(digest, str) for digest in files.values()):
                names.add("state: written")
        if record["do"] == "latest_checkpoint" and "result" in record:
            names.add("state: path found" if record["result"][0] else "state: no path")
        return names

    @staticmethod
    def all_names() -> list:
        return (STORE + INIT + QUIRKS + SAVER + DIFFERENCES +
                [row.rule for row in tensorflow_errors.ROWS])

    def table(self) -> str:
        names = dict.fromkeys(self.all_names())
        lines = ["%7d  %s" % (self.counts[name], name) for name in names]
        others = sorted(set(self.counts) - set(names))
        lines += ["%7d  (%s)" % (self.counts[name], name) for name in others]
        lines += ["         %s: %s" % each for each in sorted(self.texts.items())]
        return "\n".join(lines)

    def below(self, least: int) -> list:
        return [name for name in dict.fromkeys(self.all_names()) if self.counts[name] < least]
