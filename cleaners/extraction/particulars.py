"""What a page says about itself outside its body: JSON-LD, meta elements, the lines around the title, the address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from cleaners import metadata
from cleaners.extraction.tree import HEADINGS, Element, Outline
from cleaners.metadata import SITE_TITLE, SITE_WORD, date_in_url, date_of, names_nothing, title_key, without_site
from cleaners.policy import Context
from schemas.records import Block

JSON_LIMIT = 300_000  # characters of a JSON-LD script
ARTICLE_TYPES = re.compile(r"Article|Posting|Report|WebPage|CreativeWork|Question|QAPage|Blog", re.I)
TITLE_META = ("og:title", "articletitle", "twitter:title", "dc.title", "title")
DATE_META = (
    "article:published_time", "datepublished", "pubdate", "publishdate", "publish_date", "publish-date", "publishtime",
    "publish_time", "og:release_date", "og:published_time", "og:time", "news:published_time", "weibo:article:create_at",
    "apub:time", "bytedance:published_time",
    "dc.date", "dcterms.created", "sailthru.date", "article.published", "datecreated", "firstcreationtime", "date",
)  # fmt: skip
LATER_META = ("dateupdate", "datemodified", "article:modified_time", "og:updated_time", "maketime")
SOURCE_META = ("contentsource", "source", "mediaid", "article:source", "sourcename")
AUTHOR_META = ("author", "article:author", "dc.creator", "og:article:author")
BEFORE, BEHIND, SPAN = 4, 8, 30  # lines read above the title, behind the body, and in the head at most
NAME_LIMIT = 200  # characters of what may be a name with what stands beside it
NOTICE_LINES = 80  # lines above the text in which a notice's header is looked for
_TITLE_NAME = re.compile(r"(?:^|[^a-z])(?:title|tit|biaoti|headline)(?:[^a-z]|$)", re.I)
_AUTHOR_NAME = re.compile(
    r"(?:^|[^a-z])(?:author|writer|nick-?name|user-?name|byline|editor-name|posted-by|poster|authi)(?:[^a-z]|$)", re.I
)
_AUTHOR_PARTS = re.compile(r"(?:author|writer)[-_]?name|name[-_]?author|nickname|author", re.I)
_SOURCE_NAME = re.compile(r"(?:^|[^a-z])(?:source|laiyuan|ly|origin|media-?name|from)(?:[^a-z]|$)", re.I)


class Meta:
    """The page's meta elements (names in lower case) and JSON-LD objects."""

    def __init__(self, tree: Any) -> None:
        self.values: dict[str, str] = {}
        for node in tree.css("meta")[:400]:
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            content = attributes.get("content")
            if name and content and content.strip():
                self.values.setdefault(name.strip().lower(), " ".join(content.split())[:500])
        self.objects = list(_json_ld(tree))
        title = tree.css_first("title")
        self.title = " ".join((title.text() or "").split())[:500] if title is not None else ""

    def first(self, names: tuple[str, ...]) -> str:
        """The first of these meta elements that the page has, "" where it has none."""
        return next((self.values[n] for n in names if n in self.values), "")

    def titles(self) -> list[str]:
        """What the page calls itself."""
        found = [self.title, *(self.values[n] for n in TITLE_META if n in self.values)]
        found += [str(o["headline"])[:500] for o in self.objects if isinstance(o.get("headline"), str)]
        return [t for t in dict.fromkeys(found) if t]


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    for node in tree.css('script[type="application/ld+json"]')[:20]:
        text = node.text() or ""
        if len(text) > JSON_LIMIT:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        queue = data if isinstance(data, list) else [data]
        for item in queue[:50]:
            if not isinstance(item, dict):
                continue
            graph = item.get("@graph")
            for each in (item, *(graph[:50] if isinstance(graph, list) else ())):
                kind = str(each.get("@type", "")) if isinstance(each, dict) else "-"
                if isinstance(each, dict) and (not kind or ARTICLE_TYPES.search(kind) or "pubDate" in each):
                    yield each


def candidates(meta: Meta, outline: Outline, chosen: list[Element], title: int, context: Context) -> list[Block]:
    """Candidates for title, published, source and author, each kind with the most trusted first."""
    found: list[Block] = []

    def add(role: str, origin: str, text: str | None) -> None:
        if text and not any(b.role == role and b.origin == origin and b.text == text for b in found):
            found.append(Block(text, role=role, origin=origin))

    line = outline.lines[title].text if title >= 0 else ""
    site = meta.values.get("og:site_name", "")
    if line and title_key(line) == title_key(meta.title) and outline.lines[title].owner.tag not in HEADINGS:
        line = without_site(line, site)  # a page that repeats its title element as it is
    _from_json(meta, add, site, line)
    shown = line or heading(outline, chosen) or ""
    for name in (meta.title, *(meta.values.get(n, "") for n in TITLE_META)):
        own = without_site(name, site, line)
        if line or not shown or not (SITE_TITLE.search(own) or names_nothing(own)):
            add("title", "meta", own)  # a site's name is not the title of what has a heading
    add("title", "head", shown)
    for name in DATE_META:
        if name in meta.values:
            add("published", "meta", date_of(meta.values[name]))
    add("source", "meta", metadata.clean_source(meta.first(SOURCE_META)))
    head, tail = regions(outline, chosen, title)
    above = [line.text for line in outline.lines[max(0, head.stop - NOTICE_LINES) : head.stop]]
    notice = metadata.header_of_lines(above)
    add("published", "head", notice.published)
    add("source", "head", notice.source)
    _from_lines(outline, head, tail, title, add, context)
    _from_names(outline, head, add)
    _meta_author(meta, outline, add, found)
    add("published", "url", date_in_url(context.url))
    if not any(b.role == "published" for b in found):
        for name in LATER_META:
            add("published", "meta", date_of(meta.values.get(name, "")))
    return found


