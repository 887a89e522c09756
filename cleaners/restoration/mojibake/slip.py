"""GBK text that lost a byte, or got one too many: from there to the next border every pair is read one byte late.

The shifted tail holds all its bytes but the last and comes back by itself. Of the character that was hit one byte is
left: it is put back where the model clearly knows it, else U+FFFD stands for it. A repair must give the input back when
the same byte is lost again, and must be far more like text than what stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from cleaners.model import model, score
from cleaners.restoration.mojibake.codecs import END, MARK, encoder, read_pairs, read_wrongly, unusable
from cleaners.restoration.mojibake.judge import Judge, Page, everyday, judge, script_of
from cleaners.restoration.mojibake.repairs import Repair
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    before: int = threshold(8, "characters", "before the first unusual one at which the byte may be lost")
    behind: int = threshold(8, "characters", "behind the last unusual one at which the tail may end")
    starts: int = threshold(4, "places", "tried as the beginning, by the sums over shifted and unshifted pairs")
    ends: int = threshold(4, "places", "tried as the end, the same way")
    min_gain: float = threshold(25.0, "bits", "by which a repair must read better")
    min_gain_halves: float = threshold(
        32.0, "bits", "the same, of halves of characters with nothing whole between them"
    )
    plain: float = threshold(-9.0, "log2 probability a character", "what is likelier than this needs no repair")
    worst: float = threshold(-10.0, "log2 probability a character", "of the repaired stretch")
    known: float = threshold(2.0, "bits", "between the best character and the next, for it to be put back")
    least: float = threshold(9.0, "bits", "that a character put back costs, as a rule")
    picked: float = threshold(
        -21.0,
        "log2 probability",
        "of a Han character that stands there; a tail of them is rarer than a list of rare ones",
    )
    common: float = threshold(-17.0, "log2 probability", "of a character by itself, from which it is tried")
    many: int = threshold(6, "pairs", "that tell a shifted tail from chance")
    marked: float = threshold(
        -20.0,
        "log2 probability",
        "of U+FFFD: little more than a rare character, for pages have it for other reasons, too",
    )
    longest: int = threshold(2000, "characters", "of a window")
    moves: int = threshold(400, "steps of search", "what a window costs, with 2 a character")


T = Thresholds()
_MARKED = re.compile(f"[{MARK}?]")
_COST = {"lead lost": 0.0, "trail lost": -8.0, "byte too many": -14.0}


@lru_cache(maxsize=1)
def _halves() -> tuple[dict[int, str], dict[int, str]]:
    """The commoner characters of GBK by their first and by their second byte."""
    leads: dict[int, str] = {}
    trails: dict[int, str] = {}
    unigram = model().unigram
    for pair, char in read_pairs("gbk").items():
        if len(pair) == 2 and pair[1] >= 0x40 and len(char) == 1 and unigram(char) >= T.common:
            leads[pair[0]] = leads.get(pair[0], "") + char
            trails[pair[1]] = trails.get(pair[1], "") + char
    return leads, trails


def find(line: str, windows: list[tuple[int, int]], page: Page | None = None) -> list[Repair]:
    """The repairs of `line`, in order; `windows` are the places of its first and last unusual characters."""
    repairs: list[Repair] = []
    done = 0
    for first, last in windows:
        start, end = max(done, first - T.before), min(len(line), last + 1 + T.behind)
        cost = T.moves + 2 * (end - start)
        if end - start < 3 or end - start > T.longest or (page and page.moves_left < cost):
            continue
        stretch = line[max(start, first - 3) : last + 4]
        if all("\ue000" <= char <= "\uf8ff" or char <= "\x7f" for char in stretch):
            continue  # a row of icons
        if not _may_be_shifted(line, first, last) or score(stretch) > T.plain * len(stretch):
            continue
        if page:
            page.moves_left -= cost
        found = _window(line, start, end, first + 1)
        if found is not None:
            repairs.append(found)
            done = found.end
    return repairs


def _may_be_shifted(line: str, first: int, last: int) -> bool:
    """Whether enough of the pairs astride the unusual characters, from `first` to `last`, are everyday characters.

    In a shifted tail nearly all are; around a rare name one in six is, in a row of rare characters every other one.
    """
    stretch = line[max(0, first - 1) : last + 2]
    if MARK in stretch or "?" in stretch:
        return True
    data = stretch.encode("gbk", "replace")
    usual = everyday()
    pairs = fits = 0
    for place in range(1, 2 * len(stretch) - 2, 2) if len(data) == 2 * len(stretch) else ():
        pairs += 1
        fits += data[place : place + 2].decode("gbk", "ignore") in usual
    return 3 * fits >= 2 * pairs if pairs >= T.many else 2 * fits >= pairs


def _window(line: str, start: int, end: int, latest: int) -> Repair | None:
    """The repair that begins in [start, latest) and ends at `end` at the latest."""
    encode = encoder("gbk")
    units = [data[0] if (data := encode(char)) else b"" for char in line[start : end + 1]]
    units += [b""] * (end + 1 - start - len(units))
    usual = everyday()
    size = end - start
    tail = _tail(units, size)
    if not any(place < size and tail[place] in usual for place in range(latest - start)) and not _MARKED.search(
        line, start, end + 1
    ):
        return None  # no pair that a repair could begin with, and no mark that halves of characters stand before
    jury = judge(script_of(line))
    logp = jury.logp
    plain = [0.0] * (size + 3)
    shifted = [0.0] * (size + 3)
    seen = ("\n\n" + line[max(0, start - 2) : start])[-2:]
    seen_late = ""
    for i, pair in enumerate(tail):
        char = line[start + i]
        plain[i + 1] = plain[i] + (T.marked if char == MARK else jury.stands(seen, char, T.picked))
        seen = seen[-1] + char
        shifted[i + 1] = shifted[i] + (logp(seen_late, pair) if pair else -60.0)
        seen_late = seen_late[-1:] + pair if pair else ""
    plain[size + 1] = plain[size + 2] = plain[size]
    found: list[tuple[float, Repair]] = []
    starts = sorted(range(min(latest - start, size)), key=lambda p: shifted[p] - plain[p])[: T.starts]
    for p in starts:
        if len(units[p]) != 2:
            continue
        stop = p + 1  # the tail runs while its pairs are characters
        while stop < size and tail[stop - 1] and len(units[stop]) == 2:
            stop += 1
        ends = [(q, False) for q in range(p + 1, stop + 1)]
        if stop < size and len(units[stop]) == 1 and tail[stop - 1]:
            ends.append((stop + 1, True))
        ends.sort(key=lambda e: plain[min(size, e[0] + 1)] - shifted[e[0] - 1])
        for q, even in ends[: T.ends]:
            if (
                shifted[q - 1] - shifted[p] - (plain[min(size, q + 2)] - plain[p])
                < T.min_gain + (1 if even else 2) * T.least
            ):
                continue  # the characters to be put back cost more still
            middle = "".join(tail[p : q - 1])
            if not middle and line[start + q : start + q + 1] not in (MARK, "?"):
                continue  # halves of characters and nothing whole between them: only where a mark says so
            if not all(char in usual for char in middle):
                continue
            answer = _best(line, start + p, start + q, even, units[p], units[q - 1], middle, jury)
            if answer is not None:
                found.append(answer)
    if not found:
        return None
    gain, best = max(found, key=lambda answer: answer[0])
    if any(answer[0] > gain - T.known / 2 and answer[1].start != best.start for answer in found):
        return replace(best, after=MARK + best.after[1:], detail=f"{best.detail}; or from another place on")
    return best


def _tail(units: list[bytes], size: int) -> list[str]:
    """For each of `size` characters, what its second byte and the first of the next make; "" where they make none."""
    pairs = read_pairs("gbk")
    tail: list[str] = []
    for place in range(size):
        pair = ""
        if len(units[place]) == 2 and units[place + 1] and place + 1 < size:
            pair = pairs.get(units[place][1:] + units[place + 1][:1], "")
        tail.append(pair if len(pair) == 1 else "")
    return tail


def _best(
    line: str, start: int, stop: int, even: bool, first: bytes, last: bytes, middle: str, jury: Judge
) -> tuple[float, Repair] | None:
    """The best repair of line[start:stop], the tail being `middle`, and its gain."""
    front = line[max(0, start - 2) : start]
    leads, trails = _halves()
    ends: list[tuple[float, str, int]] = []  # score, character, where the stretch ends
    if even:
        ends.append((0.0, "", stop))
    else:
        mark = line[stop : stop + 1] in (MARK, "?") and stop < len(line)
        skips = (1,) if line[stop : stop + 1] == MARK else (1, 0) if mark else (0,)
        for skip in skips:
            following = line[stop + skip : stop + skip + 1]
            data = encoder("gbk")(following) if following else ((b"",))
            ahead = data[0][0] if data and data[0] else END
            context = ("\n\n" + front + middle)[-2:]
            behind = (line[stop + skip : stop + skip + 2] + "\n\n")[:2]
            never = unusable("gbk")[ahead]
            chars = [char for char in leads.get(last[-1], "") if char.encode("gbk")[1] in never]
            penalty = 0.0 if skip or not mark else 12.0
            ends += [(fit - penalty, char, stop + skip) for fit, char in jury.best_two(context, chars, behind)]
    if not ends:
        return None
    ends.sort(reverse=True)
    close = ends[0][1]
    to = ends[0][2]
    close_known = len(ends) == 1 or ends[0][0] - ends[1][0] >= T.known
    behind = (line[to : to + 2] + "\n\n")[:2]
    rest = middle + close
    after_first = (rest + behind)[:2]
    context = ("\n\n" + front)[-2:]
    old = line[start:to]
    whole = front + old + behind
    unmarked = whole.replace(MARK, "")
    base = jury.plain(unmarked, T.picked) + T.marked * (len(whole) - len(unmarked))
    best: tuple[float, str, str, float, str] | None = None
    for kind, options in (
        ("lead lost", trails.get(first[0], "")),
        ("trail lost", leads.get(first[0], "")),
        ("byte too many", ""),
    ):
        ranked = jury.best_two(context, options, after_first)
        if options and not ranked:
            continue
        head = ranked[0][1] if ranked else ""
        margin = ranked[0][0] - ranked[1][0] if len(ranked) > 1 else 99.0
        gain = jury.score(front + head + rest + behind) - base + _COST[kind]
        if best is None or gain > best[0]:
            best = (gain, head, kind, margin, ranked[1][1] if len(ranked) > 1 else "")
    if best is None or best[0] < (T.min_gain if middle else T.min_gain_halves):
        return None
    gain, head, kind, margin, runner = best
    sure = (not head or margin >= T.known) and close_known
    if len(middle) < (2 if not sure else 1 if to == stop else 0):
        return None  # halves of characters and nothing whole between them: only where a mark says so
    after = head + rest
    if jury.score(front + after) - jury.score(front) < T.worst * len(after):
        return None
    if not _holds(old, after, kind, first, line[to : to + 1]):
        return None
    known = margin >= T.known
    if head and not known:
        after = MARK + after[1:]
    if close and not close_known:
        after = after[:-1] + MARK
    detail = f"gbk, {kind}; {(head != '') + (close != '')} unknown bytes"
    if runner:
        detail += f"; {head} not {runner} by {margin:.1f} bits"
    if len(ends) > 1:
        detail += f"; {close} not {ends[1][1]} by {ends[0][0] - ends[1][0]:.1f} bits"
    return gain, Repair(start, to, after, "shifted-bytes", "likely", detail)


def _holds(old: str, after: str, kind: str, first: bytes, behind: str) -> bool:
    """Whether losing the byte again, or putting the stray one back, gives what stood."""
    data = after.encode("gbk")
    if kind == "lead lost":
        data = data[1:]
    elif kind == "trail lost":
        data = data[:1] + data[2:]
    else:
        data = first[:1] + data
    found = encoder("gbk")(behind) if behind and behind != MARK else ()
    follow = found[0] if found else b""
    want = old + (behind if follow else "")
    for codec in ("gbk", "gb18030"):
        for policy in ("drop", "mark", "query"):
            if read_wrongly(data + follow, codec, policy) == want:
                return True
    return False
