"""Every regular expression of the packages, and for each the long strings on which it would take longest."""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib
import inspect
import pkgutil
import re
import re._constants as op
import re._parser as parser
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cleaners
import flows
import schemas

PACKAGES = (cleaners, flows, schemas)
ANYWHERE = ("search", "split", "findall", "finditer", "sub", "subn")  # these begin anew at each character
ANCHORED = ("match", "fullmatch")
OTHERS = 4  # texts of a part that are tried
MANY = 12  # times: a part that may stand so often can be made long
ENDS = ("", "\x00", "\n")  # a last character that lets a match end, or makes it fail


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A pattern and the methods of `re` it is used with."""

    name: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


def modules() -> Iterator[types.ModuleType]:
    """All modules of the packages."""
    for package in PACKAGES:
        yield package
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            yield importlib.import_module(found.name)


@functools.cache
def patterns() -> list[Found]:
    """Every pattern: of the modules' constants, of what they keep (lexicons), and those written where they are used.

    A constant that is only used with match and fullmatch is tried from the start only, any other one from each character.
    """
    sources = {m.__name__: Path(m.__file__).read_text("utf-8") for m in modules() if m.__file__}
    found: dict[tuple[Any, int], Found] = {}
    for module in modules():
        for name, value in vars(module).items():
            for number, (pattern, bound) in enumerate(_within(value, set())):
                methods = _methods(module.__name__, name, sources) if value is pattern else bound
                title = f"{module.__name__}.{name}" + ("" if value is pattern else f"[{number}]")
                known = found.get((pattern.pattern, pattern.flags))
                methods = tuple(sorted({*methods, *(known.methods if known else ())}))
                found[pattern.pattern, pattern.flags] = Found(known.name if known else title, pattern, methods)
        for method, pattern in inline(module):
            title = f"{module.__name__}: {str(pattern.pattern)[:40]}"
            found.setdefault((pattern.pattern, pattern.flags), Found(title, pattern, (method,)))
    return sorted(found.values(), key=lambda f: f.name)


@functools.cache
def _qualified(sources: tuple[str, ...]) -> dict[str, set[str]]:
    """What is called of another module's constants: "module.NAME" and the names of methods."""
    found: dict[str, set[str]] = {}
    for source in sources:
        for name, method in re.findall(r"\b(\w+\.\w+)\.([a-z]+)\b", source):
            found.setdefault(name, set()).add(method)
    return found


def _methods(module: str, name: str, sources: dict[str, str]) -> tuple[str, ...]:
    """The methods that a module calls of a constant in it; "search" where it hands it on as it is."""
    text = re.sub(r"(?m)^(?:from|import)\b.*$", "", sources.get(module, ""))
    used = {*re.findall(rf"(?<![\w.]){re.escape(name)}\.([a-z]+)\b", text)}
    used |= _qualified(tuple(sources.values())).get(f"{module.rpartition('.')[2]}.{name}", set())
    bare = re.search(rf"(?<![\w.\"]){re.escape(name)}(?![\w.]|\s*(?::[^=\n]+)?=[^=])", text)
    methods = {"search" if method in ANYWHERE else method for method in used & {*ANYWHERE, *ANCHORED}}
    return tuple(sorted(methods | ({"search"} if bare else set())))


def _within(value: Any, seen: set[int]) -> Iterator[tuple[re.Pattern[Any], tuple[str, ...]]]:
    """The patterns in a value, and how they may be used: in containers, in objects of ours, in what a cached function
    without arguments gives; a matcher is the bound method of one, or holds such."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield value, ("search", "fullmatch")
    elif isinstance(value, types.BuiltinMethodType) and isinstance(value.__self__, re.Pattern):
        yield value.__self__, (value.__name__,)
    elif isinstance(value, types.FunctionType) and value.__module__ == "cleaners.text.lexicon":
        yield from _within(inspect.getclosurevars(value).nonlocals.get("look"), seen)
    elif isinstance(value, dict):
        for item in list(value.values())[:5_000]:
            yield from _within(item, seen)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in list(value)[:5_000]:
            yield from _within(item, seen)
    elif isinstance(value, functools._lru_cache_wrapper):
        if not inspect.signature(value).parameters and value.__module__.split(".")[0] in ("cleaners", "flows"):
            yield from _within(value(), seen)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _within(getattr(value, field.name, None), seen)
    elif type(value).__module__.startswith(("cleaners.", "flows.")):
        for item in getattr(value, "__dict__", {}).values():
            yield from _within(item, seen)


def inline(module: types.ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Patterns that stand as literals in a call of the module `re`, and the method called."""
    if not module.__file__ or not module.__file__.endswith(".py"):
        return
    for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in (*ANYWHERE, *ANCHORED)
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            ignore = any(isinstance(n, ast.Attribute) and n.attr in ("I", "IGNORECASE") for n in ast.walk(node))
            method = node.func.attr if node.func.attr in ANCHORED else "search"
            yield method, re.compile(node.args[0].value, re.I if ignore else 0)


