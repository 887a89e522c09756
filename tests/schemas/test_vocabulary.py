"""The vocabularies hold: what is written is listed, what is listed is written, and the dictionary prints them."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from places import ROOT, SAMPLES

from cleaners import Policy, clean_page, decode
from flows import errors
from schemas import vocabulary as words
from schemas.dictionary import data_dictionary
from schemas.records import CleanPage

BOILERPLATE = tomllib.loads((files("cleaners.lexicons") / "boilerplate.toml").read_text("utf-8"))["rule"]
RULES = {step: set(rules) for step, rules in words.EDIT_RULES.items()}
RULES["boilerplate"] |= {rule["name"] for rule in BOILERPLATE}
STAGES = {stage: set(reasons) for stage, reasons in words.REJECT_REASONS.items()}
CODE = sorted(path for package in ("cleaners", "flows") for path in (ROOT / package).rglob("*.py"))


def constants(path: Path) -> dict[str, str]:
    """Names that a module gives to strings."""
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def calls(path: Path, *names: str) -> Iterator[tuple[str, list[str | None]]]:
    """Calls of a record's or an error's name, with their positional arguments where they are strings."""
    known = constants(path)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node.func.id, [_string(argument, known) for argument in node.args]


def _string(node: ast.expr, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return known.get(node.id) if isinstance(node, ast.Name) else None


def raised_reasons(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "reason" and isinstance(node.value, ast.Constant):
            yield node.value.value


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_the_code_writes_is_listed(path: Path) -> None:
    for _, (stage, reason, *_) in calls(path, "Rejection"):
        if stage is not None and reason is not None:
            assert reason in STAGES.get(stage, set()) | set(words.STEP_FAILURES), (stage, reason)
    for _, (step, rule, *_) in calls(path, "Edit"):
        if step is not None:
            assert step in RULES, step
        if step is not None and rule is not None:
            assert rule in RULES[step], (step, rule)
    for reason in raised_reasons(path):
        assert reason in STAGES["fetch"] | STAGES["source"], reason


def test_every_error_of_fetching_has_a_listed_reason() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.FetchError)]
    assert len(kinds) > 5
    listed = STAGES["fetch"] | {"fetch failed"}  # the base itself is never raised
    assert {kind.reason for kind in kinds} <= listed


def unlisted(page: CleanPage) -> list[Any]:
    """Values of a cleaned page that no vocabulary has."""
    found: list[Any] = [e for e in page.edits if e.rule not in RULES.get(e.step, set())]
    found += [e.certainty for e in page.edits if e.certainty not in words.CERTAINTIES]
    for document in page.documents:
        found += [flag for flag in document.flags if flag not in words.FLAGS]
        found += [document.script] if document.script not in words.SCRIPTS else []
    if page.rejection is not None:
        reasons = STAGES.get(page.rejection.stage, set()) | set(words.STEP_FAILURES)
        found += [page.rejection] if page.rejection.reason not in reasons else []
    return found + [name for name in page.encoding.split("+") if name and name not in words.ENCODING_LABELS]


@pytest.mark.parametrize("script", ["Hans", "Hant-TW"])
def test_what_the_samples_become_is_listed(script: str) -> None:
    for path in sorted(SAMPLES.iterdir()):
        if not path.name.endswith(".expected.json"):
            assert unlisted(clean_page(path.read_bytes(), policy=Policy(script=script))) == [], path.name


def test_the_check_itself_sees_what_is_not_listed() -> None:
    page = clean_page((SAMPLES / "poem.html").read_bytes())
    assert page.documents
    assert unlisted(CleanPage(page.documents, page.edits, "utf-9")) == ["utf-9"]


@pytest.mark.parametrize(
    ("text", "codec"), [("Съешь же ещё этих мягких булок", "koi8-r"), ("渠水与水门，人人知道。", "gb18030")]
)
def test_a_codec_has_one_spelling(text: str, codec: str) -> None:
    """Declared or found by its bytes, the same name."""
    data = (text * 20).encode(codec)
    assert decode(data).encoding == codec
    assert decode(data, content_type=f"text/html; charset={codec.upper()}").encoding == codec


def test_labels_name_one_codec_each() -> None:
    labels = [label for names in words.ENCODING_LABELS.values() for label in names.split()]
    assert len(labels) == len(set(labels)) > 150


def test_the_dictionary_prints_every_vocabulary() -> None:
    printed = data_dictionary()
    for listed in (words.CERTAINTIES, words.PAGE_STATUSES, words.SCRIPTS, words.FLAGS, words.STEP_FAILURES):
        for name, meaning in listed.items():
            assert f"| {name} | {meaning} |" in printed
    for kinds in (words.REJECT_REASONS, words.EDIT_RULES):
        for first, values in kinds.items():
            for name, meaning in values.items():
                assert f"| {first} | {name} | {meaning} |" in printed
