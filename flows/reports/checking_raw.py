"""The raw store proved: is every file what its name, the sha256 of its bytes, says?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.errors import DamagedOut
from flows.store import RawStore

SAMPLE = 1_000  # files proved where not all are asked for: about a second, or ten on a disk that turns


@dataclass
class Proved:
    """How many files were read, and whether these were all."""

    files: int = 0
    all: bool = True


def problems(out: Path, proved: Proved, *, every: bool = False) -> Iterator[str]:
    """What is wrong with raw files, in words; `proved` counts them.

    every: False reads about SAMPLE files, other ones each time: the names are hashes, so that a folder of the store is
    a sample of it.
    """
    raw = RawStore(out)
    folders = raw.folders()
    random.shuffle(folders)
    for folder in folders:
        if not every and proved.files >= SAMPLE:
            proved.all = False
            return
        for sha256 in sorted(raw.names_in(folder)):
            proved.files += 1
            try:
                raw.get(sha256)
            except DamagedOut as error:
                yield str(error)
            except FileNotFoundError:
                pass  # pruned meanwhile
