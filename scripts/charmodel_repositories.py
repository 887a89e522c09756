"""Texts and counts that the character model takes from public repositories, each at the commit that
charmodel_sources.toml names. Text is read, counted and left where it is."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

LARGEST = 4 << 20  # bytes: larger blobs are left out, so that a partial clone gives the same model
HAN = re.compile("[\u3400-\u9fff]")
LEAST_HAN = 4  # in a line of prose, and half of its characters
# Editors of Markdown put a blank between Chinese and Latin letters or digits, pages as good as never have one: counted
# as it stands, a lost byte before a digit was filled with a blank.
HOUSE_STYLE = re.compile("(?<=[\u3400-\u9fff]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z]) (?=[\u3400-\u9fff])")

EDITORS = re.compile(r"\s*(前言|导读|永远的鲁迅)")  # head of a chapter that the author did not write
FRAME = re.compile(r"xiaoshuotxt|小说天堂|https?:|最初发表|原载")

Wanted = Callable[[str], object]  # says of a path in a repository whether it is read


class Repository:
    """A clone, bare or not, of `owner/name` in `folder`, read at one commit."""

    def __init__(self, folder: Path, repository: str, commit: str) -> None:
        self._git = ["git", "-C", str(folder / repository.replace("/", "+")), "-c", "safe.directory=*"]
        self.commit = commit
        if subprocess.run([*self._git, "cat-file", "-e", commit], capture_output=True).returncode:
            sys.exit(f"no clone of {repository} with commit {commit} in {folder}: see the head of build_charmodel.py")

    def files(self, wanted: Wanted) -> Iterator[tuple[str, str]]:
        """Path and text of each wanted file, by path; bytes that are no UTF-8 become U+FFFD."""
        listing = subprocess.run(
            [*self._git, "ls-tree", "-r", "-z", self.commit], capture_output=True, check=True
        ).stdout.decode("utf-8")
        chosen: list[tuple[str, str]] = []
        for row in listing.split("\0")[:-1]:
            about, path = row.split("\t", 1)
            if about.split()[1] == "blob" and wanted(path):
                chosen.append((path, about.split()[2]))
        asked = "".join(f"{blob}\n" for _, blob in chosen).encode()
        blobs = io.BytesIO(subprocess.run([*self._git, "cat-file", "--batch"], input=asked, capture_output=True).stdout)
        for path, _ in chosen:
            head = blobs.readline().split()
            if head[-1] == b"missing":
                continue
            data = blobs.read(int(head[2]))
            blobs.read(1)
            if len(data) < LARGEST:
                yield path, data.decode("utf-8", "replace")


def prose(lines: Iterable[str]) -> str:
    """The lines that are Chinese for the greater part, each once."""
    kept: dict[str, None] = {}
    for line in lines:
        stripped = HOUSE_STYLE.sub("", line.strip())
        han = len(HAN.findall(stripped))
        if han >= LEAST_HAN and 2 * han >= len(stripped):
            kept[stripped] = None
    return "\n".join(kept)


def markdown(text: str) -> list[str]:
    """Lines without front matter, code, pictures, addresses and signs of Markdown."""
    text = re.sub(r"(?s)\A---\n.*?\n---\n", "", text)
    text = re.sub(r"(?s)```.*?```|<!--.*?-->", "\n", text)
    text = re.sub(r"(?<!!)\[([^\]]*)\][(\[][^)\]]*[)\]]", r"\1", text)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|<[^<>]*>|[`*_]+", "", text)
    return [re.sub(r"^[#>\s\-+|]+", "", line) for line in text.split("\n")]


def strings(value: object) -> Iterator[str]:
    """All strings in a JSON value, in order."""
    if isinstance(value, str):
        yield from value.split("\n")
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)


def pages(repository: Repository, wanted: Wanted) -> str:
    return prose(line for _, text in repository.files(wanted) for line in markdown(text))


def plain(repository: Repository, wanted: Wanted) -> str:
    return prose(line for _, text in repository.files(wanted) for line in text.split("\n"))


def objects(repository: Repository, wanted: Wanted) -> str:
    """Files that are one JSON value, or one on each line."""

    def lines() -> Iterator[str]:
        for _, text in repository.files(wanted):
            try:
                yield from strings(json.loads(text))
            except ValueError:
                for line in filter(None, text.split("\n")):
                    yield from strings(json.loads(line))

    return prose(lines())


def reports(repository: Repository) -> str:
    """Reports of the governments of provinces: CSV files of one row, whose head may have a byte order mark or two."""

    def lines() -> Iterator[str]:
        csv.field_size_limit(LARGEST)
        for _, text in repository.files(lambda path: re.match(r"output/2026_raw_text/.*\.csv$", path)):
            for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff"))):
                yield from (row.get("full_text") or "").split("\n")

    return prose(lines())


def cloze(repository: Repository) -> str:
    """CMRC 2019: stories whose sentences were taken out, with the right ones put back; the unsolved ones with gaps."""

    def lines() -> Iterator[str]:
        for _, text in repository.files(lambda path: re.match(r"data/cmrc2019_\w+\.json$", path)):
            for row in json.loads(text)["data"]:
                story = row["context"]
                for place, answer in enumerate(row.get("answers") or [], 1):
                    story = story.replace(f"[BLANK{place}]", row["choices"][answer])
                yield from re.sub(r"\[BLANK\d+\]", "\n", story).replace(" ", "").split("\n")

    return prose(lines())


def works(repository: Repository, names: tuple[str, ...]) -> str:
    """Books in the public domain, as sites of novels hand them out: without the sites' lines, editors' notes and
    editors' prefaces, which are younger than the works."""

    def lines() -> Iterator[str]:
        for _, text in repository.files(lambda path: path in names):
            for chapter in re.split(r"(?m)^\ufeff?\s*第\d+章", text):
                if not EDITORS.match(chapter):
                    yield from (re.sub(r"\s+", "", line) for line in chapter.split("\n") if not FRAME.search(line))

    return prose(lines())


