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
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.errors import DamagedOut, DiskFull, OutUnwritable
from schemas.commits import COMMITS, RUN_ID, STAGING
from schemas.tables import TABLES

RAW = "_raw"
DOCS = "_docs"
REPORTS = "_reports"
INDEX = "_index"
LOCK = "_lock"

PARTITION = "dt="
CHUNK = 1 << 20

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SHUT = (errno.EROFS, errno.EACCES, errno.EPERM)
_IN_THE_WAY = (errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOTEMPTY, errno.ELOOP)


def is_dataset(folder: Path | str) -> bool:
    """Whether a folder is a dataset of ours: it has commits. What it holds besides is no source of pages."""
    return os.path.isdir(os.path.join(folder, COMMITS))


@contextmanager
def guarded(path: Path | str) -> Iterator[None]:
    """Turn a file system's refusal into DiskFull or OutUnwritable; other errors pass."""
    try:
        yield
    except OSError as error:
        path = error.filename or path
        if error.errno in _FULL:
            raise DiskFull(f"no space left for {path}: {error.strerror}; free some and run again") from error
        if error.errno in _SHUT:
            raise OutUnwritable(f"cannot write {path}: {error.strerror}") from error
        if error.errno in _IN_THE_WAY:
            raise OutUnwritable(f"cannot write {path}: {error.strerror}; move away what stands in its place") from error
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
    """A JSON file's value; None where there is no such file. Raises ValueError where it cannot be read as JSON."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, RecursionError) as error:
        raise ValueError(getattr(error, "strerror", None) or type(error).__name__) from error


def staged_runs(out: Path, night: str = "") -> list[Path]:
    """Staging folders of runs, oldest first; night: YYYYMMDD, only of that one. What else lies there is not ours."""
    return sorted(p for p in (out / STAGING).glob(f"{night}*-*") if RUN_ID.match(p.name) and p.is_dir())


def must_be_folders(out: Path) -> None:
    """Raise DamagedOut where something else stands in the place of a folder of OUT. Call it while OUT is locked:
    what stands in the place of the index, which is derived, is removed."""
    index = out / INDEX
    if os.path.lexists(index) and not index.is_dir():
        remove(index)
    for name in (RAW, STAGING, COMMITS, DOCS, REPORTS, *TABLES):
        if os.path.lexists(out / name) and not (out / name).is_dir():
            raise DamagedOut(f"{out / name}: not a folder; move it away and, if you can, put the folder back")


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with what it holds; nothing where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
