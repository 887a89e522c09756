"""What is to be exported: the filters, the columns, and the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FORMATS = ("huggingface", "parquet", "jsonl")
COLUMNS = (
    "id", "url", "host", "source_name", "title", "text", "source", "author", "published", "fetched_at", "language",
    "language_script", "original_script", "kind", "char_count", "flags", "kept_ratio", "copied_ratio", "spam_score",
    "failed_rules", "dt",
)  # fmt: skip
SHARD_BYTES = 512 * 2**20  # of Arrow memory; about a third of it on disk


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported, and as what. Filters are joined by AND."""

    form: str = "huggingface"
    columns: tuple[str, ...] = COLUMNS
    since: Any = None
    until: Any = None
    where: str = ""
    hosts: tuple[str, ...] = ()  # with their subdomains
    kinds: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    min_length: int = 0  # characters
    duplicates: bool = False
    limit: int = 0
    name: str = "Qingwen corpus"
    licence: str = "other"
    shard_bytes: int = SHARD_BYTES

    @property
    def condition(self) -> str:
        """All filters as one condition (schemas.conditions); empty where there is none."""
        parts = [f"({self.where})"] if self.where else []
        if self.hosts:
            parts.append(
                "(" + " OR ".join(f"host = {_text(h)} OR host LIKE {_text('%.' + h)}" for h in self.hosts) + ")"
            )
        for column, values in (("kind", self.kinds), ("language_script", self.scripts)):
            if values:
                parts.append(f"{column} IN ({', '.join(map(_text, values))})")
        if self.min_length:
            parts.append(f"char_count >= {self.min_length}")
        return " AND ".join(parts)


def _text(value: str) -> str:
    """A value as a text of a condition."""
    return "'" + value.replace("'", "''") + "'"
