#!/usr/bin/env python3
"""Runs the cases of init_from_checkpoint in real TensorFlow and records what happened.

Writes, beside this file: init_cases.index and .data-… (the checkpoint, by tf.compat.v1.train.Saver),
and init_cases.json: a list of cases, each with its program, map and outcome:
  {"error": class, "message": …}        the call raised
  {"run_error": class, "message": …}    an initializer raised
and always {"values": {op name: nested list}} of the variables that got a value; those whose
initializers ran alone after a failure of the call show which pairs stayed applied.
tests/python/test_init_from_checkpoint.py runs the same cases without TensorFlow.

Usage: make_init_cases.py
"""

import json
import os
import pathlib
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
HERE = pathlib.Path(__file__).resolve().parent
PREFIX = HERE / "init_cases"


def var(name, shape=(), made_by="get_variable", **more):
    """One variable of a program; it is made with -1 everywhere."""
    return dict(made_by=made_by, name=name, shape=list(shape), **more)


def case(name, variables, pairs, path="prefix", form="dict"):
    return dict(name=name, variables=variables, map=pairs, path=path, form=form)


def op(name):
    return {"variable": name}


V1, V4, EMB = (1, 3), (2, 2), (4, 2)
CASES = [
    # TensorFlow's own tests.
    case("name_and_scope", [var("s/my1", V1), var("s/t/var4", V4)],
         [["var1", "s/my1"], ["useful_scope/", "s/t/"]]),
    case("root_to_scope", [var("some/var1", V1), var("some/useful_scope/var4", V4)],
         [["/", "some/"]]),
    case("root_to_root", [var("var1", V1), var("useful_scope/var4", V4)], [["/", "/"]]),
    case("scope_to_root", [var("var4", V4)], [["useful_scope/", "/"]]),
    case("partitioned_by_name", [var("m/emb", EMB, partitions=[2, 1])], [["scope/emb", "m/emb"]]),
    case("partitioned_by_scope", [var("m/emb", EMB, partitions=[2, 1])], [["scope/", "m/"]]),
    case("partitioned_other_cut", [var("m/emb", EMB, partitions=[3, 1])],
         [["scope/emb", "m/emb"]]),
    case("partitioned_whole", [var("m/emb", EMB)], [["scope/emb", "m/emb"]]),
    case("list_of_parts", [var("m/emb", EMB, partitions=[2, 1])],
         [["scope/emb", {"list": ["m/emb/part_0", "m/emb/part_1"]}]]),
    case("list_of_parts_reversed", [var("m/emb", EMB, partitions=[2, 1])],
         [["scope/emb", {"list": ["m/emb/part_1", "m/emb/part_0"]}]]),
    case("list_of_one_part", [var("m/emb", EMB, partitions=[2, 1])],
         [["scope/emb", {"list": ["m/emb/part_1"]}]]),
    case("no_dir", [var("var1", V1)], [["var1", "var1"]], path="no_dir"),
    case("unknown_tensor", [var("my1", V1)], [["no_var", "my1"]]),
    case("unknown_variable", [var("my1", V1)], [["var1", "my3"]]),
    case("shape_mismatch", [var("my1", (3, 3))], [["var1", "my1"]]),
    case("scope_tensor_missing", [var("s/var1", V1), var("s/other", V1)], [["/", "s/"]]),
    case("resource_object", [var("r", V1, use_resource=True)], [["var1", op("r")]]),
    # Step 0 and 2.
    case("directory", [var("var1", V1)], [["var1", "var1"]], path="directory"),
    case("path_like", [var("var1", V1)], [["var1", "var1"]], path="path_like"),
    case("directory_without_state", [var("var1", V1)], [["var1", "var1"]], path="empty_dir"),
    case("pairs_of_one_key", [var("a", V1), var("b", V1)], [["var1", "a"], ["var1", "b"]],
         form="pairs"),
    case("generator", [var("a", V1)], [["var1", "a"]], form="generator"),
    case("sorted_by_key", [var("w", ())], [["scalar2", "w"], ["scalar", "w"]], form="pairs"),
    case("special_entry_wins", [var("s/var1", V1), var("s/var4", V4)],
         [["useful_scope/var4", "s/var4"], ["useful_scope/", "t/"], ["var1", "s/var1"]]),
    case("map_is_none", [var("a", V1)], {"raw": "none"}),
    case("map_is_text", [var("a", V1)], {"raw": "text"}),
    case("pair_of_three", [var("a", V1), var("b", ())],
         {"raw": "three"}),
    case("mixed_keys", [var("a", V1)], [["var1", "a"], [{"number": 1}, "a"]], form="pairs"),
    case("number_as_key", [var("a", V1)], [[{"number": 1}, "a"]]),
    case("number_as_scope_key", [var("a", V1)], [[{"number": 1}, "nowhere/"]]),
    case("bytes_as_key", [var("a", V1)], [[{"bytes": "var1"}, "a"]]),
    case("none_as_key", [var("a", V1)], [[{"none": True}, "a"]]),
    # Step 3 and 4.
    case("object", [var("foo", V1, "Variable")], [["var1", op("foo")]]),
    case("object_resource", [var("foo", V1, "Variable", use_resource=True)],
         [["var1", op("foo")]]),
    case("name_of_an_object", [var("var1", V1, "Variable")], [["var1", "var1"]]),
    case("founding", [var("scalar", (), "Variable"), var("scalar2", ())], [["/", "/"]]),
    case("tuple_of_parts", [var("m/emb", EMB, partitions=[2, 1])],
         [["scope/emb", {"tuple": ["m/emb/part_0", "m/emb/part_1"]}]]),
    case("partitioned_object", [var("m/emb", EMB, partitions=[2, 1])],
         [["scope/emb", {"partitioned": "m/emb"}]]),
    case("none_as_value", [var("a", V1)], [["var1", {"none": True}]]),
    case("number_as_value", [var("a", V1)], [["var1", {"number": 3}]]),
    case("list_of_names", [var("a", V1)], [["var1", {"names": ["a"]}]]),
    case("dict_as_value", [var("a", V1)], [["var1", {"dict": True}]]),
    case("empty_list", [var("a", V1)], [["var1", {"list": []}]]),
    case("empty_list_of_no_tensor", [var("a", V1)], [["nope", {"list": []}]]),
    case("earlier_pairs_stay", [var("a", V1), var("b", ())],
         [["scalar", "b"], ["var1", {"number": 3}]]),
    case("earlier_pairs_stay_in_key_order", [var("a", V1), var("b", ())],
         [["var1", {"none": True}], ["scalar", "b"]]),
    case("single_part_takes_a_whole_tensor", [var("m/emb", EMB, partitions=[2, 1])],
         [["useful_scope/var4", op("m/emb/part_1")]]),
    case("unknown_dimension",
         [var("u", V1, "Variable", static_shape=[None, 3], use_resource=True)],
         [["var1", op("u")]]),
    case("unknown_dimension_contradicts",
         [var("u", (1, 4), "Variable", static_shape=[None, 4], use_resource=True)],
         [["var1", op("u")]]),
    case("scalar_is_no_vector", [var("a", ())], [["one", "a"]]),
    case("vector_is_no_scalar", [var("a", (1,))], [["scalar", "a"]]),
    case("broadcast", [var("a", (3,))], [["var1", "a"]]),
    # Quirks of scopes.
    case("q1_no_slash", [var("a/var4", V4)], [["useful_scope/", "a"]]),
    case("q1_no_slash_that_fits", [var("xvar4", V4)], [["useful_scope/", "a"]]),
    case("q2_parent_scope", [var("a/var4", V4)], [["useful_scope/", "a/b"]]),
    case("q2_parent_scope_of_an_output", [var("a/var4", V4)], [["useful_scope/", "a/x:0"]]),
    case("q3_output_in_value", [var("a", V1)], [["var1", "a:0"]]),
    case("q3_output_in_key", [var("a", V1)], [["var1:0", "a"]]),
    case("q4_variable_and_scope", [var("foo", V4), var("foo/var4", V4)],
         [["useful_scope/", "foo/"]]),
    case("q4_variable_by_its_name", [var("foo", V4), var("foo/var4", V4)],
         [["useful_scope/var4", "foo"]]),
    case("q5_scope_is_whole", [var("foo/var4", V4), var("foo_1/nope", V4)],
         [["useful_scope/", "foo/"]]),
    case("q6_empty_value", [var("xvar1", V1)], [["/", ""]]),
    case("q7_cut_to_nothing", [var("scalar/part_of_speech/w", ())], [["/", "/"]]),
    case("q7_cut_not_found", [var("a/part_of_speech/w", ())], [["/", "/"]]),
    case("q7_slots_of_parts_are_skipped",
         [var("scope/emb", EMB, partitions=[2, 1]), var("scope/emb/part_0/Adam/", (2, 2))],
         [["/", "/"]]),
    case("q7_hand_made_part", [var("scope/emb/part_0", EMB)], [["scope/emb", "scope/emb"]]),
    case("q8_slot_is_missing", [var("var1", V1), var("var1/Adam/", V1)], [["/", "/"]]),
    case("q8_slot_by_scope", [var("s/scalar/", ())], [["/", "s/"]]),
    case("q8_slot_by_name", [var("s/w/Adam/", ())], [["scalar", "s/w/Adam/"]]),
    case("q8_slot_by_name_without_slash", [var("s/w/Adam/", ())], [["scalar", "s/w/Adam"]]),
    case("q10_op_name_is_no_key", [var("w", (), "Variable"), var("w", ())], [["scalar", "w_1"]]),
    case("q10_key_of_a_suffixed_op", [var("w", (), "Variable"), var("w", ())],
         [["scalar", "w"]]),
    case("q12_slash_for_a_variable", [var("w", ())], [["scalar/", "w"]]),
    case("scope_matches_nothing", [var("a", V1)], [["/", "nowhere/"]]),
    case("scope_to_tensor", [var("s/a", V1)], [["var1", "s/"]]),
    case("mixed_parts", [var("a", EMB, partitions=[2, 1]), var("b", EMB, partitions=[2, 1])],
         [["scope/emb", {"list": ["a/part_0", "b/part_1"]}]]),
    case("no_part_in_list", [var("a", EMB)], [["scope/emb", {"list": ["a"]}]]),
    # When the initializers run.
    case("run_dtype", [var("a", (), dtype="int64")], [["scalar", "a"]]),
    case("run_scope_shape", [var("s/var1", (3, 3))], [["/", "s/"]]),
    case("run_part_shape", [var("m/emb", (6, 2), partitions=[2, 1])], [["scope/emb", "m/emb"]]),
]


