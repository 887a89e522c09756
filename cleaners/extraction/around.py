"""The lines in which a page speaks about its article: around the title, and behind the body."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cleaners import metadata
from cleaners.extraction.tree import Element, Outline
from cleaners.metadata import date_of, find, find_dates, is_organisation, title_key
from cleaners.policy import Context
from cleaners.text import lexicon
from cleaners.thresholds import threshold

Add = Callable[[str, str, "str | None"], None]  # role, origin, text


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    before: int = threshold(4, "lines", "read above the title")
    behind: int = threshold(8, "lines", "read behind the body")
    span: int = threshold(30, "lines", "read in the head at most")
    running: int = threshold(30, "characters", "from which a line with a punctuation mark is running text")
    name_limit: int = threshold(200, "characters", "of what may be a name with what stands beside it")
    rest: int = threshold(40, "characters", "of a byline below a lede that are neither date nor name")
    source_near: int = threshold(
        2, "lines", "on either side of the date among which a source without a label is looked for"
    )
    lede_lines: int = threshold(10, "lines", "behind the title, with a lede and a caption, above a byline or dateline")
    lede_running: int = threshold(3, "lines", "of running text among them at most")
    birth_lines: int = threshold(40, "lines", "behind the title in which a birth may be told")


T = Thresholds()
_AUTHOR_NAME = re.compile(
    r"(?:^|[^a-z])(?:author|writer|nick-?name|user-?name|byline|editor-name|posted-by|poster|authi)(?:[^a-z]|$)", re.I
)
_AUTHOR_PARTS = re.compile(r"(?:author|writer)[-_]?name|name[-_]?author|nickname|author", re.I)
_SOURCE_NAME = re.compile(r"(?:^|[^a-z])(?:source|laiyuan|ly|origin|media-?name|from)(?:[^a-z]|$)", re.I)
_LATER_NAME = re.compile(r"updat|modif|edit", re.I)
_CRUMB = re.compile(r"[»›＞]|\s>+\s|>>")
_CRUMB_SIGN = re.compile("[»›＞>]")  # one of which is in each
_LATER_POST = lexicon("extraction.toml").matcher("later-post")
_APART = re.compile(r"[\s\u3000|｜·•/\[\]【】()（）《》,，]+")


def is_crumb(text: str) -> bool:
    """Whether a line shows the way to the page (首页 > 新闻 > 正文)."""
    return (_CRUMB_SIGN.search(text) and len(_CRUMB.findall(text)) >= 2) or find("crumb", text) is not None


def regions(outline: Outline, chosen: list[Element], title: int) -> tuple[range, range]:
    """Numbers of the lines in which a page speaks about its article: around its title, and behind its body."""
    lines = outline.lines
    first, last = chosen[0].first, chosen[-1].last
    body = [
        n
        for n in range(first, last)
        if lines[n].marks
        and lines[n].chars >= T.running
        and lines[n].linked * 2 < lines[n].chars
        and not is_crumb(lines[n].text)
    ]
    begin = next((n for n in body if n > title), body[0] if body else first)
    end = body[-1] + 1 if body else last
    begin = _behind_lede(outline, set(body), title, begin)
    if 0 <= title < begin:
        head = range(max(0, title - T.before), min(begin, title + T.span))
    else:
        start = first if begin - first <= T.span else begin
        head = range(max(0, min(start, begin) - T.behind), begin)
    behind = range(end, min(len(lines), end + T.behind, last + T.behind))
    reply = next((n for n in behind if _LATER_POST(lines[n].text)), behind.stop)
    return head, range(end, reply)


def _behind_lede(outline: Outline, body: set[int], title: int, begin: int) -> int:
    """Where the text begins: behind the byline or dateline that stands below a lede or the first picture's caption."""
    lines = outline.lines
    if not 0 <= title < begin:
        return begin
    if any(metadata.parse(lines[n].text).published for n in range(title + 1, begin)):
        return begin  # a date above the text: the next is a reply's
    found, running = begin, 0
    for n in range(title + 1, min(len(lines), title + 1 + T.lede_lines)):
        running += n in body
        if running > T.lede_running or _LATER_POST(lines[n].text):
            break
        if n >= begin and n not in body and lines[n].chars <= T.name_limit and _tells(outline, n):
            found = n + 1
    return found


