"""Measure character models on held-out text: bits per character, and how often a lost byte is filled wrongly.

    python scripts/measure_charmodel.py MODEL... --texts FILE... [--places 2000]

Of each place drawn (the same ones for every model) the Han character is taken away, and the model chooses among the
characters that have the same bytes but one: its UTF-8 form without the last byte, its GBK form without the second or
without the first. It sees what stands in front, and two characters behind. FILE is text, a line a paragraph; .jsonl has
it under "text". Text that a model was built from says nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from math import log2
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from cleaners.model.charmodel import CharModel, front, onward

HAN = re.compile("[\u4e00-\u9fff]")
LEAST_HAN = 20  # characters of a paragraph that is drawn from
KINDS = ("UTF-8 last", "GBK second", "GBK first")


def paragraphs(paths: list[Path]) -> list[str]:
    texts: list[str] = []
    for path in paths:
        content = path.read_text(encoding="utf-8")
        texts += [json.loads(row)["text"] for row in content.splitlines()] if path.suffix == ".jsonl" else [content]
    lines = (line.strip() for text in texts for line in text.split("\n"))
    return [line for line in lines if len(HAN.findall(line)) >= LEAST_HAN]


def mistaken(char: str) -> list[list[str]]:
    """For each of KINDS the characters that share all bytes but one with `char`, which is one of them."""
    three, two = char.encode("utf-8"), char.encode("gbk", "ignore")
    forms = [[(three[:2] + bytes([last]), "utf-8") for last in range(0x80, 0xC0)], [], []]
    if two:
        forms[1] = [(two[:1] + bytes([second]), "gbk") for second in range(0x40, 0xFF)]
        forms[2] = [(bytes([first]) + two[1:], "gbk") for first in range(0x81, 0xFF)]
    return [[c for data, codec in form if len(c := data.decode(codec, "ignore")) == 1] for form in forms]


def told(model: CharModel, before: str, filling: str, behind: str) -> float:
    """log2 probability of a filling and what stands behind it."""
    seen, total = front(before), 0.0
    for char in filling + behind:
        total += model.ask(seen, char)
        seen = onward(seen, char)
    return total


def measure(model: CharModel, lines: list[str], places: int) -> str:
    drawn, wrong, loss = random.Random(1), [0] * len(KINDS), [0.0] * len(KINDS)
    asked = [0] * len(KINDS)
    while max(asked) < places:
        line = drawn.choice(lines)
        at = drawn.randrange(len(line))
        if not HAN.match(line[at]):
            continue
        for kind, candidates in enumerate(mistaken(line[at])):
            if len(candidates) > 1:
                found = {c: told(model, "\n\n" + line[:at], c, line[at + 1 : at + 3]) for c in candidates}
                best = max(found.values())
                asked[kind] += 1
                wrong[kind] += found[line[at]] < best
                loss[kind] += best - found[line[at]] + log2(sum(2.0 ** (x - best) for x in found.values()))
    bits = model.bits("\n".join(lines)).mean()
    shares = (
        f"{k}: {100 * w / n:.2f}% wrong, {x / n:.3f} bits" for k, w, x, n in zip(KINDS, wrong, loss, asked, strict=True)
    )
    return f"{bits:.3f} bits a character; " + "; ".join(shares)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--texts", nargs="+", type=Path, required=True)
    parser.add_argument("--places", type=int, default=2000)
    args = parser.parse_args()
    lines = paragraphs(args.texts)
    for path in args.models:
        print(f"{path.name}: {measure(CharModel(path.read_bytes()), lines, args.places)}", flush=True)


if __name__ == "__main__":
    main()