def write_checkpoint():
    """var1 [1,3], var4 [2,2], scalars, a vector of one, and an embedding stored in two slices."""
    with tf.Graph().as_default(), v1.Session() as session:
        def make(name, value, **more):
            return v1.get_variable(name, initializer=np.asarray(value, np.float32), **more)
        make("var1", [[1, 2, 3]])
        make("useful_scope/var4", [[10, 11], [12, 13]])
        make("scalar", 0.5)
        make("scalar2", 2.5)
        make("one", [7])
        v1.get_variable("scope/emb", shape=EMB, partitioner=lambda shape, dtype: [2, 1],
                        initializer=lambda shape, dtype=None, partition_info=None: tf.cast(
                            tf.reshape(tf.range(4), [2, 2]) +
                            100 * partition_info.var_offset[0], tf.float32))
        session.run(v1.global_variables_initializer())
        v1.train.Saver().save(session, str(PREFIX), write_meta_graph=False, write_state=False)


def make_variable(spec):
    """Made in TensorFlow as `spec` says; returns the variable, or the list of its parts."""
    dtype = tf.as_dtype(spec.get("dtype", "float32"))
    resource = spec.get("use_resource", False)
    minus_one = np.full(spec["shape"], -1, dtype.as_numpy_dtype)
    if spec["made_by"] == "Variable":
        shape = spec.get("static_shape")
        return v1.Variable(minus_one, name=spec["name"], use_resource=resource,
                           shape=shape and tf.TensorShape(shape))
    if "partitions" in spec:
        return list(v1.get_variable(
            spec["name"], spec["shape"], dtype, v1.constant_initializer(-1),
            partitioner=lambda shape, dtype: spec["partitions"], use_resource=resource))
    return v1.get_variable(spec["name"], dtype=dtype, initializer=minus_one, use_resource=resource)


