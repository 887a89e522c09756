"""Mojibake: text whose bytes were read with the wrong codec, or that was escaped once too often, set right.

Works on runs, not on documents: one bad line in a clean page, or one bad run in a clean line, is found and
mended there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cleaners.policy import Context
from cleaners.restoration import bytestream
from cleaners.restoration.mojibake import escapes, mail, multibyte, onebyte, slip, western, windows
from cleaners.restoration.mojibake.certainty import assess, is_guesswork, settle, weigh
from cleaners.restoration.mojibake.codecs import MARK
from cleaners.restoration.mojibake.judge import Page
from cleaners.restoration.mojibake.notations import about
from cleaners.restoration.mojibake.repairs import Repair, apply, between, composed, weakest
from cleaners.thresholds import threshold
from schemas.records import Block, Edit

Finder = Callable[[str, Page | None], list[Repair]]
STEP = "mojibake"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    shown: int = threshold(200, "characters", "of a whole page that its edit shows")
    second_look: int = threshold(
        125_000, "steps of search", "that must be left for a second look, with the page's words, to get far"
    )
    again: int = threshold(60_000, "steps of search", "that a page may take each time it goes the way once more")
    by_far: float = threshold(9.0, "bits", "between a chosen character and the next, from which it tells of others")
    depth: int = threshold(3, "layers", "of damage on top of each other")


T = Thresholds()
# A reading in brackets: on annotated pages shifted pairs are evidence for `restoration.bytestream`, not to be touched.
_ANNOTATION = re.compile(
    "[\u0101\u00e1\u01ce\u00e0\u0113\u00e9\u011b\u00e8\u012b\u00ed\u01d0\u00ec\u014d\u00f3\u01d2\u00f2"
    "\u016b\u00fa\u01d4\u00f9\u01d6\u01d8\u01da\u01dc][a-z]{0,4}\\)"
)
_IDENTIFIER = re.compile("[A-Za-z_][A-Za-z]")  # inside a name such as urlencode nothing is said
# Nor can what a page shows in a font of its own be read: private-use characters one after another.
DAMAGED = re.compile(
    "[\ufffd\x80-\x9f]|(?:\u951f\u65a4\u62f7){2}|[\u70eb\u5c6f]{6}|[\ue000-\uf8ff](?:[^\n]{0,20}[\ue000-\uf8ff]){2}"
)
_MAY_BE_DAMAGED = re.compile("[\ufffd\x80-\x9f\u951f\u70eb\u5c6f\ue000-\uf8ff]")  # what each of these begins with
# What one of the finders, or DAMAGED, begins with, beside unusual characters: a line without is passed over.
_SIGNS = "&\\%=+\u70eb\u5c6f" + "".join(map(chr, range(0x80, 0x100)))


def restore(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Undo wrong readings and escapes in each block. What cannot be undone stays: flag "damaged".

    Searches cost; a page has so many steps of them (`judge.T.moves`). A block that might be mojibake and
    came too late is flagged too, and so is one that was searched in vain, or where a lost byte was chosen by a hair.
    """
    return _restore(blocks, Page())


