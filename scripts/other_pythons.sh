#!/bin/sh
# The fast part of the suite on other Pythons that are there, each in an environment of its own. Usage: other_pythons.sh 3.12 3.13
set -eu
for version in "$@"; do
    # pyenv's own first: its shim on the path answers for versions that are not chosen, and fails
    python=$(ls -d "$HOME"/.pyenv/versions/"$version"*/bin/python 2>/dev/null | tail -n 1)
    [ -n "$python" ] || python=$(command -v "python$version" || true)
    [ -n "$python" ] && "$python" -c 'import venv' 2>/dev/null || { echo "no Python $version here"; continue; }
    VENV=.venv-$version PYTHON=$python sh scripts/setup.sh dev
    ".venv-$version/bin/python" -m pytest tests/cleaners tests/schemas tests/test_house.py tests/test_invariants.py \
        tests/test_public_face.py tests/test_shadowing.py -n 2 --dist loadgroup
done
