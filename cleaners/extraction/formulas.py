"""Formulas of a page as TeX, each once, from wherever a typesetter left its source.

KaTeX, MathJax 2 to 4, MathML, MediaWiki, Quill, Zhihu, CSDN, Jianshu, WordPress and their kin show a formula as spans,
SVG or an image and keep the source beside it: in an annotation, a script, an attribute, an alternative text, an
address. The best of these is taken, and all that is shown of it is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from cleaners.extraction.drawn import tex_of_chtml, tex_of_svg
from cleaners.extraction.katex import tex_of_boxes
from cleaners.extraction.mathml import tex_of
from cleaners.text import has_sentence
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    longest: int = threshold(20_000, "characters", "of TeX; longer is none")


T = Thresholds()
SOURCE = ("data-tex", "data-formula", "data-latex", "data-equation-content", "data-math", "data-tex-source", "copytext")
RENDERED = frozenset([
    "MathJax", "MathJax_SVG", "MathJax_CHTML", "MathJax_MathML", "MathJax_Display", "MathJax_SVG_Display",
    "MJXc-display", "mjx-chtml", "mjx-math", "MathJax_Error"
])  # fmt: skip
PREVIEW = frozenset(["MathJax_Preview", "MathJax_Hover_Frame", "mjx-copytext", "MJX_Assistive_MathML"])
KATEX = frozenset(
    ["katex", "katex-display", "katex--display", "katex--inline", "katex-block", "katex-inline", "katex-mathml"]
)
IMAGES = frozenset([
    "latex", "tex", "mathcode", "math-inline", "math-block", "mwe-math-fallback-image-inline", "ee_img",
    "mwe-math-fallback-image-display", "equation", "formula", "tex-block", "Formula-image"
])  # fmt: skip
BLOCK = frozenset([
    "katex-display", "katex--display", "katex-block", "math-block", "tex-block", "display", "MathJax_Display",
    "MathJax_SVG_Display", "MJXc-display", "mwe-math-fallback-image-display", "mwe-math-element-block",
    "block", "block-equation", "span-block-equation"
])  # fmt: skip
_IMAGE_ADDRESS = re.compile(
    r"/equation\?|latex\.php\?|codecogs\.com/|/math\?(?:formula|math)=|[?&](?:latex|tex|formula)=|cht=tx|latex\.csdn\.net|/mathtex|mimetex"
    r"|/__latex/|#card=math|\bmath\.(?:vercel|now)\.|i\.upmath\.me/|tex\.s2cms\.",
    re.I,
)
_IN_PATH = re.compile(r"//(?:i\.upmath\.me|tex\.s2cms\.\w+)/(?:svg|png)/", re.I)  # TeX is the rest of the path
MATH_LANGUAGE = "language-math"
NAMED = PREVIEW | RENDERED | KATEX | {"mwe-math-element", MATH_LANGUAGE, "math", "ql-formula"}
SOURCES = frozenset(SOURCE)
SOURCED = frozenset(["span", "div", "section", "p", "figure", "svg", "eq", "tex", "equation", "i", "em"])
_CDATA = re.compile(r"^\s*+(?:%\s*+)?<!\[CDATA\[|(?:%|(?<!\s))\s*+\]\]>\s*+$")
_SETTINGS = re.compile(
    r"\\(?:inline(?![A-Za-z])|dpi\{\d+\}|bg_\w+|fn_\w+|(?:large|huge|LARGE|small|tiny)(?![A-Za-z]))\s*"
)
_OUTER = re.compile(r"\{\\(?:display|text|script)style\s?(.*)\}", re.S)
_DELIMITED = re.compile(r"\\\[(.*)\\\]|\\\((.*)\\\)|\$\$(.*)\$\$|\$(.*)\$", re.S)
_TEX_SIGN = re.compile(r"[\\^_={}+*/<>|-]|^[A-Za-z0-9()., ]{1,12}$")
_HAN = re.compile("[\u3400-\u9fff]")
_COMMAND = re.compile(
    r"\\(?:[dt]?frac|sqrt|sum|prod|i*int|oint|lim|begin|end|left|right|operatorname|math(?:bb|bf|cal|frak|rm|sf)|text"
    r"|over(?:line|brace)|under(?:line|brace)|hat|vec|bar|dot|tilde|cdots?|ldots|times|leq?|geq?|neq?|approx|equiv|infty"
    r"|partial|nabla|forall|exists|in|subset|cup|cap|to|rightarrow|Rightarrow|mapsto|alpha|beta|gamma|delta|epsilon|theta"
    r"|lambda|mu|pi|rho|sigma|tau|phi|varphi|psi|omega|Gamma|Delta|Theta|Lambda|Sigma|Phi|Psi|Omega|sin|cos|tan|log|ln|exp"
    r"|max|min)(?![A-Za-z])"
)
_DRIVE = re.compile(r"\s*[A-Z]:\\[^{}]*")  # a path of Windows
_MATH_SCRIPT = re.compile(r"math/(?:tex|latex)", re.I)


@dataclass(frozen=True, slots=True)
class Formula:
    """TeX without delimiters, and whether it stands on a line of its own. tex is "" for what is only shown."""

    tex: str
    display: bool = False
    unread: str = ""  # what is shown of a formula whose source could not be found


def formula_at(node: Any, tag: str, attributes: dict[str, str | None]) -> Formula | None:
    """The formula that a Lexbor node with these attributes is; None for any other node."""
    if tag == "script":
        kind = attributes.get("type") or ""
        if _MATH_SCRIPT.match(kind):
            return _formula(node.text(deep=True) or "", "display" in kind)
        return None
    if tag == "math":
        tex = _of_math(node)
        return None if has_sentence(tex) else _formula(tex, _is_block(attributes))
    if tag == "img":
        found = _image(attributes)
        return replace(found, display=True) if found and not found.display and _is_shown_as_block(node) else found
    if tag == "svg" and (tex := tex_of_svg(node)):
        return _formula(tex, _is_shown_as_block(node))
    if not attributes and "-" not in tag and tag not in ("annotation", "tex", "eq"):
        return None
    if tag == "mjx-container":
        return _read(node, attributes.get("display") == "true", attributes)
    if tag == "annotation" or tag == "mjx-assistive-mml" or tag == "mjx-copytext":
        return Formula("")
    classes = (attributes.get("class") or "")[:400].split()
    if classes and not NAMED.isdisjoint(classes):
        if not PREVIEW.isdisjoint(classes):
            return Formula("")
        if not RENDERED.isdisjoint(classes):
            if _script_follows(node):
                return Formula("")
            return _read(node, not BLOCK.isdisjoint(classes), attributes)
        if not KATEX.isdisjoint(classes) or "mwe-math-element" in classes:
            return _read(node, not BLOCK.isdisjoint(classes), attributes)
        if MATH_LANGUAGE in classes and tag in ("span", "div") and not _has_elements(node):  # Vditor, GitLab
            return _formula(node.text(deep=True) or "", tag == "div")
        if "math" in classes and ("inline" in classes or "display" in classes) and not _has_elements(node):
            return _formula(node.text(deep=True) or "", "display" in classes)
        if "ql-formula" in classes and attributes.get("data-value"):
            return _formula(attributes["data-value"] or "", False)
    if tag == "code" and (MATH_LANGUAGE in classes or "js-render-math" in classes):  # remark, GitLab
        return _formula(node.text(deep=True) or "", attributes.get("data-math-style") == "display")
    if tag in SOURCED and not SOURCES.isdisjoint(attributes):
        for name in SOURCE:
            source = attributes.get(name)
            if source and source.strip() and source != "true":
                block = not BLOCK.isdisjoint(classes) or attributes.get("data-formula-type") in BLOCK
                return _formula(source, block or source.rstrip().endswith("\\\\"))
    return None


def _formula(source: str, display: bool) -> Formula:
    tex, own = cleaned(source)
    return Formula(tex, display or own)


def cleaned(source: str) -> tuple[str, bool]:
    r"""TeX without delimiters, comments of markup and an outer `{\displaystyle ..}`; whether they say display.

    >>> cleaned(r"\( a_n \)")
    ('a_n', False)
    """
    tex = _CDATA.sub("", _CDATA.sub("", source)).replace("\xa0", " ").strip()
    display = False
    found = _DELIMITED.fullmatch(tex)
    if found:
        inner = next(part for part in found.groups() if part is not None)
        if "$" not in inner:
            display = tex.startswith(("\\[", "$$"))
            tex = inner.strip()
    outer = _OUTER.fullmatch(tex)
    if outer and _balanced(outer[1]):
        tex = outer[1].strip()
    while tex.endswith("\\\\"):  # a line end at the end
        tex = tex[:-2].rstrip()
    tex = re.sub(r"(?<!\\)%[^\n]*(?:\n|$)", "", tex)
    tex = " ".join(tex.split())
    if tex.endswith("\\") and not tex.endswith("\\\\"):
        tex += " "  # a space that TeX writes so
    return (tex.strip() if not tex.endswith("\\ ") else tex[:-2].strip()) if len(tex) <= T.longest else "", display


def _balanced(tex: str) -> bool:
    depth = 0
    for sign in re.findall(r"\\.|[{}]", tex):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


def _read(node: Any, display: bool, attributes: dict[str, str | None]) -> Formula:
    """A formula from what is left of it below the element that shows it."""
    for name in (*SOURCE, "data-latex", "data-value"):
        if attributes.get(name):
            return _formula(attributes[name] or "", display)
    best = ""
    rank = 9
    for inner in node.traverse(include_text=False):
        tag = inner.tag
        own = inner.attributes or {}
        found, at = "", 9
        if tag == "annotation" and "tex" in (own.get("encoding") or "tex").lower():
            found, at = inner.text(deep=True) or "", 0
        elif tag == "script" and _MATH_SCRIPT.match(own.get("type") or ""):
            found, at = inner.text(deep=True) or "", 0
            display = display or "display" in (own.get("type") or "")
        elif tag == "mjx-copytext":
            found, at = inner.text(deep=True) or "", 4
        elif tag == "math":
            display = display or _is_block(own)
            if own.get("data-latex"):  # MathJax 4
                found, at = own["data-latex"] or "", 1
            elif own.get("alttext"):
                found, at = own["alttext"] or "", 3
            elif rank > 5:
                found, at = tex_of(inner), 5
        elif tag == "svg" and rank > 6:
            found, at = tex_of_svg(inner), 6
        elif tag == "mjx-math" and rank > 6:
            found, at = tex_of_chtml(inner), 6
        elif tag == "img":
            image = _image(own)
            if image is not None and image.tex:
                found, at = image.tex, 4
                display = display or image.display
        else:
            source = next((own[n] for n in SOURCE if own.get(n)), None)
            classes = (own.get("class") or "").split()
            if source:
                found, at = source, 1
            elif own.get("data-mathml") and rank > 6:
                found, at = _of_markup(own["data-mathml"] or ""), 6
            elif "katex-html" in classes:
                if rank > 6:
                    found, at = tex_of_boxes(inner), 6
            elif "katex-mathml" in classes:
                found, at = _last_line(inner), 2
            elif "katex-error" in classes:
                found, at = inner.text(deep=True) or "", 4
            display = display or any(c in ("katex-display", "katex--display") for c in classes)
        if found.strip() and at < rank:
            best, rank = found, at
    if not best and attributes.get("data-mathml"):
        best = _of_markup(attributes["data-mathml"] or "")
    if not best:
        return Formula("", display, " ".join((node.text(deep=True) or "").split()))
    return _formula(best, display)


def _of_math(math: Any) -> str:
    for inner in math.traverse(include_text=False):
        if inner.tag == "annotation" and "tex" in ((inner.attributes or {}).get("encoding") or "").lower():
            said = inner.text(deep=True) or ""
            if said.strip():
                return said
    return (math.attributes or {}).get("alttext") or tex_of(math)


def _of_markup(markup: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    math = LexborHTMLParser(markup[: 10 * T.longest]).css_first("math")
    return tex_of(math) if math is not None else ""


def _last_line(node: Any) -> str:
    """The source behind the shown signs of an older KaTeX: the last line of `katex-mathml` that no element holds."""
    said = ""
    child = node.first_child
    own: list[str] = []
    while child is not None:
        if child.tag == "-text":
            own.append(child.text_content or "")
        child = child.next
    lines = [line.strip() for line in "\n".join(own).split("\n") if line.strip()]
    if lines:
        said = lines[-1]
    return said


def _is_block(attributes: dict[str, str | None]) -> bool:
    if attributes.get("display") == "block" or attributes.get("mode") == "display":
        return True
    return "tml-display" in (attributes.get("class") or "").split()  # Temml


def _is_shown_as_block(node: Any) -> bool:
    """Whether what is around a drawing is named after a formula on a line of its own."""
    above = node.parent
    for _ in range(2):
        if above is None:
            return False
        classes = ((above.attributes or {}).get("class") or "")[:400].split()
        if not BLOCK.isdisjoint(classes) or (above.tag == "div" and "math" in classes):  # the latter of Sphinx
            return True
        above = above.parent
    return False


def _has_elements(node: Any) -> bool:
    child = node.first_child
    while child is not None:
        if child.tag and child.tag[0] != "-":
            return True
        child = child.next
    return False


def _script_follows(node: Any) -> bool:
    """Whether the script with a formula's source stands behind what shows it."""
    behind, steps = node.next, 0
    while behind is not None and steps < 4:
        if behind.tag == "script":
            return _MATH_SCRIPT.match((behind.attributes or {}).get("type") or "") is not None
        if behind.tag == "-text" and (behind.text_content or "").strip():
            return False
        behind, steps = behind.next, steps + 1
    return False


