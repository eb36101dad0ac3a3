"""Names for what succeeded: the part of the coverage table that no error text tells.

Sees TensorFlow's objects and the arguments of a call; changes nothing but a note of every
initializer that init_from_checkpoint replaces.
"""

import re

import tensorflow as tf
from tensorflow.python.ops import variable_scope as tf_variable_scope
from tensorflow.python.ops import variables
from tensorflow.python.training import checkpoint_utils

v1 = tf.compat.v1
# (variable, tensor, slice text) of every initializer that was replaced, since the last look.
replaced = []
original_set = checkpoint_utils._set_checkpoint_initializer


def note_set(variable, ckpt_file, tensor_name, slice_spec, name="checkpoint_initializer"):
    original_set(variable, ckpt_file, tensor_name, slice_spec, name)
    replaced.append((variable, tensor_name, slice_spec))


checkpoint_utils._set_checkpoint_initializer = note_set


def is_variable(value) -> bool:
    return isinstance(value, tf.Variable)


def scope_tags(name, default_name, arguments: dict) -> set:
    tags = {"scope: by object" if isinstance(name, v1.VariableScope) else
            "scope: by default_name" if name is None else "scope: by name"}
    tags |= {"scope: default %s" % each for each in
             ("initializer", "partitioner", "dtype", "use_resource", "custom_getter",
              "regularizer", "constraint")
             if arguments.get(each) is not None}
    if arguments.get("reuse") is not None:
        kind = "object, " if isinstance(name, v1.VariableScope) else ""
        tags.add("scope: %sreuse %s" % (kind, getattr(arguments["reuse"], "name",
                                                      arguments["reuse"])))
    current = v1.get_variable_scope()
    if current.reuse is True and not isinstance(name, v1.VariableScope):
        tags.add("scope: reuse inherited")
    if current.reuse is v1.AUTO_REUSE:
        tags.add("scope: inside AUTO_REUSE")
    if arguments.get("auxiliary_name_scope") is False:
        tags.add("scope: no name scope")
    if current.name:
        tags.add("scope: nested")
    return tags


def entered_tags(scope, default_name=None) -> set:
    """Of a scope that was opened."""
    tags = set()
    last = scope.name.rpartition("/")[2]
    if scope.original_name_scope.rstrip("/").rpartition("/")[2] != last:
        tags.add("scope: name scope made unique")
    if default_name and last != default_name.rpartition("/")[2]:
        tags.add("scope: default_name made unique")
    return tags


def unique_name_tags(wanted: str, made: str, ops: set) -> set:
    """Why a variable's op name was not free. ops: the op names of all other variables."""
    if made == wanted or wanted in ops or not re.search(r"_\d+$", made):
        return set()
    others = {name.lower() for name in ops}
    return {"name: in use in another case" if wanted.lower() in others else
            "name: in use by a scope or inner op"}


def get_variable_tags(made, before: dict, arguments: dict) -> set:
    partitioned = not is_variable(made)
    parts = list(made) if partitioned else [made]
    known = {id(variable) for variable in before.values()}
    old = any(id(part) in known for part in parts)
    kind = "partitioned" if partitioned else "single"
    if old:
        reuse = v1.get_variable_scope().reuse
        return {"get_variable: %s, shared by reuse %s" % (kind, getattr(reuse, "name", reuse))}
    tags = {"get_variable: %s, made" % kind}
    part = parts[0]
    if partitioned:
        tags.add("partition: one part" if len(parts) == 1 else "partition: parts")
        if tf.is_tensor(arguments.get("initializer")):
            tags.add("partition: value cut")
    tags.add("variable: resource" if part.op.type == "VarHandleOp" else "variable: ref")
    if arguments.get("initializer") is None:
        tags.add("get_variable: default initializer, %s" % part.dtype.base_dtype.name)
    name = made.name if partitioned else part.op.name
    keys = [key for key, value in tf_variable_scope._get_default_variable_store()._vars.items()
            if value is part]
    if not partitioned and keys and keys[0] != name:
        tags.add("name: op name made unique" if re.search(r"_\d+$", name) else
                 "name: slash at the end")
        tags |= unique_name_tags(keys[0], name, op_names() - {name})
    return tags | shape_tags(part)


