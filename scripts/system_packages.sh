#!/usr/bin/env bash
# Make sure that programs are there: system_packages.sh PROGRAM[:PACKAGE]... (without a package, its Debian package has
# the program's name). Installs them where that is possible without asking (root on Debian or Ubuntu), else says what to
# install.
set -euo pipefail
missing=()
for wanted in "$@"; do command -v "${wanted%%:*}" >/dev/null || missing+=("${wanted##*:}"); done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]} ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    exit 0
fi
echo "Please install: ${missing[*]}   (on Debian or Ubuntu: sudo apt-get install ${missing[*]})" >&2
exit 1
