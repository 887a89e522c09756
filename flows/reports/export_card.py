"""What an exported corpus says of itself: README.md, as Hugging Face reads it, and Croissant 1.0 in JSON-LD."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.reports.export_order import Order
from schemas import load
from schemas.tables import SCHEMA_VERSION, TABLES

SHOWN = 20  # of the most frequent hosts, kinds ...
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
SIZE_NAMES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B")
LIMITS = (
    "Pages are what their sites published on the day: errors of fact, opinions, personal data that was public there,\n"
    "and whatever else a public page holds are in it. Nothing was taken out but by the filters above.",
    "What is certain was repaired and what is not was left: documents with the flag `damaged` hold text that could\n"
    "not be restored, `truncated` and `unfinished` ones are not whole, of pages flagged `partial` much was left out.",
    "What is alike without being a copy is measured in `copied_ratio` and was not removed. Figures such as\n"
    "`spam_score` and `failed_rules` are there to filter by.",
    "The share of hosts, kinds and dates is that of the crawl, not of the Chinese web.",
)
READING = """\
```python
from datasets import load_dataset

documents = load_dataset("FOLDER", split="train")
```"""
CONTEXT: dict[str, Any] = {  # of Croissant 1.0, https://docs.mlcommons.org/croissant/docs/croissant-spec.html
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        name: f"cr:{name}"
        for name in (
            "citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet",
            "format", "includes", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
            "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
        )
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "isLiveDataset": "cr:isLiveDataset",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of the corpus: its path in it, its rows and bytes."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the pages were got: nights of the runs, sources, whether robots.txt was obeyed in each, who cleaned."""

    nights: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    robots: tuple[bool, ...] = ()  # values that were set
    cleaners: tuple[str, ...] = ()


@dataclass
class Figures:
    """What is counted while the corpus is written."""

    documents: int = 0
    characters: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, batch: pa.RecordBatch) -> None:
        """Count some documents."""
        self.documents += len(batch)
        self.characters += pc.sum(batch.column("char_count")).as_py() or 0
        for name in ("host", "kind", "language", "language_script", "dt"):
            self._count(name, batch.column(name))
        for name in ("flags", "failed_rules"):
            self._count(name, batch.column(name).flatten())

    def _count(self, name: str, values: pa.Array) -> None:
        found = self.counts.setdefault(name, Counter())
        for entry in pc.value_counts(values).to_pylist():
            found["" if entry["values"] is None else str(entry["values"])] += entry["counts"]


def provenance(out: Path, since: Any, until: Any) -> Provenance:
    """What the runs of some nights say of themselves."""
    runs = load(
        "runs", out, columns=["kind", "dt", "settings", "cleaner_version"], since=since, until=until
    ).to_pylist()
    runs = [run for run in runs if run["kind"] != "forget"]
    told = [json.loads(run["settings"] or "{}") for run in runs]
    pages = load("pages", out, columns=["source"], since=since, until=until, to="batches")
    sources: set[str] = set()
    for batch in pages:
        sources.update(pc.unique(batch.column("source")).to_pylist())
    return Provenance(
        tuple(sorted({run["dt"].isoformat() for run in runs})),
        tuple(sorted(sources)),
        tuple(sorted({bool(settings["robots"]) for settings in told if "robots" in settings})),
        tuple(sorted({run["cleaner_version"] for run in runs})),
    )


def readme(order: Order, figures: Figures, shards: Sequence[Shard], about: Provenance) -> str:
    """The card, as Markdown with a YAML head."""
    size = sum(shard.bytes for shard in shards)
    head = [
        "---",
        f"pretty_name: {json.dumps(order.name, ensure_ascii=False)}",
        f"license: {order.licence}",
        "language:",
    ]
    head += [f"- {language}" for language in languages(figures)]
    head += ["size_categories:", f"- {size_category(figures.documents)}", "task_categories:", "- text-generation"]
    head += [
        "configs:",
        "- config_name: default",
        "  data_files:",
        "  - split: train",
        f"    path: {pattern(shards)}",
        "---",
    ]
    counts = {"documents": figures.documents, "characters": figures.characters, "files": len(shards), "bytes": size}
    sizes = [(name, f"{count:,}") for name, count in counts.items()]
    parts = [
        "\n".join(head),
        f"# {order.name}",
        description(order, figures),
        "## Figures",
        _table(("", ""), sizes),
        *_counted(figures),
        "## Columns",
        _table(("column", "meaning"), [(c.name, c.description) for c in _columns(order)]),
        "## How it was collected and cleaned",
        _collected(about),
        f"Filters: {_filters(order)}",
        "## Licence",
        _licence(order),
        "## Limits",
        "\n".join(f"- {limit.replace(chr(10), chr(10) + '  ')}" for limit in LIMITS),
        "## Reading",
        READING,
    ]
    return "\n\n".join(parts) + "\n"


def croissant(
    order: Order, figures: Figures, shards: Sequence[Shard], about: Provenance, schema: pa.Schema
) -> dict[str, Any]:
    """Croissant 1.0. Records are told where the files are Parquet: it has no word for compressed lines of JSON."""
    parquet = order.form != "jsonl"
    files = "application/x-parquet" if parquet else "application/zstd"
    said: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": order.name,
        "description": description(order, figures),
        "license": order.licence,
        "inLanguage": languages(figures),
        "url": "README.md",
        "version": "1.0.0",
        "datePublished": about.nights[-1] if about.nights else "1970-01-01",
        "citeAs": order.name,
        "isLiveDataset": False,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": shard.name,
                "name": shard.name,
                "contentUrl": shard.name,
                "contentSize": f"{shard.bytes} B",
                "encodingFormat": files,
                "sha256": shard.sha256,
            }
            for shard in shards
        ],
    }
    if not parquet:
        return said
    said["distribution"].append(
        {"@type": "cr:FileSet", "@id": "shards", "name": "shards", "encodingFormat": files, "includes": pattern(shards)}
    )
    fields = [_field(schema.field(name), name) for name in order.columns if not _is_struct(schema.field(name).type)]
    said["recordSet"] = [{"@type": "cr:RecordSet", "@id": "documents", "name": "documents", "field": fields}]
    return said


