"""TensorFlow's error texts: the rule's name, the names in the text, the class to expect.

The table is both: how an error is compared, and the error part of the coverage table. Groups of a
pattern are names that our message must hold, too. `expected`: our class where
docs/tensorflow_rules.md ("differs, knowingly") gives another than TensorFlow's.
"""

import re
from typing import NamedTuple, Optional


class Row(NamedTuple):
    rule: str
    pattern: str
    expected: Optional[str] = None


# Rules of section 5: init_from_checkpoint.
INIT = [
    Row("init: directory without a checkpoint", r"^Couldn't find 'checkpoint' file or checkpoints "
        r"in given directory (?P<path>.*)$"),
    Row("init: no such file", r"Failed to find any matching files for (?P<path>[^\n]*)"),
    Row("init: scope, tensor missing", r"^Tensor (?P<tensor>.*) \((?P<rest>.*) in (?P<key>.*)\) is "
        r"not found in (?P<path>.*) checkpoint$"),
    Row("init: one to one, tensor missing", r"^Tensor (?P<tensor>.*) is not found in (?P<path>.*) "
        r"checkpoint \{"),
    Row("init: one to one, shape", r"^Shape of variable (?P<variable>.*):0 \((?P<shape>.*)\) "
        r"doesn't "
        r"match with shape of tensor (?P<tensor>.*) \((?P<stored>.*)\) from checkpoint reader"),
    Row("init: name that is not in the store", r"^Assignment map with scope only name "
        r"(?P<scope>.*) "
        r"should map to scope only (?P<tensor>.*). Should be 'scope/': 'other_scope/'"),
    Row("init: parts of two variables", r"^Slices must all be from the same tensor: (?P<a>.*) != "
        r"(?P<b>.*)$"),
    Row("init: part without slice info", r"'NoneType' object has no attribute 'full_name'",
        "ValueError"),
    Row("init: cut at /part_, no variable", r"'NoneType' object has no attribute 'dtype'",
        "ValueError"),
    Row("init: keys of several types", r"'<' not supported between instances", "TypeError"),
    Row("init: key that is no text", r"has no attribute '(endswith|rfind|startswith)'",
        "TypeError"),
    Row("init: unhashable value", r"unhashable type", "TypeError"),
    Row("init: value of another type", r"unsupported operand type|can only concatenate|"
        r"argument of type .* is not iterable|has no attribute 'is_compatible_with'|must be str, "
        r"not",
        "TypeError"),
    Row("init: path of another type", r"^Expected binary or unicode string, got", "TypeError"),
    Row("init: map that is no map", r"object is not (iterable|subscriptable)|not enough values "
        r"to unpack|too many "
        r"values to unpack|cannot unpack"),
]

# Errors when initializers run or a Saver restores.
RUN = [
    Row("run: dtype", r"tensor_name = (?P<tensor>[^;\n]*); expected dtype (?P<a>\S+) does not "
        r"equal original dtype (?P<b>\S+)"),
    Row("run: dtype, V1", r"Expected to restore a tensor of type \S+, got a tensor of type "
        r"\S+ instead: tensor_name = (?P<tensor>[^\n]*)"),
    Row("run: full shape of a part", r"tensor_name = (?P<tensor>[^;\n]*); shape in shape_and_slice "
        r"spec (?P<a>\[.*\]) does not match the shape stored in checkpoint: (?P<b>\[.*?\])"),
    Row("run: full shape of a part, V1", r"Shape in shape_and_slice spec (?P<a>.*?) ?does not "
        r"match the shape in the save file: (?P<b>\[.*?\])"),
    Row("run: slices missing", r"Does not have sufficient slices for partitioned tensor "
        r"(?P<tensor>\S*) to restore"),
    Row("run: slices missing, V1", r"Error copying slice data"),
    Row("run: shape of a ref variable", r"Assign requires shapes of both tensors to match"),
    Row("run: checksum", r"[Cc]hecksum does not match"),
    Row("run: file too short", r"Read less bytes than requested|Read fewer bytes than requested",
        "OutOfRangeError"),
    Row("run: index damaged", r"not an sstable|too short to be an sstable|Perhaps the file is "
        r"corrupt|"
        r"block checksum mismatch|Unable to open table file"),
    Row("run: V1 file damaged", r"Failed to find the saved tensor slices at the beginning"),
    Row("run: data file gone", r"data-00000-of-00001; No such file"),
]

