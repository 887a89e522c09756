"""Presentation MathML as TeX: the elements that pages use (MathML Core, W3C 2025, section 3), from Lexbor's nodes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    deepest: int = threshold(100, "elements", "inside each other; what lies deeper is read as text")


T = Thresholds()
_NAMES = """
    α alpha β beta γ gamma δ delta ε varepsilon ϵ epsilon ζ zeta η eta θ theta ϑ vartheta ι iota κ kappa λ
    lambda μ mu ν nu ξ xi π pi ϖ varpi ρ rho ϱ varrho σ sigma ς varsigma τ tau υ upsilon φ varphi ϕ phi χ chi ψ
    psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega ≤ leq ≥ geq ≠
    neq ≈ approx ≡ equiv ∼ sim ≃ simeq ≅ cong ∝ propto ≪ ll ≫ gg ≺ prec ≻ succ ⩽ leqslant ⩾ geqslant × times ·
    cdot ⋅ cdot ÷ div ± pm ∓ mp ∗ ast ⋆ star ∘ circ • bullet ⊕ oplus ⊗ otimes ⊙ odot ∧ wedge ∨ vee ¬ neg ∑ sum ∏
    prod ∐ coprod ∫ int ∬ iint ∭ iiint ∮ oint ⋃ bigcup ⋂ bigcap ⋁ bigvee ⋀ bigwedge ⨁ bigoplus ⨂ bigotimes ∞
    infty ∂ partial ∇ nabla ∀ forall ∃ exists ∄ nexists ∅ emptyset ∈ in ∉ notin ∋ ni ⊂ subset ⊃ supset ⊆
    subseteq ⊇ supseteq ∪ cup ∩ cap ∖ setminus → to ← leftarrow ↔ leftrightarrow ⇒ Rightarrow ⇐ Leftarrow ⇔
    Leftrightarrow ↦ mapsto ⟶ longrightarrow ⟵ longleftarrow ⟹ Longrightarrow ⟺ Longleftrightarrow ↑ uparrow ↓
    downarrow ↗ nearrow ↘ searrow … ldots ⋯ cdots ⋮ vdots ⋱ ddots ′ prime ″ prime\\prime ℓ ell ℏ hbar ℜ Re ℑ Im
    ℵ aleph ∠ angle ⊥ perp ∥ parallel ⟨ langle ⟩ rangle ⌊ lfloor ⌋ rfloor ⌈ lceil ⌉ rceil ‖ | ∣ mid △ triangle □
    square ∴ therefore ∵ because ⊢ vdash ⊨ models ⊤ top † dagger ° circ √ surd"""
SIGNS = {a: "\\" + b for a, b in zip(_NAMES.split()[::2], _NAMES.split()[1::2], strict=True)}
SIGNS |= {"−": "-", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "\u00a0": "~", "\u200b": ""}
SIGNS |= {c: "\\" + c for c in "{}%#&$_"} | {"\\": "\\backslash", "ℝ": "\\mathbb{R}", "ℕ": "\\mathbb{N}"}
SIGNS |= {"ℤ": "\\mathbb{Z}", "ℚ": "\\mathbb{Q}", "ℂ": "\\mathbb{C}", "°": "^{\\circ}", "^": "\\hat{}", "~": "\\sim"}
_FUNCTIONS = """
    arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log
    max min Pr sec sin sinh sup tan tanh"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
