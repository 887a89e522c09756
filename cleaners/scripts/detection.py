"""Which script a text is in: Hans, Hant (of Taiwan, of Hong Kong), Jpan, Kore, Latn, mixed.

Characters are the evidence, counted by line: those that only one writing has (`lexicons/scripts/evidence.tsv`). What
both have (后 里 干), and variants that both use (台 床 灶), say nothing. A line is judged by itself, so that a
quotation in another script has its share and does not colour the rest.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from cleaners.scripts import tables
from cleaners.scripts.regions import region
from cleaners.text import counted
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    minor: int = threshold(
        5, "times", "the other writing's evidence that one must have to rule a line: the other has a fifth at most"
    )
    share: float = threshold(0.1, "share", "of a text from which on a second script makes it mixed")
    kana_share: float = threshold(
        0.1, "share", "of kana in Han and kana: Japanese prose has 40% and more, a Chinese page that names things less"
    )
    hangul_share: float = threshold(0.2, "share", "of Hangul in Han and Hangul from which a text is Korean")
    trace: int = threshold(
        50, "pieces of evidence", "for one script beside which a single one for another cannot be a tenth of the text"
    )
    letters: int = threshold(3, "letters", "of an alphabet that weigh as much as one Han character")
    counted: int = threshold(1000, "characters", "of a text that others will ask about too, and not of a line")
    remembered: int = threshold(50_000, "characters", "whose evidence is kept; a text has few different ones")


T = Thresholds()

# Words that Chinese prose cannot do without, in both scripts; Japanese without kana has none of them.
FUNCTION = frozenset("的了这這们們她很吗嗎呢吧你您哪谁誰还還没它啊")

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # for a character class
_CLAUSE = re.compile(r"[。！？；，、：,;!?「」『』“”《》（）()\s]+")
_RANGES = (
    (0x41, 0x5A, "Latn"), (0x61, 0x7A, "Latn"), (0xAA, 0x24F, "Latn"), (0x370, 0x3FF, "Grek"), (0x400, 0x52F, "Cyrl"),
    (0x590, 0x5FF, "Hebr"), (0x600, 0x6FF, "Arab"), (0x900, 0x97F, "Deva"), (0xE00, 0xE7F, "Thai"),
    (0x1100, 0x11FF, "Kore"), (0x1E00, 0x1EFF, "Latn"), (0x3005, 0x3007, "han"), (0x3041, 0x309F, "kana"),
    (0x30A1, 0x30FA, "kana"), (0x3100, 0x312F, "Bopo"), (0x3131, 0x318E, "Kore"), (0x31F0, 0x31FF, "kana"),
    (0x3400, 0x4DBF, "han"), (0x4E00, 0x9FFF, "han"), (0xAC00, 0xD7A3, "Kore"), (0xF900, 0xFAFF, "han"),
    (0xFF21, 0xFF3A, "Latn"), (0xFF41, 0xFF5A, "Latn"), (0xFF66, 0xFF9D, "kana"), (0x20000, 0x323AF, "han"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """How many characters of a text speak for what."""

    hans: int = 0  # Simplified, or Japanese too
    hant: int = 0  # Traditional, or Japanese too
    chinese: int = 0  # of these two, and of function words: what Japanese does not have
    jp: int = 0  # Japanese only
    kana: int = 0
    han: int = 0  # all Han characters
    hangul: int = 0
    other: str = ""  # the other script with the most letters
    letters: int = 0  # how many that are
    alphabets: int = 0  # other scripts that have letters in it

    @property
    def weight(self) -> float:
        """Length of the text in Han characters, an alphabet's letters counting less."""
        return self.han + self.kana + self.hangul + self.letters / T.letters


@cache
def evidence() -> Mapping[str, str]:
    """Character -> the class that it is evidence for: hans, hans-jp, hant, hant-jp, jp, jp-also."""
    return {character: row[0] for row in tables.table("evidence.tsv") for character in row[1]}


@cache
def hant_characters() -> frozenset[str]:
    """The characters that only Traditional (or Japanese) text has."""
    return frozenset(c for c, kind in evidence().items() if kind.startswith("hant"))


