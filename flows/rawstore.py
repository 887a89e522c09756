"""Fetched bytes by their sha256: OUT/_raw/ab/<sha256>.zst, written once, checked on every reading."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import zstandard

from flows.errors import DamagedOut
from flows.layout import RAW, guarded

LEVEL = 3
SUFFIX = ".zst"


class RawStore:
    """The raw pages of one OUT. Any number of processes may put and get at once; a page's bytes are stored once."""

    def __init__(self, out: Path) -> None:
        self.folder = out / RAW
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)

    def path(self, sha256: str) -> Path:
        """Where the bytes with this sha256 are."""
        return self.folder / sha256[:2] / (sha256 + SUFFIX)

    def put(self, data: bytes) -> str:
        """Store bytes, unless they are there already, and give their sha256.

        The file appears whole or not at all. It is forced to disk by the commit that refers to it (`sync`).
        Raises DiskFull or OutUnwritable where OUT cannot take it.
        """
        name = hashlib.sha256(data).hexdigest()
        path = self.path(name)
        if _size(path) > 0:
            return name
        with guarded(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{name[:16]}-{secrets.token_hex(4)}")
            try:
                temporary.write_bytes(self._compressor.compress(data))
                temporary.rename(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        return name

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises FileNotFoundError, or DamagedOut where they are not what their name says."""
        path = self.path(sha256)
        packed = path.read_bytes()
        try:
            data: bytes = zstandard.ZstdDecompressor().decompress(packed)
        except (zstandard.ZstdError, MemoryError) as error:
            raise DamagedOut(f"{path}: {error}") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DamagedOut(f"{path}: the bytes are not those of its name")
        return data

    def has(self, sha256: str) -> bool:
        """Whether there is a file for these bytes."""
        return _size(self.path(sha256)) > 0

    def remove(self, sha256: str) -> bool:
        """Delete the bytes; False where they were not there."""
        try:
            self.path(sha256).unlink()
        except FileNotFoundError:
            return False
        return True

    def names(self) -> Iterator[tuple[str, os.stat_result]]:
        """sha256 and stat of each stored page, folder by folder."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.endswith(SUFFIX):
                        yield entry.name.removesuffix(SUFFIX), entry.stat()

    def sweep(self) -> int:
        """Delete what a killed process left half-written; only while OUT is locked. Gives their number."""
        left = [path for path in self.folder.glob("??/.*") if path.is_file()]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return -1
