"""Scripts: which one a text is in, and conversion that can be trusted.

Conversion is by dictionary: those of opencc-python-reimplemented, compiled (`matcher`), with OpenCC's newer
entries and this project's corrections laid over them (`tables`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import compress
from operator import ne

from cleaners.policy import Context
from cleaners.scripts.detection import detect as detect_script
from cleaners.scripts.detection import has_hant, language, shares
from cleaners.scripts.opencc import convert_config
from cleaners.scripts.regions import is_forced
from cleaners.scripts.rulings import (
    convert_script,
    converter,
    corrections,
    ruling,
    source_of,
    uses_particle,
    wanted,
)
from schemas.records import Block, Edit
from schemas.vocabulary import TARGET_SCRIPTS

__all__ = ["convert", "convert_config", "convert_script", "detect_script", "is_forced", "language", "shares"]

STEP = "scripts"


def convert(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Convert what is in another script than `context.policy.script`; None leaves everything.

    Blocks of code ("pre") and protected ones are left, and so are addresses and inline code in the others. Candidates
    for a document's particulars are converted as the page is. There is one edit for the page, its count the characters
    that changed and its `before` and `after` these characters, aligned, the most frequent first; and one for each
    phrase that a correction decided, at its first place.
    """
    to = context.policy.script
    blocks = tuple(blocks)
    if to is None:
        return blocks, ()
    if to not in TARGET_SCRIPTS:
        raise ValueError(f"no script {to!r}; there are {', '.join(TARGET_SCRIPTS)}")
    open_blocks = [b for b in blocks if not b.protected and b.kind != "pre"]
    everything = "\n".join(b.text for b in open_blocks)
    if to == "Hans" and not has_hant(everything):
        return blocks, ()  # nothing Traditional in it
    body = "\n".join(b.text for b in open_blocks if b.role == "body")
    page = ruling(body, to)
    if page == "neutral":
        page = ruling(everything, to)
    particle = to == "Hans" and uses_particle(everything)
    account = _Account(particle)
    done: list[Block] = []
    for block in blocks:
        if block.protected or block.kind == "pre" or not wanted(block.text, page, to):
            done.append(block)
            continue
        change = converter(source_of(block.text, page, to), to, particle)
        text = change(block.text) if change is not None else block.text
        if text == block.text:
            done.append(block)
            continue
        account.add(block, text, to)
        done.append(replace(block, text=text))
    return tuple(done), account.edits(page, to)


class _Account:
    """What was changed on a page."""

    def __init__(self, particle: bool) -> None:
        self.particle = particle
        self.blocks = 0
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.rewritten: list[Edit] = []  # blocks whose length changed, whole
        self.first: dict[tuple[str, str, str, str], tuple[int, int]] = {}  # correction -> block, start
        self.choices: Counter[tuple[str, str, str, str]] = Counter()

    def add(self, block: Block, text: str, to: str) -> None:
        self.blocks += 1
        if len(text) == len(block.text):
            self.pairs.update(compress(zip(block.text, text, strict=True), map(ne, block.text, text)))
        else:
            self.rewritten.append(Edit(STEP, f"to-{to}", block.seq, 0, block.text, text))
        if to == "Hans":
            for c in corrections(block.text, self.particle):
                if text[c.start : c.start + len(c.after)] != c.after:
                    continue  # in an address or in code
                key = (c.kind, c.before, c.after, c.otherwise)
                self.first.setdefault(key, (block.seq, c.start))
                self.choices[key] += 1

    def edits(self, page: str, to: str) -> tuple[Edit, ...]:
        edits: list[Edit] = []
        if self.pairs:
            ranked = sorted(self.pairs.items(), key=lambda item: (-item[1], item[0]))
            before, after = "".join(a for (a, _), _ in ranked), "".join(b for (_, b), _ in ranked)
            detail = f"{page} page, {self.blocks} blocks: " + " ".join(f"{a}{b}{n}" for (a, b), n in ranked)
            edits.append(Edit(STEP, f"to-{to}", -1, 0, before, after, count=self.pairs.total(), detail=detail))
        edits += self.rewritten
        for (kind, before, after, otherwise), (seq, start) in self.first.items():
            detail = f"otherwise {otherwise}"
            n = self.choices[kind, before, after, otherwise]
            edits.append(Edit(STEP, f"correction-{kind}", seq, start, before, after, count=n, detail=detail))
        return tuple(edits)
