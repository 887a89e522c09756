"""The particulars of a document: title, published, source, author; read from the text's edges, chosen by trust."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from cleaners.metadata import beside, grammar, lexicon, lines, notice
from cleaners.metadata.dates import find_dates
from cleaners.metadata.names import clean_name, surnamed
from cleaners.metadata.titles import title_key
from cleaners.policy import Context
from cleaners.text import handed_on, read_label
from cleaners.thresholds import threshold
from schemas.records import Block, Edit

STEP = "metadata"
TRUST = {
    "given": -1,
    "rule": 0,
    "json-ld": 1,
    "meta": 2,
    "head": 3,
    "tail": 4,
    "url": 5,
    "editor": 6,  # where no author is named
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    birth_blocks: int = threshold(40, "blocks", "in which a birth may be told")
    head_blocks: int = threshold(8, "blocks", "at the head that may be datelines")
    tail_blocks: int = threshold(4, "blocks", "at the end that may be labels or a signature")
    diary_blocks: int = threshold(
        60, "blocks", "among which days are counted: a text with three is a diary, whose first day is no dateline"
    )
    signature_blocks: int = threshold(40, "blocks", "searched for the signature under a first post")
    signed_blocks: int = threshold(2, "blocks", "at the end of which a bare date is a signature's")
    list_blocks: int = threshold(40, "blocks", "behind a name among which others like it make it a heading")
    lede_blocks: int = threshold(
        3, "blocks", "of a lede that may stand above the dateline, and behind one to look for it"
    )
    title_least: int = threshold(8, "characters", "of a source that is dropped because the title begins with it")
    word_longest: int = threshold(6, "characters", "the longest word of a column of them, one a line")
    rest_limit: int = threshold(12, "characters", "a dateline may hold besides what it says")
    post_shortest: int = threshold(20, "characters", "of a block between two datelines that makes the second a reply's")


T = Thresholds()
LIST_STYLES = ("cn", "cn()", "cn)", "n", "n)", "n()", "circled", "ordinal")  # of labels that make a line an item
_SLASHED = re.compile(r"(\d\d)/(\d\d)/((?:19|20)\d\d)")
_CRUMB = re.compile(r"[^。]{0,12}(?:位置|首页)[^。]{0,10}[>»›]").match  # a breadcrumb that ends in the whole title
_DAY = re.compile(r"(?:19|20)\d\d\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}日?.{0,12}$")


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known about a document; None where nothing is."""

    title: str | None = None
    published: str | None = None
    source: str | None = None
    author: str | None = None


