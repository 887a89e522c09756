"""HTML to blocks: where the article is, what in it is not part of it, and what the page says about itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from cleaners import metadata
from cleaners.extraction import (
    answers,
    captions,
    carried,
    catalogue,
    choice,
    edges,
    foot,
    guard,
    lists,
    particulars,
    site,
    thread,
)
from cleaners.extraction.blocks import Draft, read
from cleaners.extraction.kept import Kept, measure
from cleaners.extraction.media import base_of
from cleaners.extraction.meta import Meta
from cleaners.extraction.soup import soup_of
from cleaners.extraction.title import title_line
from cleaners.extraction.tree import SKIPPED, Element, Outline, survey
from cleaners.policy import Context
from cleaners.sites import rule_for
from cleaners.thresholds import threshold
from schemas.records import Block, Edit, Rejection

STEP = "extraction"
LOSSES = {"spans-unheeded": "too many cells", "repeated-head": "it stands in the table"}  # what an edit says of each
DESCRIPTION_META = ("description", "og:description", "twitter:description")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    shown: int = threshold(500, "characters", "that an edit shows of what stood for images that are left out")


T = Thresholds()


@dataclass(frozen=True, slots=True)
class Extracted:
    """The blocks of a page, an account of what was left out, and a rejection where there is no article."""

    blocks: tuple[Block, ...] = ()
    edits: tuple[Edit, ...] = ()
    rejection: Rejection | None = None
    kind: str = "article"  # vocabulary.PAGE_KINDS
    kept: Kept = field(default_factory=Kept)


def extract(html: str, context: Context) -> Extracted:
    """Find the article of a page.

    html: the decoded page. Out: its blocks in reading order, seq rising from 0, metadata candidates first; edits for
    every element that was dropped inside the article, and one that counts what lies outside; a Rejection
    ("extraction", "no article") where nothing on the page is one.
    """
    seen = see(html)
    return seen if isinstance(seen, Extracted) else of_seen(seen, context)


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as the parser and the survey left it; what is asked about it may take hints off its elements."""

    tree: Any
    outline: Outline
    meta: Meta


def see(html: str) -> Seen | Extracted:
    """Parse and survey a page; a rejection for what is none. Nothing in it depends on what is chosen later."""
    tamed = guard.tame(html)
    if tamed is None:
        return Extracted(rejection=Rejection(STEP, "too many tags", f"{html.count('<')} of them"))
    tree = LexborHTMLParser(tamed)
    if tree.root is None:
        return Extracted(rejection=Rejection(STEP, "empty page"))
    return Seen(tree, survey(tree.root), Meta(tree))


def of_seen(seen: Seen, context: Context) -> Extracted:
    """`extract` of a page that was surveyed; once a page, for it changes what was seen."""
    tree, outline, meta = seen.tree, seen.outline, seen.meta
    kind, said = answers.answer(outline, meta.titles(), password=_asks(tree), scripted=_is_scripted(tree))
    if kind in ("", "shell") and (text := carried.find(tree, outline, meta.first(DESCRIPTION_META))) is not None:
        return _carried(text, outline, meta, context)
    page = _Page(tree, outline, meta, context)
    if kind and not page.ruled:  # whoever wrote a rule knows what is there, where it finds anything
        return Extracted(rejection=Rejection(STEP, f"{kind} page", said), kind=kind)
    if not page.parts:
        return _nothing(page, tuple(page.edits), "no element holds running text")
    general = not page.ruled and not page.thread and page.listed is None
    if page.front or (general and _lists(page)):
        return Extracted((), tuple(page.edits), Rejection(STEP, "listing", "links to texts elsewhere"), "listing")
    found = _blocks(page, context)
    kept = [block.text for block in found.blocks if block.role == "body"]
    if general and kept and lists.is_below_entries(page.outline, page.parts, kept):
        return Extracted((), found.edits, Rejection(STEP, "listing", "links to texts elsewhere"), "listing", found.kept)
    if general and kept and _is_leftover(page, kept, context):
        return _nothing(page, found.edits, "no more than a leftover of a front page")
    kind = "thread" if page.thread and page.talk else "catalogue" if page.listed is not None else "article"
    return found if found.rejection is not None else replace(found, kind=kind)


def shown(html: str, context: Context) -> tuple[tuple[str, bool], ...]:
    """The lines of a page as a reader sees them, each with whether it lies in the part that `extract` takes for the
    article. Linear; () for a page that cannot be read."""
    tamed = guard.tame(html)
    tree = LexborHTMLParser(tamed) if tamed is not None else None
    if tree is None or tree.root is None:
        return ()
    outline, meta = survey(tree.root), Meta(tree)
    inside: set[int] = set()
    for part in _Page(tree, outline, meta, context).parts:
        inside.update(range(part.first, part.last))
    return tuple((line.text, n in inside) for n, line in enumerate(outline.lines))


