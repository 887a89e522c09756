"""The reference and the data dictionary in docs/ and docs/zh/, from commands, settings, schemas and vocabularies.

Usage: make_reference.py [--check]. The Chinese words stand in reference_zh.toml and dictionary_zh.toml; one that is
missing, or names what is there no longer, stops this.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import typer

from flows.choices import choices
from flows.cli.examples import EXAMPLES
from flows.cli.main import app
from flows.settings import Settings
from schemas import vocabulary
from schemas.dictionary import Words, data_dictionary, english
from schemas.tables import TABLES

ROOT = Path(__file__).parents[1]
VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "pages.status": vocabulary.PAGE_STATUSES,
    "pages.kind": vocabulary.PAGE_KINDS,
    "documents.flags": vocabulary.FLAGS,
    "edits.certainty": vocabulary.CERTAINTIES,
    "documents.language_script": vocabulary.SCRIPTS,
}
CHINESE = ("reference_zh.toml", "dictionary_zh.toml")


def reference(words: Words) -> str:
    """The page."""
    return "\n".join(_lines(words)) + "\n"


def chinese() -> Words:
    """The Chinese words. Raises KeyError for one that is missing."""
    table = _chinese_words()

    def words(group: str, name: str, said: str) -> str:
        try:
            return str(table[group][name])
        except KeyError:
            raise KeyError(f"scripts/{' or '.join(CHINESE)}: [{group}] has no {name!r} ({said})") from None

    return words


def _chinese_words() -> dict[str, dict[str, str]]:
    """Groups of words, each in one of the files."""
    found: dict[str, dict[str, str]] = {}
    for name in CHINESE:
        found |= tomllib.loads((ROOT / "scripts" / name).read_text("utf-8"))
    return found


def pages() -> dict[Path, str]:
    """All pages, by where they stand."""
    return {
        ROOT / "docs" / "data-dictionary.md": data_dictionary(),
        ROOT / "docs" / "zh" / "data-dictionary.md": data_dictionary(chinese()),
        ROOT / "docs" / "reference.md": reference(english),
        ROOT / "docs" / "zh" / "reference.md": reference(chinese()),
    }


def _lines(words: Words) -> Iterator[str]:
    def page(name: str, said: str) -> str:
        return words("page", name, said)

    yield f"# {page('title', 'Reference')}"
    yield ""
    yield page("made", "Made by `make reference` from the code; edits here are lost.").rstrip()
    yield ""
    yield f"## {page('tables', 'Tables')}"
    yield ""
    yield (
        page("columns", "Columns, types and the vocabularies of rejects, rules and encodings: [data dictionary]")
        + "(data-dictionary.md)"
        + page("stop", ".")
    )
    yield ""
    yield from _table(
        (page("table", "table"), page("row", "a row is"), page("key", "unique")),
        ((f"`{t.name}`", words("tables", t.name, t.row), ", ".join(f"`{k}`" for k in t.key)) for t in TABLES.values()),
    )
    yield f"## {page('vocabularies', 'Vocabularies')}"
    yield ""
    for column, values in VOCABULARIES.items():
        yield f"### {column}"
        yield ""
        yield from _table(
            (page("value", "value"), page("meaning", "meaning")),
            ((f"`{value}`", words(column, value, meaning)) for value, meaning in values.items()),
        )
    yield f"## {page('policy', 'Policy')}"
    yield ""
    yield page(
        "policy_about",
        "What is done to a page. The same names are settings, flags of `run`, `reclean`, `clean` and `explain`, keys "
        "of a source in sources.toml, and fields of `cleaners.Policy`.",
    )
    yield ""
    names = [choice.name for choice in choices()]
    yield from _settings(words, names)
    yield f"## {page('settings', 'Settings')}"
    yield ""
    yield page(
        "settings_about",
        "Flags win over the environment (`QINGWEN_` and the name in capitals), that over `qingwen.toml`, that over the "
        "default. `qingwen config` says what holds, and where from.",
    )
    yield ""
    yield from _settings(words, [name for name in Settings.model_fields if name not in names])
    yield f"## {page('commands', 'Commands')}"
    yield ""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        yield from _command(words, name, command)


def _settings(words: Words, names: list[str]) -> Iterator[str]:
    fields = Settings.model_fields
    yield from _table(
        (words("page", "setting", "setting"), words("page", "default", "default"), words("page", "meaning", "meaning")),
        (
            (
                f"`{name}`",
                _value(fields[name].default),
                words("settings", name, str(fields[name].description)) + _choices(fields[name].annotation),
            )
            for name in names
        ),
    )


def _command(words: Words, name: str, command: Any) -> Iterator[str]:
    yield f"### qingwen {name}"
    yield ""
    yield words("commands", name, " ".join(str(command.help).split()))
    yield ""
    rows = []
    for one in command.params:
        if one.param_type_name == "argument":
            shown = one.metavar or one.name.upper()
        else:
            shown = ", ".join((*one.opts, *one.secondary_opts)) + (f" {one.metavar}" if one.metavar else "")
        said = " ".join(str(one.help or "").split())
        if one.default not in (None, "", False, 0, ()) and "default" not in said and not one.required:
            said += f" ({words('page', 'default', 'default')} {one.default})"
        rows.append((f"`{shown}`".replace("|", "\\|"), said.replace("|", "\\|")))
    if words is english:
        yield from _table(("argument or option", "meaning"), rows)
    else:
        yield " ".join(shown for shown, _ in rows)
        yield ""
    for example in EXAMPLES[name]:
        yield f"    {example}"
    yield ""


def _choices(annotation: Any) -> str:
    given = [str(one) for one in get_args(annotation) if isinstance(one, str)]
    return " (" + ", ".join(f"`{one}`" for one in given) + ")" if given else ""


def _value(default: Any) -> str:
    if default is None or default in ("", ()):
        return ""
    if isinstance(default, bool):
        return "yes" if default else "no"
    return f"`{default}`"


def _table(head: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join("---" for _ in head) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def unused() -> list[str]:
    """Chinese words for what is there no longer."""
    table = _chinese_words()
    known: set[tuple[str, str]] = set()

    def note(group: str, name: str, said: str) -> str:
        known.add((group, name))
        return said

    reference(note)
    data_dictionary(note)
    return [f"[{group}] {name}" for group, names in table.items() for name in names if (group, name) not in known]


if __name__ == "__main__":
    if left := unused():
        sys.exit(f"scripts/{' or '.join(CHINESE)}: nothing is called {', '.join(left)}")
    for path, text in pages().items():
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif path.read_text("utf-8") != text:
            sys.exit(f"{path.relative_to(ROOT)} is out of date: say `make reference`")
