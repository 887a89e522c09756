"""What `qingwen learn` proposes: lines that recur on a host's pages, as site rules that a person reads and accepts.

Nothing is learnt in passing: a proposal is text. Accepted as a file (run --sites FILE) it is part of the policy, and so
of what "unchanged" means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from flows.showing import json_text

PAGES_LEAST = 8  # pages that a host has before anything is said about it
SHARE_LEAST = 0.2  # share of a host's pages that a line stands on
TIMES_LEAST = 4  # pages that a line stands on at the least
LINE_LONGEST = 160  # code points; longer lines are text, unless they stand on most pages
PARAGRAPH_LONGEST = 2_000  # code points of a paragraph that may still be boilerplate: a disclaimer, a licence
MOST = 0.5  # share of a host's pages that such a paragraph stands on
KEPT = 50_000  # lines remembered of a host: beyond that the rarest go (lossy counting, Manku and Motwani 2002)
NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")  # a host that cleaners/sites.py takes
SAMPLES = 2  # addresses shown with a line
LINES_MOST = 60  # lines proposed for a host


@dataclass(slots=True)
class _Line:
    times: int = 0
    samples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Host:
    """Lines of a host's pages, and on how many pages each stands."""

    pages: int = 0
    lines: dict[str, _Line] = field(default_factory=dict)
    texts: set[int] = field(default_factory=set)
    forgotten: int = 0  # a line that is not in `lines` stood on this many pages at the most

    def add(self, url: str, text: str) -> None:
        """Counts the lines of one page; a text seen before says nothing new."""
        if hash(text) in self.texts:
            return
        self.texts.add(hash(text))
        self.pages += 1
        for line in {line.strip() for line in text.split("\n")}:
            if 1 < len(line) <= PARAGRAPH_LONGEST:
                seen = self.lines.setdefault(line, _Line(self.forgotten))
                seen.times += 1
                seen.samples = sorted({*seen.samples, url})[:SAMPLES]
        while len(self.lines) > KEPT:
            self.forgotten += 1
            self.lines = {line: seen for line, seen in self.lines.items() if seen.times > self.forgotten}

    def recurring(self, share: float = SHARE_LEAST) -> list[tuple[str, _Line]]:
        """Lines that stand on enough of the pages, the commonest first."""
        least = max(TIMES_LEAST, share * self.pages)
        most = max(least, MOST * self.pages)
        found = [
            (line, seen)
            for line, seen in self.lines.items()
            if seen.times - self.forgotten >= (least if len(line) <= LINE_LONGEST else most)
        ]
        return sorted(found, key=lambda entry: (-entry[1].times, entry[0]))[:LINES_MOST]


def propose(out_dir: str | Path, *, share: float = SHARE_LEAST, pages: int = PAGES_LEAST) -> str:
    """A proposal of site rules for a dataset, as the text of a TOML file in the format of `--sites`.

    share: of a host's pages, that a line must stand on. pages: that a host must have. Raises FileNotFoundError where
    there is no dataset.
    """
    from schemas import load

    batches = load("documents", out_dir, latest=True, columns=("page_id", "url", "text"), to="batches")
    rows = ((str(row["page_id"]), str(row["url"]), str(row["text"])) for batch in batches for row in batch.to_pylist())
    return as_toml(count(rows), share=share, pages=pages)


def count(rows: Iterable[tuple[str, str, str]]) -> dict[str, Host]:
    """Hosts and their lines, from (page_id, url, text) of documents; the documents of a page are one page."""
    hosts: dict[str, Host] = {}
    for url, text in _by_page(rows):
        host = _host(url)
        if host:
            hosts.setdefault(host, Host()).add(url, text)
    return hosts


def as_toml(hosts: dict[str, Host], *, share: float = SHARE_LEAST, pages: int = PAGES_LEAST) -> str:
    """The proposal: a [[site]] table a host, each line with the number of pages it stands on and samples."""
    parts = [
        "# Proposed by `qingwen learn`. A line below is taken from every page of its host: read, strike out, accept.\n"
        f"# Hosts with at least {pages} pages, lines on at least {share:.0%} of them.\n"
    ]
    for name in sorted(hosts):
        host = hosts[name]
        found = host.recurring(share) if host.pages >= pages else []
        if not found:
            continue
        rows = "".join(
            f"    # {seen.times} of {host.pages} pages: {_comment(' '.join(seen.samples))}\n    {_string(line)},\n"
            for line, seen in found
        )
        parts.append(f"[[site]]\nhost = {_string(name)}\nlines = [\n{rows}]\n")
    if len(parts) == 1:
        parts.append("# No line recurs often enough.\n")
    return "\n".join(parts)


def _by_page(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """Address and text of each page; documents of one page stand together in the dataset."""
    last, address, texts = "", "", [""]
    for page_id, url, text in rows:
        if page_id != last:
            if last:
                yield address, "\n".join(texts)
            last, address, texts = page_id, url, []
        texts.append(text)
    if last:
        yield address, "\n".join(texts)


def _host(url: str) -> str:
    """Host of an address as a site rule can name it, "" where it cannot."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    return host if NAME.fullmatch(host) else ""


def _string(text: str) -> str:
    """A TOML basic string."""
    return json_text(json.dumps(text, ensure_ascii=False))


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
