#!/usr/bin/env bash
# Installs what the tests need (Debian packages; TensorFlow into .venv), builds, and runs all tests:
# in Release, under the address and undefined behaviour sanitizers, and those with more than one
# thread under the thread sanitizer. Safe to run twice; the second run rebuilds what changed.
#
# The last line is the sum of all: `N passed, N failed, N skipped`.
set -euo pipefail
cd "$(dirname "$0")/.."

passed=0 failed=0 skipped=0
failures=()

step() {
  printf '\n=== %s (after %d min %02d s)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60))
}

# count_failure WHAT: a step that is no test counts as one when it fails.
count_failure() {
  failed=$((failed + 1))
  failures+=("$1")
  echo "FAILED: $1"
}

install_packages() {
  bash tools/install_packages.sh g++ cmake ninja-build pkg-config ca-certificates \
    libtbb-dev libsnappy-dev libprotobuf-dev protobuf-compiler zlib1g-dev liburing-dev \
    libcli11-dev libfmt-dev nlohmann-json3-dev \
    libgtest-dev libgmock-dev libbenchmark-dev libleveldb-dev \
    clang-16 libclang-rt-16-dev clang-format-16 clang-tidy-16 dpkg-dev \
    python3-venv python3-dev
}

build() {
  cmake --preset "$1" -DTHAW_TF_PYTHON="$PWD/.venv/bin/python" \
    -DPython_EXECUTABLE="$PWD/.venv/bin/python" >"build/$1.log" 2>&1 &&
    cmake --build --preset "$1" >>"build/$1.log" 2>&1 && return
  grep -v -E '^\[[0-9]+/[0-9]+\]' "build/$1.log" | tail -n 100
  count_failure "build of $1"
  return 1
}

# The number of a kind (tests, failures, skipped, disabled) in ctest's report.
reported() {
  grep -o -m 1 "\b$1=\"[0-9]*\"" "build/$2.xml" | grep -o '[0-9]*'
}

run_tests() {
  local preset=$1 status=0
  rm -f "build/$preset.xml"
  ctest --preset "$preset" --output-junit "../$preset.xml" >"build/$preset.tests.log" 2>&1 ||
    status=$?
  if [[ ! -s build/$preset.xml ]]; then
    tail -n 50 "build/$preset.tests.log"
    count_failure "tests of $preset did not run"
    return
  fi
  local tests failures_here skipped_here
  # Disabled ones are no tests: other tests run them as processes of their own.
  tests=$(($(reported tests "$preset") - $(reported disabled "$preset")))
  failures_here=$(reported failures "$preset")
  skipped_here=$(reported skipped "$preset")
  passed=$((passed + tests - failures_here - skipped_here))
  failed=$((failed + failures_here))
  skipped=$((skipped + skipped_here))
  grep -v -E '^ +Start |^ *[0-9]+/[0-9]+ .* Passed ' "build/$preset.tests.log"
  if [[ $failures_here -gt 0 ]]; then
    failures+=("$failures_here tests of $preset")
  elif [[ $status -ne 0 ]]; then
    count_failure "ctest of $preset (exit $status)"
  fi
}

# The reasons that skipped tests gave, each once.
print_skip_reasons() {
  sed -n -E '/: Skipped$/{n;p}; /SKIPPED: /p' build/*.xml | sed -E 's/.*SKIPPED: //' | sort | uniq -c
}

# check PRESET: builds it and runs its tests.
check() {
  step "$1: build"
  build "$1" || return 0
  step "$1: tests"
  run_tests "$1"
}

main() {
  mkdir -p build
  step "packages"
  install_packages
  # The build of the Python package needs the first; TensorFlow, the judge of the differential
  # tests, is in the second.
  bash tools/install_python_packages.sh tests/requirements-python.txt ||
    count_failure "packages of the Python package"
  bash tools/install_python_packages.sh tests/requirements.txt >build/tensorflow.log 2>&1 &
  local tensorflow=$!

  step "release: build"
  local built=true
  build release || built=false
  step "TensorFlow in .venv"
  wait "$tensorflow" || {
    tail -n 5 build/tensorflow.log
    echo "TensorFlow could not be installed: the tests against it are skipped"
  }
  if $built; then
    step "release: tests"
    run_tests release
  fi

  check asan

  step "oneTBB for the thread sanitizer"
  if bash tests/build_tsan_onetbb.sh >build/onetbb.log 2>&1; then
    check tsan
  else
    tail -n 20 build/onetbb.log
    count_failure "oneTBB for the thread sanitizer"
  fi

  step "all"
  if [[ $skipped -gt 0 ]]; then
    echo "skipped:"
    print_skip_reasons
  fi
  if [[ ${#failures[@]} -gt 0 ]]; then printf 'failed: %s\n' "${failures[@]}"; fi
  echo "$passed passed, $failed failed, $skipped skipped"
  [[ $failed -eq 0 ]]
}

main