def languages(figures: Figures) -> list[str]:
    """Languages of the documents, ISO 639-1, the most frequent first."""
    return [name for name, _ in _ranked(figures.counts.get("language", Counter())) if name] or ["zh"]


def size_category(documents: int) -> str:
    """Hugging Face's word for so many."""
    return SIZE_NAMES[sum(documents >= size for size in SIZES)]


def pattern(shards: Sequence[Shard]) -> str:
    """A glob of the files, relative to the corpus."""
    folder, _, name = shards[0].name.rpartition("/")
    stem, _, suffix = name.partition(".")
    return f"{folder + '/' if folder else ''}{stem.split('-')[0]}-*.{suffix}"


def description(order: Order, figures: Figures) -> str:
    """The corpus in a sentence or two."""
    unique = "" if order.duplicates else ", one of each group of copies"
    return (
        f"{figures.documents:,} documents from Chinese web pages, restored to what their authors wrote and rid of what "
        f"the sites put around it: the newest version of each page{unique}. Made with Qingwen."
    )


def _counted(figures: Figures) -> list[str]:
    titles = {
        "language_script": "Scripts",
        "kind": "Kinds of page",
        "host": "Hosts",
        "dt": "Nights",
        "flags": "Flags",
        "failed_rules": "Rules of quality that documents fail",
    }
    parts = []
    for name, title in titles.items():
        counts = figures.counts.get(name, Counter())
        if not counts:
            continue
        rows = [(_cell(value) or "not told", f"{count:,}") for value, count in _ranked(counts)[:SHOWN]]
        rest = len(counts) - len(rows)
        parts += [
            f"### {title}",
            _table((name, "documents"), [*rows, *([(f"{rest:,} others", "")] if rest > 0 else [])]),
        ]
    return parts


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _columns(order: Order) -> list[Any]:
    known = {column.name: column for column in TABLES["documents"].columns}
    return [known[name] for name in order.columns if name in known]


def _collected(about: Provenance) -> str:
    many = len(about.nights) > 1
    nights = f"in {len(about.nights):,} nights from {about.nights[0]} to {about.nights[-1]}" if many else "in one night"
    nights = f"in the night of {about.nights[0]}" if len(about.nights) == 1 else nights
    named = ", ".join(f"`{_cell(_without_folders(source))}`" for source in about.sources[:SHOWN])
    more = f" and {len(about.sources) - SHOWN:,} others" if len(about.sources) > SHOWN else ""
    robots = {
        (True,): "robots.txt was obeyed wherever a page was fetched.",
        (False,): "robots.txt was not asked.",
        (False, True): "robots.txt was obeyed in some of these runs, and not asked in others.",
        (): "Whether robots.txt was obeyed is not told by the runs.",
    }[about.robots]
    return (
        f"Pages were taken {nights} from the sources {named}{more}. {robots}\n\n"
        f"Cleaned with Qingwen (cleaners {', '.join(about.cleaners)}; schema version {SCHEMA_VERSION}): decoded, "
        "damage undone where it can be proved, the article found, boilerplate taken out, split into documents. Every "
        "change is an edit in the dataset that this corpus was taken from."
    )


def _without_folders(source: str) -> str:
    """A source's name without the folders of the machine that it lay on."""
    return source if "://" in source else source.rstrip("/").rpartition("/")[2]


def _filters(order: Order) -> str:
    said = [f"nights since {order.since}"] if order.since else []
    said += [f"nights until {order.until}"] if order.until else []
    said += [f"`{order.condition}`"] if order.condition else []
    said += [f"at most {order.limit:,} documents"] if order.limit else []
    return "; ".join(said) + "." if said else "none."


def _licence(order: Order) -> str:
    texts = "The texts belong to those who wrote them; their sites' terms hold for each (column `url`)."
    if order.licence == "other":
        return f"{texts} No licence is given with this corpus: whoever uses it has to see to the rights."
    return f"What was added to the texts (structure, figures, selection) is under {order.licence}. {texts}"


def _table(head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    return "\n".join([f"| {head[0]} | {head[1]} |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in rows)])


def _cell(text: str) -> str:
    """A value from a page or a source so that it breaks no table and runs no markup."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain.replace("|", "\\|").replace("<", "&lt;").replace("`", "'")[:200]


def _is_struct(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) and pa.types.is_struct(kind.value_type))


def _field(column: pa.Field, name: str) -> dict[str, Any]:
    kind, repeated = column.type, False
    if pa.types.is_list(kind):
        kind, repeated = kind.value_type, True
    said: dict[str, Any] = {"@type": "cr:Field", "@id": f"documents/{name}", "name": name}
    described = {c.name: c.description for c in TABLES["documents"].columns}.get(name)
    if described:
        said["description"] = described
    said["dataType"] = _data_type(kind)
    if repeated:
        said["repeated"] = True
    said["source"] = {"fileSet": {"@id": "shards"}, "extract": {"column": name}}
    return said


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_floating(kind):
        return "sc:Float"
    return "sc:Date" if pa.types.is_temporal(kind) else "sc:Text"
