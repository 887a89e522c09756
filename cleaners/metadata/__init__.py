"""The particulars of a document: title, date of publication, source, author."""

from cleaners.metadata.beside import tells_of_subject
from cleaners.metadata.choosing import Particulars, best_title, choose, read
from cleaners.metadata.dates import date_in_url, date_of
from cleaners.metadata.lines import LINE_LIMIT, Said, clean_name, clean_source, ends_with_label, parse
from cleaners.metadata.notice import header_of_lines
from cleaners.metadata.titles import SITE_TITLE, SITE_WORD, names_nothing, title_key, without_site

__all__ = [
    "LINE_LIMIT",
    "SITE_TITLE",
    "SITE_WORD",
    "Particulars",
    "Said",
    "best_title",
    "choose",
    "clean_name",
    "clean_source",
    "date_in_url",
    "date_of",
    "ends_with_label",
    "header_of_lines",
    "names_nothing",
    "parse",
    "read",
    "tells_of_subject",
    "title_key",
    "without_site",
]