def attacks(pattern: re.Pattern[Any]) -> list[Callable[[int], Any]]:
    """Makers of strings of so many characters, made of the pattern's own pieces."""
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    makers: list[Callable[[int], Any]] = []
    for parts in dict.fromkeys(_attacks(list(parser.parse(pattern.pattern, flags)))):
        makers.append(functools.partial(_made, *parts, isinstance(pattern.pattern, bytes)))
    return makers


def _made(before: str, unit: str, end: str, as_bytes: bool, size: int) -> str | bytes:
    text = before + (unit * (size // len(unit) + 1))[:size] + end
    return bytes(ord(c) & 0xFF for c in text) if as_bytes else text


def _attacks(tree: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    """(before, unit, end) of strings."""
    for text in _samples(tree)[:3]:
        for part in dict.fromkeys((text, text[:-1], text[1:], text[: len(text) // 2])):
            if part:
                yield from (("", part, end) for end in ENDS)
    for before, unit in _repeats(tree, ""):
        yield from ((before, unit, end) for end in ENDS)
        if before:
            yield "", before + unit * 10, ""


def _repeats(tree: Sequence[Any], before: str) -> Iterator[tuple[str, str]]:
    """(what stands before it, the piece) of each part that may stand many times."""
    for n, (kind, value) in enumerate(tree):
        head = before + _first(tree[:n])
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            _, most, inner = value
            if most >= MANY:
                units = [unit for unit in _samples(list(inner)) if unit]
                following = [unit for unit in _samples(tree[n + 1 :])[:2] if unit]
                for unit in dict.fromkeys([*units, *(u + f for u in units[:1] for f in following)]):
                    yield head, unit
                    yield "", unit
            yield from _repeats(list(inner), head)
        elif kind == op.SUBPATTERN:
            yield from _repeats(list(value[3]), head)
        elif kind == op.ATOMIC_GROUP:
            yield from _repeats(list(value), head)
        elif kind == op.BRANCH:
            for branch in value[1]:
                yield from _repeats(list(branch), head)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from _repeats(list(value[1]), head)


def _first(tree: Sequence[Any]) -> str:
    found = _samples(tree)
    return found[0] if found else ""


def _samples(tree: Sequence[Any]) -> list[str]:
    """A few strings that a part of a pattern matches, or nearly does."""
    found = [""]
    for kind, value in tree:
        options = _options(kind, value) or [""]
        found = [text + option for text in found[:OTHERS] for option in options[:OTHERS]]
    return list(dict.fromkeys(found))


def _options(kind: Any, value: Any) -> list[str]:
    if kind == op.LITERAL:
        return [chr(value)]
    if kind == op.NOT_LITERAL:
        return [c for c in "x一 1" if ord(c) != value]
    if kind == op.ANY:
        return ["x", "一", " "]
    if kind == op.IN:
        return _of_class(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, _, inner = value
        texts = _samples(list(inner))
        return [text * max(least, 1) for text in texts[:2]] + ([""] if least == 0 else [])
    if kind == op.SUBPATTERN:
        return _samples(list(value[3]))
    if kind == op.ATOMIC_GROUP:
        return _samples(list(value))
    if kind == op.BRANCH:
        return [text for branch in value[1] for text in _samples(list(branch))[:1]]
    if kind == op.ASSERT:
        return _samples(list(value[1]))
    return [""]


def _of_class(items: Any) -> list[str]:
    """Characters of a class: the first of each part, or for what it leaves out, usual ones that it holds."""
    negated = items[0][0] == op.NEGATE
    found: list[str] = []
    for kind, value in items:
        if kind == op.LITERAL:
            found.append(chr(value))
        elif kind == op.RANGE:
            found.append(chr(value[0]))
        elif kind == op.CATEGORY:
            found += {
                op.CATEGORY_DIGIT: ["1"],
                op.CATEGORY_SPACE: [" ", "\t", "\n", "\u3000"],
                op.CATEGORY_WORD: ["a", "一", "_", "1"],
                op.CATEGORY_NOT_SPACE: ["a"],
                op.CATEGORY_NOT_WORD: [" ", "-"],
                op.CATEGORY_NOT_DIGIT: ["a"],
            }[value]
    if not negated:
        return found
    held = set(found)
    return [c for c in "x一 1_.-\t=" if c not in held and not _in(c, items[1:])]


def _in(character: str, items: Any) -> bool:
    for kind, value in items:
        if kind == op.LITERAL and chr(value) == character:
            return True
        if kind == op.RANGE and value[0] <= ord(character) <= value[1]:
            return True
        if kind == op.CATEGORY:
            space, digit, word = character.isspace(), character.isdigit(), character.isalnum() or character == "_"
            if {
                op.CATEGORY_DIGIT: digit,
                op.CATEGORY_SPACE: space,
                op.CATEGORY_WORD: word,
                op.CATEGORY_NOT_SPACE: not space,
                op.CATEGORY_NOT_WORD: not word,
                op.CATEGORY_NOT_DIGIT: not digit,
            }[value]:
                return True
    return False
