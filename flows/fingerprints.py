"""What made a row: the version of the cleaners and the digest of their rule files.

Together with the bytes and the policy they decide whether a page has to be cleaned again.
"""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("qingwen", "pyarrow", "prefect", "selectolax", "lxml", "beautifulsoup4", "charset-normalizer")


@cache
def cleaner_version() -> str:
    """Version of the distribution, "+", and 8 hex digits of sha256 over the code of the cleaners.

    The digest tells apart two states of the code that share a version number, as every checkout does.
    """
    return f"{_version('qingwen')}+{_digest(_package(), '*.py')[:8]}"


@cache
def rules_digest() -> str:
    """First 16 hex digits of sha256 over the names and bytes of all packaged rule files."""
    return _digest(_package() / "lexicons", "*")[:16]


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that have a say in the rows."""
    return {"python": platform.python_version(), **{name: _version(name) for name in LIBRARIES}}


def _package() -> Path:
    import cleaners

    return Path(cleaners.__file__).parent


def _digest(folder: Path, pattern: str) -> str:
    """sha256 over the files below a folder, in the order of their names."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob(pattern) if p.is_file() and "__pycache__" not in p.parts):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
