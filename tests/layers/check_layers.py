#!/usr/bin/env python3
"""Checks what holds the tree together and no compiler sees.

* An include never goes up the layers.
* A third-party header is included only where THIRD_PARTY says.
* Header guards follow from the path; names of sources are unique in the repository.
* A file has at most 400 lines, unless LONG_FILES says why.
* Nothing names a path of one machine; no open ends are left in comments.
* A using-declaration is used in its file.
* Two sources of one target have no two things of one name in their anonymous namespaces: the
  sanitizers' builds compile a target as one file, and two of one name are one thing written twice.

Usage: check_layers.py [ROOT]. Prints one finding a line and exits 1 if there is any.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

# From the bottom up. A file may include its own layer and those above it in this list; a folder
# belongs to the longest name that it starts with.
LAYERS = [
    ["io/base"],
    ["io/storage", "io/json", "engine/kernels", "engine/memory"],
    ["io/table"],
    ["io/checkpoint"],
    ["engine/output"],
    ["engine/variables/initializers", "engine/variables/partitioning"],
    ["engine/variables/scopes"],
    ["engine/variables", "engine/assign"],
    ["engine/plan"],
    ["io", "engine/exec", "engine/shared"],
    ["engine"],
    ["engine/saver"],
    ["tools", "bench", "python", "examples"],
    ["tests"],
]

# Header (a prefix of what stands between the brackets) → where it may be included (prefixes of
# paths).
THIRD_PARTY = {
    "oneapi/tbb": ["engine/exec/graph_executor.cc", "tests/engine/arena_test.cc"],
    "liburing.h": ["io/storage/uring_queue.cc"],
    "snappy": ["io/table/compression.cc", "tests/io/table/"],
    "google/protobuf/": ["io/checkpoint/"],
    "zlib.h": ["engine/output/"],
    "nlohmann/": ["io/json/json_document.cc", "tests/"],
    "CLI/": ["tools/"],
    "fmt/": ["tools/", "bench/"],
    "nanobind/": ["python/src/"],
    "Python.h": ["python/src/"],
    "benchmark/": ["bench/"],
    "gtest/": ["tests/"],
    "gmock/": ["tests/"],
    "leveldb/": ["tests/"],
}

# Of the system, but not of C++: C, POSIX, Linux and the compilers' own.
SYSTEM_HEADERS = re.compile(
    r"(sys|linux|asm)/.*|(assert|errno|float|limits|math|stdbool|stddef|stdint|stdio|stdlib|string|"
    r"unistd|dirent|fcntl|fnmatch|signal|setjmp|pthread|sched|poll|dlfcn|ftw|glob|termios|spawn|malloc|"
    r"immintrin|nmmintrin|cpuid|x86intrin|arm_acle|arm_neon)\.h"
)
CPP_HEADER = re.compile(r"[a-z_0-9]+")

MAX_LINES = 400
LONG_FILES = {
    # Tests of one class, or one suite, in the order of what they ask; a split would scatter them.
    "tests/conformance/executor_suite.h",
    "tests/engine/plan/planner_test.cc",
    "tests/io/checkpoint/bundle_v2/bundle_reader_test.cc",
    "tests/io/checkpoint/bundle_v2/bundle_writer_test.cc",
}

PRODUCT_FOLDERS = ["io", "engine", "tools", "bench", "python", "tests", "examples"]
DOCUMENT_FOLDERS = ["docs", "cmake"]
SOURCES = {".h", ".cc", ".c"}
TEXTS = SOURCES | {".py", ".sh", ".md", ".txt", ".cmake", ".in", ".json", ".proto", ".bash", ".fish"}
MACHINE_PATH = re.compile(r"(?<![\w.$}\-/])/(work|opt|home|root|tmp)/")
OPEN_END = re.compile(r"\b(TODO|FIXME|XXX)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)

USING = re.compile(r"^ *using (?:\w*::)+(\w+);", re.MULTILINE)
ANONYMOUS = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
TYPE_OR_CONSTANT = re.compile(
    r"^(?:class|struct|enum class) (\w+)|^(?:inline |static )*const(?:expr)? [^;={(]*?\b(k[A-Z]\w*)\b",
    re.MULTILINE)
ALIAS = re.compile(r"^using (\w+) = (.*?);", re.MULTILINE | re.DOTALL)
FUNCTION = re.compile(r"^[A-Za-z][\w:<>,&* ]*? \**&?(\w+)\(([^()]*)\)(?: noexcept)? \{", re.MULTILINE)
# Compiled one by one: variants of one thing have its names.
NO_UNITY = ("engine/kernels/", "python/", "tests/", "examples/")


def layer_of(path):
    """The rank of a path's layer, or None outside the layers."""
    best, rank = "", None
    for number, folders in enumerate(LAYERS):
        for folder in folders:
            if path.startswith(folder + "/") and len(folder) > len(best):
                best, rank = folder, number
    return rank