def _tells(outline: Outline, n: int) -> bool:
    """Whether a line is a byline, or a dateline with a label or an hour, and nothing else."""
    line = outline.lines[n]
    said = metadata.parse(line.text)
    if said.authors and said.rest <= T.rest and metadata.byline(line.text):
        return True
    if said.published:
        return said.rest <= T.rest and (said.labelled or "T" in said.published or bool(said.authors))
    return bool(_AUTHOR_NAME.search(line.owner.name)) and metadata.capitalised(line.text) is not None


def read(
    outline: Outline, head: range, tail: range, title: int, sites: frozenset[str], add: Add, context: Context
) -> None:
    """Add what the lines of the head and the tail, and the elements of the head by their names, say.

    sites: what the page calls its site, folded by `title_key`.
    """
    _from_lines(outline, head, tail, title, sites, add, context)
    _from_names(outline, head, add)


def _from_lines(
    outline: Outline, head: range, tail: range, title: int, sites: frozenset[str], add: Add, context: Context
) -> None:
    lines = outline.lines
    texts = [line.text for line in lines]
    said: dict[int, metadata.Said] = {}
    persons: list[str] = []
    unlabelled: list[tuple[str, str]] = []
    born = metadata.births(texts[head.start : head.stop + T.birth_lines])
    for numbers in (head, tail):
        for n in numbers:
            text = lines[n].text
            if metadata.ends_with_label(text) and n + 1 < len(lines):
                text = f"{text.rstrip(':： ')}：{lines[n + 1].text}"
            heard = metadata.parse(text, context.fetched_at)
            told = heard.labelled or heard.source or heard.authors
            if metadata.tells_of_subject(texts, n) or (text[-1:] in "。！？" and not told):
                continue
            origin = "head" if numbers is head else "tail"
            if numbers is tail and metadata.surnamed(heard.source or "") and not find("medium", heard.source or ""):
                persons.append(heard.source or "")  # 来源：林晓舟
            elif heard.beside:
                unlabelled.append((origin, heard.source or ""))
            else:
                add("source", origin, heard.source)
            add("author", origin, heard.authors)
            add("author", "editor", heard.editor)
            if numbers is head:
                said[n] = heard
            elif heard.published and heard.labelled and heard.rest <= 12:
                add("published", "tail", heard.published)
    for origin, source in unlabelled:  # what a label names is the source, before a column's name beside the date
        add("source", origin, source)
    _from_body(outline, range(head.stop, tail.start), said, add)
    dated = [(n, h) for n, h in said.items() if h.published and h.rest <= 40 and h.published[:10] not in born]
    for _, heard in (d for d in dated if d[1].labelled):
        add("published", "head", heard.published)
    _from_times(outline, head, said, add)
    for _, heard in sorted(dated, key=lambda each: (each[0] < title, not each[1].labelled)):
        add("published", "head", heard.published)
    if not dated:
        for n in head:
            beside = lines[n + 1].text if n + 1 < len(lines) else ""
            add("published", "head", metadata.parted_date(lines[n].text, beside))
    named = any(heard.source for heard in said.values()) or _source_beside(outline, head, title, said, sites, add)
    for person in persons:  # below another source a person's name is who wrote it
        add("author" if named else "source", "tail", person)


def _from_body(outline: Outline, body: range, said: dict[int, metadata.Said], add: Add) -> None:
    """Who wrote by lines amid the text that say nothing else, the last of them first, and where the text ends.

    A line that bears the head's date too says who posted it (由海边客张贴 @ 2005-06-14).
    """
    days = {heard.published[:10] for heard in said.values() if heard.published}
    for n in body:
        text = outline.lines[n].text
        if days and len(text) <= metadata.LINES.line_limit and (match := find("posted", text)):
            posted = metadata.parse(text)
            if match["by"] and posted.published and posted.published[:10] in days:
                add("author", "head", posted.authors)
                break
    for n in reversed(body):
        line = outline.lines[n]
        if line.chars <= metadata.LINES.credit_longest:
            add("author", "tail", metadata.credited(line.text))
            if find("editor-line", line.text):
                add("author", "editor", metadata.parse(line.text).editor)
    if body:
        add("author", "tail", metadata.signed_names(outline.lines[body[-1]].text))


