#!/usr/bin/env bash
# Installs those of the named Debian packages that are missing. Asks no question; when nothing is
# missing, apt is not called.
# Usage: install_packages.sh PACKAGE…
set -euo pipefail

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "These packages are missing and neither root nor sudo is here to install them:" >&2
    echo "  ${missing[*]}" >&2
    exit 1
  fi
}

missing=()
for package in "$@"; do
  is_installed "$package" || missing+=("$package")
done
if [[ ${#missing[@]} -gt 0 ]]; then
  echo "Installing: ${missing[*]}"
  as_root apt-get -qq update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "${missing[@]}" </dev/null
fi
