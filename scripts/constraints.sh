#!/bin/sh
# Rewrite constraints.txt: what a fresh environment with every extra gets today on any Python that we support, each with
# the hashes of its files, with what builds and installs it. Then run the suite before committing it.
#
# Usage: constraints.sh [--keep]
# --keep: the versions that stand there stay; what is new gets a pin.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
touch "$tmp/keep.txt"
[ "${1:-}" != --keep ] || cp constraints.txt "$tmp/keep.txt"
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    "${PYTHON:-python3}" -m venv "$tmp/env"
    "$tmp/env/bin/python" -m pip install --quiet --disable-pip-version-check uv
    uv=$tmp/env/bin/uv
fi
"${PYTHON:-python3}" - > "$tmp/build.in" <<'PY'
import tomllib
print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], "uv", sep="\n")
PY
{
    echo "# Exact versions and hashes that \`make run\` and \`make test\` install. Made by \`make constraints\`; do not edit."
    # From 3.11.2 on, which is Debian 12's: where a package asks for a later one, an earlier version of it stands beside.
    "$uv" pip compile --quiet pyproject.toml "$tmp/build.in" --all-extras --universal --python-version 3.11.2 \
        --generate-hashes --no-annotate --no-header --no-emit-index-url --constraints "$tmp/keep.txt"
} > "$tmp/constraints.txt"
mv "$tmp/constraints.txt" constraints.txt
