"""What a line about a text says: its date, its source, its author. 来源：…  作者：…  （记者 …）  2024-02-16 09:10"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from cleaners.metadata import bylines, grammar, lexicon
from cleaners.metadata.dates import Dated, find_dates
from cleaners.metadata.names import NAME, SEPARATED, clean_name, clean_source, is_organisation, surnamed
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    line_limit: int = threshold(160, "characters", "the longest line that may state particulars; a longer one is text")
    covered: int = threshold(
        12, "characters", "of an editor's name, a counter's number or a section's name that are no rest of a line"
    )
    behind_names: int = threshold(40, "characters", "an office or a medium behind the names of a byline at most")
    credit_longest: int = threshold(40, "characters", "the longest line that says who wrote")


T = Thresholds()
OWN_PAPER = ("本报", "本网", "本刊", "本台", "本社", "本站")
_TIMED = re.compile(
    rf"(?:\d{{1,2}}[日\s]\s?)?\d{{1,2}}[:：]\d\d(?:[:：]\d\d)?\s+(?P<names>{NAME}(?:[\s、]{NAME}){{0,3}})"
)
_BY = re.compile(r"(?:[Bb]y|BY|Posted by)\s+(?P<name>[\w.·-]{2,24})(?=\s*$|\s*[〓|,，)）\]]|\s+[\d@])")
_BRACKETED = re.compile(rf"\s?[\[【]\s?(?P<names>{NAME}(?:[\s、]{{1,3}}{NAME}){{0,3}})\s?[\]】]")
_BARE_NAMES = re.compile(rf"(?P<names>{NAME}(?:[\s、，,\u3000]{{1,4}}{NAME}){{0,5}})")


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says of the text it goes with; None or empty where it says nothing."""

    published: str | None = None
    labelled: bool = False
    source: str | None = None
    authors: str | None = None
    editor: str | None = None
    beside: bool = False  # its source has no label, and may be the name of a column
    later: bool = False  # it says when the text was last changed
    rest: int = 0  # characters that are neither date, name, label nor filler; all of a line that says nothing


def parse(text: str, fetched_at: str | None = None) -> Said:
    """Read a line as a dateline or byline. A long line says nothing."""
    return _parsed(text, fetched_at) if 0 < len(text) <= T.line_limit else Said(rest=len(text))


@lru_cache(maxsize=1024)  # the lines of a page's head are read in every round, and by the look for its title
def _parsed(text: str, fetched_at: str | None) -> Said:
    dates = find_dates(text, fetched_at)
    marks = grammar.labels(text)
    if dates and lexicon.find("enactment", text):
        day = dates[0].iso if lexicon.find("promulgation", text) and len(dates[0].iso) >= 10 else None
        return Said(day, rest=len(text))
    if dates and lexicon.find("occasion", text):
        return Said(rest=len(text))
    by = bylines.find(text)
    if not dates and not marks and by is None:
        return Said(rest=len(text))
    found = grammar.fields(text, dates, marks)
    published, labelled = _best_date(text, dates, marks)
    source = next((s for f in found if f.kind == "source" and (s := clean_source(f.value))), None)
    beside = source is None
    author = next((a for f in found if f.kind == "author" and (a := _author(f.value))), None)
    covered = [(d.start, d.end) for d in dates]
    covered += [(f.start, f.end) for f in found if f.kind in ("source", "author") or len(f.value) <= T.covered]
    named = any(f.kind == "author" for f in found)
    if by is not None and not named:
        author, named = by.names, True
        covered.append((by.start, by.end))
    if dates and not named:
        posted = _posted(text, dates)
        if posted:
            author, named = clean_name(posted[0]), True
            covered.append(posted[1])
    rest = list(text)
    for start, end in covered:
        rest[start:end] = " " * (end - start)
    left = lexicon.without("filler", "".join(rest))
    if author is None and (dates or source):
        author = reporters(text)
    if source is None and published and not named:
        alone = "".join(rest).strip(" \u3000|｜·-—[]【】()（）,，")
        if lexicon.find("medium", alone):  # 钱江晚报 2003-7-24
            source, left = alone, ""
    if author and source is None and is_organisation(author):
        source, author = clean_source(author), None
    editor = next(
        (e for f in found if f.kind == "editor" and len(f.value) <= T.covered and (e := _author(f.value))), None
    )
    later = bool(dates) and published is None and any(mark.kind == "modified" for mark in marks)
    return Said(published, labelled, source, author, editor, beside and source is not None, later, len(left))


