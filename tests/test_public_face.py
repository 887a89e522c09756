"""The public face: names, signatures and fields that others build on."""

from __future__ import annotations

import dataclasses
import inspect
import subprocess
import sys

import pytest

import cleaners
from cleaners import Policy, clean_page, convert_script, decode, repair
from schemas import records


def test_exported_names() -> None:
    assert set(cleaners.__all__) == {
        "Policy",
        "clean_page",
        "convert_config",
        "convert_script",
        "decode",
        "detect_script",
        "repair",
    }


def test_what_is_offered_comes_from_where_it_lives() -> None:
    assert set(cleaners.__all__) <= set(dir(cleaners))
    assert all(callable(getattr(cleaners, name)) for name in cleaners.__all__)
    with pytest.raises(AttributeError, match="no attribute 'clean_pages'"):
        cleaners.clean_pages  # type: ignore[attr-defined]  # noqa: B018


def test_clean_page_takes_what_the_design_says() -> None:
    parameters = inspect.signature(clean_page).parameters
    assert list(parameters)[:4] == ["data", "url", "content_type", "policy"]
    assert parameters["policy"].default == Policy()


def test_records_have_their_fields() -> None:
    def names(record: type) -> set[str]:
        return {f.name for f in dataclasses.fields(record)}

    assert names(records.CleanPage) >= {"documents", "edits", "encoding", "title", "rejection"}
    assert names(records.Document) >= {"title", "text", "published", "source", "author", "script", "sections", "flags"}
    assert names(records.Section) == {"level", "label", "heading", "markdown", "run_in", "start", "end"}
    assert names(records.Edit) >= {"step", "rule", "seq", "block", "start", "before", "after", "certainty", "count"}
    assert names(records.Decoded) >= {"text", "encoding", "certainty", "lost"}


def test_a_document_says_what_it_is() -> None:
    page = clean_page("昨夜下了一场小雨，院子里的石榴花落了一地，祖母说这是要入夏了。".encode())
    assert page.encoding == "utf-8"
    assert page.documents[0].script == "Hans"
    assert page.documents[0].language == "zh"


def test_small_calls_answer() -> None:
    assert decode("江湖夜雨".encode("gb18030")).text == "江湖夜雨"
    assert repair("江湖夜雨").text == "江湖夜雨"
    assert convert_script("學會", "Hans") == "学会"


def test_cleaners_need_neither_prefect_nor_arrow() -> None:
    code = (
        "import sys, cleaners; assert 'cleaners.pipeline' not in sys.modules, 'loaded before it is asked for';"
        "cleaners.clean_page(b'<p>abc</p>');"
        "print([m for m in ('prefect', 'pyarrow', 'pandas', 'pypinyin') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_policy_digest_changes_with_every_choice() -> None:
    assert len({Policy().digest(), Policy(script=None).digest(), Policy(punctuation=False).digest()}) == 3


def test_wrong_use_is_told_at_once_and_not_by_each_page() -> None:
    for script in ("zh", "hans", "", "keep"):
        with pytest.raises(ValueError, match="none of Hans"):
            cleaners.Policy(script=script)
    with pytest.raises(TypeError, match="bytes"):
        cleaners.clean_page("清晨的集市")  # type: ignore[arg-type]
    assert cleaners.clean_page(memoryview("清晨的集市。".encode())).documents  # type: ignore[arg-type]
