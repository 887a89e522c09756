"""Sitemaps: indexes, gzip, plain lists and feeds -> addresses, streamed.

Format: sitemaps.org protocol 0.90; RSS 2.0 and Atom 1.0 feeds, which it allows as sitemaps.
"""

from __future__ import annotations

import collections
import contextlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from flows import addresses, unpacking
from flows.errors import FetchError, QingwenError, TransientError, UnfitError
from flows.pages import Entry, SourcePage
from flows.sources.base import Source
from flows.sources.gauging import Reading
from schemas.records import Rejection

if TYPE_CHECKING:
    from flows.settings import Settings

DEEPEST = 4  # the protocol knows one level of indexes; some sites nest them
MOST_SITEMAPS = 50_000  # of one index
LARGEST = 256 * 2**20  # bytes unpacked; the protocol allows 50 MB
LONGEST_ADDRESS = 2_048
ROOTS = (b"<urlset", b"<sitemapindex", b"<rss", b"<feed")
PARENTS = ("url", "sitemap", "item", "entry")


def is_sitemap(path: Path) -> bool:
    """Whether a file begins as a sitemap, an index or a feed does."""
    try:
        with _unpacked(path.open("rb")) as file:
            head = file.read(4096)
    except (OSError, EOFError, unpacking.UnpackError):
        return False
    return any(root in head for root in ROOTS)


def entries(
    source: Source, settings: Settings, network: Callable[[], Any] | None, reading: Reading | None = None
) -> Iterator[Entry]:
    """The addresses of a sitemap and of those it names. A sitemap that cannot be had or read is a reject row.

    reading: is told what each sitemap names when it is fetched, before the first address of it comes.
    """
    waiting: collections.deque[tuple[str, int]] = collections.deque([(source.where, 0)])
    met = {source.where}
    while waiting:
        where, depth = waiting.popleft()
        followed = _followed(settings, depth)
        try:
            opened = _stored(where, network)
            if reading is not None:
                _tell(source, where, opened, met, len(waiting), followed, reading)
            with opened() as file:
                for kind, address, lastmod in read(file):
                    if kind != "sitemap":
                        yield source.target(address, lastmod, addresses.public(where))
                    elif followed(lastmod) and len(met) < MOST_SITEMAPS and address not in met:
                        met.add(address)
                        waiting.append((address, depth + 1))
        except FetchError as error:
            yield _rejected(source, where, "fetch", error.reason, error.detail, isinstance(error, TransientError))
        except (OSError, EOFError, QingwenError, ValueError) as error:
            yield _rejected(source, where, "source", "broken sitemap", f"{type(error).__name__}: {error}"[:300])


def read(file: io.BufferedReader) -> Iterator[tuple[str, str, str | None]]:
    """(kind, address, lastmod) of each entry; kind is "sitemap" for a sitemap of an index, else "url".

    Raises ValueError where the file is no sitemap at all; what is broken further on is read as far as it goes.
    """
    head = file.peek(4096)[:4096]
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"\0" not in head:
        yield from _lines(file)
        return
    from lxml import etree

    found = False
    fields: dict[str, str] = {}
    parser = etree.iterparse(
        file,
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in parser:
            if isinstance(element.tag, str):
                name = etree.QName(element.tag).localname.lower()
                text = (element.text or "").strip()
                if name in ("loc", "lastmod", "pubdate", "updated"):
                    fields.setdefault("loc" if name == "loc" else "lastmod", text)
                elif name == "link":  # RSS has the address as text, Atom as an attribute
                    if element.get("rel", "alternate") == "alternate":
                        fields.setdefault("loc", text or element.get("href", ""))
                elif name in PARENTS:
                    address = fields.get("loc", "")
                    if address.lower().startswith(("http://", "https://")) and len(address) <= LONGEST_ADDRESS:
                        found = True
                        yield ("sitemap" if name == "sitemap" else "url"), address, fields.get("lastmod") or None
                    fields = {}
                elif name in ("urlset", "sitemapindex", "rss", "feed"):
                    found = True
            element.clear()  # whatever it is: nothing that has been read is kept
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        if not found:
            raise ValueError(f"no sitemap: {error}") from None
    if not found:
        raise ValueError("no sitemap: no <urlset>, <sitemapindex> or feed in it")


def _lines(file: BinaryIO) -> Iterator[tuple[str, str, None]]:
    """A sitemap as plain text: one address a line."""
    while line := file.readline(65_536):
        text = line.decode("utf-8-sig", "replace").strip()
        if text.lower().startswith(("http://", "https://")) and len(text) <= LONGEST_ADDRESS:
            yield "url", text, None


def _followed(settings: Settings, depth: int) -> Callable[[str | None], bool]:
    """Whether a sitemap of this date, which one at this depth names, is fetched."""
    since = "" if settings.since is None else settings.since.isoformat()
    return lambda lastmod: depth < DEEPEST and (not lastmod or lastmod[:10] >= since)


def _tell(
    source: Source,
    where: str,
    opened: Callable[[], io.BufferedReader],
    met: set[str],
    waiting: int,
    followed: Callable[[str | None], bool],
    reading: Reading,
) -> None:
    """Tell how much a sitemap names. What is broken in it is told when it is read."""
    pages, new = 0, set[str]()
    with contextlib.suppress(OSError, EOFError, QingwenError, ValueError), opened() as file:
        for kind, address, lastmod in read(file):
            if kind != "sitemap":
                pages += reading.taken(source.target(address, lastmod, where))
            elif followed(lastmod) and len(met) + len(new) < MOST_SITEMAPS and address not in met:
                new.add(address)
    reading.lists(pages, len(new), waiting + len(new))


def _stored(where: str, network: Callable[[], Any] | None) -> Callable[[], io.BufferedReader]:
    """What opens a sitemap as often as it is asked to; one that is remote is fetched once. Raises FetchError."""
    if where.lower().startswith(("http://", "https://")):
        if network is None:
            raise UnfitError("no network here", reason="refused")
        body = network().get(where).body
        return lambda: _unpacked(io.BytesIO(body))
    return lambda: _unpacked(open(where, "rb"))


def _unpacked(file: BinaryIO) -> io.BufferedReader:
    """The file, unpacked where its first bytes say gzip, whatever its name; at most LARGEST bytes."""
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(io.BytesIO(file.read()))
    if buffered.peek(2)[:2] == unpacking.MAGIC:
        return io.BufferedReader(unpacking.Unpacked(unpacking.inflated(buffered.read), buffered, most=LARGEST))
    return buffered


def _rejected(source: Source, where: str, stage: str, reason: str, detail: str, transient: bool = False) -> SourcePage:
    remote = where.lower().startswith(("http://", "https://"))
    return SourcePage(
        addresses.public(where) if remote else addresses.file_address(os.path.basename(where)),
        source=addresses.public(source.name),
        provenance="sitemap",
        rejection=Rejection(stage, reason, detail),
        transient=transient,
    )