def heading(outline: Outline, chosen: list[Element]) -> str | None:
    """The heading that an article begins with, where the page names no title that a line bears."""
    lines = outline.lines
    for line in lines[max(0, chosen[0].first - 3) : chosen[0].first + 6]:
        owner = line.owner
        named = owner.tag in ("h1", "h2", "h3") or _TITLE_NAME.search(owner.name)
        highest = owner.tag == "h1"
        if named and (2 if highest else 4) <= line.chars <= 80 and (highest or line.linked * 2 < line.chars):
            return line.text
    return None


def _from_json(meta: Meta, add: Any, site: str, line: str) -> None:
    for item in meta.objects:
        title = item.get("headline") or item.get("title")
        if isinstance(title, str):
            add("title", "json-ld", without_site(title[:500], site, line))
        published = item.get("datePublished") or item.get("pubDate") or item.get("dateCreated")
        if isinstance(published, str):
            add("published", "json-ld", date_of(published))
        names = []
        author = item.get("author")
        for each in (author if isinstance(author, list) else [author])[:8]:
            name = each.get("name") if isinstance(each, dict) else each
            if isinstance(name, str) and metadata.clean_name(name):
                names.append(metadata.clean_name(name) or "")
        if names and title_key(names[0]) != title_key(site):
            add("author", "json-ld", " ".join(names))


def regions(outline: Outline, chosen: list[Element], title: int) -> tuple[range, range]:
    """Numbers of the lines in which a page speaks about its article: around its title, and behind its body."""
    lines = outline.lines
    first, last = chosen[0].first, chosen[-1].last
    body = [
        n
        for n in range(first, last)
        if lines[n].marks and lines[n].chars >= 30 and lines[n].linked * 2 < lines[n].chars
    ]
    begin = next((n for n in body if n > title), body[0] if body else first)
    end = body[-1] + 1 if body else last
    if 0 <= title < begin:
        head = range(max(0, title - BEFORE), min(begin, title + SPAN))
    else:
        head = range(max(0, begin - BEHIND), begin)
    return head, range(end, min(len(lines), end + BEHIND, last + BEHIND))


def _from_lines(outline: Outline, head: range, tail: range, title: int, add: Any, context: Context) -> None:
    lines = outline.lines
    texts = [line.text for line in lines]
    said: list[tuple[bool, metadata.Said]] = []
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
            add("source", origin, heard.source)
            add("author", origin, heard.authors)
            if numbers is head:
                said.append((n < title, heard))
            elif heard.published and heard.labelled and heard.rest <= 12:
                add("published", "tail", heard.published)
    dated = [(above, heard) for above, heard in said if heard.published and heard.rest <= 40]
    for _, heard in sorted(dated, key=lambda each: (each[0], not each[1].labelled)):
        add("published", "head", heard.published)


def _from_names(outline: Outline, head: range, add: Any) -> None:
    """Lines of the head whose element is called author or source, without a label."""
    elements = outline.elements
    for element in elements:
        if element.first not in head or not element.attributes:
            continue
        if outline.chars(element) > NAME_LIMIT or outline.lines[element.first].chars > NAME_LIMIT:
            continue
        names = element.name
        author = _AUTHOR_NAME.search(names) or _AUTHOR_PARTS.search(names)
        if not author and not _SOURCE_NAME.search(names):
            continue
        text = " ".join((element.node.text(deep=True) or "").split())
        if not 2 <= len(text) <= 30 or metadata.parse(text).published:
            continue
        if author:
            if "：" not in text and ":" not in text:
                add("author", "head", metadata.clean_name(text))
        elif "：" not in text and ":" not in text:
            add("source", "head", metadata.clean_source(text))


def _meta_author(meta: Meta, outline: Outline, add: Any, found: list[Block]) -> None:
    """A meta author, where the page itself shows the name and does not call it its editor's."""
    name = metadata.clean_name(meta.first(AUTHOR_META))
    if (
        not name
        or name.isdigit()
        or SITE_WORD.search(name)
        or any(b.role == "source" and title_key(b.text) == title_key(name) for b in found)
    ):
        return
    shown = [line.text for line in outline.lines if name in line.text and line.chars <= metadata.LINE_LIMIT]
    if shown and not any(re.search(rf"(?:编辑|責編|责编|编审)\s?[:：]?\s?{re.escape(name)}", text) for text in shown):
        add("author", "meta", name)