def statutes(repository: Repository) -> str:
    """Taiwan's laws as JSON: a line that goes on begins with a blank."""
    texts = (text for _, text in repository.files(lambda path: re.match(r"FalVMingLing/.*\.json$", path)))
    return prose(line for text in texts for line in strings(_joined(json.loads(text))))


def _joined(value: object) -> object:
    if isinstance(value, str):
        return re.sub(r"\r?\n(?=\s)", "", value)
    if isinstance(value, list):
        return [_joined(item) for item in value]
    return {key: _joined(item) for key, item in value.items()} if isinstance(value, dict) else value


def treebank(repository: Repository) -> str:
    """Universal Dependencies: the sentences as they are told above their trees."""
    files = repository.files(lambda path: path.endswith(".conllu"))
    return prose(line[9:] for _, text in files for line in text.split("\n") if line.startswith("# text = "))


def entities(repository: Repository) -> str:
    """Universal NER: the sentences, from their words, that the treebank's own repository has in one large file."""
    return prose(
        "".join(line.split("\t")[1] for line in sentence.split("\n") if line[:1].isdigit())
        for _, text in repository.files(lambda path: path.endswith("train.iob2"))
        for sentence in text.split("\n\n")
    )


def wikipedia(repository: Repository) -> str:
    """Articles as WikiExtractor writes them, marked up or as JSON."""

    def lines() -> Iterator[str]:
        for _, text in repository.files(lambda path: path.split("/")[-1] == "wiki_00"):
            if text.startswith("{"):
                for line in filter(None, text.split("\n")):
                    yield from json.loads(line)["text"].split("\n")
            else:
                yield from re.sub(r"<[^<>]*>", "", text).split("\n")

    return prose(lines())


def langdata(repository: Repository, language: str) -> dict[str, float]:
    """Characters and pairs that Tesseract's training counted on the web in a language, with their counts."""
    counts: dict[str, float] = {}
    for _, text in repository.files(lambda path: re.fullmatch(rf"{language}/.*\.(uni|bi)gram_freqs", path)):
        for line in text.split("\n"):
            gram, _, count = line.rpartition(" ")
            if count.isdigit() and not gram.isascii():
                counts[gram] = counts.get(gram, 0.0) + float(count)
    return counts


