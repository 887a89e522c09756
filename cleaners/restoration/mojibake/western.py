"""UTF-8, GBK or Big5 read one byte a character, as Latin-1 or Windows-1252.

Nothing is lost on that way but, with some readers, the five bytes that Windows-1252 leaves undefined.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners.restoration.mojibake.codecs import MARK, Reading, encoder, forward
from cleaners.restoration.mojibake.codepages import copied
from cleaners.restoration.mojibake.hypotheses import Segment
from cleaners.restoration.mojibake.judge import Page, is_everyday, judge, script_of
from cleaners.restoration.mojibake.judge import T as JUDGE
from cleaners.restoration.mojibake.lattice import Search
from cleaners.restoration.mojibake.marks import balance
from cleaners.restoration.mojibake.repairs import Repair
from cleaners.thresholds import threshold

HIGH = "\x80-\xff\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d" + (
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
# Two high characters side by side, one of them a letter or a control; or a run of Big5, whose trail bytes may be ASCII.
# It begins with one class, for which a text is looked through ten times faster than for three alternatives.
SIGN = re.compile(
    f"[{HIGH}](?:(?<=[\x80-\x9f\xc0-\xff])[{HIGH}]|[\x80-\x9f\xc0-\xff]|(?<=[\xa4-\xc6])[\x40-\x7e][\xa4-\xc6][\x40-\x7e])"
)
_OTHER = re.compile("[^\x00-\x7f\xd7\xa0]")  # ××省××县: marks of redaction, and blanks, are no bytes of text
_ANY = re.compile("[\x80-\xff]")  # a sign has one; many times faster to look for
# What two Han side by side leave at least, in whichever codec: words with accents have three in a row at the most.
_SIDE_BY_SIDE = re.compile(f"[{HIGH}]{{4}}|[{HIGH}][\x40-\x7e{HIGH}][{HIGH}][\x40-\x7e{HIGH}]")
_REGION = re.compile(f"[{HIGH}](?:[\x09\x20-\x7e]{{0,200}}[{HIGH}])*(?: |[\x40-\x7e])?")
_HIGH_SET = frozenset(chr(code) for code in range(0x80, 0x100)) | frozenset(HIGH[3:])
_FOREIGN = re.compile("[^\x00-\x7f" + re.escape("".join(sorted(_HIGH_SET))) + "]")
_C1 = re.compile("[\x80-\x9f]")
_KANA = re.compile("[\u3041-\u30ff]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_ALONE = re.compile(
    "(?:(?<=[A-Za-z])[\u3400-\u9fff](?![\u3000-\u9fff\uff00-\uffef])|(?<![\u3000-\u9fff\uff00-\uffef])[\u3400-\u9fff](?=[A-Za-z]))"
)
# Latin letters of living languages and of pinyin, and signs; the others of Latin Extended-B hardly a text has.
_LATIN = re.compile(
    "[\x00-\x7f\xa0-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u01cd-\u01dc\u0218-\u021b\u1ea0-\u1ef9\u2010-\u2044\u20ac\u2122]*"
)
# Two bytes of UTF-8, and good sense: a letter, and what is no letter.
_TYPED = re.compile("[\xc2-\xdf](?:[\xa0\xab\xae\xb4\xbb\u2013-\u2026]|[\xa9\xb0-\xb3\xb9\xba](?![A-Za-z]))")
# A capital and a sign in the midst of a word, but for the signs of currencies, which some write letters with.
_IN_WORD = re.compile("(?<=[A-Za-z])[\xc3-\xc5][\xa1\xa2\xa6-\xaa\xac\xaf\xb1-\xb3\xb5-\xba\xbc-\xbf](?=[a-z])")
OUTER = "\u2026\u201c\u201d\u2018\u2019\u2014\u2013\xb7\u2022"  # marks that may be bytes, or stand beside the damage
# What may have been read so, and its codecs. Japanese is among them lest it be taken for Chinese.
TRUES = {"utf-8": ("utf-8",), "euc-jp": ("euc_jp",), "gbk": ("gb18030",), "big5": ("cp950", "big5", "big5hkscs")}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    min_gain: float = threshold(12.0, "bits", "by which a repair must read better")
    sure_evidence: int = threshold(
        4, "points of evidence", "from which Latin letters that come back are exact, without a Han among them"
    )
    least_evidence: int = threshold(
        2, "points of evidence", "sequences of two bytes; longer ones, or with a C1 control, count two"
    )
    worst: float = threshold(
        -12.5, "log2 probability a character", "outside ASCII: what looks less like text than this is no text"
    )
    worst_naive: float = threshold(-14.0, "log2 probability a character", "Han of what comes back without a search")
    least: int = threshold(4, "characters", "Han, where bytes are missing")
    least_high: int = threshold(
        6, "characters", "that stand for their bytes, of which some may be gone: two less than `least` Han have"
    )
    max_unknown: float = threshold(0.3, "share", "of the bytes that are unknown")
    copied: float = threshold(
        6.0, "bits", "by which text copied from a page must read better than one that only lost undefined bytes"
    )
    page_sample: int = threshold(30_000, "characters", "of a page that tell whether it is mojibake as a whole")
    page_least: int = threshold(20, "characters", "outside ASCII among these, at least")
    longest: int = threshold(
        4000, "characters", "that the search takes at once; longer regions must decode as they stand"
    )


T = Thresholds()


def find(line: str, page: Page | None = None) -> list[Repair]:
    """The repairs of `line`, in order; none overlaps another. `page` helps to choose what fills lost bytes."""
    if not _ANY.search(line) or not SIGN.search(line):
        return []
    repairs: list[Repair] = []
    for match in _REGION.finditer(line):
        if SIGN.search(match[0]) and _OTHER.search(match[0]):
            repairs += _region(match[0], match.start(), page, line[max(0, match.start() - 1) : match.start()])
    if MARK in line:  # something is lost there: of letters that are no Chinese half a word would come back
        return [repair for repair in repairs if _HAN.search(repair.after)]
    return repairs


def whole(text: str) -> tuple[str, str] | None:
    """The text behind a whole page that was read one byte a character, and the reading; None where there was none."""
    head = text[: T.page_sample]
    if len(head) - len(head.encode("ascii", "ignore")) < T.page_least or _FOREIGN.search(head) or not SIGN.search(head):
        return None
    sample = [char for char in head if char > "\x7f"]
    encode = encoder("western")
    parts = [encode(char) for char in text]
    if not all(parts):
        return None
    data = b"".join([part[0] for part in parts])
    answers: list[tuple[float, str, str]] = []
    for true in TRUES:
        after = _strictly(data, true)
        shown = after[: T.page_sample] if after is not None else ""
        if after is not None and 4 * len(_HAN.findall(shown)) >= len(sample) // 2 and _reads(shown):
            answers.append((judge(script_of(shown)).score(shown) / len(shown), true, after))
            if true == "utf-8":
                break
    if not answers:
        return None
    _, true, after = max(answers)
    return after, f"{true} read as western, the whole page"


def _region(text: str, offset: int, page: Page | None, left_of: str) -> list[Repair]:
    answers: list[tuple[float, int, str, str, str]] = []
    for left in {0, len(text) - len(text.lstrip(OUTER))}:
        for piece in {text[left:], text[left:].rstrip(OUTER)}:
            for true in TRUES:
                after = _exactly(piece, true)
                if after is None or not _better(piece, after, left_of, sure=true == "utf-8"):
                    continue
                jury = judge(script_of(after))
                outer = jury.plain(text[:left]) + jury.plain(text[left + len(piece) :])
                answers.append((jury.score(after) + outer, left, piece, true, after))
                if true == "utf-8":
                    break  # no bytes of another codec are UTF-8 by chance
    if answers:
        _, left, piece, true, after = max(answers)
        start = offset + left
        sure = "exact" if _HAN.search(after) or _evidence(piece, after, left_of) >= T.sure_evidence else "likely"
        return [Repair(start, start + len(piece), after, "wrong-codec", sure, f"{true} read as western")]
    if len(text) > T.longest:
        if page:
            page.starved = True
        return []
    return search(text, offset, page)


def undo(text: str) -> str | None:
    """What `text` was written as in UTF-8, where it was read as Latin-1 or Windows-1252, once or oftener."""
    return _exactly(text, "utf-8") if _is_western(text) else None


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
    if after and true == "utf-8" and SIGN.search(after) and _is_western(after):
        # written as UTF-8 once more in between; by way of Latin-1 and Windows-1252, in whichever order
        return _exactly(after, true) or after
    return after


def _is_western(text: str) -> bool:
    return _HIGH_SET.issuperset([char for char in text if char > "\x7f"])


def _strictly(data: bytes, true: str) -> str | None:
    for codec in TRUES[true]:
        try:
            after = data.decode(codec)
        except UnicodeDecodeError:
            continue
        # what is no Japanese decodes as EUC-JP, too, for GBK has its kana in the same rows
        return after if true != "euc-jp" or 8 * len(_KANA.findall(after)) > len(after) else None
    return None


def _better(before: str, after: str, left_of: str, sure: bool) -> bool:
    """Whether `after` is text and `before` was none. Bytes are rarely UTF-8 by accident: `sure` asks for less."""
    jury = judge()
    gain = jury.score(after) - jury.plain(before)
    if sure and jury.plain(after) > jury.plain(before) and len(before) - len(after) >= 6:
        return True
    if not _HAN.search(after):
        if not sure or jury.score(after) <= jury.score(before) or not _LATIN.fullmatch(after):
            return False
        return _evidence(before, after, left_of) >= T.least_evidence
    return gain >= T.min_gain and _reads(after)


def _evidence(before: str, after: str, left_of: str) -> int:
    """How much speaks for UTF-8 where Latin letters come back. Two characters that authors may have typed are nothing.

    A letter and a no-break space, a mark of quotation or a registered sign stand side by side in any Latin text.
    left_of: the character that stands to the left.
    """
    found = len(_IN_WORD.findall(left_of + before)) - len(_TYPED.findall(before))
    for char in after:
        if char > "\x7f":
            shown = char.encode("utf-8").decode("latin-1")
            found += 2 if len(shown) > 2 or (shown[1:] in before and "\x80" <= shown[1] <= "\x9f") else 1
    return found


def _reads(after: str) -> bool:
    """Whether `after` reads like Chinese, counting only what is not ASCII, and its Han stand together."""
    alone = len(_ALONE.findall(after))
    return judge().foreign_mean(after) >= T.worst and 3 * alone <= len(_HAN.findall(after))


def search(text: str, offset: int, page: Page | None, family: str = "western") -> list[Repair]:
    """The repair of a text that was read as `family`, of one byte a character, where some of its bytes are gone."""
    best: tuple[Segment, ...] = ()
    best_gain = T.min_gain
    best_reading: Reading | None = None
    detail = ""
    high = sum(char > "\x7f" for char in text)
    if high < T.least_high or 5 * high < 2 * len(text):
        return []  # most of it is Latin words
    if not _SIDE_BY_SIDE.search(text):
        if page and _is_dense(text):
            page.refused = True
        return []
    plain = judge().plain(text)
    searched = False
    for reading in _readings(text) if family == "western" else [Reading("utf-8", family, "drop")]:
        han = "".join(_HAN.findall(_naive(text, reading.true, family)))
        if 8 * len(han) < high or not is_everyday(han):
            continue
        if reading.true != "utf-8" and judge().score(han) < T.worst_naive * len(han):
            continue  # few characters of GBK and none of Big5 have a byte that is lost
        searched = True
        script = script_of(han)
        jury = page.judge(script) if page else judge(script)
        for mixed in (False, True):
            kind = f"{reading} {mixed}"
            if page and not page.may_search(kind):
                continue
            limit = page.moves_left if page else JUDGE.moves
            search = Search((reading,), jury.logp, jury.stands, mixed=mixed, limit=limit, answers=jury.answers)
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
        if reading.codec and best_reading:
            gain -= T.copied  # as like as not it was copied: what asks for fewer bytes that may be gone comes first
        if segments and gain > best_gain and len(_HAN.findall(best_answer.text)) >= T.least:
            best, best_gain, best_reading = segments, gain, reading
            runner = f"; runner-up {answers[1].text[:40]!r}" if len(answers) > 1 else ""
            detail = f"{reading}; {best_answer.unknown} unknown bytes{runner}"
    if page and not best and (searched or _is_dense(text)):
        page.refused = True
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


def _is_dense(text: str) -> bool:
    """Whether so many letters are first bytes of UTF-8, among so many signs, that it is text in no language."""
    high = [char for char in text if char > "\x7f"]
    leads = sum("\xe3" <= char <= "\xe9" for char in high)
    return (
        len(high) >= T.least_high and 5 * len(high) >= 2 * len(text) and 4 * leads >= len(high) and len(set(high)) >= 5
    )


def _readings(text: str) -> list[Reading]:
    """The readings worth a search: bytes most of which are whole characters in UTF-8 are nothing else."""
    naive = _naive(text, "utf-8", "western")
    found = [Reading("utf-8", "western", "drop")]
    if not _C1.search(text):
        found.append(Reading("utf-8", "western", "drop", copied(text)))
    else:
        found = [Reading("utf-8", "western", "drop", copied(text)), *found]
    if 3 * sum(char > "\u07ff" for char in naive) < 0.4 * sum(char > "\x7f" for char in text):
        found += [Reading("gbk", "western", "drop"), Reading("big5", "western", "drop")]
    return found


def _naive(text: str, true: str, family: str) -> str:
    encode = encoder(family)
    return b"".join([encode(char)[0] for char in text]).decode(true, "ignore")


def _holds(segment: Segment, text: str, reading: Reading) -> bool:
    before = text[segment.start : segment.end]
    if (
        not segment.after
        or segment.unknown > T.max_unknown * (len(before) + segment.unknown)
        or not _reads(segment.after)
    ):
        return False
    return forward(segment.after, reading, before) is not None or (
        segment.unknown == 0 and forward(segment.after, Reading(reading.true, reading.read), before) is not None
    )