def read(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Take the lines that speak about the text out of its head, and make candidates of what they say.

    Out: the blocks without datelines, bylines and notice headers, candidates of what these say behind them; an edit for
    each block taken out.
    """
    body = [b for b in blocks if b.role == "body"]
    taken: dict[int, str] = {}
    found: list[tuple[str, str, str]] = []
    header = notice.header(body)
    for block in header.blocks:
        taken[block.seq] = "notice-header"
    if header.published:
        found.append(("published", "head", header.published))
    if header.source:
        found.append(("source", "head", header.source))
    if header.title and not any(b.role == "title" for b in blocks):
        found.append(("title", "head", header.title))
    if header.author and (name := clean_name(header.author)):
        found.append(("author", "head", name))
    titles = [b.text for b in blocks if b.role == "title"]
    days = {b.text[:10] for b in blocks if b.role == "published"}
    hours = {b.text for b in blocks if b.role == "published" and b.origin == "head"}  # by lines of an earlier round
    _read_head([b for b in body if b.seq not in taken], titles, days, bool(hours), context, taken, found)
    hours |= {value for role, origin, value in found if (role, origin) == ("published", "head")}
    _read_names([b for b in body if b.seq not in taken], hours, found)
    kept = [b for b in blocks if b.seq not in taken]
    edits = [Edit(STEP, taken[b.seq], b.seq, 0, b.text, "", "likely") for b in blocks if b.seq in taken]
    seq = max((b.seq for b in blocks), default=-1) + 1
    known = {(b.role, b.origin, b.text) for b in blocks}
    for role, origin, text in dict.fromkeys(found):
        if (role, origin, text) not in known:
            kept.append(Block(text, role=role, origin=origin, seq=seq))
            seq += 1
    return handed_on(blocks, kept), tuple(edits)


def _read_head(
    body: list[Block],
    titles: list[str],
    known: set[str],
    dated: bool,
    context: Context,
    taken: dict[int, str],
    found: list[tuple[str, str, str]],
) -> None:
    names: list[str] = []
    unlabelled: list[tuple[str, str, str]] = []  # sources without a label: a column stands so, too
    texts = [b.text for b in body[: T.head_blocks + beside.T.near]]
    diary = sum(1 for b in body[: T.diary_blocks] if _DAY.match(b.text)) > 2
    born = beside.births([b.text for b in body[: T.birth_blocks]])
    prefixes = {t.split("：", 1)[0] for t in titles if 2 <= t.find("：") <= 4}
    before = -1  # the block last taken for a byline
    first = 0 if dated else -1  # number of the block that first said when
    for number, block in enumerate(body[: T.head_blocks]):
        text = block.text
        if block.seq in taken or block.kind == "pre":
            continue
        if block.kind == "table":
            _read_table(block, context, taken, found)
            continue
        following = body[number + 1] if number + 1 < len(body) else None
        joined = text
        if lines.ends_with_label(text) and following is not None and len(following.text) <= 30:
            joined = f"{text.rstrip(':： ')}：{following.text}"
        said = lines.parse(joined, context.fetched_at)
        timed = (
            said.published is not None
            and "T" in said.published
            and len(text) <= 60
            and not re.search(r"[。！？]", text)
        )
        told = said.labelled or said.source or said.authors
        spoken = not (said.published and told) and text[-1:] in "。！？”"  # a sentence that happens to hold such a word
        if beside.tells_of_subject(texts, number) or (said.published or "")[:10] in born or listed(text):
            continue
        button = titles and block.kind != "heading" and lexicon.find("head-button", text)
        if button or _bare_day(text, known):
            taken[block.seq] = "dateline"
            continue
        if said.published and lexicon.find("enactment", text):
            found.append(("published", "head", said.published))
            continue
        if timed_names := lines.timed_names(text):
            taken[block.seq] = "byline"
            names.append(timed_names)
            continue
        if number > 1 and number >= len(body) - T.signed_blocks and said.published and not told:
            break  # a signature's date
        if said.published and not said.labelled and not said.source and not said.authors and diary:
            break
        if said.later and said.rest <= T.rest_limit and not told:
            taken[block.seq] = "dateline"
            continue
        if taken.get(before) == "byline" and lexicon.find("office-line", text):
            taken[block.seq] = "byline"
            before = block.seq
            continue
        if (said.published or said.source or said.authors) and (said.rest <= T.rest_limit or timed) and not spoken:
            before = block.seq
            taken[block.seq] = "dateline" if said.published or said.source else "byline"
            if joined is not text and following is not None:
                taken[following.seq] = taken[block.seq]
            if first >= 0 and _answers(text, said, body[first:number], taken):
                continue
            first = number if said.published and first < 0 else first
            for role, value in (("published", said.published), ("source", said.source), ("author", said.authors)):
                if value:
                    (unlabelled if role == "source" and said.beside else found).append((role, "head", value))
            continue
        if lines.names_nothing(text) and (taken or not text[0].isdigit()):  # a lone 1 may number a chapter
            taken[block.seq] = "dateline"
            continue
        name = lines.byline(text) if number < 6 and len(body) > number + 1 else None
        if name == text and not (titles and number < 2 and block.kind not in ("heading", "item")):
            name = None  # 黄河 is a name only where the title is known to be another, and no item of a list
        if name is None and number < 6 and text in prefixes:  # 茉莉：怎样种茉莉 / 茉莉
            name = text
        if name == text and any(lines.byline(b.text) == b.text for b in body[number + 2 :][: T.list_blocks]):
            name = None  # one of several names, each of which heads what is said of it
        if name == text and _among_words([b.text for b in body[number:]]):
            name = None
        if name and any(len(b.text) >= 2 * len(text) for b in body[number + 1 :][:20]):
            taken[block.seq] = "byline"
            before = block.seq
            names.append(name)
        elif block.kind != "heading" and (len(text) > 40 or (len(text) >= 12 and text[-1] in "。”")):
            lede = number < T.lede_blocks and any(map(_is_dateline, texts[number + 1 :][: T.lede_blocks]))
            if not lede and not _CRUMB(text):
                break  # the text has begun
    found += unlabelled
    if names:
        found.append(("author", "head", " ".join(names)))


def _answers(text: str, said: lines.Said, post: Sequence[Block], taken: Mapping[int, str]) -> bool:
    """Whether a dateline says who answered and when: it stamps a text below a post with its hour.

    post: the blocks from that hour on.
    """
    return _stamps(text, said) and any(len(b.text) >= T.post_shortest and b.seq not in taken for b in post)


def _stamps(text: str, said: lines.Said, hours: Collection[str] = ()) -> bool:
    """Whether a line names somebody without a label, and an hour that is none of `hours`, as those of a post do."""
    if not (said.published and said.authors) or said.source or said.published in hours:
        return False
    return not any(mark.kind in ("author", "reporter") for mark in grammar.labels(text))


def _among_words(texts: Sequence[str]) -> bool:
    """Whether a line that may be a name is one of a column of words, some of which are no names: the tags of a text."""
    column = list(takewhile(lambda text: len(text) <= T.word_longest and text.isalpha(), texts[: T.head_blocks]))
    return not all(map(surnamed, column))


def _is_dateline(text: str) -> bool:
    """Whether a line is a byline, or a day with its time or label, and nothing else: above it stands a lede."""
    said = lines.parse(text)
    if said.authors and said.rest <= T.rest_limit and lines.begins_with_by(text):
        return True
    return said.published is not None and said.rest == 0 and (said.labelled or "T" in said.published)


def _bare_day(text: str, known: set[str]) -> bool:
    """Whether a line is 01/12/2024 and nothing else, in either order a day that the page is known to be of."""
    match = _SLASHED.fullmatch(text)
    if match is None:
        return False
    first, second, year = match.groups()
    return f"{year}-{first}-{second}" in known or f"{year}-{second}-{first}" in known


def listed(text: str) -> bool:
    """Whether a line is an item of a numbered list (一、时间：…): part of the text, whatever it says."""
    label = read_label(text)
    return label is not None and label.style in LIST_STYLES and not label.text.isdigit()


def _read_table(block: Block, context: Context, taken: dict[int, str], found: list[tuple[str, str, str]]) -> None:
    """A small table at the head whose rows are datelines."""
    rows = [row.replace("\t", "  ").strip() for row in block.text.split("\n")]
    if len(rows) > 8 or len(block.text) > 400:
        return
    said = [lines.parse(row, context.fetched_at) for row in rows]
    alone = len(rows) == 1 and (said[0].source or said[0].authors)  # 作者：, a tab, a name
    if not any((s.published or alone) and s.rest <= T.rest_limit for s in said):
        return
    for heard in said:
        for role, value in (("published", heard.published), ("source", heard.source), ("author", heard.authors)):
            if value:
                found.append((role, "head", value))
    taken[block.seq] = "dateline"


def _read_names(body: list[Block], hours: Collection[str], found: list[tuple[str, str, str]]) -> None:
    """Labels at the end of a text or post, then reporters named in the first and last paragraphs; the blocks stay.

    hours: what the head says of when it was published. Who signs another hour has answered.
    """
    for block in reversed(body[-T.tail_blocks :]):
        said = lines.parse(block.text)
        if said.source and said.rest <= 30:
            found.append(("source", "tail", said.source))
            if said.published and said.labelled and said.rest <= T.rest_limit:
                found.append(("published", "tail", said.published))
        if said.authors and said.rest <= 30 and not (hours and _stamps(block.text, said, hours)):
            found.append(("author", "tail", said.authors))
    for block in body[1 : T.signature_blocks]:
        if len(block.text) > lines.T.line_limit or not lexicon.find("stamped", block.text):
            continue
        said = lines.parse(block.text)
        if hours and _stamps(block.text, said, hours):
            continue
        if said.published and said.labelled and said.rest <= 20 and not listed(block.text):
            found.append(("published", "head" if said.authors else "tail", said.published))
            if said.authors:
                found.append(("author", "head", said.authors))
            break
    for block in body[:3]:
        lead = lexicon.find("lead", block.text[:120])
        names = lines.reporters(lead.group()) if lead else None
        if names:
            found.append(("author", "tail", names))
            break
    for block in reversed(body[-T.tail_blocks :]):
        names = lines.reporters(block.text if len(block.text) <= 60 else block.text[-60:])
        if names and (len(block.text) <= 60 or re.search(r"[)）]\s*$", block.text)):
            found.append(("author", "tail", names))


def contradictions(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """The blocks as they are, and an edit where two trusted places name different days."""
    dated = sorted((b for b in blocks if b.role == "published" and b.origin != "url"), key=_trust)
    edits = []
    for other in dated[1:]:
        if other.text[:10] != dated[0].text[:10] and len(other.text) >= 10:
            detail = f"{dated[0].origin} says {dated[0].text}, {other.origin} says {other.text}"
            edits.append(Edit(STEP, "contradiction", other.seq, 0, other.text, other.text, "likely", detail=detail))
    return tuple(blocks), tuple(edits[:3])


def _trust(block: Block) -> tuple[int, int]:
    return TRUST.get(block.origin, 9), block.seq


def best_title(blocks: Sequence[Block]) -> str | None:
    """Of the title candidates the one that most others bear out; of equals the most trusted."""
    titles = sorted((b for b in blocks if b.role == "title" and b.text.strip()), key=_trust)
    if not titles:
        return None
    if titles[0].origin in ("given", "rule"):
        return titles[0].text
    folded = [title_key(b.text) for b in titles]
    best, support = 0, -1
    for n, mine in enumerate(folded):
        votes = sum(1 for other in folded if mine and mine == other)
        if votes > support:
            best, support = n, votes
    return titles[best].text


def choose(blocks: Sequence[Block], context: Context) -> Particulars:
    """The particulars of a document from its candidates and its body.

    Called for a page with all its blocks and for each document with the page's candidates and its own body. Trust falls
    from a site rule over JSON-LD, meta elements and the head to a signature at the end and the address. A date of one
    day that says more (09:10) is preferred to one that says less.
    """
    titles = [title_key(b.text) for b in blocks if b.role == "title"]
    ranked = [b for b in blocks if b.role != "body" and b.text.strip() and not _repeats_title(b, titles)]
    ranked.sort(key=_trust)
    body = [b for b in blocks if b.role == "body"]
    first: dict[str, Block] = {}
    for block in ranked:
        first.setdefault(block.role, block)
    published = first.get("published")
    date = published.text if published else None
    source = first["source"].text if "source" in first else None
    if published is None or TRUST.get(published.origin, 9) >= TRUST["tail"] or source is None:
        signed_date, signature = signed(body)
        if signed_date and (published is None or published.origin == "url"):
            date = signed_date
        source = source or signature
    if date:
        for block in ranked:
            if block.role == "published" and block.text.startswith(date) and len(block.text) > len(date):
                date = block.text
    author = first["author"].text if "author" in first else None
    return Particulars(best_title(blocks), date, source, author)


def _repeats_title(block: Block, titles: Sequence[str]) -> bool:
    """Whether a source is the title, or how it begins: a link below the text that leads to it."""
    key = title_key(block.text) if block.role == "source" else ""
    return len(key) >= T.title_least and any(title.startswith(key) for title in titles)


def signed(body: Sequence[Block]) -> tuple[str | None, str | None]:
    """Date and signature at a document's end (xx市科学技术协会 / 2024年6月25日), None where there are none."""
    tail = [b.text.strip() for b in body[-T.tail_blocks :]]
    for number in range(len(tail) - 1, -1, -1):
        text = tail[number].strip("()（） ")
        dates = find_dates(text) if len(text) <= 60 else []
        if not dates:
            continue
        rest = (text[: dates[0].start] + text[dates[0].end :]).strip(" \u3000，,、")
        if not rest:
            above = tail[number - 1] if number else ""
            return dates[0].iso, above if len(above) <= 40 and lexicon.find("signature", above) else None
        if lexicon.find("signature", rest):
            return dates[0].iso, rest
    return None, None
