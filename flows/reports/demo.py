"""What Qingwen does, shown on pages that were written for it: no network, no dataset."""

from __future__ import annotations

from importlib import resources

from flows.reports.beside import side_by_side
from flows.reports.comparison_html import Shown, page

# Files of data/samples, to which the folder samples beside this module is a link, so that a wheel has them: what each
# shows, and what to look at.
EXAMPLES = (
    (
        "essays-gbk.html",
        "Three essays on one page, with advertisements around them",
        "An essay site puts several texts on a page and wraps them in its own words: an introduction, links to other "
        "essays, a disclaimer, a download button. Each essay becomes a document of its own; what the site added goes.",
    ),
    (
        "mojibake-page.html",
        "A page of nonsense that was UTF-8 once",
        "The crawler read the page's UTF-8 bytes as Windows-1252 and stored what came out. Every character can be won "
        "back, for the way the damage was done is found and undone.",
    ),
    (
        "annotated.html",
        "Traditional characters, pinyin in brackets, folded punctuation",
        "A site put readings behind characters and folded full-width punctuation to ASCII. The readings go, the marks "
        "come back, the text is converted to Simplified; each of these can be switched off.",
    ),
    (
        "news-big5.html",
        "A page from Taiwan in Big5",
        "The declared encoding is checked against the bytes, the article is found between menus and lists, title, date "
        "and author are read, and Traditional characters are converted word by word.",
    ),
    (
        "summary-folded.txt",
        "A plain text with an outline",
        "Headings such as 一、 and (一) become sections, and punctuation between Chinese characters is full width "
        "again. The plain text needs no other change, so none is made.",
    ),
    (
        "news-stray-byte.html",
        "What cannot be known is not guessed",
        "One byte of this page belongs to no character. It stays visible as U+FFFD, and the document is flagged as "
        "damaged, so that an analyst can leave it out.",
    ),
    (
        "listing.html",
        "A page that is no article",
        "A list of links holds nothing to read. It is rejected with a reason that can be counted, queried and, with "
        "better rules, cleaned again later.",
    ),
)


def demonstration() -> str:
    """One HTML page that shows the packaged examples, each cleaned now."""
    folder = resources.files("flows.reports") / "samples"
    shown = []
    for file, name, about in EXAMPLES:
        data = (folder / file).read_bytes()
        shown.append(Shown(name, about, len(data), side_by_side(data)))
    return page(shown, demo=True)
