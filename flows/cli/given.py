"""What commands about a dataset are given: its folder, and days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from flows.errors import UsageError

Out = Annotated[Path, typer.Argument(metavar="OUT", help="folder of the dataset")]


def dataset_folder(out: Path) -> Path:
    """OUT, which must be a folder. Raises UsageError where it is none."""
    if not out.is_dir():
        raise UsageError(f"no such folder: {out}")
    return out


def day_of(option: str, text: str) -> dt.date:
    """A day that was given. Raises UsageError for what is no date."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} is no date (YYYY-MM-DD)") from None
