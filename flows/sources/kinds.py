"""What a file that the user names, or a glob matches, is."""

from __future__ import annotations

from pathlib import Path

from flows.sources.base import BY_SUFFIX
from flows.sources.lists import is_url_list
from flows.sources.sitemaps import is_sitemap


def kind_of_file(path: Path) -> str:
    """What a file named by the user is, by its suffix and, for .txt, .xml and .toml, by its beginning."""
    name = path.name.lower()
    for suffix, kind in BY_SUFFIX.items():
        if name.endswith(suffix):
            return kind
    if name.endswith(".toml"):
        return "sources"
    if name.endswith((".xml", ".xml.gz")):
        return "sitemap" if is_sitemap(path) else "page"
    if name.endswith(".urls"):
        return "urls"
    if name.endswith((".txt", ".lst", ".list")):
        return "urls" if is_url_list(path) else "page"
    return "page"
