#!/usr/bin/env python3
"""What certainty is worth: of the repairs of each certainty, how many are not what stood there, by kind of damage.

Run from the project's root: python benchmarks/certainty.py CASES.jsonl.gz ... [--wrong N]
A case is one line of JSON: `damage` (its kind), `bad` (the damaged text) and `gold` (what stood there). A repair is
wrong where what it put into its line does not stand in that line of the gold text. A line that was joined to the one
before it leaves nothing to look for, and is not counted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pathlib
import sys
from collections import Counter, defaultdict

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from cleaners import repair
from schemas.records import Edit


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", type=pathlib.Path, nargs="+")
    parser.add_argument("--wrong", type=int, default=0, help="so many wrong repairs of each kind are printed")
    args = parser.parse_args()
    made: Counter[tuple[str, str]] = Counter()
    wrong: dict[tuple[str, str], list[Edit]] = defaultdict(list)
    for file in args.cases:
        for line in gzip.decompress(file.read_bytes()).decode().split("\n")[:-1]:
            case = json.loads(line)
            gold = case["gold"].split("\n")
            for edit in repair(case["bad"]).edits:
                if not edit.after:
                    continue
                kind = (edit.certainty, case["damage"])
                made[kind] += 1
                if len(gold) <= edit.block or edit.after not in gold[edit.block]:
                    wrong[kind].append(edit)
    for certainty in sorted({certainty for certainty, _ in made}):
        kinds = [kind for kind in sorted(made) if kind[0] == certainty]
        print(f"{certainty}: {sum(len(wrong[kind]) for kind in kinds)} wrong of {sum(made[kind] for kind in kinds)}")
        for kind in kinds:
            if wrong[kind]:
                print(f"{len(wrong[kind]):6} of {made[kind]:<6} {kind[1]}")
                for edit in wrong[kind][: args.wrong]:
                    print(f"         {edit.before!r} -> {edit.after!r} ({edit.rule})")


if __name__ == "__main__":
    main()
