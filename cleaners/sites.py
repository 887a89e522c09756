"""Site rules: what a user knows about a host, as data.

A rules file is TOML, one `[[site]]` a host:

    [[site]]
    host = "news.example.com"     # this host and its subdomains
    title = "h1.headline"         # CSS selectors (Lexbor's: no :contains): the first element that matches is read
    body = "div.story"            # every outermost match, in order, is the text
    date = "span.time"
    source = "span.from"
    author = "span.by"
    drop = ["div.share"]          # elements inside the body that are left out, each with an edit
    keep = ["pre.poem"]           # elements whose script and punctuation stay as they are
    lines = ["点击下方卡片关注我们"]   # lines that recur on the host's pages and are boilerplate

Every field but `host` may be left out; one that finds nothing falls back to the general way, with an edit that says so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from cleaners.thresholds import threshold

_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_LISTS = ("drop", "keep", "lines")
_SELECTORS = ("title", "body", "date", "source", "author", "drop", "keep")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    selector_limit: int = threshold(500, "characters", "of a selector in a site's rule")


T = Thresholds()


class SiteRuleError(ValueError):
    """A rules file that cannot be used: which rule, which field, and why."""

    def __init__(self, reason: str, *, number: int = 0, host: str = "", field: str = "") -> None:
        self.reason, self.number, self.host, self.field = reason, number, host, field
        place = f"site {number}" + (f" ({host})" if host else "") if number else "site rules"
        super().__init__(f"{place}{f', {field}' if field else ''}: {reason}")


@dataclass(frozen=True, slots=True)
class SiteRule:
    """Selectors and lines for the pages of one host (and its subdomains)."""

    host: str
    title: str = ""
    body: str = ""
    date: str = ""
    source: str = ""
    author: str = ""
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()  # selectors protected from script and punctuation changes
    lines: tuple[str, ...] = ()  # lines that recur on the host's pages and are boilerplate


def load_sites(toml_text: str) -> tuple[SiteRule, ...]:
    """The rules of a TOML text, in its order.

    Raises SiteRuleError, which names rule and field, for what is not TOML, an unknown field, a wrong type, a host that
    is none or stands twice, and a selector that does not parse.
    """
    try:
        data = tomllib.loads(toml_text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:  # 50,000 brackets are no rules
        raise SiteRuleError(f"not TOML: {error}") from error
    unknown = [key for key in data if key != "site"]
    if unknown:
        raise SiteRuleError(f"unknown table {unknown[0]!r}; rules stand under [[site]]")
    entries = data.get("site", [])
    if not isinstance(entries, list):
        raise SiteRuleError("rules stand under [[site]], with two brackets")
    rules: list[SiteRule] = []
    for number, entry in enumerate(entries, 1):
        rule = _rule(entry, number)
        if any(rule.host == other.host for other in rules):
            raise SiteRuleError("this host stands twice", number=number, host=rule.host, field="host")
        rules.append(rule)
    return tuple(rules)


def rule_for(host: str, own: Sequence[SiteRule] = ()) -> SiteRule | None:
    """The rule for a host, None where there is none: the user's before the packaged, the longest name of each first."""
    if not host:
        return None
    for rules in (own, _packaged()):
        fitting = [rule for rule in rules if host == rule.host or host.endswith("." + rule.host)]
        if fitting:
            return max(fitting, key=lambda rule: len(rule.host))
    return None


@cache
def _packaged() -> tuple[SiteRule, ...]:
    return load_sites((files("cleaners.lexicons") / "sites.toml").read_text("utf-8"))


def _rule(entry: object, number: int) -> SiteRule:
    if not isinstance(entry, Mapping):
        raise SiteRuleError("a rule is a table of fields", number=number)
    host = entry.get("host")
    if not isinstance(host, str) or not _HOST.fullmatch(host.lower()):
        raise SiteRuleError(
            "a host name is needed, such as news.example.com, without scheme or path", number=number, field="host"
        )
    known = {f.name for f in fields(SiteRule)}
    values: dict[str, str | tuple[str, ...]] = {}
    for field, value in entry.items():
        if field not in known:
            raise SiteRuleError(
                f"unknown field; known are {', '.join(sorted(known))}", number=number, host=host, field=field
            )
        values[field] = _value(field, value, number, host)
    values["host"] = host.lower()
    return SiteRule(**values)  # type: ignore[arg-type]


def _value(field: str, value: object, number: int, host: str) -> str | tuple[str, ...]:
    if field in _LISTS:
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise SiteRuleError("a list of texts is needed", number=number, host=host, field=field)
        texts = tuple(value)
    else:
        if not isinstance(value, str) or not value.strip():
            raise SiteRuleError("a text is needed", number=number, host=host, field=field)
        texts = (value,)
    if field in _SELECTORS:
        for selector in texts:
            _check_selector(selector, number, host, field)
    return texts if field in _LISTS else texts[0]


def _check_selector(selector: str, number: int, host: str, field: str) -> None:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    if len(selector) > T.selector_limit:
        raise SiteRuleError(
            f"a selector of more than {T.selector_limit} characters", number=number, host=host, field=field
        )
    try:
        LexborHTMLParser("<p>").css(selector)
    except (SelectolaxError, UnicodeError) as error:
        raise SiteRuleError(f"selector {selector!r} does not parse", number=number, host=host, field=field) from error