# Rules of section 6: Saver.
SAVER = [
    Row("saver: nothing to save", r"^No variables to save$"),
    Row("saver: two of one name", r"^At least two variables have the same name: (?P<variable>.*)$"),
    Row("saver: mixing slices", r"^Mixing slices and non-slices with the same name: "
        r"(?P<variable>.*)$"),
    Row("saver: not all slices", r"^Slices must all be slices"),
    Row("saver: not all variables", r"^Slices must all be Variables"),
    Row("saver: one variable twice", r"^The same saveable will be restored with two names: "
        r"(?P<variable>.*)$"),
    Row("saver: name that is no text", r"Name is not a string"),
    Row("saver: not a variable", r"names_to_saveables must be a dict|Variable to save is not a "
        r"Variable|Variables to save should be passed|Can only save/restore ResourceVariables|"
        r"not convertible to|as_ref|^'(int|str|NoneType)' object has no attribute 'name'$|^None "
        r"values not "
        r"supported"),
    Row("saver: list of no parts", r"^Attr 'dtypes' of 'SaveV2' Op passed list of length 0"),
    Row("saver: path None", r"^Can't load save_path when it is None"),
    Row("saver: path that leads nowhere", r"^The passed save_path is not a valid checkpoint: "
        r"(?P<path>.*)$"),
    Row("saver: object-based, names missing", r"Existing variables not in the checkpoint: "
        r"(?P<variable>[^\n]*)"),
    Row("saver: key missing", r"Key (?P<tensor>[^\n]*?) not found in checkpoint"),
    Row("saver: key missing, V1", r'Tensor name "(?P<tensor>[^\n]*?)" not found in checkpoint'),
    Row("saver: latest_filename with a directory", r"'latest_filename' must not contain path "
        r"components"),
    Row("saver: latest_filename collides", r"'latest_filename' collides with 'save_path': "
        r"'(?P<a>.*)' and '(?P<b>.*)'"),
    Row("saver: path is the state file", r"Save path '(?P<path>.*)' conflicts with path used for "
        r"checkpoint state"),
    Row("saver: no parent directory", r"Parent directory of (?P<path>.*) doesn't exist, can't "
        r"save"),
    Row("saver: reshape, other count", r"Input to reshape is a tensor with (?P<a>\d+) values, but "
        r"the requested shape has (?P<b>\d+)"),
    Row("saver: state file empty of a path", r"Invalid checkpoint state loaded from (?P<path>.*)$"),
    Row("saver: V1, dtype it lists but lacks", r"Tensor slice serialization not implemented for "
        r"dtype"),
    Row("saver: V1, dtype", r"Saving data type (?P<dtype>\S+) not yet supported"),
    Row("state: times and paths", r"^Checkpoint timestamps, if provided, must match"),
    Row("state: no path", r"^no path specified$"),
    Row("state: no folder for the file", r"(?P<path>[^\n]*)/[^/\n]*\.tmp[0-9a-f]{32}; No such "
        r"file"),
    Row("value: uninitialized", r"Attempting to use uninitialized value (?P<variable>[^\s\[]+)"),
    Row("value: uninitialized resource", r"Error while reading resource variable "
        r"(?P<variable>\S+) from Container|Could not find variable (?P<other>[^\s.]+)\. "),
    Row("value: no such tensor", r"^(?P<tensor>.*) not found in checkpoint file$"),
    Row("value: V1 in parts", r"Sliced checkpoints are not supported"),
    Row("value: V1, dtype", r"Data type not supported"),
]