def thuocl(repository: Repository) -> Iterator[tuple[str, float]]:
    """Words of eleven fields with the number of texts that have them, as shares; a count past a million is a slip."""
    counts: dict[str, float] = {}
    for _, text in repository.files(lambda path: re.match(r"data/THUOCL_\w+\.txt$", path)):
        for line in text.split("\n"):
            word, _, count = line.strip().partition("\t")
            if count.strip().isdigit() and 0 < int(count) < 1_000_000 and HAN.match(word):
                counts[word.strip()] = counts.get(word.strip(), 0.0) + float(count)
    total = sum(counts.values())
    for word, found in counts.items():
        yield word, found / total


def mcbopomofo(repository: Repository) -> Iterator[tuple[str, float]]:
    """Words of an input method with the shares that they have in its authors' collection of texts."""
    counts: dict[str, float] = {}
    for _, text in repository.files(lambda path: path == "Source/Data/phrase.occ"):
        for line in text.split("\n"):
            word, count, *_ = (*line.split(), "", "")
            if count.isdigit() and int(count) and HAN.match(word):
                counts[word] = float(count)
    total = sum(counts.values())
    for word, found in counts.items():
        yield word, found / total


READERS: dict[str, Callable[[Repository], str]] = {  # running texts, by the names of charmodel_sources.toml
    "laws": lambda r: pages(r, lambda path: path.endswith(".md") and "README" not in path),
    "reports": reports,
    "judgments": lambda r: objects(r, lambda path: path == "data/test.json"),
    "cases": lambda r: objects(r, lambda path: path.startswith("query/")),
    "transcripts": lambda r: pages(r, lambda path: re.match(r"(19|20)\d\d.*\.md$", path)),
    "plurality": lambda r: pages(r, lambda path: re.match(r"contents/traditional-mandarin/.*\.md$", path)),
    "common-voice": lambda r: plain(r, lambda path: re.match(r"server/data/zh-(CN|TW)/", path)),
    "lctt": lambda r: pages(r, lambda path: re.match(r"published/.*\.md$", path)),
    "d2l": lambda r: pages(r, lambda path: path.endswith(".md")),
    "kdconv": lambda r: objects(r, lambda path: re.match(r"data/\w+/(train|dev|test)\.json$", path)),
    "cmrc": lambda r: objects(r, lambda path: re.match(r"squad-style-data/.*\.json$", path)),
    "drcd": lambda r: objects(r, lambda path: path.endswith(".json")),
    "xquad": lambda r: objects(r, lambda path: path == "xquad.zh.json"),
    "gsd": treebank,
    "gsd-names": entities,
    "pud": treebank,
    "hk": treebank,
    "ntrex": lambda r: plain(r, lambda path: re.search(r"ref\.zho-(CN|TW)\.txt$", path)),
    "g2pm": lambda r: plain(r, lambda path: re.match(r"data/(dev|test)\.sent$", path)).replace("\u2581", ""),
    "statutes": statutes,
    "stories": cloze,
    "recipes": lambda r: pages(r, lambda path: path.endswith(".md")),
    "open-source-guides": lambda r: pages(r, lambda path: re.match(r"_articles/zh-han[st]/.*\.md$", path)),
    "laoshe": lambda r: works(r, ("四世同堂.txt", "骆驼祥子.txt", "我这一辈子.txt", "茶馆 .txt")),
    "essays": lambda r: works(
        r,
        (
            "鲁迅全集.txt",
            "郁达夫大全集.txt",
            "朱自清大全集.txt",
            "周作人文集.txt",
            "萧红经典全集.txt",
            "林徽因经典全集.txt",
            "缀网劳蛛.txt",
            "落花生.txt",
            "无名高地有了名.txt",
        ),
    ),
    "wikipedia-1": wikipedia,
    "wikipedia-2": wikipedia,
}
