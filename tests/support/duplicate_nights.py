"""Nights whose texts are copies of each other, of pages that are cleaned already: for the search for duplicates and those
who use what it finds."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from schemas import load

HAN = "".join(chr(c) for c in range(0x4E00, 0x4E00 + 900))
Order = Callable[..., dict[str, Any]]


def paragraph(number: int, length: int = 90) -> str:
    """A paragraph of random characters: no two have anything in common."""
    chance = random.Random(f"p{number}")
    return "".join(chance.choices(HAN, k=length)) + "。"


def article(number: int, count: int = 6) -> str:
    return "\n".join(paragraph(number * 100 + n) for n in range(count))


def noisy(text: str, share: float, number: int = 0) -> str:
    chance = random.Random(number)
    return "".join(chance.choice(HAN) if c not in "\n。" and chance.random() < share else c for c in text)


def named(out: Path) -> dict[str, str]:
    """Name of the page of each document."""
    rows = load("documents", out, columns=["id", "url"]).to_pylist()
    return {r["id"]: r["url"][8:].split(".")[0] for r in rows}


def found(out: Path) -> dict[str, tuple[str, str]]:
    """What each page's document repeats: the page of the original, and the kind."""
    names = named(out)
    rows = load("duplicates", out).to_pylist()
    return {names[r["document_id"]]: (names[r["duplicate_of"]], r["kind"]) for r in rows}


COPIES = {
    "exact": lambda t: t,
    "folded": lambda t: t.replace("。", ".").replace("\n", " "),
    "noisy": lambda t: noisy(t, 0.03),
    "cut": lambda t: t.rsplit("\n", 2)[0],
    "added": lambda t: f"{paragraph(9001)}\n{t}\n{paragraph(9002)}",
    "swapped": lambda t: "\n".join(t.split("\n")[::-1]),
    "quoted": lambda t: "\n".join(t.split("\n")[:2]),
}