def _author(value: str) -> str | None:
    """The names of an author's field; behind a person's name what names an office, or is too long for a name, goes."""
    if _role().search(value):  # 采写：江畔日报记者 林晓舟
        return reporters(value)
    name = clean_name(value)
    if name in OWN_PAPER:  # 文/本报记者 林晓舟: the next label says who
        return None
    words = SEPARATED.split(name) if name else []
    if name and any(lexicon.find("office", word) for word in words):
        # 江畔镇党委书记 林晓舟: the name behind the office
        return " ".join(filter(surnamed, words)) or None
    if name and len(words) > 1 and surnamed(words[0]):
        last = words[0]
        for word in words[1:]:
            if len(word) > 4 or is_organisation(word) or lexicon.find("no-author", word):
                return name[: name.index(last) + len(last)]
            last = word
    return name


def _posted(text: str, dates: Sequence[Dated]) -> tuple[str, tuple[int, int]] | None:
    """Who posted by a line without a label: By LIN, 2024-02-16 [林晓舟], 渔火 发表于 2024-02-16; and where."""
    match = _BY.search(text) or _BRACKETED.match(text, dates[0].end)
    if match is not None:
        return match[1], match.span()
    match = lexicon.find("posted", text)
    return (match["by"] or match["name"], match.span()) if match is not None else None


def _best_date(text: str, dates: Sequence[Dated], marks: Sequence[grammar.Label]) -> tuple[str | None, bool]:
    plain: str | None = None
    before = 0
    for dated in dates:
        label = grammar.label_of(dated, before, marks)
        event = label is not None and label.glued and label.word[-2:] in grammar.NOUNS  # 考试时间：
        event = event or ("T" in dated.iso and lexicon.find("clock-end", text[dated.end : dated.end + 8]) is not None)
        bounds = lexicon.find("range-end", text[dated.end : dated.end + 6])
        before = dated.end
        if len(dated.iso) < 10:  # a month alone is an archive's name as a rule
            continue
        if label is not None and label.kind == "published" and not event:
            return dated.iso, True
        if plain is None and not event and not bounds and (label is None or label.kind != "modified"):
            plain = dated.iso
    return plain, False


@cache
def _reporter() -> re.Pattern[str]:
    roles, crafts = lexicon.alternatives("reporter"), lexicon.shape("craft").pattern
    return re.compile(
        rf"(?:{roles})(?P<apart>[\s:：/／|]{{0,6}})(?P<names>{NAME}(?:[\s、，,]{{1,3}}{NAME}){{0,7}})"
        rf"(?=[\s)）】」』\]。,，、;；/／|]|报道|$|{roles}|(?:{crafts})(?=[\s)）】/／|]|$))"
    )


@cache
def _role() -> re.Pattern[str]:
    return re.compile(lexicon.alternatives("reporter"))


@cache
def _signed() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Names in brackets at a text's end, with the work they did (综合报道) and without."""
    craft = rf"\s(?:[\u4e00-\u9fff]{{2,4}})?(?:{lexicon.shape('craft').pattern})"
    names = rf"[(（【\[]\s?(?P<names>{NAME}(?:[\s、]{{1,3}}{NAME}){{0,3}})"
    return re.compile(rf"{names}{craft}\s?[)）】\]]\s*$"), re.compile(rf"{names}\s?[)）】\]]\s*$")


@cache
def _reporter_line() -> re.Pattern[str]:
    roles = f"{lexicon.alternatives('reporter')}|{lexicon.alternatives('author')}"
    front = lexicon.shape("before-reporter").pattern
    return re.compile(
        rf"[□■◆◇●○▲△★☆◎]?\s?[(（【]?\s?(?:{front}|[\u4e00-\u9fff·]{{0,10}})?\s{{0,3}}(?:{roles})[:：/／\s]*"
        rf"(?P<names>{NAME}(?:[\s、，,\u3000]{{1,4}}{NAME}){{0,7}})"
        r"\s?(?:报道|文|发自[\u4e00-\u9fff]{2,6}(?:报道)?|[\u4e00-\u9fff]{2,4}报道)?\s?[)）】]?"
    )