ACCENTS = {
    "^": "hat", "ˆ": "hat", "¯": "bar", "‾": "bar", "―": "overline", "→": "vec", "⃗": "vec", "~": "tilde", "˜": "tilde",
    "˙": "dot", "¨": "ddot", "⃛": "dddot", "ˇ": "check", "˘": "breve", "´": "acute", "`": "grave", "⏞": "overbrace",
    "_": "bar", "∼": "tilde", "–": "overline", "⟶": "overrightarrow", "←": "overleftarrow",
}  # fmt: skip
BELOW = {"⏟": "underbrace", "_": "underline", "¯": "underline", "‾": "underline", "̲": "underline"}
LETTERS = {
    "bold": "mathbf", "bold-italic": "boldsymbol", "double-struck": "mathbb", "script": "mathcal",
    "fraktur": "mathfrak", "sans-serif": "mathsf", "monospace": "mathtt", "normal": "mathrm",
    "bold-script": "mathcal", "bold-fraktur": "mathfrak",
}  # fmt: skip
BRACKETS = {
    ("(", ")"): "pmatrix", ("[", "]"): "bmatrix", ("|", "|"): "vmatrix", ("\\{", "\\}"): "Bmatrix",
    ("\\|", "\\|"): "Vmatrix", ("\\parallel", "\\parallel"): "Vmatrix",
}  # fmt: skip
_MATRIX = "\\begin{matrix}"
_ATOP = re.compile(r"\{([^{}]*) \\atop ([^{}]*)\}")
_LETTER = re.compile(r"\\[A-Za-z]+$")
_SKIPPED = ("annotation", "annotation-xml", "mphantom", "none", "mprescripts", "maligngroup", "malignmark")


def tex_of(math: Any) -> str:
    """TeX of a `<math>` element (a Lexbor node); "" where there is nothing in it."""
    return _row(math, 0).strip()


def _row(node: Any, depth: int) -> str:
    return _joined(_bracketed([_tex(child, depth + 1) for child in _children(node)]))


def _bracketed(parts: list[str]) -> list[str]:
    """The parts, a matrix between brackets of its own in one environment with these."""
    out: list[str] = []
    n = 0
    while n < len(parts):
        name = BRACKETS.get((parts[n], parts[n + 2])) if n + 2 < len(parts) else None
        if name and parts[n + 1].startswith(_MATRIX) and parts[n + 1].count("\\begin{") == 1:
            out.append(parts[n + 1].replace("{matrix}", f"{{{name}}}"))
            n += 3
            continue
        if parts[n] == "(" and n + 2 < len(parts) and parts[n + 2] == ")" and (one := _ATOP.fullmatch(parts[n + 1])):
            out.append(f"\\binom{{{one[1]}}}{{{one[2]}}}")
            n += 3
            continue
        if parts[n] == "\\{" and parts[n + 1 : n + 2] and not any(parts[n + 2 :]):  # a brace that nothing closes
            cases = parts[n + 1]
            if cases.startswith(_MATRIX) and cases.count("\\begin{") == 1:
                out.append(cases.replace("{matrix}", "{cases}"))
                break
        out.append(parts[n])
        n += 1
    return out


def _joined(parts: list[str]) -> str:
    out = ""
    for part in parts:
        if part and out and part[0].isalpha() and _LETTER.search(out):
            out += " "
        out += part
    return out


def _children(node: Any) -> list[Any]:
    found, child = [], node.first_child
    while child is not None:
        if child.tag and child.tag[0] != "-":
            found.append(child)
        child = child.next
    return found


def _tex(node: Any, depth: int) -> str:
    tag = node.tag
    if tag in _SKIPPED:
        return ""
    if depth > T.deepest:
        return _signs(" ".join((node.text(deep=True) or "").split()))
    if tag in _TOKENS:
        return _TOKENS[tag](node)
    if tag in _SCHEMES:
        return _SCHEMES[tag](node, depth)
    if tag == "semantics":
        first = _children(node)[:1]
        return _tex(first[0], depth + 1) if first else ""
    return _row(node, depth)


def _text(node: Any) -> str:
    return " ".join((node.text(deep=True) or "").split())


def _signs(text: str) -> str:
    return _joined([SIGNS.get(c, c) for c in text])


