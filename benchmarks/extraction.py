#!/usr/bin/env python3
"""Extraction on pages with gold: the project's own, or a folder of yours; beside other tools in the same run.

    python benchmarks/extraction.py                 # scores of the project's own pages, and the floors they must keep
    python benchmarks/extraction.py --update        # raise the floors to today's scores; refuses to lower one
    python benchmarks/extraction.py --pages DIR --peers   # DIR/gold.jsonl: file, url, lang, text a line

Score: shingles of four, of characters for Chinese and of words for other languages (scrapinghub/article-extraction-
benchmark), letters and digits only. Time is CPU time, the least of two runs a page, all tools in turn, so that their
ratio holds on a noisy machine.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases" / "extraction"
FLOORS = CASES / "floors.json"
FIELDS = ("title", "published", "source", "author")
WORD = re.compile(r"\w+")
SLACK = 1e-9


def shingles(text: str, lang: str = "zh", size: int = 4) -> collections.Counter[tuple[str, ...]]:
    """Runs of `size` characters (zh) or words, each with its count."""
    words = WORD.findall(unicodedata.normalize("NFKC", text))
    units = list("".join(words)) if lang == "zh" else words
    return collections.Counter(tuple(units[n : n + size]) for n in range(max(1, len(units) - size + 1)) if units)


def rates(gold: str, got: str, lang: str = "zh") -> tuple[float, float]:
    """Precision and recall of `got`; both are 1 where there is nothing to find and nothing was found."""
    wanted, given = shingles(gold, lang), shingles(got, lang)
    if not wanted and not given:
        return 1.0, 1.0
    both = sum((wanted & given).values())
    return (both / sum(given.values()) if given else 0.0), (both / sum(wanted.values()) if wanted else 0.0)


def f1(precision: float, recall: float) -> float:
    """Harmonic mean, 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def extracted(html: str, url: str) -> tuple[str, dict[str, str | None]]:
    """Text and particulars by extraction and metadata alone, no other step."""
    from cleaners.extraction import article
    from cleaners.metadata import choosing
    from cleaners.policy import Context

    context = Context(url=url)
    blocks, _ = choosing.read(article.extract(html, context).blocks, context)
    own = choosing.choose(blocks, context)
    text = "\n".join(b.text for b in blocks if b.role == "body")
    return text, {field: getattr(own, field) for field in FIELDS}


def own_pages() -> dict[str, dict[str, Any]]:
    """The project's pages: name -> claim, url, text, and what else is known of it."""
    pages: dict[str, dict[str, Any]] = json.loads((CASES / "gold.json").read_text("utf-8"))
    return pages


def digest() -> str:
    """First 16 hex digits of sha256 over the project's pages and their gold: floors hold for these and no others."""
    total = hashlib.sha256()
    for path in sorted(CASES.glob("*.html")):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    total.update((CASES / "gold.json").read_bytes())
    return total.hexdigest()[:16]


def scores() -> dict[str, float]:
    """F1 of each own page, and the share of each particular that is right over all pages that state it."""
    found: dict[str, float] = {}
    right: collections.Counter[str] = collections.Counter()
    stated: collections.Counter[str] = collections.Counter()
    for name, gold in own_pages().items():
        text, particulars = extracted((CASES / f"{name}.html").read_text("utf-8"), gold["url"])
        found[name] = round(f1(*rates("\n".join(gold["text"]), text)), 4)
        for field in FIELDS:
            if field in gold:
                stated[field] += 1
                right[field] += particulars[field] == gold[field]
    found.update({f"{field} right": round(right[field] / stated[field], 4) for field in FIELDS})
    return found


def fallen(today: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """What is lower than its floor, or is gone."""
    return [
        f"{name}: {today.get(name)} < {floor}"
        for name, floor in floors.items()
        if today.get(name, -1.0) < floor - SLACK
    ]


def update() -> int:
    """Write today's scores as floors. Refuses where one would fall while the pages are the same."""
    today = scores()
    old = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {"corpus": "", "floors": {}}
    kept = {n: f for n, f in old["floors"].items() if n in today or old["corpus"] == digest()}
    lower = fallen(today, kept)
    if lower:
        print("refused, these would fall:", *lower, sep="\n  ")
        return 1
    FLOORS.write_text(json.dumps({"corpus": digest(), "floors": today}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0


def _peers() -> dict[str, Callable[[str], str]]:
    found: dict[str, Callable[[str], str]] = {}
    try:
        from trafilatura import extract

        found["trafilatura"] = lambda html: extract(html, include_comments=False) or ""
    except ImportError:
        print("trafilatura is not installed", file=sys.stderr)
    from bs4 import BeautifulSoup

    found["BeautifulSoup, whole page"] = lambda html: BeautifulSoup(html, "lxml").get_text("\n")
    return found


def compare(folder: Path, peers: bool) -> None:
    """Print scores and time ratios of a folder of pages with gold.jsonl."""
    from cleaners import decode

    tools: dict[str, Callable[[str, str], str]] = {"qingwen": lambda html, url: extracted(html, url)[0]}
    if peers:
        tools.update({name: lambda html, url, run=run: run(html) for name, run in _peers().items()})  # type: ignore[misc]
    rows: dict[tuple[str, str], list[tuple[float, float]]] = collections.defaultdict(list)
    spent: collections.Counter[str] = collections.Counter()
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        html = decode((folder / gold["file"]).read_bytes()).text
        lang = gold.get("lang", "zh")
        for name, tool in tools.items():
            least, text = float("inf"), ""
            for _ in range(2):
                start = time.process_time()
                text = tool(html, gold.get("url", ""))
                least = min(least, time.process_time() - start)
            spent[name] += least  # type: ignore[assignment]
            rows[name, gold.get("set", lang)].append(rates(gold["text"], text, lang))
    for (name, kind), got in sorted(rows.items(), key=lambda row: (row[0][1], row[0][0])):
        precision, recall = (sum(r[n] for r in got) / len(got) for n in (0, 1))
        print(
            f"{kind:12} {name:26} {len(got):4} pages  F1 {f1(precision, recall):.3f}  P {precision:.3f}  R {recall:.3f}"
        )
    for name, seconds in spent.items():
        print(f"{name:26} {seconds / spent['qingwen']:.2f} x the project's time")


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="raise the floors")
    parser.add_argument("--pages", type=Path, help="a folder with gold.jsonl")
    parser.add_argument("--peers", action="store_true", help="other tools too")
    args = parser.parse_args()
    if args.update:
        return update()
    if args.pages:
        compare(args.pages, args.peers)
        return 0
    today = scores()
    floors = json.loads(FLOORS.read_text("utf-8"))["floors"] if FLOORS.exists() else {}
    for name, value in today.items():
        print(f"{name:20} {value:.4f}   floor {floors.get(name, 0.0):.4f}")
    return 1 if fallen(today, floors) else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
