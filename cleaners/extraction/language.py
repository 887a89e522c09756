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


T = Thresholds()
ATTRIBUTES = (  # that name it
    "data-lang", "data-language", "language", "data-enlighter-language", "lang", "data-code-language",
    "data-tagsearch-lang",
)  # fmt: skip
HIGHLIGHTERS = (
    "highlight",
    "sourceCode",
    "syntaxhighlighter",
    "prism",
    "src",
    "code",
)  # behind whose class it may stand
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
    hlsl html http ini java javascript jinja js json json5 jsonc jsp jsx julia kotlin kt latex less lisp llvm
    log lua makefile markdown markup mathematica matlab md mermaid mips mysql nasm nginx nim nix node objc
    objective-c objectivec ocaml pascal patch perl pgsql php plsql postgresql powershell ps1 prolog properties
    protobuf proto ps pug puppet py python python3 qml r rb regex rest ruby rs rust sas sass scala scheme scss
    sh shell shellsession smali smalltalk solidity sql stata stylus svg swift systemverilog tcl terraform tex
    text thrift toml ts tsql tsx turtle twig typescript v vala vb vb.net vbnet vbs vbscript verilog vhdl vim
    viml vue wasm wat xml xquery yaml yml zig zsh"""
LANGUAGES = frozenset(_LANGUAGES.split())


def language_of(node: Any) -> str:
    """The language that a container, what it holds, or what is right around it names."""
    inner = [node]
    child = node.first_child
    while child is not None and len(inner) < 6:
        if child.tag in ("code", "pre", "div", "table", "tbody", "ol"):
            inner.append(child)
        child = child.next
    deeper = node.css("code[class],pre[class],code[data-lang],div[data-language]")[:6]
    outer: list[Any] = []
    above = node.parent
    while (
        above is not None
        and above.tag in ("div", "figure", "td", "tr", "tbody", "table", "section", "pre", "code")
        and len(outer) < 6
    ):
        outer.append(above)
        above = above.parent
    for element in (*inner, *deeper, *outer, *_enlightened(node)):
        attributes = element.attributes or {}
        near = element not in outer[2:] or element.tag in ("figure", "table")
        for name in ATTRIBUTES:
            found = _known(attributes.get(name) or "") if near else ""
            if (
                found
                and (name != "lang" or element.tag in ("pre", "code"))
                and not re.fullmatch(r"zh.*|en(-.*)?", found)
            ):
                return found
        name = attributes.get("class") or ""
        for match in _LANGUAGE.finditer(name):
            if found := _known(match[1]):
                return found
            if match[1].lower() in ("text", "plaintext", "plain", "none", "txt"):
                return ""
        if "blob-wrapper" in name and (blob := re.search(r"(?:^|\s)type-([a-z0-9+#-]+)", name)) and _known(blob[1]):
            return _known(blob[1])  # GitHub
        if not near:
            continue
        tokens = name[:200].split()
        if "hljs" in tokens or (tokens and tokens[0] in HIGHLIGHTERS):
            for token in tokens:
                token = re.sub(r"^(?:highlight|src|code|hljs)-", "", token).lower()
                if token in LANGUAGES:
                    return token
        elif (family := re.search(r"(?:^|\s)highlight-([a-z0-9+#]+)(?:\s|$)", name)) and (found := _known(family[1])):
            return found  # Sphinx: highlight-python notranslate
        elif (family := _FAMILY.search(name)) and family[1] in LANGUAGES:
            return family[1]
        elif element.tag == "code" and len(tokens) == 2 and tokens[1].endswith(f"-{tokens[0]}"):
            return _known(tokens[0])
    return ""


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
