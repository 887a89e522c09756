"""The words everybody uses: records, tables and their dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.loading import load

OURS = "qingwen"  # tells this package from a folder of the same name that stands before it on the path

__all__ = ["load"]


def __getattr__(name: str) -> Any:
    """`from schemas import load`, without Arrow for those who only want the records."""
    if name == "load":
        from schemas.loading import load

        return load
    raise AttributeError(f"module 'schemas' has no attribute {name!r}")