@cache
def _hant_sign() -> re.Pattern[str]:
    """One of these, or a character beyond the first plane: a class of such characters is a slow one."""
    near = "".join(sorted(c for c in hant_characters() if c <= "\uffff"))
    return re.compile(f"[{re.escape(near)}\U00010000-\U0010ffff]")


def has_hant(text: str) -> bool:
    """Whether a text has a character that only Traditional (or Japanese) text has."""
    found = _hant_sign().search(text)
    return found is not None and (found[0] <= "\uffff" or not hant_characters().isdisjoint(text))


class _Kinds(dict[str, str]):
    """Character -> what it is evidence for, "function" for a word of Chinese prose, else its script; as asked for."""

    def __missing__(self, character: str) -> str:
        kind = evidence().get(character) or ("function" if character in FUNCTION else "")
        kind = kind or ("han" if "一" <= character <= "鿿" else _script(character))
        if len(self) >= T.remembered:
            self.clear()
        self[character] = kind
        return kind


_KINDS = _Kinds()


def count(text: str) -> Counts:
    """Count the evidence in a text; 0.1 microseconds a character."""
    return _tallied(counted(text)) if len(text) > T.counted else _of_line(text)


@lru_cache(maxsize=1024)  # a line is asked about for its page, by itself, and for its document
def _of_line(text: str) -> Counts:
    return _tallied(Counter(text))


def _tallied(counts: Mapping[str, int]) -> Counts:
    tally: defaultdict[str, int] = defaultdict(int)
    for character, n in counts.items():
        tally[_KINDS[character]] += n
    chinese = tally.pop("function", 0)
    if chinese:
        tally["han"] += chinese
    get = tally.get
    alphabets = [(n, s) for s, n in tally.items() if s[0].isupper() and s != "Kore"]
    letters, other = max(alphabets, default=(0, ""))
    hans, hant = get("hans", 0) + get("hans-jp", 0), get("hant", 0) + get("hant-jp", 0)
    jp, also = get("jp", 0), get("jp-also", 0)
    return Counts(
        hans=hans,
        hant=hant,
        chinese=chinese + get("hans", 0) + get("hant", 0),
        jp=jp + (also if also > 1 else 0),
        kana=get("kana", 0),
        han=hans + hant + jp + also + get("han", 0),
        hangul=get("Kore", 0),
        other=other,
        letters=letters,
        alphabets=len(alphabets),
    )


def classify(c: Counts, alphabets: bool = True) -> str:
    """The script that one line's counts tell; without `alphabets` by its Han characters, kana and hangul alone."""
    if c.weight == 0:
        return "neutral"
    if c.hangul and c.hangul >= T.hangul_share * (c.han + c.hangul):
        return "Kore"
    if alphabets and c.letters / T.letters > 4 * (c.han + c.kana):
        return c.other
    if c.kana > 1 or c.kana >= c.han:
        # kana beside much that is Chinese alone is a gloss or a name in a Chinese line
        japanese = c.kana >= T.kana_share * (c.han + c.kana) and c.kana > 2 * c.chinese
        if japanese:
            return "Jpan"
    if not c.chinese and (c.jp or (c.hans and c.hant)):
        return "Jpan"
    if not c.hans and not c.hant:
        return "neutral"
    if c.hant * T.minor <= c.hans:
        return "Hans"
    if c.hans * T.minor <= c.hant:
        return "Hant"
    return "mixed"


def shares(text: str, regions: bool = True) -> dict[str, float]:
    """Script -> its share of the text, by length; shares add up to 1, and an empty text has none.

    Names are those of ISO 15924, with Hant-TW and Hant-HK where usage tells, and "neutral" for lines that no script can
    be told from (numbers, lines of characters that every writing has). Without `regions` all Traditional text is Hant,
    which spares loading the dictionaries that tell.
    """
    weights, traditional = _weights(text)
    total = sum(weights.values())
    if not total:
        return {}
    if regions and "Hant" in weights:
        where = region("\n".join(traditional))
        if where:
            weights[where] = weights.pop("Hant")
    return {name: weight / total for name, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0]))}


