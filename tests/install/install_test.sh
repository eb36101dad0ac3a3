#!/usr/bin/env bash
# One case of the installation tests: install_test.sh CASE, with SOURCE, BUILD, WORK and CXX in the
# environment. `prefix` installs and must run first; the others use what it installed.
set -euo pipefail

readonly prefix=$WORK/moved/place
readonly checkpoint=$SOURCE/examples/store_only/model-0

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

# The tree is moved after the installation: nothing in it may remember where it was.
prefix() {
  rm -rf "$WORK/first" "$WORK/moved"
  cmake --install "$BUILD" --prefix "$WORK/first" >/dev/null
  mkdir "$WORK/moved"
  mv "$WORK/first" "$prefix"
  if grep -rIl -e "$SOURCE/" -e "$BUILD/" "$prefix"; then fail "these files name the build"; fi
}

headers() {
  python3 "$SOURCE/tests/install/check_headers.py" "$prefix/include/tensorthaw"
}

program() {
  "$prefix/bin/thaw" --version
  "$prefix/bin/thaw" ls "$checkpoint" | grep -q bar || fail "thaw ls does not list bar"
  local file
  for file in share/man/man1/thaw.1 share/bash-completion/completions/thaw \
    share/zsh/site-functions/_thaw share/fish/vendor_completions.d/thaw.fish; do
    [[ -s $prefix/$file ]] || fail "$file is not installed"
  done
}

find_package() {
  rm -rf "$WORK/consumer"
  cmake -G Ninja -S "$SOURCE/tests/install/consumer" -B "$WORK/consumer" \
    -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_PREFIX_PATH="$prefix"
  cmake --build "$WORK/consumer"
  LD_LIBRARY_PATH=$prefix/lib "$WORK/consumer/consumer" "$checkpoint"
}

# flags ARGUMENT…: what pkg-config says of the installed library.
flags() {
  PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name tensorthaw.pc)") pkg-config "$@" tensorthaw
}

pkg_config() {
  # shellcheck disable=SC2046  # flags are words
  "$CXX" -std=c++20 -Wall -Wextra -Wpedantic -Werror "$SOURCE/tests/install/consumer/consumer.cc" \
    $(flags --cflags --libs) -o "$WORK/pkg_config_consumer"
  "$WORK/pkg_config_consumer" "$checkpoint"
}

c_program() {
  # shellcheck disable=SC2046  # flags are words
  gcc -std=c11 -Wall -Wextra -Wpedantic -Werror "$SOURCE/tests/install/c_consumer/consumer.c" \
    $(flags --cflags --libs) -o "$WORK/c_consumer"
  "$WORK/c_consumer" "$checkpoint"
}

subproject() {
  cmake -G Ninja -S "$SOURCE/tests/install/subproject" -B "$WORK/subproject" \
    -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_BUILD_TYPE=None -DBUILD_SHARED_LIBS=ON \
    -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0 \
    -DTENSORTHAW_SOURCE="$SOURCE"
  cmake --build "$WORK/subproject" --target consumer
  "$WORK/subproject/consumer" "$checkpoint"
  local library names
  library=$(find "$WORK/subproject" -name 'libtensorthaw.so')
  names=$(nm -D --defined-only -C "$library" | cut -d' ' -f3- |
    grep -v -E '^(non-virtual thunk to |guard variable for |typeinfo (name )?for |vtable for )?thaw(::|_)') ||
    return 0
  fail "the shared library shows names that are not ours: ${names:0:2000}"
}

"$1"
