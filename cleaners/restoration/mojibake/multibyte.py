"""UTF-8, GBK or Big5 read with another multi-byte codec: GBK, Big5, Shift_JIS or EUC-KR.

Bytes that made no character there are lost or left a mark. What is left is searched with the character model, and a
repair is made only where damaging it again gives what stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cleaners.restoration.mojibake.code936 import Search936
from cleaners.restoration.mojibake.codecs import (
    FAMILIES,
    MARK,
    TRUE_CODECS,
    Reading,
    encoder,
    forward,
    known_bytes,
    read_wrongly,
    readers,
)
from cleaners.restoration.mojibake.exact import Chain, ambiguous, certainty, exactly, is_writing, through_western, undo
from cleaners.restoration.mojibake.exact import T as EXACT
from cleaners.restoration.mojibake.fill import fill
from cleaners.restoration.mojibake.hypotheses import Hypothesis, Segment
from cleaners.restoration.mojibake.judge import Judge, Page, count_everyday, everyday, is_everyday, judge, script_of
from cleaners.restoration.mojibake.judge import T as JUDGE
from cleaners.restoration.mojibake.lattice import Search
from cleaners.restoration.mojibake.marks import balance
from cleaners.restoration.mojibake.repairs import Repair
from cleaners.restoration.mojibake.windows import runs, windows
from cleaners.thresholds import threshold

MULTIBYTE = ("gbk", "big5", "cp932", "cp949")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    depth: int = threshold(3, "readings", "on top of each other")
    min_affinity: float = threshold(0.35, "share", "of the bytes that must be whole everyday characters in UTF-8")
    likely_worst: float = threshold(-11.5, "log2 probability a character", "outside ASCII, of a repair that is likely")
    min_segment: float = threshold(6.0, "bits", "that a stretch gains, of a text with marks")
    min_known: float = threshold(0.6, "share", "of the characters outside ASCII that the family reads")
    worst_naive: float = threshold(-13.5, "log2 probability a character", "of what comes back without a search")
    min_better: float = threshold(
        1.5, "bits a character", "by which a reading of two-byte codecs must be better to be searched"
    )
    close: float = threshold(2.0, "bits", "between an answer and the next")
    min_beside: float = threshold(6.0, "bits", "that a short stretch gains where the page was read so elsewhere")
    least_han: int = threshold(
        4, "characters", "different Han, for what comes back to speak of damage that could not be undone"
    )
    max_unknown: float = threshold(
        0.34, "share", "of the bytes of a repair, or of what is to be repaired, that are unknown"
    )
    width: int = threshold(20, "states", "kept at a place of the search")
    width_deep: int = threshold(
        8, "states", "kept for readings on top of each other: each step of the outer one searches in the inner one"
    )


T = Thresholds()
_ASCII = bytes(range(0x80))
_SHORT = re.compile("(?<![^\x00-\xff])[^\x00-\xff]{2,12}(?![^\x00-\xff])")
_PRIVATE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class _Candidate:
    chain: Chain
    naive: str
    mean: float


def find(line: str, page: Page | None = None) -> list[Repair]:
    """The repairs of `line`, in order; none overlaps another. `page` helps to choose what fills lost bytes."""
    repairs: list[Repair] = []
    for start, end in windows(line, runs(line)):
        repairs += _window(line, start, end, page)
    return repairs


def _window(line: str, start: int, end: int, page: Page | None) -> list[Repair]:
    text = line[start:end]
    if all("\ue000" <= char <= "\uf8ff" or char <= "\x7f" for char in text):
        return []  # a row of icons
    candidates = _candidates(text, T.depth)[:3]
    plain = judge().plain(text) if candidates else 0.0
    best: tuple[float, list[Repair]] = (0.0, [])
    told: Chain = ()
    for candidate in candidates:
        found = exactly(text, candidate.chain, plain, start)
        if found is None and len(text) > EXACT.longest:
            if page:
                page.starved = True
        elif found is None:
            found = _search(text, candidate, plain, start, line[max(0, start - 3) : start], page)
        if found is not None and found[0] > best[0]:
            best = found
            told = candidate.chain
    if page and best[1] and len(told) == 1:
        page.readings.add(told[0])
    repairs = best[1] or through_western(text, start)
    if page and not repairs and any(_looks_damaged(candidate, plain / len(text)) for candidate in candidates):
        page.refused = True
    return repairs


def beside(line: str, page: Page) -> list[Repair]:
    """The repairs of short stretches of `line` that were read as others of the page: a word or two in UTF-8.

    By themselves they would say too little. Few bytes are UTF-8 by accident.
    """
    families = [read for true, read in page.readings if true == "utf-8"]
    repairs: list[Repair] = []
    for match in _SHORT.finditer(line) if families else ():
        for family in families:
            undone = undo(match[0], "utf-8", family)
            if undone is None or not all(map(everyday().__contains__, undone[0])):
                continue
            if judge().score(undone[0]) - judge().plain(match[0]) >= T.min_beside:
                detail = f"{undone[1]}, as elsewhere"
                repairs.append(Repair(*match.span(), undone[0], "wrong-codec", "likely", detail))
                break
    return repairs


def _looks_damaged(candidate: _Candidate, own: float) -> bool:
    """Whether what a reading would give back is much more like text than what stands, `own` bits a character."""
    han = [char for char in candidate.naive if "\u3400" <= char <= "\u9fff"]
    return candidate.mean > own + T.min_better and 2 * len(han) >= len(candidate.naive) and len(set(han)) >= T.least_han


def _candidates(text: str, depth: int) -> list[_Candidate]:
    """Chains of readings that may have made `text`, by how much their naive undoing looks like text."""
    jury = judge()
    own: float | None = None
    foreign = [char for char in text if char > "\x7f"]
    out: list[_Candidate] = []
    for family in MULTIBYTE:
        encode = encoder(family)
        data = known_bytes(text, family)
        high = len(data.translate(None, _ASCII))
        if high < 4 or text.count(MARK) > T.max_unknown * (high + text.count(MARK)):
            continue
        naive = data.decode("utf-8", "ignore")
        if not naive.isascii() and 3 * len([c for c in naive if c > "\u07ff"]) >= T.min_affinity * high:
            mean = jury.score(naive) / len(naive)
            if 3 * count_everyday(naive)[0] >= T.min_affinity * high:
                out.append(_Candidate((("utf-8", family),), naive, mean))
            if depth > 1 and mean < EXACT.exact_worst:
                for deeper in _candidates(naive, depth - 1):
                    chain = (("utf-8", family), *deeper.chain)
                    out.append(_Candidate(chain, deeper.naive, deeper.mean))
        if sum(map(bool, map(encode, foreign))) + text.count(MARK) < T.min_known * len(foreign):
            continue  # most of it never came out of this family
        for true in ("gbk", "big5"):
            if true == family:
                continue
            # with a byte for each that is gone the pairs stay in step
            step = known_bytes(text, family, b"\xb5") if MARK in text else data
            naive = step.decode("gb18030" if true == "gbk" else "cp950", "ignore")
            if 4 * (len(naive) - len(naive.encode("ascii", "ignore"))) < high or not is_everyday(naive):
                continue
            if own is None:
                own = jury.plain(text) / len(text)
            mean = jury.score(naive) / max(1, len(naive))
            if mean > T.worst_naive and mean > own + T.min_better:
                out.append(_Candidate(((true, family),), naive, mean))
    return sorted(out, key=lambda candidate: -candidate.mean)


def _tries(text: str, chain: Chain) -> list[list[tuple[Reading, ...]]]:
    """The readings that may have made `text` by way of `chain`: of each list, the first that holds.

    What the codecs of a family share is enough most often. Where an answer takes a piece from each, none holds.
    """
    if MARK in text:
        policies = ["mark"]
    else:  # of a two-byte codec nothing tells without a mark where a byte went
        last = "drop" if all(true == "utf-8" for true, _ in chain) else "strict"
        policies = ["query", last] if "?" in text else [last]
    out: list[list[tuple[Reading, ...]]] = []
    for policy in policies:
        readings = tuple(Reading(true, family, policy) for true, family in chain)
        narrow = [_one_codec(text, readings, codec) for codec in FAMILIES[chain[0][1]]]
        out.append([readings, *(one for one in narrow if one)])
    if chain == (("utf-8", "gbk"),) and MARK not in text:
        private, euro = _PRIVATE.search(text) is not None, "\u20ac" in text
        odd = ["swallow", "query"] if "?" in text else ["drop"]
        windows: list[list[tuple[Reading, ...]]] = []
        if private or euro:
            windows = [[(Reading("utf-8", "gbk", policy, "windows-936"),)] for policy in odd]
        copied = (Reading("utf-8", "gbk", "swallow" if "?" in text else "strict", "windows-936-copied"),)
        if private:
            return [*windows, *out] if euro else [*out, *windows]
        out = [*windows, *out, [copied]]
    return out


def _search(
    text: str, candidate: _Candidate, plain: float, offset: int, before: str, page: Page | None
) -> tuple[float, list[Repair]] | None:
    script = script_of(candidate.naive)
    jury = page.judge(script) if page else judge(script)
    best: tuple[float, list[Repair]] | None = None
    deep = len(candidate.chain)
    for mixed in (False, True) if deep == 1 else (False,):
        for readings in _tries(text, candidate.chain):
            kind = f"{' <- '.join(map(str, readings[0]))} {mixed}"
            if (mixed and readings[0][0].codec == "windows-936-copied") or (page and not page.may_search(kind)):
                continue  # wherever a run might begin, pairs might be gone: it costs much and finds little
            found = None
            for one in readings:
                if page and page.moves_left <= 0:
                    continue
                width = T.width if deep == 1 else T.width_deep
                limit = (page.moves_left if page else JUDGE.moves) // deep
                search = _search_for(one, jury, page, width=width, mixed=mixed, limit=limit)
                answers = search.run(text, before or "\n")
                found = _accept(text, answers, one, plain, offset, jury, page)
                if page:
                    page.spend(kind, deep * search.moves, found is not None)
                if found is not None or not answers:
                    break
            if found is not None and (best is None or found[0] > best[0]):
                best = found
                if not mixed and "?" not in text[:-1] and all(map(_guesses_its_end, found[1])):
                    break
        if best is not None:
            break
    return best


def _guesses_its_end(repair: Repair) -> bool:
    """Whether nothing was to be guessed but how it ends."""
    return repair.unknown <= 1 and all(place == len(repair.after) - 1 for place in repair.doubtful)


def _search_for(
    chain: tuple[Reading, ...], jury: Judge, page: Page | None, *, width: int, mixed: bool, limit: int
) -> Search:
    kind = Search936 if chain[0].codec.startswith("windows-936") else Search
    search = kind(chain, jury.logp, jury.stands, width=width, mixed=mixed, limit=limit, answers=jury.answers)
    if isinstance(search, Search936) and page:
        search.half_marks = page.half_marks
    return search


def _one_codec(text: str, chain: tuple[Reading, ...], codec: str) -> tuple[Reading, ...]:
    """`chain` read with this codec of the family throughout, where all of `text` can have come from it, else ()."""
    encode = encoder(chain[0].read, codec)
    if not all(encode(char) for char in set(text) if char != MARK):
        return ()
    return tuple(replace(reading, codec=codec) if reading.read == chain[0].read else reading for reading in chain)


def _accept(
    text: str,
    answers: list[Hypothesis],
    chain: tuple[Reading, ...],
    plain: float,
    offset: int,
    jury: Judge,
    page: Page | None,
) -> tuple[float, list[Repair]] | None:
    for answer in answers:
        gain = answer.score - plain
        if gain < EXACT.min_gain or not answer.segments:
            return None
        if not all(_holds(text[s.start : s.end], s, chain) for s in answer.segments):
            continue
        segments = answer.segments
        if MARK in text:  # whose absence must not pay for a stretch that was none the worse
            segments = tuple(s for s in segments if _gains(text, s, jury))
            if not segments:
                return None
        if len(chain) == 1 and chain[0].policy == "mark":
            segments = fill(text, segments, chain[0], jury, page)
        if len(chain) == 1:
            segments = balance(text, segments, chain[0])
        others = [other.text for other in answers if other is not answer]
        runner = f"; runner-up {others[0][:40]!r}" if others else ""
        names = " <- ".join(map(str, chain))
        rival = max((other.score for other in answers if other is not answer), default=-1e9)
        whole = MARK not in text and not any(s.unknown for s in segments)  # else the codec may have been another
        return gain, [
            Repair(
                offset + s.start,
                offset + s.end,
                s.after,
                "wrong-codec",
                certainty(s.after, chain[-1].true)
                if whole and not ambiguous(text[s.start : s.end], chain[0].read)
                else "likely",
                f"{names}; {s.unknown} unknown bytes{runner}",
                s.doubtful,
                s.unknown,
                chain[0] if len(chain) == 1 and s.unknown else None,
                s.unknown > 0 and answer.score - rival < T.close,
            )
            for s in segments
        ]
    return None


def _gains(text: str, segment: Segment, jury: Judge) -> bool:
    """Whether what stands, but for its marks, is less like text than what comes back."""
    before = text[segment.start : segment.end].replace(MARK, "")
    return jury.score(segment.after) - jury.plain(before) >= T.min_segment


def _holds(before: str, segment: Segment, chain: tuple[Reading, ...]) -> bool:
    """Whether what comes back reads like text, most of its bytes are known, and damaging it gives `before`."""
    after, true = segment.after, chain[-1].true
    if not is_writing(after, true):
        return False
    foreign = "".join([char for char in after if char > "\x7f"])
    if segment.unknown > T.max_unknown * len(foreign.encode("utf-8" if true == "utf-8" else "gb18030")):
        return False
    whole = [char for place, char in enumerate(after) if place not in segment.doubtful]
    if true != "utf-8" and segment.unknown >= sum("\u3400" <= char <= "\u9fff" for char in whole):
        return False  # signs and Latin letters are pairs of any of these codecs: chosen characters prove nothing
    if judge().foreign_mean(after) < (T.likely_worst if segment.unknown else EXACT.exact_worst):
        return False
    return proved(before, after, chain)


def proved(before: str, after: str, chain: tuple[Reading, ...]) -> bool:
    """Whether reading `after` wrongly, as `chain` says, gives `before`."""
    if len(chain) == 1:
        return forward(after, chain[0], before) is not None
    inner = chain[-1]
    return any(proved(before, step, chain[:-1]) for step in damaged(after, inner))


def damaged(text: str, reading: Reading) -> list[str]:
    """All that the readers of `reading` make of `text`."""
    out: list[str] = []
    for true in TRUE_CODECS[reading.true]:
        try:
            data = text.encode(true)
        except UnicodeEncodeError:
            continue
        for codec in readers(reading):
            step = read_wrongly(data, codec, reading.policy)
            if step is not None and step not in out:
                out.append(step)
    return out
