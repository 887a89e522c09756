"""Where everything in OUT is, and how a file gets there: whole, forced to disk, or not at all.

    OUT/<table>/dt=YYYY-MM-DD/part-<run>-NNNNN.parquet    what readers read
    OUT/_raw/ab/<sha256>.zst                              fetched bytes
    OUT/_staging/<run>/                                   a run at work: run.json, shards/, merged/, intent.json
    OUT/_commits/<run>.json                               which files belong to a run
    OUT/_docs/  OUT/_reports/                             dictionary, dataset card; a page a run, with its figures
    OUT/_index/                                           what is known of each page; made anew where it is missing
    OUT/_lock                                             held by the run at work

No name outside the tables' folders ends in .parquet, so no glob of a reader meets an unfinished file.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.errors import DiskFull, OutUnwritable

RAW = "_raw"
STAGING = "_staging"
COMMITS = "_commits"
DOCS = "_docs"
REPORTS = "_reports"
INDEX = "_index"
LOCK = "_lock"

PARTITION = "dt="
CHUNK = 1 << 20

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SHUT = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST)


def is_dataset(folder: Path | str) -> bool:
    """Whether a folder is a dataset of ours: it has commits. What it holds besides is no source of pages."""
    return os.path.isdir(os.path.join(folder, COMMITS))


@contextmanager
def guarded(path: Path | str) -> Iterator[None]:
    """Turn a file system's refusal into DiskFull or OutUnwritable; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(f"no space left for {path}: {error.strerror}; free some and run again") from error
        if error.errno in _SHUT:
            raise OutUnwritable(f"cannot write {path}: {error.strerror}") from error
        raise


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, and stays there when the power fails."""
    with guarded(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def write_json(path: Path, value: Any) -> None:
    """`write_whole` for JSON."""
    write_whole(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())


def read_json(path: Path) -> Any:
    """A JSON file's value; None where there is no such file."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None


def sync_file(path: Path) -> None:
    """Force a file's bytes to disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Force a folder's names to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file_system(folder: Path) -> None:
    """Force everything on the folder's file system to disk: cheaper than one fsync for each of a million raw pages."""
    import ctypes

    handle = os.open(folder, os.O_RDONLY)
    try:
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None or syncfs(handle) != 0:
            os.sync()
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """sha256 of a file's bytes as they are read back."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            total.update(chunk)
    return total.hexdigest()


def part_path(table: str, night: str, run_id: str, number: int) -> str:
    """Path of a part relative to OUT."""
    return f"{table}/{PARTITION}{night}/part-{run_id}-{number:05d}.parquet"