def _from_times(outline: Outline, head: range, said: dict[int, metadata.Said], add: Add) -> None:
    """Dates of `time` elements and of what is marked as datePublished, in the head."""
    for element in outline.beginning_in(head):
        if not element.attributes or _LATER_NAME.search(element.name):
            continue
        value = element.attributes.get("datetime") or ""
        marked = element.attributes.get("itemprop") == "datePublished"
        if not value and marked:
            value = element.attributes.get("content") or ""
        if value and (marked or element.tag == "time"):
            line = outline.lines[element.first].text
            heard = said.get(element.first)
            if marked or heard is None or heard.published or not find_dates(line):
                add("published", "head", date_of(value[:60]))


def _source_beside(
    outline: Outline, head: range, title: int, said: dict[int, metadata.Said], sites: frozenset[str], add: Add
) -> bool:
    """A source without a label: what stands beside the date and names the page's site, a medium or an office.

    Out: whether there was one.
    """
    dated = [n for n, heard in said.items() if n > title and heard.published and n != title]
    for n in dated:
        text = outline.lines[n].text
        for found in reversed(find_dates(text)):
            text = text[: found.start] + " " + text[found.end :]
        for part in _APART.split(text):
            if title_key(part) in sites or (find("medium", part) and not find("section-name", part)):
                add("source", "head", metadata.clean_source(part))
                return True
    for n in dated:
        for near in range(max(title + 1, n - T.source_near), n + T.source_near + 1):
            if near != n and near in said and outline.lines[near].linked == 0:
                text = outline.lines[near].text.strip("()（）[]【】 ")
                office = find("medium", text) or is_organisation(text)
                named = (office or title_key(text) in sites) and not find("section-name", text)
                if named and (3 if office else 2) <= len(text) <= 14:
                    add("source", "head", metadata.clean_source(text))
                    return True
    return False


def _from_names(outline: Outline, head: range, add: Add) -> None:
    """Elements of the head that are called author or source, without a label; authors of one line together."""
    authors: dict[int, list[str]] = {}
    for element in outline.beginning_in(head):
        if not element.attributes:
            continue
        if outline.chars(element) > T.name_limit or outline.lines[element.first].chars > T.name_limit:
            continue
        said = _called(element.name)
        if "author" in (element.attributes.get("itemprop"), element.attributes.get("rel"), said):
            name = _author_in(outline, element)
            before = authors.setdefault(element.first, [])
            if name and (not before or _is_another(name, before)):
                before.append(name)
        elif said:
            text = " ".join((element.node.text(deep=True) or "").split())
            if 2 <= len(text) <= 30 and not re.search("[:：]", text) and not metadata.parse(text).published:
                add("source", "head", metadata.clean_source(text))
    for found in filter(None, authors.values()):
        add("author", "head", metadata.joined(found))


def _called(names: str) -> str:
    """What a class and an id call an element: "author", "source", "" for neither. Those of a usual length, which stand
    on many elements, are remembered."""
    return _called_short(names) if len(names) <= T.name_limit else _call(names)


@lru_cache(maxsize=4096)
def _called_short(names: str) -> str:
    return _call(names)


def _call(names: str) -> str:
    if _AUTHOR_NAME.search(names) or _AUTHOR_PARTS.search(names):
        return "author"
    return "source" if _SOURCE_NAME.search(names) else ""


def _is_another(name: str, before: list[str]) -> bool:
    """Whether a second name in a line is that of another author: full names all, as one who answered last or a name
    with its button are not."""
    return all(" " in other and title_key(name) not in title_key(other) for other in before) and " " in name


def _author_in(outline: Outline, element: Element) -> str | None:
    """The name in an element that is called author: all of its text, or its first line where more stand below."""
    parted = " ".join((element.node.text(deep=True, separator=" ") or "").split())
    by = metadata.written_by(parted) or metadata.capitalised(parted)
    if by and not is_organisation(by):
        return by
    text = " ".join((element.node.text(deep=True) or "").split())
    first = outline.lines[element.first].text if element.last > element.first + 1 else ""
    for each in (text, first):
        if 2 <= len(each) <= 30 and not re.search("[:：]", each) and not metadata.parse(each).published:
            name = metadata.clean_name(each)
            if name and not is_organisation(name):
                return name
    return None