def op_names() -> set:
    return {variable.op.name for variable in v1.global_variables() + v1.local_variables()}


def partitioner_tags(partitioner: dict, dtype) -> set:
    """Of a program's partitioner that cut a variable."""
    (kind, content), = partitioner.items()
    tags = {"partitioner: function" if kind == "returns" else "partitioner: %s" % kind}
    if kind == "axis_size" and content.get("max_shards"):
        tags.add("partitioner: axis_size, max_shards")
    if dtype.base_dtype == tf.string and kind in ("axis_size", "min_max"):
        tags.add("partitioner: strings")
    return tags


def shape_tags(variable) -> set:
    if not variable.get_shape().is_fully_defined():
        return {"variable: unknown rank" if variable.get_shape().rank is None else
                "variable: unknown dimension"}
    return set()


def variable_tags(made, arguments: dict) -> set:
    tags = {"Variable: resource" if made.op.type == "VarHandleOp" else "Variable: ref"}
    if arguments.get("validate_shape") is False:
        tags.add("Variable: validate_shape False")
    if arguments.get("name") and made.op.name != arguments["name"]:
        tags.add("Variable: name in a scope or made unique")
    return tags | shape_tags(made)


def saver_tags(arguments: dict) -> set:
    var_list = arguments.get("var_list")
    tags = {"saver: var_list %s" % type(var_list).__name__}
    if isinstance(var_list, (list, tuple, set)):
        tags |= {"saver: list with a part" if each._save_slice_info else "saver: list"
                 for each in var_list if is_variable(each)} - {"saver: list"}
        if any(isinstance(each, variables.PartitionedVariable) for each in var_list):
            tags.add("saver: list with a partitioned variable")
    if isinstance(var_list, dict):
        tags |= {"saver: dict of %s" % type(value).__name__ for value in var_list.values()}
    if arguments.get("reshape"):
        tags.add("saver: reshape")
    tags |= {"saver: %s" % name for name in ("pad_step_number", "save_relative_paths",
                                             "keep_checkpoint_every_n_hours")
             if name in arguments}
    if "max_to_keep" in arguments:
        tags.add("saver: max_to_keep %s" % (arguments["max_to_keep"] or "off"))
    return tags


def save_tags(saver, path, arguments: dict, before: list) -> set:
    """Of a save that wrote `path`. before: last_checkpoints."""
    is_v1 = saver._write_version == v1.train.SaverDef.V1
    tags = set()
    if is_v1 or saver._sharded:
        tags.add("saver: %s, saved" % " ".join(["V1"] * is_v1 + ["sharded"])
                 if saver._sharded else "saver: V1 saved")
    if isinstance(arguments.get("global_step"), tf.Variable):
        tags.add("saver: step of a variable")
    if arguments.get("write_state") is False:
        tags.add("saver: no state written")
    if path in before:
        tags.add("saver: same path again")
    return tags


