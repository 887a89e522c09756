#!/usr/bin/env python3
"""What each number of the cleaners does: every one is shifted by a step either way, and the scores are taken again.

    python benchmarks/sensitivity.py                    # on the project's samples
    python benchmarks/sensitivity.py --pages DIR --texts FILE   # and on pages and damaged texts with gold
    python benchmarks/sensitivity.py --only structure   # modules whose name holds a word
    python benchmarks/sensitivity.py --list             # value, unit, meaning and the command that measures each

A number is a field of a module's record of thresholds (cleaners/thresholds.py). A row says what the shift did: how many
documents `changed`, and the scores. A number that changes nothing either way is needed by no case here; one where a
small step costs much stands on a cliff. Each shift runs in a process of its own.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import importlib
import json
import os
import pickle
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from cleaners.thresholds import Threshold, thresholds  # noqa: E402

STEP = 0.2  # share of a number by which it is shifted, at least 1 for whole numbers


def modules() -> list[ModuleType]:
    """All modules of the cleaners, imported."""
    package = importlib.import_module("cleaners")
    return [
        importlib.import_module(info.name)
        for info in pkgutil.walk_packages(package.__path__, "cleaners.")
        if not info.ispkg and ".lexicons" not in info.name
    ]


def numbers(only: str) -> Iterator[Threshold]:
    """The thresholds of modules whose name holds `only`, each once."""
    for module in modules():
        record = vars(module).get("T")
        if only in module.__name__ and type(record).__module__ == module.__name__:
            yield from thresholds(record)


def shifted(number: Threshold, way: int) -> float:
    """The number a step up (1) or down (-1)."""
    step = abs(number.value) * STEP
    return number.value + way * (max(1, round(step)) if isinstance(number.value, int) else step or 0.1)


def put(number: Threshold, value: float) -> None:
    """Give the number another value wherever its record was imported to, under whatever name."""
    old = importlib.import_module(number.module).T
    new = dataclasses.replace(old, **{number.name: value})
    for module in list(sys.modules.values()):
        if module is not None and getattr(module, "__name__", "").startswith("cleaners"):
            for name, held in list(vars(module).items()):
                if held is old:
                    setattr(module, name, new)


def measured(cases: dict[str, Any]) -> dict[str, Any]:
    """Outcome of every case, and the scores."""
    from extraction import f1, rates  # benchmarks/extraction.py

    from cleaners import Policy, clean_page, repair

    outcome: dict[str, Any] = {}
    for name, data in cases["samples"].items():
        kind = "text/html" if name.endswith(".html") else "text/plain"
        page = clean_page(data, url=f"file:{name}", content_type=kind)
        outcome[name] = [
            (d.title, d.text, d.published, d.source, d.author, d.flags, d.sections) for d in page.documents
        ]
    found: list[tuple[float, float]] = []
    for name, (data, url, text, lang) in cases["pages"].items():
        page = clean_page(data, url=url, policy=Policy(script=None, punctuation=False))
        outcome[name] = "\n".join(d.text for d in page.documents)
        found.append(rates(text, outcome[name], lang))
    right = 0
    for name, (bad, gold) in cases["texts"].items():
        outcome[name] = repair(bad).text
        right += outcome[name] == gold
    means = [sum(pair[n] for pair in found) / len(found) for n in (0, 1)] if found else [0.0, 0.0]
    return {"outcome": outcome, "pages": f1(*means), "texts": right / max(1, len(cases["texts"]))}


def in_a_child(number: Threshold, way: int, cases: dict[str, Any]) -> dict[str, Any] | None:
    """`measured` with the number shifted, in a forked process; None where that ends with an error."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        try:
            put(number, shifted(number, way))
            answer = pickle.dumps(measured(cases))
        except BaseException:
            answer = b""
        with os.fdopen(write, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(answer) if answer else None


def cases_of(pages: Path | None, texts: Path | None, limit: int) -> dict[str, Any]:
    """The samples, and what the two arguments name, at most `limit` of each."""
    cases: dict[str, Any] = {"samples": {}, "pages": {}, "texts": {}}
    for path in sorted((ROOT / "data" / "samples").iterdir()):
        if path.suffix in (".html", ".txt"):
            cases["samples"][path.name] = path.read_bytes()
    if pages is not None:
        rows = [json.loads(line) for line in (pages / "gold.jsonl").read_text("utf-8").splitlines()]
        for row in rows[:: max(1, len(rows) // limit)]:
            data = (pages / row["file"]).read_bytes()
            cases["pages"][row["file"]] = (data, row.get("url", ""), row["text"], row.get("lang", "zh"))
    if texts is not None:
        with gzip.open(texts, "rt", encoding="utf-8") as file:
            found = [json.loads(line) for line in file]
        for n, case in enumerate(found[:: max(1, len(found) // limit)]):
            cases["texts"][f"text {n}"] = (case["bad"], case["gold"])
    return cases


def main() -> int:
    """Print a row a number and way."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--only", default="", help="modules whose name holds this")
    ap.add_argument("--pages", type=Path, help="folder with pages and gold.jsonl: file, url, lang, text a line")
    ap.add_argument("--texts", type=Path, help="damaged texts, JSONL.gz: bad, gold a line")
    ap.add_argument("--limit", type=int, default=60, help="pages and texts taken at the most")
    ap.add_argument("--list", action="store_true", help="only list the numbers")
    args = ap.parse_args()
    found = list(numbers(args.only))
    if args.list:
        for number in found:
            print(f"{number} = {number.value:g} {number.unit}: {number.meaning} [{number.command}]")
        print(f"{len(found)} numbers in {len({number.module for number in found})} modules")
        return 0
    cases = cases_of(args.pages, args.texts, args.limit)
    base = measured(cases)
    total = len(base["outcome"])
    print(f"{'number':64s} {'value':>9s} {'shifted':>9s} {'changed':>8s} {'pages':>8s} {'texts':>8s}")
    print(f"{'as it is':64s} {'':9s} {'':9s} {0:5d}/{total} {base['pages']:8.4f} {base['texts']:8.4f}", flush=True)
    idle = []
    for number in found:
        moved = 0
        for way in (-1, 1):
            now = in_a_child(number, way, cases)
            row = f"{number!s:64s} {number.value:9g} {shifted(number, way):9g} "
            if now is None:
                print(row + "fails", flush=True)
                moved += 1
                continue
            changed = sum(now["outcome"][name] != before for name, before in base["outcome"].items())
            moved += changed
            pages, texts = now["pages"] - base["pages"], now["texts"] - base["texts"]
            print(f"{row}{changed:5d}/{total} {pages:+8.4f} {texts:+8.4f}", flush=True)
        if not moved:
            idle.append(str(number))
    print(f"{len(found)} numbers; {len(idle)} that no case here needs:", *idle, sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
