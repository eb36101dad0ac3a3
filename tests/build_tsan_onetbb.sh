#!/usr/bin/env bash
# Builds Debian's own oneTBB under the thread sanitizer, into .cache/onetbb-tsan.
#
# Why: TSan does not see how the packaged library, which is not instrumented, hands work from one
# thread to another. It reports races that are none, and suppressions broad enough to silence them
# hide the real ones.
#
# The source package comes from the machine's own mirrors, through a list of sources in .cache; the
# system's lists are not changed. A second run finds the library and ends.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly cache=$PWD/.cache
readonly prefix=$cache/onetbb-tsan

fetch_source() {
  mkdir -p "$cache"/apt/{lists,archives}/partial
  apt-get indextargets 'Created-By: Packages' 'Origin: Debian' \
    --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' | sort -u >"$cache/apt/sources.list"
  local options=(-qq -o Dir::Etc::SourceList="$cache/apt/sources.list" -o Dir::Etc::SourceParts=-
    -o Dir::State::Lists="$cache/apt/lists" -o Dir::Cache="$cache/apt"
    -o APT::Sandbox::User="$(id -un)")
  apt-get "${options[@]}" update
  (cd "$cache" && rm -rf onetbb-*/ && apt-get "${options[@]}" source onetbb)
}

build() {
  cmake -S "$cache"/onetbb-2*/ -B "$cache/onetbb-build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_C_COMPILER=clang-16 -DCMAKE_CXX_COMPILER=clang++-16 -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_INSTALL_PREFIX="$prefix" -DTBB_SANITIZE=thread -DTBB_TEST=OFF -DTBB_STRICT=OFF \
    -DTBBMALLOC_BUILD=OFF
  cmake --build "$cache/onetbb-build" --target install
}

main() {
  if [[ -e $prefix/lib/cmake/TBB/TBBConfig.cmake ]]; then
    echo "oneTBB under the thread sanitizer: already in $prefix"
    return
  fi
  echo "oneTBB under the thread sanitizer: fetching Debian's source package and building it"
  fetch_source
  build
  rm -rf "$cache/onetbb-build" "$cache/apt"
}

main
