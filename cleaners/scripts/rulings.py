"""Conversion of what is in the other script, and of nothing else.

To Simplified the dictionaries of t2s are used with this project's corrections laid over them (names that keep 徵, 昇 or
乾; 著 told apart from 着), and without the rare forms that the standard list of 2013 does not simplify by analogy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from unicodedata import normalize

from cleaners.scripts import tables
from cleaners.scripts.detection import HAN, classify, count, detect, shares
from cleaners.scripts.matcher import Step
from cleaners.scripts.opencc import convert_config
from cleaners.thresholds import threshold
from schemas.vocabulary import TARGET_SCRIPTS

# Addresses and inline code stay. Han characters belong to an address only behind one of its separators: in
# "https://a.example/b查看" the address ends at 查. Han and ASCII exclude each other, so nothing is tried twice.
_KEPT = re.compile(rf"(?:https?://|ftp://|www\.)[!-~]+(?:(?<=[/=_#.%-])[{HAN}]+[!-~]*)*|`[^`\n]{{1,500}}`")

_CLASSICAL = frozenset("之乎者也曰矣焉哉兮與歟豈乃其而以於于吾汝爾夫蓋故無不")
_MODERN = frozenset("的了是們這那個嗎呢吧你她它很都就在")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    classical_share: float = threshold(
        0.15, "share", "of Han that are particles of the classical language, from which a text is in it"
    )
    few: int = threshold(
        3, "characters", "that Japanese has too and that do not make a block one of another script than its page"
    )


T = Thresholds()

_WRITTEN = "作名者述錄稱"  # 著 before these is the verb, to write or to be known, more often than the particle 着


# What OpenCC configurations take a text from one script to another; through OpenCC's standard where there are two.
_ROUTES: dict[tuple[str, str], tuple[str, ...]] = {
    ("Hans", "Hant"): ("s2t",),
    ("Hans", "Hant-TW"): ("s2tw",),
    ("Hans", "Hant-HK"): ("s2hk",),
    ("Hant", "Hant-TW"): ("t2tw",),
    ("Hant", "Hant-HK"): ("t2hk",),
    ("Hant-TW", "Hant-HK"): ("tw2t", "t2hk"),
    ("Hant-HK", "Hant-TW"): ("hk2t", "t2tw"),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """A phrase that a correction decided: where, what stood, what stands, and what its characters alone would make."""

    kind: str
    start: int
    before: str
    after: str
    otherwise: str


@cache
def to_hans(particle: bool) -> Step:
    """The step to Simplified; with `particle`, 著 that no entry decides becomes 着."""
    phrases = dict(tables.dictionary("TSPhrases"))
    characters = dict(tables.dictionary("TSCharacters"))
    known = tables.corrections()
    for key, (value, kind) in known.items():
        (phrases if len(key) > 1 else characters)[key] = value
        if kind == "zhe" and key.endswith("著"):
            # 得著 does not take 著 out of 獲得著作權, nor out of 著名; but 有著作用 is 有着作用
            for tail in _WRITTEN:
                if key + tail not in known:
                    phrases[key + tail] = value[:-1] + "著" + characters.get(tail, tail).split(" ")[0]
            phrases[key + "作用"] = value + "作用"
    if particle:
        characters["著"] = "着"
    for code in range(0xF900, 0xFB00):  # compatibility ideographs are the same characters at other code points
        same = normalize("NFC", chr(code))
        if same in characters and same != chr(code):
            characters[chr(code)] = characters[same]
    return Step([phrases, characters])


def uses_particle(text: str) -> bool:
    """Whether a text writes 著 for 着 (鼓舞著): it has 著 and no 着 of its own, or hardly any."""
    return text.count("著") > 4 * text.count("着")


def corrections(text: str, particle: bool) -> list[Correction]:
    """The phrases of a text that a correction decided, in order."""
    known = tables.corrections()
    step = to_hans(particle)
    found: list[Correction] = []
    for start, end, value in step.matches(text):
        before = text[start:end]
        if before in known:
            otherwise = step.characters(before)
            if otherwise != value:
                found.append(Correction(known[before][1], start, before, value, otherwise))
    return found


def converter(source: str, to: str, particle: bool = False) -> Callable[[str], str] | None:
    """What takes a text from `source` to `to`, leaving addresses and inline code; None where nothing is to be done."""
    if to not in TARGET_SCRIPTS:
        raise ValueError(f"no script {to!r}; there are {', '.join(TARGET_SCRIPTS)}")
    if to == "Hans":
        return _outside_kept(to_hans(particle).convert) if source != "Hans" else None
    route = _ROUTES.get((source, to))
    if route is None:
        return None
    return _outside_kept(lambda text: _through(text, route))


def wanted(text: str, page: str, to: str) -> bool:
    """Whether a block of a page is to be converted.

    page: the script that rules the page, or "neutral". A block is judged by its own characters; one without
    evidence goes with its page. Japanese and Korean stay, and so does a quotation in the other script within a
    paragraph, and a classical one by itself on a Simplified page.
    """
    if page in ("Jpan", "Kore"):
        return False  # its headings and names in Han characters look like either writing
    c = count(text)
    kind = classify(c, alphabets=False)
    if (
        page in TARGET_SCRIPTS
        and page[:4] != kind
        and kind in ("Hans", "Hant")
        and not c.chinese
        and c.hans + c.hant < T.few
    ):
        return False  # a name such as 東京 or 学会: Japanese as well
    if kind == "Jpan" and not c.kana and not c.jp and page[:4] in ("Hans", "Hant"):
        kind = "mixed"  # both writings' characters, and all Japanese has too: on a Chinese page a half-converted line
    if to == "Hans":
        if kind == "Hant":
            return not (page == "Hans" and _is_classical(text, c.han))
        if page[:4] == "Hant":
            return kind == "neutral" or (kind in ("mixed", "Hans") and c.hant > 0)
        return kind == "mixed" and c.hant > c.hans
    if kind == "Hans" or (kind == "neutral" and page[:4] == "Hans"):
        return True
    if kind == "mixed":
        return c.hans > c.hant or page == "Hans"
    return kind in ("Hant", "neutral") and page[:4] == "Hant" and page != to and to != "Hant"


def ruling(text: str, to: str) -> str:
    """The script that a page goes by: of a mixed one, that which it has most of."""
    regions = to != "Hans"  # to Simplified all Traditional goes one way
    script = detect(text, regions)
    if script != "mixed":
        return script
    found = {
        name: share for name, share in shares(text, regions).items() if name[:4] in ("Hans", "Hant", "Jpan", "Kore")
    }
    return max(found, key=found.__getitem__, default="neutral")


def source_of(text: str, page: str, to: str) -> str:
    """The script to convert a wanted block from."""
    if to == "Hans":
        return "Hant"
    c = count(text)
    return "Hans" if c.hans or page[:4] != "Hant" else page


def convert_script(text: str, to: str) -> str:
    """Convert a text to "Hans", "Hant", "Hant-TW" or "Hant-HK", line by line; ValueError for another name.

    Lines that are in that script already, in Japanese or in Korean stay; lines that no script can be told of are
    converted with the rest. Addresses and inline code stay.
    """
    if to not in TARGET_SCRIPTS:
        raise ValueError(f"no script {to!r}; there are {', '.join(TARGET_SCRIPTS)}")
    page = detect(text, regions=to != "Hans")
    if page == to or page in ("Jpan", "Kore"):
        return text
    if page in ("neutral", "mixed") or (page == "Hans") == (to == "Hans"):
        page = "Hant" if to == "Hans" else (page if page[:4] == "Hant" else "Hans")
    particle = uses_particle(text)
    done: list[str] = []
    for line in text.split("\n"):
        if wanted(line, page, to):
            convert = converter(source_of(line, page, to), to, particle)
            line = convert(line) if convert is not None else line
        done.append(line)
    return "\n".join(done)


def _through(text: str, route: tuple[str, ...]) -> str:
    for config in route:
        text = convert_config(text, config)
    return text


def _outside_kept(convert: Callable[[str], str]) -> Callable[[str], str]:
    def apply(text: str) -> str:
        if "://" not in text and "www." not in text and "`" not in text:
            return convert(text)
        done: list[str] = []
        at = 0
        for kept in _KEPT.finditer(text):
            done += (convert(text[at : kept.start()]), kept.group())
            at = kept.end()
        done.append(convert(text[at:]))
        return "".join(done)

    return apply


def _is_classical(text: str, han: int) -> bool:
    """Whether a text reads as classical Chinese: its particles, and none of the modern language's."""
    return _MODERN.isdisjoint(text) and sum(map(text.count, _CLASSICAL)) >= T.classical_share * han
