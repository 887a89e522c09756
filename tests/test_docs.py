"""Every command, query and example of README and docs/ is run, as a newcomer would type it, in a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from documented import Block, Reader, blocks, code_of

from cleaners import clean_page
from flows.cli.main import app

ROOT = Path(__file__).parents[1]
RUN = ["README.md", "docs/tutorial.md", "docs/how-to.md", "docs/explanation.md", "docs/operations.md"]
PAIRS = {
    "README.md": "README.zh-CN.md",
    "docs/tutorial.md": "docs/zh/tutorial.md",
    "docs/how-to.md": "docs/zh/how-to.md",
    "docs/explanation.md": "docs/zh/explanation.md",
    "docs/operations.md": "docs/zh/operations.md",
}
ELSEWHERE = {  # made of what tests/schemas/test_dictionary.py and tests/flows/test_damaged_datasets.py run, or of the code
    "docs/data-dictionary.md",
    "docs/zh/data-dictionary.md",
    "docs/damaged-datasets.md",
    "docs/zh/damaged-datasets.md",
    "docs/reference.md",
    "docs/zh/reference.md",
    "docs/recipes/README.md",  # tests/test_docs_recipes.py
    "docs/zh/recipes.md",
}
NOT_RUN = {  # first line of each block that needs what a test has not, and what that is
    "README.md": {"make run": "makes an environment", ". .venv/bin/activate": "the tests have it on the path"},
    "docs/operations.md": {
        "qingwen serve sources.toml --out data-set": "does not end",
        "export PREFECT_API_URL=http://127.0.0.1:4200/api": "a server and a worker, which do not end",
        "uv pip install -c constraints.txt -e '.[dask]'": "a cluster",
        "-- DuckDB over the columnar index of one crawl: what to fetch, in the order of the archives": "the network",
        "tail -n +2 chinese-0001.csv | while IFS=, read -r file first last; do": "the network",
    },
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a clone looks like from its root: the samples, and nothing of this machine's settings."""
    for name in [name for name in os.environ if name.startswith("QINGWEN_")]:
        monkeypatch.delenv(name)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("QINGWEN_RUNNER", "here")  # same rows, without a pool of processes for each command
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def reader(folder: Path) -> Iterator[Reader]:
    reader = Reader(folder)
    yield reader
    reader.close()


def follow(reader: Reader, name: str) -> None:
    for block in blocks(ROOT / name):
        if block.key != "not run":
            try:
                reader.follow(block)
            except Exception as error:
                raise AssertionError(f"{name}:{block.line + 1}: {error}") from error


@pytest.mark.xdist_group("prefect")
def test_readme(prefect_api: str, reader: Reader) -> None:
    follow(reader, "README.md")
    assert {"run", "clean", "explain", "check", "load", "demo"} <= set(reader.run)


@pytest.mark.xdist_group("prefect")
@pytest.mark.parametrize("name", RUN[1:])
def test_document(prefect_api: str, reader: Reader, name: str) -> None:
    follow(reader, name)
    assert reader.run


def test_all_documents_are_run() -> None:
    there = {str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md")} | {
        p.name for p in ROOT.glob("README*.md")
    }
    assert there == {*RUN, *PAIRS.values(), *ELSEWHERE}


@pytest.mark.parametrize("name", RUN)
def test_what_is_not_run_is_known(name: str) -> None:
    """Nothing leaves the test unseen."""
    found = {first(block): block.value for block in blocks(ROOT / name) if block.key == "not run"}
    assert found == NOT_RUN.get(name, {})


def first(block: Block) -> str:
    return code_of(block).splitlines()[0]


@pytest.mark.parametrize(("english", "chinese"), PAIRS.items())
def test_both_languages_show_the_same(english: str, chinese: str) -> None:
    """The Chinese documents are written for themselves; what is typed is the same, so that running one proves both."""

    def shown(name: str) -> list[tuple[str, ...]]:
        return [(block.language, block.key, block.value, code_of(block)) for block in blocks(ROOT / name)]

    assert shown(english) == shown(chinese)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_table_of_the_readme_is_so_when_typed(name: str) -> None:
    """What stands in the left column, cleaned as a text, is what stands in the right one."""
    rows = re.findall(r"^\| (.*`.*) \| (.*`.*) \|$", (ROOT / name).read_text("utf-8"), re.M)
    tried = 0
    for left, right in rows:
        wanted = re.findall(r"`([^`]+)`", right)
        for typed in re.findall(r"`([^`]+)`", left):
            documents = clean_page(typed.encode(), url="file:typed.txt").documents
            assert len(documents) == 1 and documents[0].text in wanted, typed
            tried += 1
    assert tried >= 6


def test_every_command_is_shown_in_a_document_and_typed_by_a_test() -> None:
    there = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    typed = {
        name
        for document in RUN
        for block in blocks(ROOT / document)
        if block.key != "not run" and block.language == "sh"
        for name in re.findall(r"(?:^|\s)qingwen ([a-z]+)", block.body, re.M)
    }
    assert there - typed == {"serve"}, "serve does not end; tests/flows/test_operations.py runs it"