def _identifier(node: Any) -> str:
    text = _text(node)
    if text in FUNCTIONS:
        return "\\" + text
    said = _signs(text)
    variant = LETTERS.get((node.attributes or {}).get("mathvariant") or "")
    if variant and (variant != "mathrm" or len(text) > 1 or text.isascii()):
        return f"\\{variant}{{{said}}}"
    return f"\\mathrm{{{said}}}" if len(text) > 1 and text.isalpha() and text.isascii() else said


def _operator(node: Any) -> str:
    text = _text(node)
    if text in FUNCTIONS:
        return "\\" + text
    if len(text) > 1 and text.isalpha() and text.isascii():
        return f"\\operatorname{{{text}}}"
    return _signs(text)


def _words(node: Any) -> str:
    text = (node.text(deep=True) or "").replace("\xa0", " ")
    said = "".join("\\" + c if c in "{}%#&$_" else c for c in text)
    return f"\\text{{{said}}}" if said.strip() else " "


def _group(tex: str) -> str:
    """TeX as one argument or base: braces around more than one sign."""
    return "{" + tex + "}"


def _base(tex: str) -> str:
    single = len(tex) == 1 or re.fullmatch(r"\\[A-Za-z]+|\\.|\\[a-z]+\{[^{}]*\}", tex)
    return tex if single or _is_bracketed(tex) else _group(tex)


def _is_bracketed(tex: str) -> bool:
    """Whether TeX is one expression in brackets, which carries what stands above it by its closing one."""
    if tex[:1] + tex[-1:] not in ("()", "[]"):
        return False
    depth = 0
    for n, sign in enumerate(tex):
        depth += (sign == tex[0]) - (sign == tex[-1])
        if not depth:
            return n == len(tex) - 1
    return False


def _arguments(node: Any, depth: int, count: int) -> list[str]:
    said = [_tex(child, depth + 1).strip() for child in _children(node)[:count]]
    return said + [""] * (count - len(said))


def _fraction(node: Any, depth: int) -> str:
    above, below = _arguments(node, depth, 2)
    width = ((node.attributes or {}).get("linethickness") or "").strip()
    return f"{{{above} \\atop {below}}}" if re.fullmatch(r"0[a-z%]*", width) else f"\\frac{{{above}}}{{{below}}}"


def _root(node: Any, depth: int) -> str:
    base, index = _arguments(node, depth, 2)
    return f"\\sqrt[{index}]{{{base}}}"


def _below(node: Any, depth: int) -> str:
    base, under = _arguments(node, depth, 2)
    if under in BELOW:
        return f"\\{BELOW[under]}{{{base}}}"
    return f"{base}_{{{under}}}" if _takes_limits(base) else f"\\underset{{{under}}}{{{base}}}"


def _above(node: Any, depth: int) -> str:
    children = _children(node)
    base, over = _arguments(node, depth, 2)
    sign = _text(children[1]) if len(children) > 1 else ""
    if sign in ACCENTS:
        name = ACCENTS[sign]
        if len(base) > 1 and name in ("hat", "bar", "vec", "tilde") and not base.startswith("\\"):
            name = {"hat": "widehat", "bar": "overline", "vec": "overrightarrow", "tilde": "widetilde"}[name]
        return f"\\{name}{{{base}}}"
    return f"{base}^{{{over}}}" if _takes_limits(base) else f"\\overset{{{over}}}{{{base}}}"


def _around(node: Any, depth: int) -> str:
    base, under, over = _arguments(node, depth, 3)
    return f"{base}_{{{under}}}^{{{over}}}"


def _takes_limits(base: str) -> bool:
    return (
        re.fullmatch(
            r"\\(?:sum|prod|coprod|i*int|oint|lim(?:inf|sup)?|max|min|sup|inf|det|gcd|Pr|big[a-z]+|(?:over|under)brace\{.*\}"
            r"|operatorname\{[a-z]+\}|mathrm\{[a-z]{2,}\}|(?:long)?(?:left|right)arrow|to)",
            base,
            re.S,
        )
        is not None
    )


