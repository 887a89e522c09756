"""What a page says about itself: its title, its date, where it is from and who wrote it, each with its origin."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cleaners import metadata
from cleaners.extraction import around
from cleaners.extraction.around import Add
from cleaners.extraction.meta import TITLE_META, Meta
from cleaners.extraction.tree import HEADINGS, Element, Outline
from cleaners.metadata import (
    date_in_url,
    date_of,
    find,
    is_generic,
    is_organisation,
    is_site,
    names_nothing,
    names_site,
    plain_title,
    title_key,
    without_badge,
    without_site,
)
from cleaners.policy import Context
from cleaners.text import title_like
from cleaners.thresholds import threshold
from schemas.records import Block

DATE_META = (
    "article:published_time", "datepublished", "pubdate", "publishdate", "publish_date", "publishtime",
    "publish_time", "og:release_date", "og:published_time", "og:time", "news:published_time", "weibo:article:create_at",
    "apub:time", "bytedance:published_time",
    "publish-date", "parsely-pub-date", "iso-8601-publish-date", "citation_publication_date", "article_date_original",
    "bt:pubdate", "dc.date.issued", "dcterms.date", "dcterms.issued", "og:article:published_time",
    "cxenseparse:recs:publishtime", "dc.date", "dcterms.created", "sailthru.date", "article.published",
    "datecreated", "firstcreationtime", "date",
)  # fmt: skip
LATER_META = ("dateupdate", "datemodified", "article:modified_time", "og:updated_time", "maketime")
SOURCE_META = ("contentsource", "source", "mediaid", "article:source", "sourcename")
AUTHOR_META = (
    "author", "article:author", "dc.creator", "dcterms.creator", "og:article:author", "parsely-author",
    "article_author", "cxenseparse:author", "byl",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    notice_lines: int = threshold(80, "lines", "above the text in which a notice's header is looked for")
    top_lines: int = threshold(3, "lines", "of an article among which a title is looked for that no element marks")


T = Thresholds()
_TITLE_NAME = re.compile(r"(?:^|[^a-z])(?:title|tit|biaoti|headline)(?:[^a-z]|$)", re.I)


def candidates(meta: Meta, outline: Outline, chosen: list[Element], title: int, context: Context) -> list[Block]:
    """Candidates for title, published, source and author, each kind with the most trusted first."""
    found: list[Block] = []

    def add(role: str, origin: str, text: str | None) -> None:
        if text and not any(b.role == role and b.origin == origin and b.text == text for b in found):
            found.append(Block(text, role=role, origin=origin))

    site = meta.values.get("og:site_name", "") or _shown_site(meta, outline, chosen)
    shown = _titles(meta, outline, chosen, title, site, add)
    for name in DATE_META:
        if name in meta.values:
            add("published", "meta", date_of(meta.values[name]))
    add("source", "meta", metadata.clean_source(meta.first(SOURCE_META)))
    head, tail = around.regions(outline, chosen, title)
    above = [line.text for line in outline.lines[max(0, head.stop - T.notice_lines) : head.stop]]
    notice = metadata.header_of_lines(above)
    add("published", "head", notice.published)
    add("source", "head", notice.source)
    sites = frozenset(title_key(name) for name in (site, *metadata.site_names(meta.title)) if title_key(name))
    around.read(outline, head, tail, title, sites - {title_key(shown)}, add, context)
    _meta_author(meta, outline, add, found)
    if not any(b.role == "source" for b in found):
        add("source", "json-ld", _json_organisation(meta))
    if not any(b.role == "published" for b in found):
        add("published", "meta", meta.script_date())
    add("published", "url", date_in_url(context.url))
    if not any(b.role == "published" for b in found):
        for name in LATER_META:
            add("published", "meta", date_of(meta.values.get(name, "")))
    return found


def _shown_site(meta: Meta, outline: Outline, chosen: list[Element]) -> str:
    """The last part of the title element where a line outside the article says it alone, as a masthead does."""
    names = {title_key(name): name for name in metadata.site_names(meta.title)}
    if not names:
        return ""
    around_it = (*outline.lines[: chosen[0].first], *outline.lines[chosen[-1].last :])
    lines = (line for line in around_it if line.chars <= len(meta.title) and line.owner.tag not in HEADINGS)
    return next((names[key] for key in (title_key(line.text) for line in lines) if key in names), "")


def _titles(meta: Meta, outline: Outline, chosen: list[Element], title: int, site: str, add: Add) -> str:
    """Add what may be the title; the line of the page that bears it, or its heading, "" where there is neither."""
    line = plain_title(outline.lines[title].text) if title >= 0 else ""
    if line and title_key(line) == title_key(meta.title) and outline.lines[title].owner.tag not in HEADINGS:
        line = without_site(line, site)  # a page that repeats its title element as it is
    line = without_badge(line, meta.titles())
    shows = bool(line) and outline.lines[title].owner.tag == "h1"  # and no other name is one then

    def name_it(origin: str, text: str | None) -> None:
        if text and not (shows and title_key(text) != title_key(line)):
            add("title", origin, text)

    _from_json(meta, add, name_it, site, line)
    named = any(not (is_site(t) or names_nothing(t)) for t in meta.titles())
    shown = line or without_badge(heading(outline, chosen, meta.title, named=named) or "", meta.titles())
    for name in (meta.title, *(meta.values.get(n, "") for n in TITLE_META)):
        own = without_site(plain_title(name), site, line)
        if line or not shown or not (is_site(own) or names_nothing(own)):
            name_it("meta", None if is_generic(own) else own)  # a site's name is no title of what has a heading
    add("title", "head", shown)
    return shown


def heading(outline: Outline, chosen: list[Element], title: str, *, named: bool) -> str | None:
    """The heading that an article begins with, where the page names no title that a line bears.

    title: the title element. named: whether the page calls itself anything; where it does not, its first line may be a
    title without a mark.
    """
    lines = outline.lines
    first = chosen[0].first
    near = [ln for ln in lines[max(0, first - 3) : first + 6] if not around.is_crumb(ln.text)]
    near = [ln for ln in near if not names_nothing(ln.text) and (named or title_key(ln.text) not in title_key(title))]
    for tags in (("h1", "h2", "h3"), () if named else ("h4", "h5", "h6")):
        for line in near:
            owner = line.owner
            marked = owner.tag in tags or (_TITLE_NAME.search(owner.name) and bool(tags))
            highest = owner.tag == "h1"
            if marked and (2 if highest else 4) <= line.chars <= 80 and (highest or line.linked * 2 < line.chars):
                return plain_title(line.text)
    if not named:
        for line in lines[max(0, first - 1) : first + T.top_lines]:
            if line.text[-1:] in "。！？!?" or (line.marks and line.chars >= around.T.running):
                break  # the text has begun
            plain = line.linked == 0 and line.text[0] not in "—-(（" and line.owner.tag in ("p", *HEADINGS)
            if (
                plain
                and title_like(line.text)
                and not (names_nothing(line.text) or metadata.parse(line.text).published or _names_one(line.text))
            ):
                return plain_title(line.text)
    return None


def _names_one(text: str) -> bool:
    """Whether a line says who holds an office (主 任：林晓舟)."""
    _, _, value = text.replace("：", ":").partition(":")
    return metadata.surnamed(value.strip())


def _from_json(meta: Meta, add: Add, name_it: Callable[[str, str | None], None], site: str, line: str) -> None:
    for item in meta.objects:
        title = item.get("headline") or item.get("title")
        if isinstance(title, str):
            name_it("json-ld", without_site(plain_title(title[:500]), site, line))
        published = item.get("datePublished") or item.get("pubDate") or item.get("dateCreated")
        if isinstance(published, str):
            add("published", "json-ld", date_of(published))
        names = [name for name, organisation in _json_authors(item) if not organisation]
        if names and title_key(names[0]) != title_key(site):
            add("author", "json-ld", " ".join(names))


def _json_authors(item: dict[str, Any]) -> list[tuple[str, bool]]:
    """Names of a JSON-LD object's authors, each with whether it is an organisation."""
    author = item.get("author")
    found = []
    for each in (author if isinstance(author, list) else [author])[:8]:
        name = each.get("name") if isinstance(each, dict) else each
        kind = str(each.get("@type", "")) if isinstance(each, dict) else ""
        clean = metadata.clean_name(name) if isinstance(name, str) else None
        if clean:
            found.append((clean, "Organization" in kind or "Organisation" in kind or is_organisation(clean)))
    return found


