#!/usr/bin/env bash
# Fails when clang-tidy finds something in a source of the product (not of the tests).
# Usage: check_tidy.sh ROOT BUILD_FOLDER RUN_CLANG_TIDY
set -euo pipefail

root=$1
if [[ ! -x $3 ]]; then
  echo "SKIPPED: clang-tidy-16 is not installed"
  exit 77
fi
# Findings are all that is left to print, so grep has nothing to find in a clean tree.
status=0
folders='(io|engine|tools|bench)'
# A unity build's commands name a folder's sources as one file: their headers are read once.
report=$("$3" -quiet -config-file="$root/.clang-tidy" -p "$2" "^($root/$folders/.*\\.cc|$2/$folders/.*/Unity/unity_.*)\$" 2>&1) ||
  status=$?
grep -v -E 'warnings generated|^clang-tidy-16 |Suppressed|Use -header-filter' <<<"$report" || true
exit "$status"