def restore_again(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """`restore` in a page that has had its searches: what stands beside what was undone costs a few more of them."""
    page = Page()
    page.moves_left = T.again
    return _restore(blocks, page)


def _restore(blocks: Sequence[Block], page: Page) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    odd = windows.unusual(_SIGNS).search
    texts = [block.text for block in blocks]
    page.text = "\n".join(texts)
    page.annotated = _ANNOTATION.search(page.text) is not None or bytestream.is_annotated(texts)
    if odd(page.text) is None and not onebyte.may_have(page.text):
        return tuple(blocks), ()
    looks = {
        n: _look(block, page)
        for n, block in enumerate(blocks)
        if odd(block.text) is not None or onebyte.may_have(block.text)
    }
    if page.moves_left > T.second_look and any(look.doubtful for look in looks.values()):
        _count_words(page, [(block.text, looks[n].repairs if n in looks else []) for n, block in enumerate(blocks)])
        for look in looks.values():
            if look.doubtful:
                page.starved = False
                again = find(look.block.text, page)
                if again and not page.starved:
                    look.repairs = again
    if page.readings:
        for look in looks.values():
            look.repairs = _beside(look.block.text, look.repairs, page)
    out: list[Block] = []
    edits: list[Edit] = []
    for n, block in enumerate(blocks):
        if n in looks:
            block, told = _restored(looks[n], page)
            edits += told
        out.append(block)
    return tuple(out), tuple(edits)


@dataclass(slots=True)
class _Look:
    """A block that may be damaged, and what the finders say of it."""

    block: Block
    repairs: list[Repair]
    starved: bool  # a search was refused
    refused: bool  # what looks like mojibake was searched, and nothing held

    @property
    def doubtful(self) -> bool:
        return any(repair.doubtful for repair in self.repairs)


def _look(block: Block, page: Page) -> _Look:
    page.starved = page.refused = False
    repairs = find(block.text, page)
    return _Look(block, repairs, page.starved, page.refused)


def _restored(look: _Look, page: Page) -> tuple[Block, list[Edit]]:
    """The block with the repairs that are no guesswork, flagged where damage is left, and their edits."""
    block = look.block
    settled = [settle(block.text[r.start : r.end], r, page) for r in look.repairs]
    repairs = [r for r in settled if not is_guesswork(block.text[r.start : r.end], r, page)]
    repairs = _and_what_they_hid(block.text, repairs, page)
    assessed = [assess(block.text[r.start : r.end], r, page) for r in repairs]
    edits = [
        Edit(STEP, r.rule, block.seq, r.start, block.text[r.start : r.end], r.after, r.certainty, 1, r.detail)
        for r, _ in assessed
    ]
    text = apply(block.text, repairs)
    vain = look.refused or len(repairs) < len(settled) or (look.starved and not repairs)
    unsure = vain or not all(dominant for _, dominant in assessed)
    half = bool(repairs) and western.SIGN.search(text) is not None
    flags = block.flags
    left = _MAY_BE_DAMAGED.search(text) is not None and DAMAGED.search(text) is not None
    if (unsure or half or left) and "damaged" not in flags:
        flags = (*flags, "damaged")
    return (block if text == block.text and flags == block.flags else replace(block, text=text, flags=flags)), edits


def _and_what_they_hid(text: str, repairs: list[Repair], page: Page) -> list[Repair]:
    """The repairs of a text with those that show only when these are made.

    What stands beside a run tells which damage it is, what language the line is in, and whether it shows damage as an
    example: a run between two others is read once these are, and would be when the text is cleaned again.
    """
    for _ in range(T.depth if repairs else 0):
        now = apply(text, repairs)
        more = [r for r in find(now, page) if not is_guesswork(now[r.start : r.end], r, page)]
        if not more:
            break
        repairs = composed(repairs, more)
    return repairs


def join_soft_breaks(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """The blocks, with lines of quoted-printable that soft line breaks divide made one; an edit for each of them."""
    edits: list[Edit] = []
    if not any(block.text.endswith("=") or "=\n" in block.text for block in blocks):
        return tuple(blocks), ()
    whole: list[Block] = []
    for block in blocks:
        lines = block.text.split("\n")
        joined = mail.joined(lines, _without_escapes)
        text = "\n".join(after for _, after in _in_turn(lines, joined)) if joined else block.text
        if joined:
            detail = f"quoted-printable, {sum(n for n, _ in joined.values())} lines joined"
            edits.append(Edit(STEP, "escapes", block.seq, 0, block.text, text, "exact", 1, detail))
        whole.append(block if text == block.text else replace(block, text=text))
    joined = mail.joined([block.text for block in whole], _without_escapes)
    out: list[Block] = []
    at = 0
    for count, after in _in_turn([block.text for block in whole], joined):
        out.append(whole[at] if after == whole[at].text else replace(whole[at], text=after))
        for nth, block in enumerate(whole[at : at + count] if at in joined else ()):
            detail = f"joined to block {whole[at].seq}" if nth else f"quoted-printable, {count} lines joined"
            edits.append(Edit(STEP, "escapes", block.seq, 0, block.text, "" if nth else after, "exact", 1, detail))
        at += count
    return tuple(out), tuple(edits)


def _in_turn(lines: Sequence[str], joined: dict[int, tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """(how many lines, what they say) for the lines joined and the others, in their order."""
    at = 0
    while at < len(lines):
        count, after = joined.get(at, (1, lines[at]))
        yield count, after
        at += count


def _without_escapes(line: str) -> str:
    return apply(line, escapes.find(line))


def _count_words(page: Page, found: Sequence[tuple[str, Sequence[Repair]]]) -> None:
    """Count the words of the page that are beyond doubt: what came whole, and what was chosen by far."""
    texts: list[str] = []
    for text, repairs in found:
        certain: list[Repair] = []
        for repair in repairs:
            margins = weigh(text[repair.start : repair.end], repair) or {}
            doubtful = [place for place in repair.doubtful if place not in margins or margins[place][0] < T.by_far]
            certain.append(replace(repair, after=_without(repair.after, doubtful)))
        texts.append(apply(text, certain))
    for text in texts:
        page.words.add(f"\n{text}\n")


def _without(text: str, places: Sequence[int]) -> str:
    chars = list(text)
    for place in places:
        chars[place] = MARK
    return "".join(chars)


def restore_page(text: str) -> tuple[str, tuple[Edit, ...]]:
    """Undo a wrong reading of a whole page, before anything is extracted from it.

    Only the lossless kinds, UTF-8, GBK or Big5 read one byte a character: of the others the tags survive, and the
    blocks are mended one by one. A clean page costs one search for a sign, most often none.
    """
    found = western.whole(text)
    if found is None:
        return text, ()
    after, detail = found
    return after, (Edit(STEP, "whole-page", -1, 0, text[: T.shown], after[: T.shown], "exact", len(text), detail),)


def find(text: str, page: Page | None = None) -> list[Repair]:
    """The repairs of a text of one or more lines, in order."""
    repairs: list[Repair] = []
    offset = 0
    for line in text.split("\n"):
        for repair in _laid_open(line, find_in_line(line, page)):
            repairs.append(replace(repair, start=repair.start + offset, end=repair.end + offset))
        offset += len(line) + 1
    return repairs


def find_in_line(
    line: str, page: Page | None = None, depth: int = T.depth, done: Sequence[Finder] = ()
) -> list[Repair]:
    """The repairs of one line; each is followed down through further layers.

    What lies between them may be damaged in another way: there all finders look that are not `done` yet.
    """
    for finder in (escapes.find, onebyte.find, _western, multibyte.find, _slips):
        if finder in done:
            continue
        repairs = finder(line, page)
        if repairs and not _is_about(line, repairs):
            if finder is not _slips:
                repairs = [_deeper(repair, page, depth) for repair in repairs]
            return _with_those_between(line, repairs, page, depth, (*done, finder))
    return []


def _laid_open(line: str, repairs: list[Repair]) -> list[Repair]:
    """The repairs of a line with those of escapes that the first ones kept from being read.

    An encoded word says "utf-8", and a line that speaks of encodings keeps its escapes; once it is read the line is
    one like any other, and would be read so when it is cleaned again.
    """
    for _ in range(T.depth):
        more = escapes.find(apply(line, repairs)) if repairs else []
        if not more:
            break
        repairs = composed(repairs, more)
    return repairs


def _with_those_between(
    line: str, repairs: Sequence[Repair], page: Page | None, depth: int, done: Sequence[Finder]
) -> list[Repair]:
    return between(line, repairs, lambda rest: find_in_line(rest, page, depth, done))


def _beside(text: str, repairs: Sequence[Repair], page: Page) -> list[Repair]:
    return between(text, repairs, lambda rest: [] if about().search(text) else multibyte.beside(rest, page))


def _western(line: str, page: Page | None) -> list[Repair]:
    """Latin-1 and Windows-1252, but where what stands beside tells of another code page, or of another language."""
    repairs = western.find(line, page)
    others = onebyte.stretches(line) if repairs else []
    return [r for r in repairs if not any(start < r.end and r.start < end for start, end in others)]


def _slips(line: str, page: Page | None) -> list[Repair]:
    runs = windows.runs(line)
    if not runs or (page and page.annotated) or _ANNOTATION.search(line) or windows.foreign(line):
        return []
    return slip.find(line, runs, page)


def _is_about(line: str, repairs: Sequence[Repair]) -> bool:
    """Whether the line shows mojibake as an example: less than half of it, beside words about characters and codes."""
    if 2 * sum(repair.end - repair.start for repair in repairs) > len(line):
        return False
    rest = apply(line, [replace(repair, after="") for repair in repairs])
    return any(not _IDENTIFIER.match(rest, max(0, word.start() - 1)) for word in about().finditer(rest))


def _deeper(repair: Repair, page: Page | None, depth: int) -> Repair:
    if depth <= 1:
        return repair
    inner = find_in_line(repair.after, page, depth - 1)
    if not inner:
        return repair
    certainty = weakest((repair, *inner))
    detail = " <- ".join((repair.detail, *dict.fromkeys(i.detail for i in inner)))
    return replace(
        repair, after=apply(repair.after, inner), certainty=certainty, detail=detail, doubtful=(), reading=None
    )
