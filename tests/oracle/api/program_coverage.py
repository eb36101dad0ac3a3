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
    "quirk 13: unknown dimension", "quirk 14: a scalar and a vector of one",
    "quirk 15: parts in another order",
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
    "name: op name made unique", "name: slash at the end", "name: in use in another case",
    "name: in use by a scope or inner op", "scope: name scope made unique",
    "scope: default_name made unique", "scope: reuse_variables", "scope: default custom_getter",
    "scope: default regularizer", "scope: default constraint", "get_variable: local, made",
    "regularizer: called",
    "custom getter: passes", "custom getter: renames", "custom getter: makes_two",
    "custom getter: drops", "initializer: identity", "initializer: random",
    "partitioner: fixed_size", "partitioner: min_max", "partitioner: axis_size",
    "partitioner: axis_size, max_shards", "partitioner: strings", "partitioner: function",
] + ["get_variable: default initializer, %s" % dtype for dtype in
     ("float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8",
      "uint16", "uint32", "uint64", "bool", "string")]
SAVER = [
    "saver: var_list %s" % kind for kind in ("NoneType", "list", "tuple", "set", "dict")] + [
    "saver: dict of RefVariable", "saver: dict of ResourceVariable",
    "saver: dict of PartitionedVariable", "saver: dict of list", "saver: reshape",
    "saver: restored", "saver: restored, reshape", "saver: empty", "saver: list with a part",
    "saver: list with a partitioned variable", "saver: saved", "saver: saved with a step",
    "saver: old checkpoint deleted",
    "saver: latest_filename given", "saver: object-based, restored", "saver: max_to_keep 1",
    "saver: max_to_keep 2", "saver: max_to_keep off", "saver: V1 saved", "saver: sharded, saved",
    "saver: V1 sharded, saved", "saver: pad_step_number", "saver: save_relative_paths",
    "saver: keep_checkpoint_every_n_hours", "saver: step of a variable", "saver: no state written",
    "saver: same path again", "saver: last_checkpoints", "state: written", "state: path found",
    "state: no path found", "state: read", "state: none", "state: updated", "state: times",
    "state: checkpoint exists", "state: no checkpoint exists", "state: checkpoint removed",
    "state: a new checkpoint", "state: waited in vain", "state: iterated",
]
READERS = ["reader: maps and names", "reader: :0 dropped", "reader: tensor",
           "reader: tensor of a path", "reader: list of variables"]
# The facts of an error about shapes that hold as many elements.
SCALARS = {(("shape", "()"), ("stored", "[1]")), (("shape", "(1,)"), ("stored", "[]"))}
# A statement that did what it should -> its name in the table.
PLAIN = {"load_checkpoint": "reader: maps and names", "get_tensor": "reader: tensor",
         "load_variable": "reader: tensor of a path",
         "list_variables": "reader: list of variables", "update_checkpoint_state": "state: updated",
         "checkpoint_times": "state: times", "remove_checkpoint": "state: checkpoint removed",
         "checkpoints_iterator": "state: iterated", "last_checkpoints": "saver: last_checkpoints"}
DIFFERENCES = ["difference 2: wrong shape installed silently",
               "difference 3: TensorFlow cannot cut the dtype"]


class Coverage:
    def __init__(self):
        self.counts = collections.Counter()
        self.texts = {}    # an error without a row -> its text

    def add(self, trace: list) -> None:
        self.counts.update(self.names_of(trace))

    def reaches(self, trace: list, names: list) -> bool:
        return not self.names_of(trace).isdisjoint(names)

    def names_of(self, trace: list) -> set:
        names = set()
        for record in trace:
            names |= set(record.get("tags", []))
            names |= self.of_files(record) | self.of_results(record)
            error = record.get("error")
            for each in error.get("any", [error]) if error else []:
                rule = tensorflow_errors.ELSEWHERE.get((record["do"], each["rule"]), each["rule"])
                names |= {rule, *each.get("around", [])}
                if SCALARS & {tuple(sorted(each.get("facts", {}).items()))}:
                    names.add("quirk 14: a scalar and a vector of one")
                if rule.startswith("other"):
                    self.texts.setdefault(rule, each.get("text"))
        return names

    @staticmethod
    def of_results(record: dict) -> set:
        """Of statements that mean the same on both sides, so that TensorFlow need not be asked."""
        done, result, names = record["do"], record.get("result"), set()
        if "error" in record or "skip" in record:
            return names
        if done == "reuse_variables":
            names.add("scope: reuse_variables")
        if done == "get_checkpoint_state":
            names.add("state: none" if result == ["no state"] else "state: read")
        if done == "checkpoint_exists":
            names.add("state: checkpoint exists" if result[0] else "state: no checkpoint exists")
        if done == "wait_for_new_checkpoint":
            names.add("state: waited in vain" if result == [None] else "state: a new checkpoint")
        if done in PLAIN:
            names.add(PLAIN[done])
        names |= {"custom getter: %s" % call[0] if len(call) > 2 else "regularizer: called"
                  for call in record.get("calls", [])}
        return names

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
            names.add("state: path found" if record["result"][0] else
                      "state: no path found")
        return names

    @staticmethod
    def all_names() -> list:
        return (STORE + INIT + QUIRKS + SAVER + READERS + DIFFERENCES +
                [row.rule for row in tensorflow_errors.ROWS + tensorflow_errors.AROUND] +
                list(tensorflow_errors.ELSEWHERE.values()))

    def table(self) -> str:
        names = dict.fromkeys(self.all_names())
        lines = ["%7d  %s" % (self.counts[name], name) for name in names]
        others = sorted(set(self.counts) - set(names))
        lines += ["%7d  (%s)" % (self.counts[name], name) for name in others]
        lines += ["         %s: %s" % each for each in sorted(self.texts.items())]
        return "\n".join(lines)

    def below(self, least: int) -> list:
        return [name for name in dict.fromkeys(self.all_names()) if self.counts[name] < least]
