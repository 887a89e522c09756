#!/bin/sh
# Build .venv (or $VENV) with the versions of constraints.txt, once for each set of extras. Usage: setup.sh [EXTRAS]
#
# An environment is either marked as whole or made anew: what an interrupted install leaves behind looks whole to pip
# and is not. A package whose hash does not stand in constraints.txt is not installed, nor used to build us. uv serves
# where it happens to be on the path; neither it nor pip may fetch a Python.
set -eu
extras=${1:-}
python=${PYTHON:-python3}
venv=${VENV:-.venv}
target=.${extras:+"[$extras]"}
busy=$venv/.building
mark=$venv/.built-${extras:-plain}

command -v "$python" >/dev/null 2>&1 || { echo "setup: no $python on the path; set PYTHON=..." >&2; exit 2; }
"$python" - <<'PY' || exit 2
import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(f"setup: Qingwen needs Python 3.11 to 3.13, this is {sys.version.split()[0]}; set PYTHON=python3.12 or alike")
PY

# The mark holds what the environment was built from: pyproject, constraints and interpreter.
wanted=$(cat pyproject.toml constraints.txt | cksum; "$python" --version; pwd)
for m in "$mark" "$venv/.built-dev"; do
    if [ ! -e "$busy" ] && [ -x "$venv/bin/python" ] && [ "$(cat "$m" 2>/dev/null)" = "$wanted" ]; then
        exit 0
    fi
done

if [ -e "$busy" ] || { [ -d "$venv" ] && [ "$("$venv/bin/python" --version 2>&1)" != "$("$python" --version)" ]; }; then
    echo "setup: $venv was left half-built, or is of another Python; making it anew"
    rm -rf "$venv"
fi

install() {  # with the uv that is given
    "$1" pip install --quiet --python "$venv/bin/python" --verify-hashes \
        --constraints constraints.txt --build-constraints constraints.txt --editable "$target"
}

with_uv() {
    UV_PYTHON_DOWNLOADS=never
    export UV_PYTHON_DOWNLOADS
    [ -x "$venv/bin/python" ] || uv venv --quiet --python "$(command -v "$python")" "$venv"
    touch "$busy"
    install uv
}

with_pip() {  # pip proves no hash where a folder is installed: it gets us uv, by its hash, which does
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv" || {
        echo "setup: $python has no working venv module (on Debian: apt install python3-venv)" >&2; exit 2; }
    touch "$busy"
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip --upgrade >/dev/null
    awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' constraints.txt > "$venv/uv.txt"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$venv/uv.txt"
    UV_PYTHON_DOWNLOADS=never
    export UV_PYTHON_DOWNLOADS
    install "$venv/bin/uv"
}

echo "setup: installing qingwen${extras:+ with extras: $extras} into $venv"
if uv --version >/dev/null 2>&1; then  # a shim may be there that answers for nothing
    with_uv
else
    with_pip
fi
rm -f "$venv"/.built-*
printf '%s' "$wanted" > "$mark"
rm -f "$busy"