def _low(node: Any, depth: int) -> str:
    base, sub = _arguments(node, depth, 2)
    return f"{_base(base)}_{{{sub}}}"


def _high(node: Any, depth: int) -> str:
    base, sup = _arguments(node, depth, 2)
    return _base(base) + _power(sup)


def _power(sup: str) -> str:
    return "'" * sup.count("\\prime") if sup and not sup.replace("\\prime", "").strip() else f"^{{{sup}}}"


def _both(node: Any, depth: int) -> str:
    base, sub, sup = _arguments(node, depth, 3)
    return f"{_base(base)}_{{{sub}}}{_power(sup)}"


def _scripts(node: Any, depth: int) -> str:
    children = _children(node)
    if not children:
        return ""
    base = _tex(children[0], depth + 1)
    at = next((n for n, child in enumerate(children) if child.tag == "mprescripts"), len(children))

    def said(some: list[Any]) -> str:
        out = ""
        for n in range(0, len(some) - 1, 2):
            low, high = _tex(some[n], depth + 1), _tex(some[n + 1], depth + 1)
            out += (f"_{{{low}}}" if low else "") + (f"^{{{high}}}" if high else "")
        return out

    before = said(children[at + 1 :])
    return ("{}" + before if before else "") + _base(base) + said(children[1:at])


def _table(node: Any, depth: int) -> str:
    rows = [child for child in _children(node) if child.tag in ("mtr", "mlabeledtr")]
    lines = []
    for row in rows:
        cells = _children(row)[1:] if row.tag == "mlabeledtr" else _children(row)
        lines.append(" & ".join(_row(cell, depth + 2).strip() for cell in cells))
    if len(lines) == 1 and " & " not in lines[0]:
        return lines[0]  # an equation beside its number
    sides = str((node.attributes or {}).get("columnalign") or "").split()
    name = "aligned" if sides[:1] == ["right"] and "left" in sides else "matrix"
    return f"\\begin{{{name}}}" + " \\\\ ".join(lines) + f"\\end{{{name}}}"


def _fenced(node: Any, depth: int) -> str:
    attributes = node.attributes or {}
    opening, closing = attributes.get("open", "("), attributes.get("close", ")")
    marks = (attributes.get("separators", ",") or "").replace(" ", "")
    parts = [_tex(child, depth + 1) for child in _children(node)]
    said = parts[0] if parts else ""
    for n, part in enumerate(parts[1:]):
        said += (marks[min(n, len(marks) - 1)] if marks else "") + part
    return f"\\left{_fence(opening)}{said}\\right{_fence(closing)}"


def _fence(sign: str | None) -> str:
    said = SIGNS.get(sign or "", sign or "")
    return (said + " " if said[1:].isalpha() else said) or "."


def _enclosed(node: Any, depth: int) -> str:
    said = _row(node, depth)
    kind = (node.attributes or {}).get("notation") or ""
    if "box" in kind:
        return f"\\boxed{{{said}}}"
    if kind.strip() in ("top", "bottom"):
        return f"\\{'over' if kind.strip() == 'top' else 'under'}line{{{said}}}"
    return f"\\cancel{{{said}}}" if "strike" in kind else said


_TOKENS: dict[str, Callable[[Any], str]] = {
    "mi": _identifier,
    "mn": lambda node: _signs(_text(node)),
    "mo": _operator,
    "mtext": _words,
    "ms": _words,
    "mspace": lambda node: " ",
}
_SCHEMES: dict[str, Callable[[Any, int], str]] = {
    "mfrac": _fraction,
    "msqrt": lambda node, depth: f"\\sqrt{{{_row(node, depth)}}}",
    "mroot": _root,
    "msub": _low,
    "msup": _high,
    "msubsup": _both,
    "munder": _below,
    "mover": _above,
    "munderover": _around,
    "mmultiscripts": _scripts,
    "mtable": _table,
    "mfenced": _fenced,
    "menclose": _enclosed,
}
