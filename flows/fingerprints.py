"""What made a row: the version of the cleaners and the digest of their rule files.

Together with the bytes and the policy they decide whether a page has to be cleaned again.
"""

from __future__ import annotations

import ast
import hashlib
import platform
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
LIBRARIES = ("qingwen", "pyarrow", "prefect", "selectolax", "lxml", "beautifulsoup4", "charset-normalizer")


@cache
def cleaner_version() -> str:
    """Version of the distribution, "+", and 8 hex digits of sha256 over what the code of the cleaners means.

    The digest tells apart two states of the code that share a version number, as every checkout does. It is taken of
    the syntax trees without docstrings: a comment, a docstring or a line break more cleans no page anew.
    """
    return f"{_version('qingwen')}+{_digest(_package(), '*.py', meaning)[:8]}"


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


def meaning(source: bytes) -> bytes:
    """A module's syntax tree without docstrings and places, written so that all versions of Python write the same.

    `ast.dump` will not do: what it shows of empty fields changed in Python 3.13.
    """
    parts: list[str] = []
    _write(ast.parse(source), parts)
    return "".join(parts).encode("utf-8", "surrogatepass")


def _write(node: object, parts: list[str]) -> None:
    if isinstance(node, ast.AST):
        parts.append(f"{type(node).__name__}(")
        for field, value in ast.iter_fields(node):
            if field == "body" and isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
                value = value[1:]
            if value not in (None, []):
                parts.append(f"{field}=")
                _write(value, parts)
        parts.append(")")
    elif isinstance(node, list):
        for item in node:
            _write(item, parts)
            parts.append(",")
    else:
        parts.append(ascii(node))  # `repr` goes by the Unicode tables of this Python


def _digest(folder: Path, pattern: str, read: Callable[[bytes], bytes] = bytes) -> str:
    """sha256 over the files below a folder, in the order of their names. `read`: what of a file's bytes counts."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob(pattern) if p.is_file() and "__pycache__" not in p.parts):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(read(path.read_bytes())).digest())
    return total.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
