"""The programming language that a page names for its code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    longest: int = threshold(24, "characters", "the longest name of a programming language")
    looked_at: int = threshold(6, "elements", "in a container, and around it, whose names are read")
    bare_words: int = threshold(3, "words", "at most, of the class of a `pre` or `code`, one of which may be it")
    class_longest: int = threshold(200, "characters", "of a class in which a bare word is looked for")


T = Thresholds()
ATTRIBUTES = (  # that name it
    "data-lang", "data-language", "language", "data-enlighter-language", "lang", "data-code-language",
    "data-tagsearch-lang",
)  # fmt: skip
# Classes behind which the name of a language may stand.
HIGHLIGHTERS = frozenset(
    [
        "highlight",
        "hl",
        "sourceCode",
        "syntaxhighlighter",
        "prism",
        "src",
        "code",
        "codecolorer",
        "codecolorer-container",
    ]
)
_HUMAN = re.compile(r"zh.*|en(-.*)?")
_BLOB = re.compile(r"(?:^|\s)type-([a-z0-9+#-]+)")  # GitHub
_PREFIX = re.compile(r"^(?:highlight|src|code|hljs)-")
_SPHINX = re.compile(r"(?:^|\s)highlight-([a-z0-9+#]+)(?:\s|$)")  # highlight-python notranslate
_BRUSH = re.compile(r"brush:\s*([A-Za-z0-9+#_.-]{1,24})")
_FAMILY = re.compile(r"(?:^|\s)(?:source|dp)-([a-z0-9+#]+)(?:\s|$)")  # GeSHi, the first SyntaxHighlighter
_NOTEBOOK = re.compile(r"ipython\d?")  # Python with a shell's own commands
_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language|lang|hl|mw-highlight-lang|highlight-source|brush|code-lang|highlight-text)(?:-|:\s?)([A-Za-z0-9+#_.-]+)",
    re.I,
)
_NO_LANGUAGE = """
    text plain plaintext txt none nohighlight no-highlight undefined null auto default hljs copyable code
    highlight notranslate block wrapper line-numbers linenums prettyprint prettyprinted has-numbering
    numbersource src prism numberlines table wrap left right center container inline body content tab-size
    nogutter collapse copy source token theme dark light atelier monokai github shadow ie show-lines toolbar
    output language fallback"""
NO_LANGUAGE = frozenset(_NO_LANGUAGE.split())

# Names that highlight.js, Prism, Pygments and Rouge give languages: what a class without a prefix is taken for.
_LANGUAGES = """
    abap actionscript ada apache apacheconf applescript arduino armasm asciidoc asm asp aspnet autohotkey awk
    bash basic bat batch c c# c++ clojure cmake cmd cobol coffee coffeescript console cpp crystal cs csharp css
    csv cuda cython d dart delphi diff django docker dockerfile dos dts ejs elisp elixir elm erb erlang excel f#
    fortran fsharp gdscript gherkin glsl gn go golang gradle graphql groovy h haml handlebars haskell haxe hcl
    hlsl html http ini java javascript jinja js json json5 jsonc jsp jsx julia kotlin kt latex lean less lisp llvm
    log lua makefile markdown markup mathematica matlab md mermaid mips mysql nasm nginx nim nix node objc
    objective-c objectivec ocaml pascal patch perl pgsql php plsql postgresql powershell ps1 prolog properties
    protobuf proto ps pug puppet py python python3 qml r rb regex rest ruby rs rust sas sass scala scheme scss
    sh shell shellsession smali smalltalk solidity sql stata stylus svg swift systemverilog tcl terraform tex
    text thrift toml ts tsql tsx turtle twig typescript v vala vb vb.net vbnet vbs vbscript verilog vhdl vim
    viml vue wasm wat xml xquery yaml yml zig zsh"""
LANGUAGES = frozenset(_LANGUAGES.split())


def language_of(node: Any) -> str:
    """The language that a container, what it holds, or what is right around it names."""
    within, outer = _within(node), _around(node)
    plain = False  # whether the container says that it is plain text, and nothing in it that it is not
    for n, element in enumerate((*within, *outer, *_enlightened(node))):
        if plain and n >= len(within):
            break
        attributes = element.attributes or {}
        near = element not in outer[2:] or element.tag in ("figure", "table")
        if near and (found := _of_attributes(element.tag, attributes)):
            return found
        said = _of_class(element.tag, attributes.get("class") or "", near=near)
        if said:
            return said
        plain = plain or said is not None
    return ""


def of_label(word: str) -> str:
    """The language that a word above code names to readers, "" for none.

    >>> of_label("C++"), of_label("复制")
    ('c++', '')
    """
    name = word.strip().strip(":：[]").lower()
    return name if name in LANGUAGES and name not in NO_LANGUAGE else ""


def _within(node: Any) -> list[Any]:
    """The container and what in it may name the language."""
    inner = [node]
    child = node.first_child
    while child is not None and len(inner) < T.looked_at:
        if child.tag in ("code", "pre", "div", "table", "tbody", "ol"):
            inner.append(child)
        child = child.next
    return [*inner, *node.css("code[class],pre[class],code[data-lang],div[data-language]")[: T.looked_at]]


def _around(node: Any) -> list[Any]:
    """What is around a container and holds nothing but it, by its kind; the nearest first."""
    outer: list[Any] = []
    above = node.parent
    while (
        above is not None
        and above.tag in ("div", "figure", "td", "tr", "tbody", "table", "section", "pre", "code")
        and len(outer) < T.looked_at
    ):
        outer.append(above)
        above = above.parent
    return outer


def _of_attributes(tag: str, attributes: dict[str, str | None]) -> str:
    """What an attribute made for it says; `lang` is that of code only on code, and a human language is none."""
    if brush := _BRUSH.search(attributes.get("data-syntaxhighlighter-params") or ""):  # Confluence
        return _known(brush[1])
    for name in ATTRIBUTES:
        found = _known(attributes.get(name) or "")
        if found and (name != "lang" or tag in ("pre", "code")) and not _HUMAN.fullmatch(found):
            return found
    return ""


def _of_class(tag: str, name: str, *, near: bool) -> str | None:
    """What a class says: "" where it is plain text, None where it says nothing. near: whether a bare word counts."""
    for match in _LANGUAGE.finditer(name):
        found = _known(match[1])
        if found and (match[0].strip()[:3].lower() != "hl-" or found in LANGUAGES):
            return found
        if match[1].lower() in ("text", "plaintext", "plain", "none", "txt"):
            return ""
    if "blob-wrapper" in name and (blob := _BLOB.search(name)) and _known(blob[1]):
        return _known(blob[1])
    if not near:
        return None
    tokens = name[: T.class_longest].split()
    bare = tag in ("pre", "code") and 0 < len(tokens) <= T.bare_words  # as highlight.js, GeSHi and R Markdown read it
    if bare or "hljs" in tokens or not HIGHLIGHTERS.isdisjoint((tokens or [""])[:: max(1, len(tokens) - 1)]):
        told = (_PREFIX.sub("", token).lower() for token in tokens)
        first = next((token for token in told if token in LANGUAGES), None)
        if first is not None or not bare:
            return None if first is None else _known(first)
    if (family := _SPHINX.search(name)) and (found := _known(family[1])):
        return found
    if (family := _FAMILY.search(name)) and family[1] in LANGUAGES:
        return family[1]
    if tag == "code" and len(tokens) == 2 and tokens[1].endswith(f"-{tokens[0]}"):
        return _known(tokens[0])
    return None


def _enlightened(node: Any) -> list[Any]:
    """The source that EnlighterJS leaves, hidden, behind what it shows of it."""
    behind = node.next
    if behind is not None and behind.tag == "-text":
        behind = behind.next
    return [behind] if behind is not None and "data-enlighter-language" in (behind.attributes or {}) else []


def _known(name: str) -> str:
    name = _NOTEBOOK.sub("python", name.strip().strip(";").lower())
    if not name or len(name) > T.longest or name in NO_LANGUAGE or not re.fullmatch(r"[a-z][a-z0-9+#_.-]*", name):
        return ""
    return name
