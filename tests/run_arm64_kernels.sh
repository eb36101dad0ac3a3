#!/usr/bin/env bash
# Builds io/base, io/storage and engine/kernels for 64-bit ARM and runs their tests under qemu-user.
#
#   tests/run_arm64_kernels.sh [BUILD_FOLDER]
#
# Needs Debian's g++-aarch64-linux-gnu, qemu-user and googletest; with --install as the first
# argument they are installed by apt-get (as root). Not part of run_all.sh: building takes some two
# minutes. The programs run twice: with NEON, CRC32 and PMULL, and on the plain C++ kernels.
set -euo pipefail

if [[ ${1-} == --install ]]; then
  shift
  echo "installing g++-aarch64-linux-gnu, qemu-user and googletest with apt-get"
  apt-get install -y --no-install-recommends g++-aarch64-linux-gnu qemu-user googletest
fi
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build/arm64}
for tool in aarch64-linux-gnu-g++ qemu-aarch64 cmake ninja; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is not installed (see --install)"; exit 77; }
done

cmake -G Ninja -S "$root/tests/arm64" -B "$build" -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_TOOLCHAIN_FILE="$root/cmake/aarch64_linux_gnu.cmake" >/dev/null
cmake --build "$build"

# Tests that start their own program again need the kernel to know ARM programs (binfmt_misc).
filter='-CpuTest.NamedFeaturesAndAllAboveAreSwitchedOff:*TheIntendedVariantIsChosen'
for disabled in '' neon; do
  echo "THAW_DISABLE_CPU_FEATURES='$disabled'"
  THAW_DISABLE_CPU_FEATURES=$disabled qemu-aarch64 -L /usr/aarch64-linux-gnu \
    "$build/arm64_test" --gtest_brief=1 --gtest_filter="$filter"
done
