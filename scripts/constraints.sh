#!/bin/sh
# Rewrite constraints.txt: what a fresh environment with every extra gets today. Then run the suite before committing it.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/env"
"$tmp/env/bin/python" -m pip install --quiet --disable-pip-version-check --editable '.[dask,dev,bench,metrics]'
{
    echo "# Exact versions that \`make run\` and \`make test\` install. Made by \`make constraints\`; do not edit."
    "$tmp/env/bin/python" -m pip freeze --exclude qingwen --exclude-editable
} > "$tmp/constraints.txt"
mv "$tmp/constraints.txt" constraints.txt
