"""Pages that would make a parser of the HTML standard work without end: tamed in linear time before it sees them.

The standard's tree construction is quadratic in the depth of open elements, the attributes of one tag (each is compared
with all before it), open formatting elements, which are made anew in every block (HTML 13.2.4.3), and options.
Ordinary pages are told by counting and come through untouched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    most_tags: int = threshold(1_500_000, "tags", "of a page; more is no page")
    deepest: int = threshold(400, "elements", "open inside each other; browsers stop at 512")
    formatting_limit: int = threshold(48, "elements", "of formatting that are open")
    remade_limit: int = threshold(
        100_000, "elements", "of formatting that a page may make anew; beyond it the page goes without its formatting"
    )
    attributes_limit: int = threshold(100, "attributes", "of one tag")
    tag_limit: int = threshold(10_000, "characters", "of a tag's attributes that are not looked into")
    surplus: int = threshold(2_000, "tags", "opened and not closed, above which the page is read tag by tag")
    always: int = threshold(600_000, "characters", "of a page, above which it is read so anyway")
    chunk: int = threshold(16_384, "characters", "among which tags are counted at a time")
    options_limit: int = threshold(
        1_000, "elements", "<option> of a page: each costs the parser as much as there are before it"
    )
    readings_limit: int = threshold(5_000, "elements", "<rt> and <rp> left open")


T = Thresholds()
FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
IMPLIED = frozenset(
    [
        "p",
        "li",
        "dt",
        "dd",
        "option",
        "optgroup",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "colgroup",
        "html",
        "body",
        "head",
        "rt",
        "rp",
    ]
)
RAW = frozenset(["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"])
_TAG = re.compile(
    r"<(?:!--|(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"(?P<rest>(?:[^>\"'=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?|[\"'])*+)(?:>|\Z))"
)
_NAMES = "(?=[bcefinstu])(?:big|b|code|em|font|i|nobr|small|strike|strong|s|tt|u)"  # the first letter tells most apart
_DRESSED = re.compile(rf"<{_NAMES}\s", re.I)  # of those without attributes no more than three are made anew
_UNDRESSED = re.compile(rf"</{_NAMES}\s*>", re.I)
# One look for either costs half of what a count of each does.
_OPTION = re.compile("<(?:option|OPTION)")
_UNQUOTED = re.compile("=[\"']>")  # a value that begins with the end of a tag, for its mark was never closed
_ATTRIBUTE = re.compile(r"([^\s=>/]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"']++))?)")


def tame(html: str) -> str | None:
    """The page with what would be quadratic cut down, itself where nothing would; None where it has too many tags.

    Text is never cut: only tags beyond a depth, and attributes beyond a number, go.
    """
    tags = html.count("<")
    if tags > T.most_tags:
        return None
    if not _suspicious(html, tags):
        return html
    cut = _cut(html, T.formatting_limit)
    return _cut(html, 0) if cut is None else cut


def _suspicious(html: str, tags: int) -> bool:
    if len(html) > T.always:
        return True
    opened = len(_DRESSED.findall(html)) if tags > T.formatting_limit else 0
    if opened > T.formatting_limit and opened - len(_UNDRESSED.findall(html)) > T.formatting_limit:
        return True
    if tags > T.surplus:
        surplus = lowest = highest = 0
        for start in range(0, len(html), T.chunk):
            end = start + T.chunk
            surplus += html.count("<", start, end) - 2 * html.count("</", start, end)
            lowest, highest = min(lowest, surplus), max(highest, surplus)
            if surplus - lowest > T.surplus or highest - surplus > T.surplus:
                return True
    if tags > T.options_limit and len(_OPTION.findall(html)) > T.options_limit:
        return True
    if len(html) > 8 * T.tag_limit:
        if len(_UNQUOTED.findall(html)) > T.attributes_limit:
            return True
        return _runs_on(html, 8 * T.tag_limit)
    return False


def _runs_on(html: str, limit: int) -> bool:
    """Whether more than `limit` characters follow one another without the end of a tag."""
    start = 0
    while len(html) - start > limit:
        last = html.rfind(">", start, start + limit + 1)
        if last < 0:
            return True
        start = last + 1
    return False


def _cut(html: str, limit: int) -> str | None:
    """The page without what is beyond the limits; None where its formatting elements would be made anew too often.

    limit: open formatting elements; 0 leaves only links, of which no more than one is open.
    """
    pieces: list[str] = []
    depth = formatting = remade = 0
    left = {"option": T.options_limit, "optgroup": T.options_limit, "rt": T.readings_limit, "rp": T.readings_limit}
    skipped: dict[str, int] = {}  # start tags that were left out and wait for their end tag
    at = done = 0
    while True:
        match = _TAG.search(html, at)
        if match is None:
            break
        at = match.end()
        name = (match["name"] or "").lower()
        if not name:  # a comment
            at = html.find("-->", at)
            if at < 0:
                break
            continue
        if match["close"]:
            if skipped.get(name):
                skipped[name] -= 1
                pieces.append(html[done : match.start()])
                done = at
            elif name in FORMATTING:
                formatting = max(0, formatting - 1)
            elif name == "rt" or name == "rp":
                left[name] += 1
            elif name not in IMPLIED and name not in VOID:
                depth = max(0, depth - 1)
            continue
        if name in RAW:
            end = re.compile(rf"</{re.escape(name)}", re.I).search(html, at)
            if end is None:
                break
            at = end.start()
        elif name == "plaintext":
            break
        elif (
            left.get(name) == 0
            or (name in FORMATTING and formatting >= limit and (limit or name != "a"))
            or (depth >= T.deepest and name not in IMPLIED and name not in VOID and name not in FORMATTING)
        ):
            skipped[name] = skipped.get(name, 0) + 1
            pieces.append(html[done : match.start()])
            done = at
            continue
        elif name in left:
            left[name] -= 1
        elif name in FORMATTING:
            formatting += 1
        elif name not in VOID:
            depth += name not in IMPLIED
            remade += formatting
            if limit and remade > T.remade_limit:
                return None
        if len(match["rest"]) > T.tag_limit:
            kept = [
                a.group(1) for _, a in zip(range(T.attributes_limit), _ATTRIBUTE.finditer(match["rest"]), strict=False)
            ]
            pieces.append(html[done : match.start("rest")] + " " + " ".join(kept))
            done = match.end("rest")
    pieces.append(html[done:])
    return "".join(pieces)