# Rules of section 7: scopes, variables, partitioners.
STORE = [
    Row("store: two dtypes", r"^Initializer type '(?P<a>.*)' and explicit dtype '(?P<b>.*)' don't "
        r"match"),
    Row("store: partitioner not callable", r"^Partitioner must be callable, but received"),
    Row("store: partitioned and no partitioner", r"^No partitioner was provided, but a partitioned "
        r"version of the variable was found: (?P<variable>.*?)/part_0\. Perhaps"),
    Row("store: custom_getter not callable", r"^Passed a custom_getter which is not callable"),
    Row("store: nested custom_getter not callable", r"^the first argument must be callable|"
        r"^'(int|str|float)' object is not callable"),
    Row("store: the custom_getter's own error", r"the getter's own error"),
    Row("store: constraint not callable", r"^The `constraint` argument must be a callable|"
        r"^Argument `constraint` must be None or a callable"),
    Row("store: constant and shape", r"^If initializer is a constant, do not specify shape"),
    Row("store: exists already", r"^Variable (?P<variable>.*?) already exists, disallowed"),
    Row("store: share, shape", r"^Trying to share variable (?P<variable>.*), but specified shape "
        r"(?P<a>.*) and found shape (?P<b>.*)\.$"),
    Row("store: share, dtype", r"^Trying to share variable (?P<variable>.*), but specified dtype "
        r"(?P<a>\S+) and found dtype (?P<b>[a-z0-9_]+?)(_ref)?\.$"),
    Row("store: does not exist", r"^Variable (?P<variable>.*) does not exist, or was not created"),
    Row("store: no initializer, no shape", r"^Variable (?P<variable>.*) did not get an "
        r"initializer"),
    Row("store: initializer without a full shape", r"^The initializer passed is not valid"),
    Row("store: no default initializer", r"^An initializer for variable (?P<variable>.*) of "
        r"<dtype: '(?P<dtype>.*)'> is required"),
    Row("store: no default initializer, float8", r"^Argument `dtype` got invalid value"),
    Row("store: whole and a partitioner", r"^A partitioner was provided, but an unpartitioned "
        r"version of the variable was found: (?P<variable>.*?)\.  Perhaps"),
    Row("partition: shape not full", r"^Shape of a new partitioned variable must be fully defined"),
    Row("partition: scalar", r"^A partitioned Variable must have rank at least 1"),
    Row("partition: not a sequence", r"^Partitioner must return a sequence, but saw"),
    Row("partition: other rank", r"^Partitioner returned a partition list that does not match the "
        r"Variable's rank"),
    Row("partition: zero", r"^Partitioner returned zero partitions for some axes"),
    Row("partition: two axes", r"^Can only slice a variable along one dimension"),
    Row("partition: exists already", r"^Partitioned variable with name (?P<variable>.*) already "
        r"exists"),
    Row("partition: reuse, shape", r"^Trying to reuse partitioned variable (?P<variable>.*), but "
        r"specified shape (?P<a>.*) and found shape (?P<b>.*)\.$"),
    Row("partition: reuse, dtype", r"^Trying to reuse partitioned variable (?P<variable>.*), but "
        r"specified dtype (?P<a>.*) and found dtype (?P<b>.*?)(_ref)?\.$"),
    Row("partition: reuse, partitions", r"^Trying to reuse partitioned variable (?P<variable>.*), "
        r"but specified partitions (?P<a>.*) and found partitions (?P<b>.*)\.$"),
    Row("partition: does not exist", r"^PartitionedVariable (?P<variable>.*) does not exist"),
    Row("partition: more parts than rows", r"^Expected 0 <= offset < shape but found"),
    Row("partition: value of another shape", r"Shapes \((?P<a>.*)\) and \((?P<b>.*)\) are not "
        r"compatible|Shapes must be equal rank|Shapes .* must have the same rank"),
    Row("partition: too few parts found", r"^Partitioner returned a different partitioning .* and "
        r"shard (?P<variable>.*)/part_0 was found, but (?P<other>.*) was not"),
    Row("partition: extra part found", r"^Partitioner returned a different partitioning .* shard "
        r"(?P<variable>.*)/part_0 was found, but so was the extra shard (?P<other>.*)\."),
    Row("partitioner: axis outside the shape", r"^Cannot partition variable along axis"),
    Row("partitioner: axis outside the shape, fixed_size", r"^list index out of range$|"
        r"tuple index out of range", "ValueError"),
    Row("partitioner: division by zero", r"division by zero$", "ValueError"),
    Row("partitioner: arguments", r"must be positive|axis must be|invalid number of|max_partitions|"
        r"num_shards|max_shards"),
    Row("scope: reuse value", r"^The reuse parameter must be True or False or None"),
    Row("scope: reuse without a name", r"^reuse=True cannot be used without a name_or_scope"),
    Row("scope: no name at all", r"^If default_name is None then name_or_scope is required"),
    Row("scope: name of another type", r"^VariableScope: name_or_scope must be a string or"),
    Row("scope: auxiliary_name_scope", r"^The auxiliary_name_scope must be"),
    Row("scope: nesting", r"^Improper nesting of variable_scope"),
    Row("name: not a root scope", r"^'(?P<name>.*)' is not a valid root scope name"),
    Row("name: not a scope", r"^'(?P<name>.*)' is not a valid scope name"),
    Row("name: duplicate node", r"^Duplicate node name in graph: '(?P<name>.*)'"),
    Row("variable: no value", r"^initial_value must be specified|^The `initial_value` arg"),
    Row("variable: value of another dtype", r"^Expected \S+, but got .* of type '.*'\.$"),
    Row("variable: ragged value", r"inhomogeneous shape"),
    Row("initializer: shape of the callable's value", r"^Dimension \d+ in both shapes must be "
        r"equal|^Shapes must be equal rank, but are"),
    Row("variable: shape of the value", r"initial value's shape|is not compatible with"),
    Row("initializer: the callable's own error", r"the initializer's own error"),
    Row("initializer: less than two dimensions", r"^The tensor to initialize, specified by "
        r"argument `shape` must be at least two-dimensional"),
    Row("initializer: scale", r"^Argument `scale` must be a positive float"),
    Row("initializer: mode", r"^Argument `mode` should be one of"),
    Row("initializer: distribution", r"^Argument `distribution` should be one of"),
    Row("initializer: dtype without such random values", r"^Value passed to parameter 'dtype' has "
        r"DataType|^Argument `dtype` is expected to be floating point|"
        r"^Must specify maxval for integer dtype"),
    Row("initializer: too many elements", r"Too many elements provided"),
]