def reporters(text: str) -> str | None:
    """Names of the reporters a text gives (记者 张三 李四), None where it gives none."""
    names: list[str] = []
    for match in _reporter().finditer(text[:400]):
        for word in SEPARATED.split(_role().sub(" ", match["names"]).strip()):
            name = lexicon.rid("work-glued", word)
            if len(name) < 2 or lexicon.find("no-reporter", name) or not (match["apart"] or names or surnamed(name)):
                break  # 各路记者齐聚: what directly follows the role must look like a name
            if names and name != word and not surnamed(name) and f"、{word}" not in match["names"]:
                break  # 记者 林晓舟 北京报道
            if name not in names:
                names.append(name)
    return " ".join(names) or signed_names(text)


def signed_names(text: str) -> str | None:
    """Names in brackets at a text's end: （林晓舟 报道）, or two names, or a name behind a full stop."""
    end = text[-60:]
    match = _signed()[0].search(end)
    if match is not None:
        names = [n for n in re.split(r"[\s、]+", match["names"]) if not lexicon.find("no-reporter", n)]
        return " ".join(names) or None
    match = _signed()[1].search(end)
    if match is None:
        return None
    names = re.split(r"[\s、]+", match["names"])
    stopped = end[: match.start()].rstrip()[-1:] in ("。", "”", "！", "？") and len(names[0]) == 3
    if len(names) < 2 and not stopped:
        return None
    return " ".join(names) if all(surnamed(n) and not lexicon.find("no-reporter", n) for n in names) else None


def ends_with_label(text: str) -> bool:
    """Whether the value of a line's label stands on the next line."""
    return len(text) <= 24 and lexicon.find("pending-label", text) is not None


def byline(text: str) -> str | None:
    """Names of a line that is a byline and nothing else: 本报记者 张三 李四, or names alone, each with a surname."""
    text = text.strip()
    by = bylines.find(text) if 2 <= len(text) <= T.line_limit else None
    if by and by.start == 0 and len(text) - by.end <= T.behind_names:
        return by.names
    if not 2 <= len(text) <= 60:
        return None
    match = _reporter_line().fullmatch(text)
    if match is None:
        match = _BARE_NAMES.fullmatch(text)
        if match is None or not all(surnamed(n) for n in SEPARATED.split(text)):
            return None
    before = text[: match.start("names")].strip()
    if before == text[: match.start("names")] and before[-1:] == "文":
        return None  # 文章详情: 文 begins words, too, and names somebody before a sign or a blank alone
    names = [n for n in SEPARATED.split(match["names"]) if n and not (lexicon.find("craft", n) or _role().search(n))]
    if not _role().search(text) and not all(map(surnamed, names)):
        return None
    return (
        None
        if any(lexicon.find("no-author", n) for n in names) or any(lexicon.find("no-reporter", n) for n in names)
        else " ".join(names) or None
    )


def begins_with_by(text: str) -> bool:
    """Whether a line begins with a word for "by" and the names behind it."""
    by = bylines.find(text)
    return by is not None and by.start == 0


def credited(text: str) -> str | None:
    """Names of a short line that says who wrote what stands above it: 作者 林晓舟, 记者 林晓舟, 采写：林晓舟."""
    if len(text) > T.credit_longest or not (_role().search(text) or grammar.author_word(text)):
        return None
    return byline(text) or parse(text).authors


def timed_names(text: str) -> str | None:
    """Names behind the rest of a date (24 07:46:04 林晓舟), each with a surname."""
    match = _TIMED.fullmatch(text)
    names = SEPARATED.split(match["names"]) if match else []
    return " ".join(names) if names and all(map(surnamed, names)) else None


def names_nothing(text: str) -> bool:
    """Whether a line has labels of a dateline and nothing behind them (好学生 分享 时间：), or is counters alone."""
    if len(text) > 40:
        return False
    if re.fullmatch(r"[\d\s,，.+万次]{1,12}", text):
        return True
    labelled = lexicon.find("empty-label", text)
    return bool(labelled) and text.rstrip()[-1] in ":：" and len(lexicon.without("filler", text)) <= 6