class MapTags:
    """Names the branches and quirks (specification, 5) of one call of init_from_checkpoint."""

    def __init__(self, path, assignment_map, keys: set):
        self.keys = keys
        self.tags = {"init: path object"} if not isinstance(path, (str, type(None))) else set()
        self.calls_before = getattr(v1.get_default_graph(), "thaw_replaced", {})
        replaced.clear()
        try:
            pairs = list(assignment_map.items() if isinstance(assignment_map, dict) else
                         assignment_map)
            self.names = [key for key, _ in pairs]
            if len(set(self.names)) < len(self.names):
                self.tags.add("quirk 11: one tensor for several variables")
            for key, value in pairs:
                self.add_pair(key, value)
        except (TypeError, ValueError):
            self.tags.add("init: odd pairs")

    def add_pair(self, key, value) -> None:
        if is_variable(value):
            self.add_object(value)
        elif isinstance(value, list):
            self.add_list(value)
        elif isinstance(value, str) and isinstance(key, str):
            self.add_name(key, value)
        else:
            self.tags.add("init: value or key of another type")

    def add_object(self, variable) -> None:
        self.tags.add("init: object")
        if not any(variable is value for value in store_values()):
            self.tags.add("quirk 9: object outside the store")
        if variable._save_slice_info:
            self.tags.add("init: object that is one part")
        if not variable.get_shape().is_fully_defined():
            self.tags.add("quirk 13: unknown dimension")

    def add_list(self, values: list) -> None:
        self.tags.add("init: list of parts" if values else "init: empty list")
        offsets = [v._save_slice_info.var_offset for v in values
                   if is_variable(v) and v._save_slice_info]
        if len(offsets) == len(values) and offsets != sorted(offsets):
            self.tags.add("quirk 15: parts in another order")

    def add_name(self, key: str, value: str) -> None:
        keys = self.keys
        if ":0" in key or ":0" in value:
            self.tags.add("quirk 3: :0")
        if value in keys or value + "/part_0" in keys:
            self.tags.add("init: name of a variable" if value in keys else "init: name of parts")
            if key.endswith("/"):
                self.tags.add("quirk 12: scope to a variable")
            if any(each.startswith(value + "/") and not each.startswith(value + "/part_")
                   for each in keys):
                self.tags.add("quirk 4: name that is also a scope")
            if value.endswith("/"):
                self.tags.add("quirk 8: slot by its name")
            return
        ops = {variable.op.name for variable in v1.global_variables()}
        if value in ops:
            self.tags.add("quirk 10: op name that is no key")
        if key.endswith("/"):
            self.add_scope(key, value)

    def add_scope(self, key: str, value: str) -> None:
        scope = value[:value.rindex("/")] if "/" in value else ""
        matched = [each for each in self.keys if not scope or each.startswith(scope + "/")]
        if not matched:
            self.tags.add("init: scope matched nothing")
            return
        if value == "":
            self.tags.add("quirk 6: empty value")
        elif "/" not in value:
            self.tags.add("quirk 1: scope without a slash")
        elif not value.endswith("/"):
            self.tags.add("quirk 2: last component dropped")
        root = [each for each in (key, value) if each == "/"]
        self.tags.add(["init: scope to scope", "quirk 6: root to scope" if key == "/" else
                       "quirk 6: scope to root", "quirk 6: root to root"][len(root)])
        if scope in self.keys:
            self.tags.add("quirk 4: scope that is also a name")
        if any(each.startswith(scope + "_") for each in self.keys) and scope:
            self.tags.add("quirk 5: scope that begins another's name")
        for each in matched:
            self.add_matched(scope, each)
        if any(not in_store(variable) and variable.op.name.startswith(scope and scope + "/")
               for variable in v1.global_variables()):
            self.tags.add("quirk 9: not in the store, kept")

    def add_matched(self, scope: str, name: str) -> None:
        if name.endswith("/"):
            self.tags.add("quirk 8: slot by its scope")
        if "/part_" not in name:
            return
        if name.startswith(scope + "/part_") and scope:
            self.tags.add("quirk 7: parts named as the scope")
        rest = name[name.index("/part_") + len("/part_"):]
        if not rest.isdigit():
            self.tags.add("quirk 7: slot of a part" if re.match(r"\d+/", rest) else
                          "quirk 7: part_ in a name")
        else:
            self.tags.add("init: parts by scope")

    def after(self) -> set:
        seen = dict(self.calls_before)
        for variable, tensor, spec in replaced:
            name = variable.op.name
            if name in self.calls_before:
                self.tags.add("init: later call wins")
            elif name in seen:
                self.tags.add("init: later pair wins")
            seen[name] = tensor
            self.tags.add("init: slice taken" if spec else "init: tensor taken")
        v1.get_default_graph().thaw_replaced = seen
        return self.tags

    def after_success(self) -> set:
        return self.after()

    def after_failure(self) -> set:
        kept = {"init: earlier pairs stay"} if replaced else set()
        # Branch names stay only where they are about the failure itself.
        return kept | {tag for tag in self.after() if tag.startswith("quirk")}


def store_values() -> list:
    return list(tf_variable_scope._get_default_variable_store()._vars.values())


def in_store(variable) -> bool:
    return any(variable is value for value in store_values())
