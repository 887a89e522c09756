"""A source, understood: what it is, where it is, and how its pages are named."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaners.policy import Policy
from flows import addresses
from flows.pages import Target

KINDS = ("page", "folder", "glob", "list", "urls", "url", "sitemap", "warc", "jsonl", "parquet", "sources")
LOCAL = ("page", "folder", "glob", "warc", "jsonl", "parquet")
CONTAINERS = ("warc", "jsonl", "parquet")  # one file that holds many pages
BY_SUFFIX = {
    ".warc": "warc",
    ".warc.gz": "warc",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".jsonl.zst": "jsonl",
    ".ndjson": "jsonl",
    ".ndjson.gz": "jsonl",
    ".parquet": "parquet",
}
MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Source:
    """One source, understood."""

    name: str  # as given, or its name in sources.toml
    kind: str  # KINDS
    where: str  # path, pattern or address
    root: str = ""  # folder that the addresses of its pages are relative to
    prefix: str = ""  # stands before them: the source's name in sources.toml
    policy: Policy | None = None
    column: str = ""  # JSONL, Parquet: column of HTML or text; "" finds one
    url_column: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    limit: int = 0

    def name_page(self, path: str, **place: Any) -> str:
        """The file: address of one of its pages: its path, and the line or member in it."""
        relative = os.path.relpath(path, self.root) if self.root else path.lstrip("/")
        return addresses.file_address(self.prefix + relative, **place)

    def target(self, url: str, lastmod: str | None = None, provenance: str = "") -> Target:
        """An address that this source names, to be fetched."""
        return Target(url, self.name, self.policy, lastmod, provenance)


def place(source: Source) -> str:
    """The folder that a local source's pages lie in."""
    if source.kind == "folder":
        return source.where
    if source.kind == "glob":
        parts = Path(source.where).parts
        fixed = next(n for n, part in enumerate(parts) if MAGIC.search(part))
        return os.path.join(*parts[:fixed])
    return os.path.dirname(source.where)
