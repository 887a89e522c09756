#!/usr/bin/env python3
"""Whether a change of the cleaners moved any output: pages and texts cleaned before and after are compared whole.

    python benchmarks/unmoved.py --save before.json FOLDER ...     # the commit before
    python benchmarks/unmoved.py --with before.json FOLDER ...     # and after: names what differs, exit 1

Of each .html and .txt file below the folders (the project's samples and cases where none is named), all that
`clean_page` gives is compared: documents, edits, kind, rejection, encoding, ratios. Damaged texts
(.jsonl.gz with "bad") are compared by what `repair` gives.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from cleaners import clean_page, repair  # noqa: E402

OURS = (ROOT / "data" / "samples", ROOT / "tests" / "cases")
KINDS = {".html": "text/html", ".txt": "text/plain"}
FETCHED = "2026-01-15T08:00:00+08:00"  # relative dates are read, and always alike


def outcomes(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Name of each page or text, and a digest of all that became of it."""
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.suffix in KINDS:
            page = clean_page(
                path.read_bytes(),
                url=f"https://www.example.com/{path.name}",
                content_type=KINDS[path.suffix],
                fetched_at=FETCHED,
            )
            yield str(path), _digest(page)
        elif path.name.endswith(".jsonl.gz"):
            with gzip.open(path, "rt", encoding="utf-8") as file:
                for n, row in enumerate(map(json.loads, file)):
                    if "bad" in row:
                        yield f"{path}:{n}", _digest(repair(row["bad"]))


def _digest(outcome: object) -> str:
    return hashlib.sha256(repr(outcome).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def main() -> int:
    """Save the outcomes, or compare them with saved ones. Exit 1 where one differs."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folders", nargs="*", type=Path, default=OURS)
    way = ap.add_mutually_exclusive_group(required=True)
    way.add_argument("--save", type=Path, metavar="FILE", help="where outcomes are kept")
    way.add_argument("--with", type=Path, metavar="FILE", dest="before", help="outcomes to compare with")
    args = ap.parse_args()
    found = dict(outcomes(args.folders))
    if args.save is not None:
        args.save.write_text(json.dumps(found, indent=0), "utf-8")
        print(f"{len(found)} outcomes saved")
        return 0
    before = json.loads(args.before.read_text("utf-8"))
    moved = [name for name in found if found[name] != before.get(name)] + sorted(before.keys() - found.keys())
    print(*moved, f"{len(moved)} of {len(found)} differ", sep="\n")
    return int(bool(moved))


if __name__ == "__main__":
    sys.exit(main())
