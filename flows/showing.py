"""What came from a page, a server or a file's name, made safe for where it is shown: terminals, logs, JSON, sheets.

A terminal obeys control characters (ECMA-48: ESC and the C1 controls begin commands), and marks of the direction of
writing make a line read otherwise than it is (CVE-2021-42574); none of them may come from a page. A sheet runs a cell
that begins like a formula (OWASP, CSV Injection).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST = 2_000  # characters of a line in a terminal or a log
KINDS_MOST = 20  # kinds that a log line lists

# C0 without tab and line feed, DEL, C1; marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX
# 9) and the deprecated controls behind them; the separators that some terminals break lines at; surrogates; tags.
_UNSAFE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u206f\ud800-\udfff"
    "\ufff9-\ufffb\U000e0000-\U000e007f"
)
_IN_TEXT = re.compile(f"[{_UNSAFE}]")
_IN_LINE = re.compile(f"[\t\n{_UNSAFE}]")
_MARKS = {"\n": "⏎", "\t": "⇥"}

# Equals, plus, minus, at, tab, carriage return, line feed, and the full-width forms that sheets take for them.
FORMULA = "^[=+\\-@\t\r\n＝＋－＠]"
_FORMULA = re.compile(FORMULA)


def text(shown: str) -> str:
    r"""A text of several lines for a terminal: what would be obeyed is written as an escape, lines and tabs stay.

    >>> text("一行\x9b31m\n二行")
    '一行\\u009b31m\n二行'
    """
    return _IN_TEXT.sub(_escape, shown)


def line(shown: str, longest: int | None = LONGEST) -> str:
    r"""A text as one line of a terminal or a log; one that is longer is cut, and says so.

    >>> line("标题\u202e\r\n三")
    '标题\\u202e\\u000d⏎三'
    >>> line("x" * 5000, 10)
    'xxxxxxxxxx… (5,000 characters)'
    """
    if longest is not None and len(shown) > longest:
        return f"{line(shown[:longest])}… ({len(shown):,} characters)"
    return _IN_LINE.sub(lambda match: _MARKS.get(match[0]) or _escape(match), shown)


def ends(shown: str, longest: int) -> str:
    """The two ends of a text that is longer than `longest` characters, with how many were left out between them.

    >>> ends("零一二三四五六七八九", 4)
    '零一 … 6 characters … 八九'
    """
    if len(shown) <= longest:
        return shown
    half = longest // 2
    return f"{shown[:half]} … {len(shown) - 2 * half:,} characters … {shown[-half:]}"


def json_text(encoded: str) -> str:
    r"""JSON that means the same and that no terminal obeys: json.dumps leaves C1 controls and the rest as they are.

    >>> json_text('"\x9b \u202e"')
    '"\\u009b \\u202e"'
    """
    return _IN_TEXT.sub(_json_escape, encoded)


def cell(value: str) -> str:
    """A text for a cell of CSV: one that a sheet would run has an apostrophe before it, as OWASP has it.

    >>> cell("=HYPERLINK(1)"), cell("标题 = 1")
    ("'=HYPERLINK(1)", '标题 = 1')
    """
    return f"'{value}" if _FORMULA.match(value) else value


def counts(kinds: Mapping[str, int]) -> str:
    """How often each kind came, most first, for one line of a log: names from servers are cut, and so is the list.

    >>> counts({"image/png": 3, "text/css": 5})
    '5 text/css, 3 image/png'
    """
    first = sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0]))
    told = [f"{number:,} {line(name, 60)}" for name, number in first[:KINDS_MOST]]
    if len(first) > KINDS_MOST:
        told.append(f"{len(first) - KINDS_MOST:,} kinds more")
    return ", ".join(told)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}" if ord(match[0]) < 0x10000 else f"\\U{ord(match[0]):08x}"


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