def _carried(text: carried.Carried, shown: Outline, meta: Meta, context: Context) -> Extracted:
    """The article that a script carries: all of it, with what the page says about itself."""
    tree = LexborHTMLParser(guard.tame(text.markup) or "")
    outline = survey(tree.root)
    page = _Page(tree, outline, meta, context, whole=True)
    said = f"{text.key} in a script"
    page.edits.append(Edit(STEP, "carried", -1, 0, "", "", "likely", text.chars, said))
    page.edits += _outside(shown, [])
    if not page.parts:
        return _nothing(page, tuple(page.edits), "a script's string without text")
    found, around = _blocks(page, context), measure(shown)
    visible = found.kept.visible + around.visible
    return replace(found, kept=replace(around, visible=visible, taken=found.kept.taken))


def _nothing(page: _Page, edits: tuple[Edit, ...], said: str) -> Extracted:
    """A page without an article: a listing where what it shows are links, else nothing that has a name."""
    kept = measure(page.outline)
    if lists.is_of_links(page.outline):
        return Extracted((), edits, Rejection(STEP, "listing", "links to texts elsewhere"), "listing", kept)
    return Extracted((), edits, Rejection(STEP, "no article", said), "", kept)


def _lists(page: _Page) -> bool:
    """Whether a page is a list of texts that stand elsewhere, by what was chosen of it or by what it calls itself."""
    outline, parts = page.outline, page.parts
    return lists.is_list(outline, parts, page.title) or lists.calls_itself(
        outline, parts, page.title, page.meta.titles()
    )


def _is_leftover(page: _Page, kept: list[str], context: Context) -> bool:
    """Whether what is left of a page is a line of its front or its keeper's address, and no text."""
    root = thread.is_root(context.url)
    if foot.says_nothing(kept, page.meta.titles()):
        return True
    return foot.is_alone(page.outline, page.parts, page.title, kept, page.meta.titles()) or lists.is_front(
        page.outline, page.parts, page.title, kept, root=root
    )


def _asks(tree: Any) -> bool:
    """Whether a page asks for a password."""
    return tree.css_first('input[type="password" i]') is not None


def _is_scripted(tree: Any) -> bool:
    """Whether a page has a root element that a script fills, as Vue, React, Next and Nuxt write it."""
    return tree.css_first("#app, #root, #__next, #__nuxt, app-root, [ng-app]") is not None


class _Page:
    """A page with the elements that hold its article, and what its site rule says."""

    def __init__(self, tree: Any, outline: Outline, meta: Meta, context: Context, *, whole: bool = False) -> None:
        """whole: all of the tree is the article, as one that a site rule names."""
        self.outline, self.meta = outline, meta
        base = tree.css_first("base[href]")
        self.base = base_of(context.url, base.attributes.get("href") if base is not None else None)
        self.title = title_line(outline, meta.titles())
        self.edits: list[Edit] = []
        rule = rule_for(context.host, context.policy.sites)
        self.site = site.apply(rule, tree, outline, context.fetched_at, meta.titles()) if rule else site.Applied()
        self.edits += self.site.edits
        choice.score(outline, self.title)
        self.parts, self.thread, self.front = self.site.parts, False, False
        self.talk = False  # a thread whose posts are called so, not the verses of a chapter that stand like posts
        if whole:
            self.parts = [element for element in outline.elements if element.tag == "body"][:1]
        self.ruled = whole or bool(self.parts)
        if not self.ruled:
            self.parts, self.thread, self.talk = _parts(outline, self.title, meta, context)
            # of a site of threads: it shows some of each, and leads to it
            self.front = self.thread and thread.is_root(context.url) and lists.leads_on(outline, self.parts)
        # the list of a catalogue
        self.listed = None if self.ruled or self.thread else catalogue.find(outline, meta.titles())
        if self.listed is not None:
            self.parts = catalogue.joined(self.parts, self.listed)

    @property
    def whole(self) -> bool:
        """Whether its end is no article's: a thread, what a rule names, a list that is the content."""
        return self.ruled or self.thread or self.listed is not None


