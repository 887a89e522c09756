"""What the character model is counted from: the list, and the packages of it, read as texts, words or shares.

charmodel_sources.toml says which they are, and build_charmodel.py how to fetch them; charmodel_repositories.py reads
those that are public repositories.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A row of charmodel_sources.toml. `place` is what a package manager or `git clone` is asked for."""

    name: str
    place: str
    commit: str  # of a repository; "" for a package, whose version is in its place
    licence: str  # SPDX
    by: str
    what: str


def sources() -> dict[str, Source]:
    """All sources by name, in the order of the list."""
    rows = tomllib.loads((Path(__file__).parent / "charmodel_sources.toml").read_text(encoding="utf-8"))["source"]
    return {
        row["name"]: Source(
            row["name"],
            next(f"{kind} {row[kind]}" for kind in ("pypi", "npm", "debian", "github") if kind in row),
            row.get("commit", ""),
            row["licence"],
            row["by"],
            row["what"],
        )
        for row in rows
    }


def find(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if not found:
        sys.exit(f"no {pattern} under {folder}: see the head of this script")
    return found[-1]


def deb(path: Path) -> tarfile.TarFile:
    done = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(path)], check=True, capture_output=True)
    return tarfile.open(fileobj=io.BytesIO(done.stdout))


def member(tar: tarfile.TarFile, name: tarfile.TarInfo | str) -> bytes:
    handle = tar.extractfile(name)
    assert handle is not None
    return handle.read()


def poetry(folder: Path) -> Iterator[tuple[str, str]]:
    """chinese-poetry (MIT): Tang and Song verse in Traditional, Song lyrics and the classics in Simplified."""
    texts: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            if not value.isascii():
                texts.append(value)
        elif isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key in ("paragraphs", "content", "chapter", "title", "para", "comment", "notes"):
                    walk(item)

    with tarfile.open(find(folder, "chinese-poetry-*.tgz")) as tar:
        for info in tar:
            kept = "/quantangshi/poet." in info.name or re.search(
                r"/(songci|sishuwujing|shijing|mengxue|lunyu|chuci|caocaoshiji|yuanqu|wudaishici)/", info.name
            )
            if kept and info.name.endswith(".json"):
                try:
                    walk(json.loads(member(tar, info)))
                except ValueError:
                    continue
    yield "chinese-poetry", "\n".join(texts)


def help_pages(folder: Path) -> Iterator[tuple[str, str]]:
    """libreoffice-help (MPL 2.0): running technical prose in four languages; English lines left in it are skipped."""
    for tongue in ("zh-cn", "zh-tw", "ja", "ko"):
        parts: list[str] = []
        with deb(find(folder, f"libreoffice-help-{tongue}_*.deb")) as tar:
            for info in tar:
                if info.isfile() and info.name.endswith(".html"):
                    page = member(tar, info).decode("utf-8", "replace")
                    page = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", "", page)
                    lines = html.unescape(re.sub(r"<[^<>]*>", "", re.sub(r"</(p|div|h\d|td|li)>", "\n", page)))
                    parts += [x.strip() for x in lines.split("\n") if sum(c > "\u2e80" for c in x) * 2 > len(x.strip())]
        yield f"help-{tongue}", "\n".join(sorted(set(parts)))


def wordfreq(folder: Path, tongue: str) -> Iterator[tuple[str, float]]:
    """wordfreq (Apache-2.0, data CC BY-SA 4.0): words with their share of running words."""
    import msgpack

    with zipfile.ZipFile(find(folder, "wordfreq-*.whl")) as whl:
        size = "small" if tongue == "ko" else "large"  # there is no large list of Korean
        packed = gzip.decompress(whl.read(f"wordfreq/data/{size}_{tongue}.msgpack.gz"))
    for rank, words in enumerate(msgpack.unpackb(packed)[1:]):
        for word in words:
            yield word, 10 ** (-rank / 100)


def jieba(folder: Path) -> Iterator[tuple[str, float]]:
    """jieba (MIT): words and idioms with their counts. Some of them are mojibake; those have rare characters."""
    with tarfile.open(find(folder, "jieba-*.tar.gz")) as tar:
        name = next(info for info in tar if info.name.endswith("/jieba/dict.txt"))
        rows = [line.split(" ") for line in member(tar, name).decode("utf-8").splitlines()]
    usual = {chr(code) for code in range(0x4E00, 0xA000) if b"\xb0" <= chr(code).encode("gb2312", "ignore") < b"\xd8"}
    chosen = [(word, float(count)) for word, count, _ in rows if len(word) > 1 and usual.issuperset(word)]
    total = sum(count for _, count in chosen)
    for word, count in chosen:
        yield word, count / total


def wiki(folder: Path) -> Iterator[tuple[str, float, float, float]]:
    """cjclassifier (Apache-2.0): natural log shares of Han characters and pairs in Wikipedia: Hans, Hant, Japanese."""
    with zipfile.ZipFile(find(folder, "cjclassifier-*.whl")) as whl:
        lines = gzip.decompress(whl.read("cjclassifier/cjlogprobs.gz")).decode("utf-8").splitlines()
    for line in lines[1:]:
        gram, *logs = line.split(" ")
        if len(logs) == 3:
            hans, hant, japanese = (float(x) for x in logs)
            yield gram, hans, hant, japanese
