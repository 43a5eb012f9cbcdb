#!/usr/bin/env bash
# Make .venv and install exactly what a lock file names: venv.sh LOCK...
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Ductoscope needs Python 3.11 or later; '$python' is $("$python" --version 2>&1 || echo 'not there')." >&2
    echo "Install one and say where it is: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
fi
if [ ! -x .venv/bin/pip ]; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}")')
        if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python$version-venv" >/dev/null
        else
            echo "Please install Python's venv module (on Debian or Ubuntu: sudo apt-get install python$version-venv)." >&2
            exit 1
        fi
    fi
    "$python" -m venv .venv
fi
echo "Installing pinned dependencies ..."
for lock in "$@"; do
    # The peer pulls a second OpenCV that clashes with ours; everything it needs is in the other lock file.
    deps=(); [ "$lock" = requirements/peer.txt ] && deps=(--no-deps)
    .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes "${deps[@]}" -r "$lock"
done
