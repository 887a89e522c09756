"""UTF-8, GBK or Big5 read one byte a character, as Latin-1 or Windows-1252.

Nothing is lost on that way but, with some readers, the five bytes that Windows-1252 leaves undefined.
"""

from __future__ import annotations

import re

from cleaners.restoration.mojibake.codecs import Reading, encoder, forward
from cleaners.restoration.mojibake.judge import MOVES, Page, Repair, is_everyday, judge, script_of
from cleaners.restoration.mojibake.lattice import Search, Segment
from cleaners.restoration.mojibake.marks import balance

HIGH = "\x80-\xff\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d" + (
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
# Two high characters side by side, one of them a letter or a control; or a run of Big5, whose trail bytes may be ASCII.
SIGN = re.compile(f"[\x80-\x9f\xc0-\xff][{HIGH}]|[{HIGH}][\x80-\x9f\xc0-\xff]|(?:[\xa4-\xc6][\x40-\x7e]){{2}}")
_ANY = re.compile("[\x80-\xff]")  # a sign has one; many times faster to look for
# What two Han side by side leave at least, in whichever codec: words with accents have three in a row at the most.
_SIDE_BY_SIDE = re.compile(f"[{HIGH}]{{4}}|[{HIGH}][\x40-\x7e{HIGH}][{HIGH}][\x40-\x7e{HIGH}]")
_REGION = re.compile(f"[{HIGH}](?:[\x09\x20-\x7e]{{0,200}}[{HIGH}])*[\x40-\x7e]?")
_HIGH_SET = frozenset(chr(code) for code in range(0x80, 0x100)) | frozenset(HIGH[3:])
_FOREIGN = re.compile("[^\x00-\x7f" + re.escape("".join(sorted(_HIGH_SET))) + "]")
_KANA = re.compile("[\u3041-\u30ff]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_ALONE = re.compile(
    "(?:(?<=[A-Za-z])[\u3400-\u9fff](?![\u3000-\u9fff\uff00-\uffef])|(?<![\u3000-\u9fff\uff00-\uffef])[\u3400-\u9fff](?=[A-Za-z]))"
)
# Latin letters of living languages and of pinyin, and signs; the others of Latin Extended-B hardly a text has.
_LATIN = re.compile(
    "[\x00-\x7f\xa0-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u01cd-\u01dc\u0218-\u021b\u1ea0-\u1ef9\u2010-\u2044\u20ac\u2122]*"
)
# Two bytes of UTF-8, and good sense: \u00c5 (angstrom) before what measures, a capital before a no-break space.
_MEASURE = re.compile("\xc5[\xb0-\xb3\xb7\xb9\xba\xaa\xa0](?![a-z])[\x40-\x7e]?|\xc3\xa0[A-Z]")
_OUTER = "\u2026\u201c\u201d\u2018\u2019\u2014\u2013\xb7\u2022"  # marks that may be bytes, or stand beside the damage
# What may have been read so, and its codecs. Japanese is among them lest it be taken for Chinese.
TRUES = {"utf-8": ("utf-8",), "euc-jp": ("euc_jp",), "gbk": ("gb18030",), "big5": ("cp950", "big5", "big5hkscs")}
MIN_GAIN = 12.0  # bits
# what Windows reads of 0x80 to 0x9F, but for quotes and dashes: words end in \u00c3 and those follow
_LETTERS = frozenset(bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")) - frozenset(map(chr, range(0x2013, 0x2027)))
WORST = -12.5  # bits a character outside ASCII: what looks less like text than this is no text
WORST_NAIVE = -14.0  # bits a Han character of what comes back without a search
LEAST = 4  # Han, where bytes are missing
LEAST_HIGH = 2 * LEAST - 2  # characters that stand for their bytes, of which some may be gone
MAX_UNKNOWN = 0.3  # of the bytes
PAGE_SAMPLE = 30_000  # characters of a page that tell whether it is mojibake as a whole
LONGEST = 4000  # characters that the search takes at once; longer regions must decode as they stand


def find(line: str, page: Page | None = None) -> list[Repair]:
    """The repairs of `line`, in order; none overlaps another. `page` helps to choose what fills lost bytes."""
    if not _ANY.search(line) or not SIGN.search(line):
        return []
    repairs: list[Repair] = []
    for match in _REGION.finditer(line):
        if SIGN.search(match[0]):
            repairs += _region(match[0], match.start(), page)
    return repairs


def whole(text: str) -> tuple[str, str] | None:
    """The text behind a whole page that was read one byte a character, and the reading; None where there was none."""
    head = text[:PAGE_SAMPLE]
    if _FOREIGN.search(head) or not SIGN.search(head):
        return None
    sample = [char for char in head if char > "\x7f"]
    if len(sample) < 20:
        return None
    encode = encoder("western")
    parts = [encode(char) for char in text]
    if not all(parts):
        return None
    data = b"".join([part[0] for part in parts])
    answers: list[tuple[float, str, str]] = []
    for true in TRUES:
        after = _strictly(data, true)
        shown = after[:PAGE_SAMPLE] if after is not None else ""
        if after is not None and 4 * len(_HAN.findall(shown)) >= len(sample) // 2 and _reads(shown):
            answers.append((judge(script_of(shown)).score(shown) / len(shown), true, after))
            if true == "utf-8":
                break
    if not answers:
        return None
    _, true, after = max(answers)
    return after, f"{true} read as western, the whole page"


def _region(text: str, offset: int, page: Page | None) -> list[Repair]:
    answers: list[tuple[float, int, str, str, str]] = []
    for left in {0, len(text) - len(text.lstrip(_OUTER))}:
        for piece in {text[left:], text[left:].rstrip(_OUTER)}:
            for true in TRUES:
                after = _exactly(piece, true)
                if after is None or not _better(piece, after, sure=true == "utf-8"):
                    continue
                jury = judge(script_of(after))
                outer = jury.plain(text[:left]) + jury.plain(text[left + len(piece) :])
                answers.append((jury.score(after) + outer, left, piece, true, after))
                if true == "utf-8":
                    break  # no bytes of another codec are UTF-8 by chance
    if answers:
        _, left, piece, true, after = max(answers)
        start = offset + left
        return [Repair(start, start + len(piece), after, "wrong-codec", "exact", f"{true} read as western")]
    if len(text) > LONGEST:
        if page:
            page.starved = True
        return []
    return _search(text, offset, page)


def _exactly(piece: str, true: str) -> str | None:
    """What `piece` was written as, where all its bytes came through."""
    if not piece:
        return None
    encode = encoder("western")
    data = b"".join([encode(char)[0] for char in piece])
    after = _strictly(data, true)
    if after is None and true != "utf-8" and data[-1] < 0x80:
        shorter = _strictly(data[:-1], true)  # the last one was no trail byte
        after = shorter and shorter + piece[-1]
    return after


def _strictly(data: bytes, true: str) -> str | None:
    for codec in TRUES[true]:
        try:
            after = data.decode(codec)
        except UnicodeDecodeError:
            continue
        # what is no Japanese decodes as EUC-JP, too, for GBK has its kana in the same rows
        return after if true != "euc-jp" or 8 * len(_KANA.findall(after)) > len(after) else None
    return None


def _better(before: str, after: str, sure: bool) -> bool:
    """Whether `after` is text and `before` was none. Bytes are rarely UTF-8 by accident: `sure` asks for less."""
    jury = judge()
    gain = jury.score(after) - jury.plain(before)
    if sure and jury.plain(after) > jury.plain(before) and len(before) - len(after) >= 6:
        return True
    if not _HAN.search(after):
        if not sure or jury.score(after) <= jury.score(before) or not _LATIN.fullmatch(after):
            return False
        if _MEASURE.fullmatch(before):
            return False
        return any("\x80" <= char < "\xc0" or char in _LETTERS for char in before)
    return gain >= MIN_GAIN and _reads(after)


def _reads(after: str) -> bool:
    """Whether `after` reads like Chinese, counting only what is not ASCII, and its Han stand together."""
    alone = len(_ALONE.findall(after))
    return judge().foreign_mean(after) >= WORST and 3 * alone <= len(_HAN.findall(after))


def _search(text: str, offset: int, page: Page | None) -> list[Repair]:
    best: tuple[Segment, ...] = ()
    best_gain = MIN_GAIN
    best_reading: Reading | None = None
    detail = ""
    high = sum(char > "\x7f" for char in text)
    if high < LEAST_HIGH or 5 * high < 2 * len(text) or not _SIDE_BY_SIDE.search(text):
        return []  # most of it is Latin words
    plain = judge().plain(text)
    for true in _trues(text):
        han = "".join(_HAN.findall(_naive(text, true)))
        if 8 * len(han) < high or not is_everyday(han):
            continue
        if true != "utf-8" and judge().score(han) < WORST_NAIVE * len(han):
            continue  # few characters of GBK and none of Big5 have a byte that is lost
        reading = Reading(true, "western", "drop")
        script = script_of(han)
        jury = page.judge(script) if page else judge(script)
        for mixed in (False, True):
            kind = f"{reading} {mixed}"
            if page and not page.may_search(kind):
                continue
            search = Search((reading,), jury.logp, jury.stands, mixed=mixed, limit=page.moves_left if page else MOVES)
            answers = search.run(text)
            proved = [a for a in answers if a.segments and all(_holds(s, text, reading) for s in a.segments)]
            if page:
                page.spend(kind, search.moves, bool(proved))
            if proved:
                break
        else:
            continue
        best_answer = proved[0]
        segments = balance(text, best_answer.segments, reading)
        gain = best_answer.score - plain
        if segments and gain > best_gain and len(_HAN.findall(best_answer.text)) >= LEAST:
            best, best_gain, best_reading = segments, gain, reading
            runner = f"; runner-up {answers[1].text[:40]!r}" if len(answers) > 1 else ""
            detail = f"{reading}; {best_answer.unknown} unknown bytes{runner}"
    return [
        Repair(
            offset + s.start,
            offset + s.end,
            s.after,
            "wrong-codec",
            "likely" if s.unknown else "exact",
            detail,
            s.doubtful,
            s.unknown,
            best_reading if s.unknown else None,
        )
        for s in best
    ]


def _trues(text: str) -> tuple[str, ...]:
    """The codecs worth a search: bytes most of which are whole characters in UTF-8 are nothing else."""
    naive = _naive(text, "utf-8")
    if 3 * sum(char > "\u07ff" for char in naive) >= 0.4 * sum(char > "\x7f" for char in text):
        return ("utf-8",)
    return ("utf-8", "gbk", "big5")


def _naive(text: str, true: str) -> str:
    encode = encoder("western")
    return b"".join([encode(char)[0] for char in text]).decode(true, "ignore")


def _holds(segment: Segment, text: str, reading: Reading) -> bool:
    before = text[segment.start : segment.end]
    if (
        not segment.after
        or segment.unknown > MAX_UNKNOWN * (len(before) + segment.unknown)
        or not _reads(segment.after)
    ):
        return False
    return forward(segment.after, reading, before) is not None or (
        segment.unknown == 0 and forward(segment.after, Reading(reading.true, "western"), before) is not None
    )