def evaluate(term, by_op_name, wholes):
    """A key or value of a map from its form in JSON."""
    if isinstance(term, str):
        return term
    (kind, content), = term.items()
    return {
        "variable": lambda: by_op_name[content],
        "list": lambda: [by_op_name[name] for name in content],
        "tuple": lambda: tuple(by_op_name[name] for name in content),
        "partitioned": lambda: wholes[content],
        "names": lambda: list(content),
        "number": lambda: content,
        "none": lambda: None,
        "bytes": lambda: content.encode(),
        "dict": dict,
    }[kind]()


def make_map(spec, by_op_name, wholes):
    pairs = spec["map"]
    if isinstance(pairs, dict):
        return {"none": None, "text": "var1", "three": [("scalar", "b"), ("var1", "a", 1)]}[
            pairs["raw"]]
    pairs = [tuple(evaluate(term, by_op_name, wholes) for term in pair) for pair in pairs]
    return {"dict": dict, "pairs": list, "generator": iter}[spec["form"]](pairs)


def path_of(spec, folder):
    if spec["path"] in ("directory", "empty_dir"):
        if spec["path"] == "directory":
            (folder / "checkpoint").write_text(f'model_checkpoint_path: "{PREFIX}"\n')
        return str(folder)
    return {"prefix": str(PREFIX), "path_like": PREFIX, "no_dir": str(folder / "no_dir")}[
        spec["path"]]