def _blocks(page: _Page, context: Context) -> Extracted:
    outline, parts = page.outline, page.parts
    edits = list(page.edits)
    dropped: set[int] = set()
    for node in page.site.drops:
        text = _text_of(node)
        dropped.add(node.mem_id)
        if text and _inside(node, parts):
            edits.append(Edit(STEP, "site-drop", -1, 0, text, ""))
    if not page.ruled:
        for part in parts:
            for element, rule in choice.drops(outline, part, thread=page.thread):
                holds = page.listed is not None and element.index <= page.listed.index < element.end
                if element.node.mem_id not in dropped and not holds:
                    dropped.add(element.node.mem_id)
                    edits.append(_dropped(outline, element, rule))
    lost: list[str] = []
    soup = soup_of(
        [p.node for p in parts],
        frozenset(dropped),
        page.site.kept,
        base=page.base,
        lost=lost,
        tracking=context.policy.tracking,
    )
    reading = read(soup)
    candidates = [*page.site.candidates, *particulars.candidates(page.meta, outline, parts, page.title, context)]
    blocks = [replace(b, seq=n) for n, b in enumerate(candidates)]
    first = len(blocks)
    texts = [draft for draft in reading.drafts if draft.kind != "image"]
    ruled = edges.trim(texts, metadata.best_title(blocks) or "", whole=page.whole)
    rules = {id(draft): rule for draft, rule in zip(texts, ruled, strict=True) if rule}
    captions.name_images(reading.drafts, {number for number, rule in rules.items() if rule == "caption"})
    flags = ("unfinished",) if lists.goes_on(outline, parts) else ()
    flat = {number for rule, number, _ in reading.losses if rule == "spans-unheeded"}
    bodies = 0
    for n, draft in enumerate(reading.drafts, first):
        if rule := rules.get(id(draft), ""):
            edits.append(Edit(STEP, rule, n, 0, draft.text, "", "likely"))
            continue
        own = (*flags, *(["flattened"] if n - first in flat else []), *(["unread-formula"] if draft.unread else []))
        blocks.append(_block(draft, n, own))
        bodies += draft.kind != "image"
        if draft.unread:
            edits.append(Edit(STEP, "formula-unread", n, 0, draft.unread, draft.unread, "likely", 1, "no source of it"))
    edits += _readings(reading.readings, first)
    edits += [Edit(STEP, rule, first + n, 0, said, "", "likely", 1, LOSSES[rule]) for rule, n, said in reading.losses]
    if reading.joined:
        edits.append(Edit(STEP, "joined", -1, 0, "\n", "", "likely", reading.joined, "cut lines"))
    if lost:
        said = " ".join(dict.fromkeys(lost))[: T.shown]
        edits.append(Edit(STEP, "image", -1, 0, said, "", "likely", len(lost), "no address, or an icon"))
    edits += _outside(outline, parts)
    edits = [e for e in edits if e.before or e.detail]
    if not bodies:
        return _nothing(page, tuple(edits), "nothing but boilerplate")
    kept = measure(outline, parts, frozenset(dropped), page.title)
    body = sum(len("".join(block.text.split())) for block in blocks if block.role == "body")
    if not page.ruled and kept.is_partial(body):
        blocks = [replace(b, flags=(*b.flags, "partial")) if b.role == "body" else b for b in blocks]
    return Extracted(tuple(blocks), tuple(edits), None, kept=kept)


def _block(draft: Draft, seq: int, flags: tuple[str, ...]) -> Block:
    return Block(
        draft.text,
        draft.kind,
        "image" if draft.kind == "image" else "body",
        draft.level,
        seq,
        "",
        flags,
        draft.protected,
        draft.runs,
        draft.language,
        draft.code,
        draft.depth,
        draft.marker,
        draft.quoted,
        draft.runs_on,
    )


def _inside(node: Any, parts: list[Element]) -> bool:
    homes = {part.node.mem_id for part in parts}
    above = node.parent
    while above is not None:
        if above.mem_id in homes:
            return True
        above = above.parent
    return False


def _parts(outline: Outline, title: int, meta: Meta, context: Context) -> tuple[list[Element], bool, bool]:
    """The elements that hold the article or the posts of a thread; whether these repeat as posts do, and are such."""
    types = [str(item.get("@type", "")) for item in meta.objects]
    if thread.is_thread(outline, context.url, meta.titles(), types):
        bodies = thread.posts(outline)
        if bodies:
            first = thread.first_post(outline, bodies, title)
            return ([first, *bodies] if first is not None else bodies), True, True
    chosen = choice.choose(outline, title)
    if chosen is None:
        return [], False, False
    if thread.comments_alone(outline, chosen) and (bodies := thread.posts(outline)):
        text = thread.text_among(outline, bodies)
        if text is None:
            return bodies, True, any(map(thread.comment_name, bodies))
        chosen = text
    return choice.joined(outline, chosen, title), False, False


def _dropped(outline: Outline, element: Element, rule: str) -> Edit:
    text = "\n".join(line.text for line in outline.lines[element.first : element.last])
    if not text:
        text = _text_of(element.node)
    return Edit(STEP, rule, -1, 0, text, "", "likely", detail=f"<{element.tag}> {element.name}"[:200])


def _readings(readings: list[tuple[int, str]], first: int) -> list[Edit]:
    """One edit a block for the ruby readings that were left out of it."""
    found: dict[int, list[str]] = {}
    for number, text in readings:
        if text.strip():
            found.setdefault(number, []).append(text.strip())
    return [Edit(STEP, "ruby", first + n, 0, " ".join(said), "", count=len(said)) for n, said in found.items()]


def _text_of(root: Any) -> str:
    """Text below a node that is on the page: none of scripts and styles."""
    parts: list[str] = []
    barred: Any = None
    for node in root.traverse(include_text=True):
        if barred is not None and node.parent is not None and node.parent.mem_id == barred:
            continue
        if node.tag == "-text":
            parts.append(node.text_content or "")
        elif node.tag in SKIPPED:
            barred = node.mem_id
    return " ".join("".join(parts).split())


def _outside(outline: Outline, parts: list[Element]) -> list[Edit]:
    inside = sum(outline.chars(part) for part in parts)
    count = outline.chars_before[-1] - inside
    where = f"<{parts[0].tag}> {parts[0].name}" if parts else "the script's text"
    said = f"characters outside {where}"[:200]
    return [Edit(STEP, "outside", -1, 0, "", "", "likely", count, said)] if count > 0 else []
