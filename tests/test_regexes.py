"""No regular expression takes longer than its text is long, whatever the text is made of.

All patterns are collected, those of the modules and those of the lexicons, and each is tried on long strings built from
its own pieces: where one is quadratic, that is a string on which it shows. What is only ever tried on short texts is
tried on texts as long as they may be.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import pytest
from regex_attacks import ANYWHERE, Found, attacks, inline, modules, patterns

from cleaners.boilerplate.rules import Rule, rules

SIZES = (25, 29, 33, 37, 42, 60, 120, 400, 2_000)  # growing slowly, so that what is exponential shows before it hangs
QUICK = 0.002  # seconds for 2,000 characters: 1 microsecond each; what takes less is not looked at again
HANGS = 0.2
TIMES, GROWTH = 4, 9.0  # four times the text: 4 is linear, 16 quadratic

# Patterns of which a caller's guard says how long their texts may be: characters, and how they are used.
LIMITED: dict[str, tuple[int, tuple[str, ...]]] = {
    "_labels": (120, ("fullmatch",)),
    "_bound": (500, ("search", "fullmatch")),  # lines of LINE_LIMIT, titles of 500
    "_author_words": (40, ("match",)),  # CREDIT_LONGEST
    "_reporter": (400, ("search",)),
    "_signed": (60, ("search",)),
    "_reporter_line": (60, ("fullmatch",)),
}
AT_MOST = 0.01  # seconds for a text of that length


def seconds(pattern: Any, method: str, text: Any) -> float:
    """The processor time of one call, the lesser of two where that may tell another story."""
    spent = []
    for _ in range(2):
        start = time.process_time()
        if method == "search":  # as finditer, sub and split do: on to the end
            for _found in pattern.finditer(text):
                pass
        else:
            getattr(pattern, method)(text)
        spent.append(time.process_time() - start)
        if not QUICK <= spent[0] <= 5 * HANGS:
            break
    return min(spent)


@functools.cache
def own() -> list[Found]:
    """All patterns but those of the boilerplate rules, which have a length each."""
    of_rules = {rule.pattern for rule in rules()}
    return [found for found in patterns() if found.pattern not in of_rules]


def short_name(found: Found) -> str:
    return found.name.rpartition(".")[2].partition("[")[0]


def slowest(pattern: Any, method: str, make: Callable[[int], Any], sizes: tuple[int, ...]) -> tuple[float, int]:
    """The time for the longest text, or for the first that takes so long that nothing longer may be tried."""
    took = 0.0
    for size in sizes:
        took = seconds(pattern, method, make(size))
        if took > HANGS:
            break
    return took, size


def grows(pattern: Any, method: str, make: Callable[[int], Any], size: int) -> bool:
    """Whether a longer text takes more than in proportion, each time that it is tried: a machine has other work."""
    return all(
        seconds(pattern, method, make(TIMES * size)) > GROWTH * seconds(pattern, method, make(size)) for _ in range(3)
    )


def why_not_linear(found: Found) -> str:
    """Where a pattern is not linear: on what; "" where it is."""
    for make in attacks(found.pattern):
        for method in found.methods:
            took, size = slowest(found.pattern, method, make, SIZES)
            if took > HANGS:
                return f"{method} of {make(20)!r}…: {took:.2f} s for {size} characters"
            if took > QUICK and grows(found.pattern, method, make, size):
                return f"{method} of {make(20)!r}…: {took:.4f} s for {size} characters, over {GROWTH} times that for {TIMES}"
    return ""


def test_all_patterns_are_found() -> None:
    everything, shorts = list(patterns()), {short_name(found) for found in own()}
    of_rules = {rule.pattern for rule in rules()}
    assert len({found.name for found in everything}) > 250
    assert {"REDACTED", "LABEL", "_TAG"} <= shorts
    assert {("NO_HEADING", ("search",)), ("OWN_TAIL", ("fullmatch",))} <= {(short_name(f), f.methods) for f in own()}, (
        "matchers"
    )
    assert sum("rules[" in found.name or found.pattern in of_rules for found in everything) > 50
    assert set(LIMITED) <= shorts
    assert any(True for module in modules() for _ in inline(module))


@pytest.mark.parametrize("part", range(8))
def test_time_is_linear_in_the_text(part: int) -> None:
    wrong = {
        found.name: why
        for found in own()[part::8]
        if short_name(found) not in LIMITED
        if (why := why_not_linear(found))
    }
    assert not wrong


def test_patterns_for_short_texts_take_little_on_the_longest() -> None:
    wrong = {}
    for found in own():
        if short_name(found) not in LIMITED:
            continue
        longest, methods = LIMITED[short_name(found)]
        sizes = (*(size for size in SIZES if size < longest), longest)
        for make in attacks(found.pattern):
            for method in methods:
                took, size = slowest(found.pattern, method, make, sizes)
                if took > AT_MOST:
                    wrong[found.name] = f"{method} of {make(20)!r}…: {took:.3f} s for {size}"
    assert not wrong


def test_rules_of_the_lexicon_take_little_on_the_longest_line_they_are_tried_on() -> None:
    wrong = {}
    for rule in rules():
        for make in attacks(rule.pattern):
            took, size = slowest(rule.pattern, _method(rule), lambda n, m=make: m(n)[:n], (*SIZES[:7], rule.longest))  # type: ignore[misc]
            if took > AT_MOST:
                wrong[rule.name] = f"{make(20)!r}…: {took:.3f} s for {size}"
    assert not wrong


def _method(rule: Rule) -> str:
    return "search" if rule.unit == "sentence" else "fullmatch"


@pytest.mark.parametrize(
    ("pattern", "method", "wrong"),
    [
        (r"_{2,}(?=[年月])", "search", True),
        (r"(?<!_)_{2,}+(?=[年月])", "search", False),
        (r"__(?=[年月])", "search", False),
        (r"\s+#.*$", "search", True),
        (r"\s*(?:\d[.])?\s*时间", "match", True),
        (r"(?:\.{2,}|…)*点击", "fullmatch", True),
        (r"(?:[:\s]|\s?/\s?)*记者", "match", True),
        (r"[a-z]{1,40}\d", "search", False),
    ],
)
def test_the_attacks_find_what_is_wrong(pattern: str, method: str, wrong: bool) -> None:
    import re

    assert method in (*ANYWHERE, "match", "fullmatch")
    assert bool(why_not_linear(Found(pattern, re.compile(pattern), (method,)))) == wrong