def failure(error, folder):
    message = str(error).split("\n")[0][:200]
    return {"error": type(error).__name__,
            "message": message.replace(str(HERE), "GOLDEN").replace(folder, "FOLDER")}


def run(spec):
    """The outcome of one case."""
    outcome = {}
    with tf.Graph().as_default(), v1.Session() as session, tempfile.TemporaryDirectory() as folder:
        made = [make_variable(each) for each in spec["variables"]]
        wholes = {}
        for each, variable in zip(spec["variables"], made):
            if isinstance(variable, list):
                with v1.variable_scope(v1.get_variable_scope(), reuse=True):
                    wholes[each["name"]] = v1.get_variable(
                        each["name"], each["shape"], tf.as_dtype(each.get("dtype", "float32")),
                        partitioner=lambda shape, dtype: each["partitions"])
        everything = v1.global_variables()
        by_op_name = {variable.op.name: variable for variable in everything}
        try:
            v1.train.init_from_checkpoint(path_of(spec, pathlib.Path(folder)),
                                          make_map(spec, by_op_name, wholes))
        except Exception as error:  # whatever TensorFlow raises is the answer
            outcome = failure(error, folder)
        values = {}
        for name, variable in by_op_name.items():
            try:
                session.run(variable.initializer)
                values[name] = session.run(variable).tolist()
            except tf.errors.OpError as error:
                outcome.setdefault("run_error", type(error).__name__)
        outcome["values"] = values
    return outcome


def main():
    write_checkpoint()
    lines = []
    for spec in CASES:
        spec["outcome"] = run(spec)
        lines.append(json.dumps(spec))
    (HERE / "init_cases.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


main()
