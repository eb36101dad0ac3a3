#!/usr/bin/env bash
# Installs the Python packages of a requirements file into .venv at the root of the repository, which
# is made where it is missing. When that was done before with the same file, pip is not called.
# Usage: install_python_packages.sh REQUIREMENTS
set -euo pipefail

wanted=$(realpath "$1")
cd "$(dirname "$0")/.."
installed=.venv/$(basename "$wanted")

[[ -x .venv/bin/python ]] || python3 -m venv .venv
cmp -s "$wanted" "$installed" && exit
.venv/bin/python -m pip install --quiet --no-input -r "$wanted"
cp "$wanted" "$installed"