def detect(text: str, regions: bool = True) -> str:
    """The script a text is in: "mixed" where a second one has a tenth of it or more, "neutral" without evidence.

    Names are those of `shares`.
    """
    whole = count(text)
    if whole.hans > T.trace * (whole.hant + whole.kana + whole.jp + whole.hangul) and whole.letters < whole.han:
        return "Hans"  # what nearly every Simplified page is: too little else to make a tenth of it
    if whole.alphabets == 1 and not (whole.han or whole.kana or whole.hangul):
        return whole.other  # each line is in it, or tells nothing
    found = shares(text, regions)
    found.pop("neutral", None)
    told = sum(found.values())
    if not told:
        return "neutral"
    # An alphabet beside Han is names and code; it rules only where hardly anything else is left.
    east = {name: share for name, share in found.items() if name[:4] in ("Hans", "Hant", "Jpan", "Kore")}
    if sum(east.values()) < T.share * told:
        return max(found, key=found.__getitem__)
    ruling = max(east, key=east.__getitem__)
    return ruling if east[ruling] >= (1 - T.share) * sum(east.values()) else "mixed"


def language(text: str, script: str = "") -> str:
    """ISO 639-1 code of the language: "zh", "ja", "ko", "en", or "" where that cannot be told.

    script: what `detect` said of the text, where that is known.
    """
    script = script or detect(text, regions=False)
    if script == "Latn":
        words = re.findall(r"[a-z]+", text[:20_000].lower())
        return "en" if words and sum(word in _ENGLISH for word in words) >= 0.06 * len(words) else ""
    if script in _LANGUAGES:
        return _LANGUAGES[script]
    if script.startswith("Han"):
        return "zh"
    c = count(text)
    if c.kana > T.kana_share * (c.han + c.kana) and c.kana > 2 * c.chinese:
        return "ja"
    return "zh" if c.han else ""


_LANGUAGES = {"Jpan": "ja", "Kore": "ko"}
_ENGLISH = frozenset(("the", "of", "and", "to", "in", "is", "that", "for", "it", "as", "was", "with", "be", "by", "on"))


def _weights(text: str) -> tuple[dict[str, float], list[str]]:
    """Script -> how much of the text is in it; and the lines that are Traditional."""
    weights: dict[str, float] = {}
    traditional: list[str] = []
    doubtful: list[tuple[str, float]] = []  # lines that may be Japanese as well: script, weight
    for line in text.split("\n"):
        c = count(line)
        kind = classify(c)
        if kind == "mixed":
            _divide(line, c, weights, traditional)
            continue
        if kind == "Hant":
            traditional.append(line)
        if kind in ("neutral", "Hans", "Hant") and not c.chinese and c.han:
            doubtful.append((kind, c.weight))
        weights[kind] = weights.get(kind, 0.0) + c.weight
    chinese = weights.get("Hans", 0.0) + weights.get("Hant", 0.0) - sum(w for kind, w in doubtful if kind != "neutral")
    if weights.get("Jpan", 0.0) > max(0.0, chinese):
        for kind, weight in doubtful:
            weights[kind] -= weight
            weights["Jpan"] += weight
    return {name: weight for name, weight in weights.items() if weight > 1e-9}, traditional


def _divide(line: str, c: Counts, weights: dict[str, float], traditional: list[str]) -> None:
    """Share out a line of two writings, clause by clause."""
    for clause in _CLAUSE.split(line):
        own = count(clause)
        kind = classify(own)
        if kind == "Hant":
            traditional.append(clause)
        if kind in ("mixed", "neutral"):
            base = own if kind == "mixed" else c
            part = base.hans / (base.hans + base.hant)
            weights["Hans"] = weights.get("Hans", 0.0) + own.weight * part
            weights["Hant"] = weights.get("Hant", 0.0) + own.weight * (1 - part)
        else:
            weights[kind] = weights.get(kind, 0.0) + own.weight


@cache
def _script(character: str) -> str:
    if not character.isalpha() and character != "〇":
        return "none"
    code = ord(character)
    for first, last, name in _RANGES:
        if first <= code <= last:
            return name
    return "other"
