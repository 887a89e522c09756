"""The particulars of a document: title, date of publication, source, author."""

from cleaners.metadata.beside import births, tells_of_subject
from cleaners.metadata.bylines import capitalised, joined, written_by
from cleaners.metadata.choosing import Particulars, best_title, choose, contradictions, read
from cleaners.metadata.dates import date_in_url, date_of, find_dates, parted_date
from cleaners.metadata.lexicon import find
from cleaners.metadata.lines import Said, byline, credited, ends_with_label, parse, signed_names
from cleaners.metadata.lines import T as LINES
from cleaners.metadata.names import clean_name, clean_source, is_organisation, surnamed
from cleaners.metadata.notice import header_of_lines
from cleaners.metadata.titles import (
    is_generic,
    is_site,
    names_nothing,
    names_site,
    plain_title,
    site_names,
    title_key,
    without_badge,
    without_site,
)

__all__ = [
    "LINES",
    "Particulars",
    "Said",
    "best_title",
    "births",
    "byline",
    "capitalised",
    "choose",
    "clean_name",
    "clean_source",
    "contradictions",
    "credited",
    "date_in_url",
    "date_of",
    "ends_with_label",
    "find",
    "find_dates",
    "header_of_lines",
    "is_generic",
    "is_organisation",
    "is_site",
    "joined",
    "names_nothing",
    "names_site",
    "parse",
    "parted_date",
    "plain_title",
    "read",
    "signed_names",
    "site_names",
    "surnamed",
    "tells_of_subject",
    "title_key",
    "without_badge",
    "without_site",
    "written_by",
]