def _json_organisation(meta: Meta) -> str | None:
    """The organisation that JSON-LD calls an author: it is the source."""
    names = (name for item in meta.objects for name, organisation in _json_authors(item) if organisation)
    return next(names, None)


def _meta_author(meta: Meta, outline: Outline, add: Add, found: list[Block]) -> None:
    """A meta author, where the page itself shows the name and does not call it its editor's or its owner's."""
    for value in dict.fromkeys(meta.values[name] for name in AUTHOR_META if name in meta.values):
        name = metadata.written_by(value) or metadata.capitalised(value) or metadata.clean_name(value)
        if not name or name.isdigit():
            continue
        if is_organisation(name) and not any(b.role == "source" for b in found):
            shown = any(name in line.text for line in outline.lines)
            add("source", "meta", name if shown else None)
        if names_site(name) or any(b.role == "source" and title_key(b.text) == title_key(name) for b in found):
            continue
        first = name.split(",")[0]
        lines = [ln.text for ln in outline.lines if first in ln.text and ln.chars <= metadata.LINES.line_limit]
        lines = [text for text in lines if not find("owner", text)]
        if lines and not any(_edits(text, first) for text in lines):
            add("author", "meta", name)
            return


def _edits(text: str, name: str) -> bool:
    """Whether a line calls this name its editor's."""
    before = text[: text.index(name)]
    return find("editor-before", before) is not None
