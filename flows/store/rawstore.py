"""Fetched bytes by their sha256: OUT/_raw/ab/<sha256>.zst, written once, checked on every reading."""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import zstandard

from flows.errors import DamagedOut
from flows.store.layout import RAW, guarded

LEVEL = 3
SUFFIX = ".zst"
_NAME = re.compile(r"[0-9a-f]{64}\.zst\Z")
_TEMPORARY = re.compile(r"\.\w+-\w+\Z")


class RawStore:
    """The raw pages of one OUT. Any number of processes may put and get at once; a page's bytes are stored once."""

    def __init__(self, out: Path) -> None:
        self.folder = out / RAW
        self._root = os.fspath(self.folder)
        self._made: set[str] = set()  # folders known to be there
        self._own = threading.local()  # a compressor serves one thread: two at once in one end the process

    def path(self, sha256: str) -> Path:
        """Where the bytes with this sha256 are."""
        return Path(self._name(sha256))

    def _name(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256}{SUFFIX}"  # Path's arithmetic would cost as much as the writing

    def put(self, data: bytes) -> str:
        """Store bytes, unless they are there already, and give their sha256. A file that is damaged is replaced: the
        one that is there is read back, which takes a tenth of the time that cleaning the page takes.

        The file appears whole or not at all. It is forced to disk by the commit that refers to it (`sync`).
        Raises DiskFull or OutUnwritable where OUT cannot take it.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._name(sha256)
        if self._holds(path, data):
            return sha256
        folder = os.path.dirname(path)
        with guarded(path):
            if folder not in self._made:
                os.makedirs(folder, exist_ok=True)
                self._made.add(folder)
            temporary = f"{folder}/.{sha256[:16]}-{secrets.token_hex(4)}"
            try:
                with open(temporary, "xb", buffering=0) as file:
                    _write_all(file, self._compressor().compress(data))
                _replace(temporary, path)
            except BaseException:
                _remove(temporary)
                raise
        return sha256

    def _compressor(self) -> zstandard.ZstdCompressor:
        own: zstandard.ZstdCompressor | None = getattr(self._own, "compressor", None)
        if own is None:
            own = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)
            self._own.compressor = own
        return own

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises FileNotFoundError, or DamagedOut where they are not what their name says."""
        path = self._name(sha256)
        try:
            with open(path, "rb", buffering=0) as file:
                data: bytes = zstandard.ZstdDecompressor().decompress(file.read())
        except (FileNotFoundError, NotADirectoryError):
            raise FileNotFoundError(path) from None
        except (zstandard.ZstdError, MemoryError, OSError) as error:
            raise _damaged(path, getattr(error, "strerror", None) or error) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _damaged(path, "the bytes are not those of its name")
        return data

    def _holds(self, path: str, data: bytes) -> bool:
        """Whether a file holds these bytes."""
        try:
            with open(path, "rb", buffering=0) as file:
                packed = file.read()
            return bool(zstandard.ZstdDecompressor().decompress(packed, max_output_size=len(data)) == data)
        except (OSError, zstandard.ZstdError, MemoryError):
            return False

    def has(self, sha256: str) -> bool:
        """Whether there is a file for these bytes."""
        return _size(self._name(sha256)) > 0

    def remove(self, sha256: str) -> bool:
        """Delete the bytes; False where they were not there."""
        return _remove(self._name(sha256))

    def names(self) -> Iterator[tuple[str, os.stat_result]]:
        """sha256 and stat of each stored page, folder by folder."""
        for folder in self.folders():
            with os.scandir(folder) as entries:
                for entry in entries:
                    if _NAME.match(entry.name):
                        yield entry.name.removesuffix(SUFFIX), entry.stat(follow_symlinks=False)

    def names_in(self, folder: Path) -> list[str]:
        """sha256 of the pages stored in one of the folders."""
        return [path.name.removesuffix(SUFFIX) for path in folder.iterdir() if _NAME.match(path.name)]

    def folders(self) -> list[Path]:
        """The folders that hold stored pages."""
        return sorted(path for path in self.folder.glob("[0-9a-f][0-9a-f]") if path.is_dir())

    def sweep(self) -> int:
        """Delete what a killed process left half-written; only while OUT is locked. Gives their number."""
        left = [path for path in self.folder.glob("??/.*") if _TEMPORARY.match(path.name) and path.is_file()]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except (FileNotFoundError, NotADirectoryError):
        return -1


def _replace(temporary: str, path: str) -> None:
    try:
        os.rename(temporary, path)
    except IsADirectoryError:  # no page of ours: a folder stands in its place
        shutil.rmtree(path)
        os.rename(temporary, path)


def _damaged(path: str, what: object) -> DamagedOut:
    return DamagedOut(f"{path}: {what}; it is replaced when the page comes again with the same bytes")


def _write_all(file: io.FileIO, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _remove(path: str) -> bool:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return False
    return True
