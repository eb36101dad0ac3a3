#!/usr/bin/env bash
# Fails when a source is not formatted as .clang-format says.
# Usage: check_format.sh ROOT CLANG_FORMAT
set -euo pipefail

cd "$1"
if [[ ! -x $2 ]]; then
  echo "SKIPPED: clang-format-16 is not installed"
  exit 77
fi
find io engine tools bench python tests examples -name '*.h' -o -name '*.cc' -o -name '*.c' |
  xargs "$2" --dry-run --Werror
