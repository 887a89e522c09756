"""Every sample page becomes what stands beside it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from places import SAMPLES

from cleaners import clean_page

EXPECTED = {
    path.name.removesuffix(".expected.json"): json.loads(path.read_text("utf-8"))
    for path in sorted(SAMPLES.glob("*.json"))
}


def cleaned(name: str) -> tuple[Any, dict[str, Any]]:
    expected = EXPECTED[name]
    file = SAMPLES / expected["file"]
    page = clean_page(
        file.read_bytes(), url=f"file:{file.name}", content_type="text/html" if file.suffix == ".html" else "text/plain"
    )
    return page, expected


def test_there_are_enough_samples() -> None:
    assert len(EXPECTED) >= 40


@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if not e["rejected"]])
def test_sample_becomes_its_expected_documents(name: str) -> None:
    page, expected = cleaned(name)
    assert page.rejection is None
    assert len(page.documents) == len(expected["documents"])
    for document, want in zip(page.documents, expected["documents"], strict=True):
        assert document.text.split("\n") == want["text"].split("\n")
        assert document.title == want["title"]
        assert document.script == want["script"]
        assert sorted(document.flags) == want["flags"]
        for field in ("published", "source", "author"):
            assert getattr(document, field) == want[field], field
        if want["sections"]:
            found = [(s.level, s.label, s.heading) for s in document.sections if s.label]
            assert [s[:2] for s in found] == [tuple(s[:2]) for s in want["sections"]]
            for (_, label, heading), (_, _, named) in zip(found, want["sections"], strict=True):
                assert named is None or heading == named, label


@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if e["rejected"]])
def test_hopeless_sample_is_rejected_with_its_reason(name: str) -> None:
    page, expected = cleaned(name)
    assert page.documents == ()
    assert page.rejection is not None
    assert page.rejection.reason == expected["rejected"]