def _image(attributes: dict[str, str | None]) -> Formula | None:
    """The formula that an image shows."""
    address = attributes.get("src") or ""
    classes = (attributes.get("class") or "")[:400].split()
    said = attributes.get("alt") or ""
    source = next((attributes[name] for name in SOURCE if attributes.get(name)), None)
    named = "eeimg" in attributes or not IMAGES.isdisjoint(classes)
    service = bool(address) and _IMAGE_ADDRESS.search(address) is not None
    spoken = unquote(address) if not service and "%5C" in address.upper() else ""  # of a service without a name here
    asked = _of_address(address) if service else _spoken(spoken)
    if not (named or source or service or asked or is_source(said)):
        return None
    tex = source or (said if said.strip() and _TEX_SIGN.search(said) and not _is_words(said) else "") or asked
    if not tex:
        return None
    display = not BLOCK.isdisjoint(classes) or re.search(r"\\\\\s*$", tex) is not None
    display = display or attributes.get("eeimg") == "2"
    return _formula(_SETTINGS.sub("", tex) if asked else tex, display)


def _spoken(address: str) -> str:
    """The part of an address, nothing encoded, that can only be TeX: of its query, or the end of its path."""
    for part in (*(p.partition("=")[2] for p in address.partition("?")[2].split("&")), address.rpartition("/")[2]):
        if is_source(part):
            return part
    return ""


def is_source(said: str) -> bool:
    r"""Whether what is said of an image can only be TeX: a command of it, braces that close, nothing of a language.

    >>> is_source(r"\frac{a}{b}"), is_source(r"C:\sum\list"), is_source("a chart of sales")
    (True, False, False)
    """
    if "\\" not in said or len(said) > T.longest or _HAN.search(said) or _DRIVE.fullmatch(said):
        return False
    return _COMMAND.search(said) is not None and _balanced(said)


def _is_words(said: str) -> bool:
    return bool(_HAN.search(said)) and "\\" not in said


def _of_address(address: str) -> str:
    """The TeX that an image's address asks a service for."""
    try:
        parts = urlsplit(address.replace("&amp;", "&"))
    except ValueError:
        return ""
    if found := _IN_PATH.search(address):
        return unquote(address[found.end() :])
    for query in (parts.query, parts.fragment):
        for name, value in parse_qsl(query):
            if name in ("latex", "tex", "formula", "chl", "math", "from", "inline", "eq") or (
                name == "code" and query is parts.fragment
            ):
                return value
    query = parts.query.replace("&space;", " ")  # codecogs writes blanks so
    return unquote_plus(query) if "latex.csdn" in address else unquote(query)
