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
report=$("$3" -quiet -p "$2" "^$root/(io|engine|tools|bench)/.*\\.cc\$" 2>&1) || status=$?
grep -v -E 'warnings generated|^clang-tidy-16 |Suppressed|Use -header-filter' <<<"$report" || true
exit "$status"
