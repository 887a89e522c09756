"""The rules of quality that corpora are filtered by, once: FineWeb's, Gopher's and C4's, by their own names.

Bars for English are those of FineWeb (Penedo et al. 2024), which takes Gopher's (Rae et al. 2021, A.1.1) and C4's
(Raffel et al. 2020, 2.2); for Chinese those of FineWeb2 (Penedo et al. 2025, configs/cmn_Hani.yml). As datatrove writes
them: the names are those that it gives as reasons. Rules about runs of words (top_n_gram, duplicated_n_n_grams) and the
mean length of a word are left out: they need the word tokeniser that the bars were set with.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class QualityRule:
    """A rule: a document fails where its figure `column` stands in this relation to the bar of its language."""

    origin: str
    column: str  # of documents, and field of records.Quality
    sign: str  # SIGNS
    english: float | None  # None: not applied
    chinese: float | None
    meaning: str

    def bar(self, language: str) -> float | None:
        """The bar for a language, ISO 639-1; None where the rule is not applied to it."""
        return {"en": self.english, "zh": self.chinese}.get(language)

    def fails(self, value: float, language: str) -> bool:
        """Whether a document of a language fails with this figure."""
        bar = self.bar(language)
        return bar is not None and SIGNS[self.sign](value, bar)


LANGUAGES = ("en", "zh")  # that there are bars for

RULES: Mapping[str, QualityRule] = {
    "line_punct_ratio": QualityRule(
        "FineWeb", "line_punct_ratio", "<=", 0.12, 0.106, "few lines end with a mark that ends a sentence"
    ),
    "short_line_ratio": QualityRule(
        "FineWeb", "short_line_ratio", ">=", 0.67, None, "most lines are short: 30 characters or fewer"
    ),
    "char_dup_ratio": QualityRule(
        "FineWeb", "char_dup_ratio", ">=", 0.01, 0.1, "characters of lines that stood before"
    ),
    "list_ratio": QualityRule("FineWeb", "list_ratio", ">", 0.3, 0.178, "line breaks to a word: a list, no prose"),
    "dup_line_frac": QualityRule("Gopher", "duplicate_line_ratio", ">", 0.3, 0.287, "lines that stood before"),
    "gopher_short_doc": QualityRule("Gopher", "word_count", "<", 50, 50, "too few words"),
    "gopher_long_doc": QualityRule("Gopher", "word_count", ">", 100_000, 100_000, "too many words"),
    "gopher_too_many_hashes": QualityRule("Gopher", "hash_word_ratio", ">", 0.1, 0.1, "# to a word"),
    "gopher_too_many_ellipsis": QualityRule("Gopher", "ellipsis_word_ratio", ">", 0.1, 0.1, "… or ... to a word"),
    "gopher_too_many_bullets": QualityRule("Gopher", "bullet_line_ratio", ">", 0.9, 0.9, "lines begin with a bullet"),
    "gopher_too_many_end_ellipsis": QualityRule(
        "Gopher", "ellipsis_line_ratio", ">", 0.3, 0.3, "lines end with an ellipsis"
    ),
    "gopher_below_alpha_threshold": QualityRule(
        "Gopher", "alpha_word_ratio", "<", 0.8, 0.735, "few words have a letter or a Han character"
    ),
    "gopher_enough_stop_words": QualityRule("Gopher", "stop_word_count", "<", 2, 2, "hardly a function word"),
    "too_few_sentences": QualityRule(
        "C4", "sentence_count", "<", 5, None, "sentences in lines that end with a mark that ends one"
    ),
    "curly_bracket": QualityRule("C4", "curly_brackets", ">", 0, None, "{ stands in it: code, not prose"),
    "lorem_ipsum": QualityRule("C4", "lorem_ipsum", ">", 0, None, "the printers' filler text"),
}