def allowed_places(header):
    for prefix, places in THIRD_PARTY.items():
        if header.startswith(prefix):
            return places
    return None


def check_includes(path, text):
    for quoted, angled in INCLUDE.findall(text):
        if angled:
            places = allowed_places(angled)
            if places is None:
                if not (CPP_HEADER.fullmatch(angled) or SYSTEM_HEADERS.fullmatch(angled)):
                    yield f"<{angled}> is no known header: name it in tests/layers/check_layers.py"
            elif not any(path.startswith(place) for place in places):
                yield f"<{angled}> belongs in {', '.join(places)} only"
            continue
        if quoted.endswith(".pb.h") and not path.startswith(("io/checkpoint/", "tests/")):
            yield f'"{quoted}": generated messages stay in io/checkpoint'
        mine, theirs = layer_of(path), layer_of(quoted)
        if theirs is None:
            yield f'"{quoted}" is not spelled from the root of the repository'
        elif mine is not None and theirs > mine:
            yield f'"{quoted}" lies above this layer'


def check_using(text):
    for name in USING.findall(text):
        if len(re.findall(rf"\b{name}\b", text)) < 2:
            yield f"using {name}: it is not used"


def target_of(path):
    """The folder; all folders of tools are one beside the command, each file of bench is its own."""
    folder = Path(path).parent.as_posix()
    if folder == "bench":
        return path
    return "tools/" if folder.startswith("tools/") else folder


def parameter_types(parameters):
    """Without the names of the parameters."""
    parts = [" ".join(part.split("=")[0].split()) for part in parameters.split(",")]
    return tuple(re.sub(r"(?<=[ &*])\w+$", "", part).strip() for part in parts)


def anonymous_names(text):
    """What a source keeps to itself, as far as two of it in one file are an error."""
    for region in ANONYMOUS.findall(text):
        yield from {one or other for one, other in TYPE_OR_CONSTANT.findall(region)}
        yield from ((name, " ".join(what.split())) for name, what in ALIAS.findall(region))
        yield from ((name, parameter_types(what)) for name, what in FUNCTION.findall(region))


def check_anonymous_names(texts):
    """`texts`: (path, text) of all files."""
    owner = {}
    for path, text in texts:
        if not path.endswith(".cc") or path.startswith(NO_UNITY) or "/" not in path:
            continue
        for name in anonymous_names(text):
            is_alias = isinstance(name, tuple) and isinstance(name[1], str)
            key = (target_of(path), name[0] if is_alias else name)
            first, what = owner.setdefault(key, (path, name))
            if first != path and not (is_alias and what == name):
                yield f"{path}: {name if isinstance(name, str) else name[0]} is also in {first}"


def check_guard(path, text):
    guard = "THAW_" + re.sub(r"[^A-Za-z0-9]", "_", path).upper() + "_"
    lines = [line for line in text.splitlines() if line.startswith("#")]
    if lines[:2] != [f"#ifndef {guard}", f"#define {guard}"]:
        yield f"the header guard is not {guard}"


def check_file(path, text):
    suffix = Path(path).suffix
    if suffix in SOURCES:
        if not path.startswith(("tests/install/", "examples/")):
            yield from check_includes(path, text)
        yield from check_using(text)
        if text.count("\n") > MAX_LINES and path not in LONG_FILES:
            yield f"{text.count(chr(10))} lines: more than {MAX_LINES}"
    if suffix == ".h":
        yield from check_guard(path, text)
    for number, line in enumerate(text.splitlines(), 1):
        if match := MACHINE_PATH.search(line):
            yield f"line {number}: {match.group()} is a path of one machine"
        if match := OPEN_END.search(line):
            yield f"line {number}: {match.group()}: an open end is a sentence in the docs"


def files_of(root):
    """(path from the root, text) of every file that is looked at."""
    here = Path(__file__).resolve()
    top_level = [path for path in root.iterdir() if path.is_file()]
    inside = [path for folder in PRODUCT_FOLDERS + DOCUMENT_FOLDERS
              for path in (root / folder).rglob("*")]
    for path in sorted(top_level + inside):
        of_this_check = path.resolve().parent == here.parent
        if path.is_file() and path.suffix in TEXTS and not of_this_check:
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def check_tree(root):
    """All findings, as `path: what is wrong`."""
    findings = []
    same_name = defaultdict(list)
    texts = list(files_of(root))
    for path, text in texts:
        findings += [f"{path}: {finding}" for finding in check_file(path, text)]
        if Path(path).suffix in SOURCES | {".py", ".sh", ".proto"}:
            same_name[Path(path).name].append(path)
    findings += check_anonymous_names(texts)
    for name, paths in same_name.items():
        if len(paths) > 1:
            findings.append(f"{paths[1]}: {name} is also the name of {paths[0]}")
    return findings


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    findings = check_tree(root)
    print("\n".join(findings) or "the layers hold")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