ROWS = STORE + INIT + SAVER + RUN
# What a text around another one tells beside it.
AROUND = [
    Row("saver: restoring failed, a name is missing", r"^Restoring from checkpoint failed\. This "
        r"is most likely due to a Variable name"),
    Row("saver: restoring failed, a mismatch", r"^Restoring from checkpoint failed\. This is most "
        r"likely due to a mismatch"),
]
# A rule that another statement has, too: (statement, rule) -> its name there.
ELSEWHERE = {
    ("Saver", "init: parts of two variables"): "saver: parts of two variables",
    ("initialize", "saver: key missing"): "run: key missing",
    ("run_initializer", "saver: key missing"): "run: key missing",
    ("restore", "run: dtype"): "saver: dtype",
    ("restore", "run: dtype, V1"): "saver: dtype, V1",
    ("restore", "run: full shape of a part"): "saver: full shape of a part",
    ("restore", "run: slices missing"): "saver: slices missing",
    ("restore", "run: shape of a ref variable"): "saver: shape of a ref variable",
    ("restore", "run: checksum"): "saver: checksum",
    ("restore", "run: data file gone"): "saver: data file gone",
    ("restore", "run: index damaged"): "saver: index damaged",
    ("restore", "run: V1 file damaged"): "saver: V1 file damaged",
    ("load_variable", "run: index damaged"): "reader: index damaged",
    ("load_variable", "run: V1 file damaged"): "reader: V1 file damaged",
    ("load_variable", "run: checksum"): "reader: checksum",
    ("get_tensor", "init: no such file"): "reader: no such file",
    ("load_checkpoint", "init: no such file"): "reader: no such file",
    ("load_variable", "init: no such file"): "reader: no such file",
    ("list_variables", "init: no such file"): "reader: no such file",
    ("load_checkpoint", "init: directory without a checkpoint"):
        "reader: directory without a checkpoint",
    ("load_variable", "init: directory without a checkpoint"):
        "reader: directory without a checkpoint",
    ("list_variables", "init: directory without a checkpoint"):
        "reader: directory without a checkpoint",
}
COMPILED = [(row, re.compile(row.pattern, re.MULTILINE)) for row in ROWS]
COMPILED_AROUND = [(row, re.compile(row.pattern, re.MULTILINE)) for row in AROUND]
PARTLY_KNOWN = re.compile(r"^Shape \[.*\?.*\] is not fully defined", re.MULTILINE)
# Groups that hold no name of a variable, tensor or file, but other facts of the text.
FACTS = {"shape", "stored", "rest", "key", "a", "b", "dtype"}


