"""Every choice a user has, with its default; and what a step may know about the page it works on."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cleaners.sites import SiteRule, load_sites
from schemas.vocabulary import TARGET_SCRIPTS


@dataclass(frozen=True, slots=True)
class Policy:
    """What to do with a page. Part of what "unchanged" means: two runs with different digests clean anew.

    A field stands here and nowhere else: settings, flags of commands and keys of a sources file are made of it. Its
    metadata says how: "help" is what users read; "choices" are the values of a text, "none" the word for None; "read"
    makes the value of a file's text, and what users give is the file.
    Raises ValueError for a script that is none of TARGET_SCRIPTS: it is told here, once, and not by each page.
    """

    script: str | None = field(
        default="Hans", metadata={"help": "script of the text", "choices": TARGET_SCRIPTS, "none": "keep"}
    )
    punctuation: bool = field(default=True, metadata={"help": "restore punctuation, widths and spaces"})
    markdown: bool = field(default=True, metadata={"help": "write each document as Markdown too"})
    tracking: bool = field(default=False, metadata={"help": "keep tracking parameters in addresses of links"})
    sites: tuple[SiteRule, ...] = field(  # tried before the packaged ones
        default=(), metadata={"help": "site rules of your own (TOML)", "read": load_sites}
    )

    def __post_init__(self) -> None:
        if self.script is not None and self.script not in TARGET_SCRIPTS:
            raise ValueError(f"script {self.script!r} is none of {', '.join(TARGET_SCRIPTS)}; None leaves it as it is")

    def digest(self) -> str:
        """First 16 hex digits of sha256 over all fields."""
        fields = repr(dataclasses.astuple(self))
        return hashlib.sha256(fields.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may know besides its blocks."""

    policy: Policy = Policy()
    url: str = ""
    content_type: str | None = None
    fetched_at: str | None = None  # ISO 8601; without it no relative date (昨天) is read
    title: str | None = None  # where it is known ("" where there is known to be none): none is looked for in a text
    parted: bool | None = None  # a plain text without a known title: whether blank lines part its lines; else None

    @property
    def host(self) -> str:
        """Host of the page's address in lower case, "" where there is none."""
        try:
            return (urlsplit(self.url).hostname or "").lower()
        except ValueError:
            return ""
