#!/usr/bin/env bash
# Installs what the build needs, builds `thaw`, and shows it at work on real input:
#   1. the founding case: why init_from_checkpoint(…, {'/': '/'}) leaves a variable at 0.0;
#   2. the same from Python;
#   3. a checkpoint of 440 MB, written here and restored, at this machine's rates.
# Safe to run twice; the second run builds nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly thaw=build/demo/tools/thaw
readonly example=examples/store_only

say() {
  if [[ -t 1 ]]; then printf '\n\033[1m# %s\033[0m\n' "$1"; else printf '\n# %s\n' "$1"; fi
}

# Shows a command as a person would type it, and runs it.
run() {
  printf '\n$ %s\n' "$*"
  "$@"
}

build() {
  say "Packages and build (Release, into build/demo)"
  bash tools/install_packages.sh g++ cmake ninja-build \
    libtbb-dev libsnappy-dev libprotobuf-dev protobuf-compiler zlib1g-dev liburing-dev \
    libcli11-dev libfmt-dev nlohmann-json3-dev python3-venv python3-dev
  bash tools/install_python_packages.sh tests/requirements-python.txt
  cmake -G Ninja -S . -B build/demo -DTHAW_BUILD_TESTS=OFF -DTHAW_BUILD_BENCH=OFF \
    -DTHAW_BUILD_PYTHON=ON -DPython_EXECUTABLE="$PWD/.venv/bin/python" --log-level=WARNING
  cmake --build build/demo
}

founding_case() {
  say "A checkpoint that TensorFlow wrote from foo = tf.Variable(1.0), bar = get_variable('bar')"
  run $thaw ls $example/model-0
  say "init_from_checkpoint(…, {'/': '/'}): bar becomes 1.0, foo stays at 0.0"
  run $thaw restore $example/model-0 --model $example/model.json --map $example/map_scope.json
  say "Why foo was left out, and what to write instead"
  run $thaw explain $example/model-0 --model $example/model.json --map $example/map_scope.json
  say "With the objects themselves in the map: both"
  run $thaw restore $example/model-0 --model $example/model.json --map $example/map_objects.json
  say "tf.compat.v1.train.Saver().restore: both"
  run $thaw restore $example/model-0 --model $example/model.json --saver
}

from_python() {
  say "The same from Python: build/demo/python holds the package (pip install . installs it)"
  run env PYTHONPATH=build/demo/python .venv/bin/python $example/founding_question.py
}

large_checkpoint() {
  say "The weights of a BERT-base (440 MB), restored with every checksum verified, beside plain copies"
  run $thaw bench --shape bert-base
}

build
founding_case
from_python
large_checkpoint
say "thaw is $PWD/$thaw. Next: $thaw --help, or cmake --install build/demo --prefix FOLDER"