def shorter(text: str) -> str:
    """Without the stack of Python's frames."""
    text = re.sub(r"\n\nDetected at node .*?\nNode: ", " at ", text, flags=re.DOTALL)
    text = re.sub(r"\n\nOriginal stack trace for .*", "", text, flags=re.DOTALL)
    return text[:900]


def error_facts(error: Exception, variable: str = "", tensor: str = "") -> dict:
    """What the comparison needs; `variable`, `tensor`: of the initializer that failed."""
    kind = type(error).__name__
    if kind == "Failures":
        choices = [error_facts(each, name, source) for name, source, each in error.failures]
        ends = [each for each in choices if each.get("ends")]
        return ends[0] if ends else {"any": choices}
    if kind == "NotCut":
        return {"open": True, "rule": "difference 3: TensorFlow cannot cut the dtype"}
    if kind == "WrongShape":
        return {"class": "InvalidArgumentError", "names": [], "one_of": [variable, tensor],
                "rule": "difference 2: wrong shape installed silently", "text": str(error)}
    text = getattr(error, "message", None) or str(error)
    if "Dtype " in text and " not supported." in text:
        return {"open": True, "rule": "difference 3: TensorFlow cannot cut the dtype"}
    if PARTLY_KNOWN.search(text):
        # It can do nothing with such a variable; we can.
        return {"open": True, "ends": True, "rule": "ref variable of a partly known shape"}
    facts = {"class": kind, "names": [], "text": shorter(text),
             "rule": "other: %s: %s" % (kind, text.strip().split("\n")[0][:80])}
    for row, pattern in COMPILED:
        found = pattern.search(text)
        if found:
            facts["rule"] = row.rule
            facts["class"] = row.expected or kind
            groups = found.groupdict()
            names = {name: value for name, value in groups.items()
                     if value is not None and name not in FACTS}
            if len(names) > 1:
                names.pop("path", None)  # the tensor or variable says more
            facts["names"] = sorted(set(names.values()))
            facts["facts"] = {name: value for name, value in groups.items()
                              if value is not None and name in FACTS}
            break
    facts["around"] = [row.rule for row, pattern in COMPILED_AROUND if pattern.search(text)]
    if variable and not facts["names"]:
        facts["one_of"] = [variable, tensor]
    return facts
