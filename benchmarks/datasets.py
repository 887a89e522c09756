"""Datasets: how fast rows are written, checked and read, and what memory that takes.

    python benchmarks/datasets.py [--documents 1000000] [--nights 2] [--changed 0.02] [--readers pandas,DuckDB]

Generated short documents go the whole way of a nightly run but for the cleaners, which a stub replaces: raw store,
state, shards, staging, merging, commit. Then a second night in which a few pages have changed, `check`, and the
readers, each in a process of its own. A night runs in one process, so its peak memory bounds the parent's of any other
runner.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

SENTENCES = (
    "渡口的灯亮了一夜，船工天不亮就去查看缆绳。",
    "新修的水渠从村子北边绕过，两百亩旱地变成了水田。",
    "会上逐条念了去年的账目，没有人提出异议。",
    "她把旧报纸裁成书皮，给每一本课本都包上。",
    "山里的信号时断时续，他们约好每天傍晚通一次话。",
)

READERS = {
    "pandas": "import pandas as pd; n = len(pd.read_parquet(r'{p}', columns=['id', 'title', 'text']))",
    "polars": "import polars as pl; "
    "n = pl.scan_parquet(r'{p}/**/*.parquet').select('id', 'title', 'text').collect().height",
    "pyarrow.dataset": "import pyarrow.dataset as ds; n = ds.dataset(r'{p}', partitioning='hive')"
    ".to_table(columns=['id', 'title', 'text']).num_rows",
    "DuckDB": "import duckdb; "
    "n = duckdb.sql(\"SELECT count(*), sum(length(text)) FROM '{p}/**/*.parquet'\").fetchone()[0]",
    "datasets": "import datasets; datasets.disable_progress_bars(); n = datasets.load_dataset('parquet', "
    "data_files=r'{p}/**/*.parquet', split='train', cache_dir=r'{c}').num_rows",
    "load": "from schemas import load; n = load('documents', r'{o}', columns=['id', 'title', 'text']).num_rows",
    "load latest": "from schemas import load; "
    "n = load('documents', r'{o}', latest=True, columns=['id', 'title', 'text']).num_rows",
}


def pages(count: int, changed: float = 0.0) -> Iterator[Any]:
    """Generated pages; a share of them in another version."""
    from flows.pages import SourcePage

    for number in range(count):
        version = 1 if random.Random(number).random() < changed else 0
        data = f"{number}/{version} {SENTENCES[number % 5]}{SENTENCES[(number // 5) % 5]}".encode()
        yield SourcePage(f"https://host{number % 997}.example/{number}", data=data, fetched_at="2026-03-01T00:00:00Z")


def stub(data: bytes, **_: Any) -> Any:
    """What the cleaners would have made of a page: a document with two sections and an edit."""
    from schemas.records import CleanPage, Document, Edit, Quality, Section

    text = data.decode()
    half = len(text) // 2
    sections = (
        Section(1, "一、", text[:half], False, 0, half),
        Section(1, "二、", text[half:], False, half, len(text)),
    )
    document = Document("标题", text, "2026-02-28", None, None, "Hans", "zh", sections, (), Quality(len(text)))
    return CleanPage((document,), (Edit("punctuation", "width", 0, 3, ",", "，", document=0),), "utf-8", "标题")


def night(out: Path, count: int, date: dt.date, changed: float) -> dict[str, Any]:
    """One run, with times and the process's peak memory."""
    import cleaners
    from flows.store import publishing, runs

    cleaners.clean_page = stub
    merging = [0.0]
    merge = publishing.merge

    def timed(*arguments: Any) -> Any:
        begun = time.perf_counter()
        try:
            return merge(*arguments)
        finally:
            merging[0] += time.perf_counter() - begun

    publishing.merge = timed
    begun, cpu = time.perf_counter(), time.process_time()
    summary = runs.conduct(out, runs.Order("nightly", date, {"n": count}, lambda state: pages(count, changed)))
    seconds = time.perf_counter() - begun
    publishing.merge = merge
    rows = sum(summary["rows"].values())
    return {
        "pages": summary["counts"],
        "rows": rows,
        "files": summary["files"],
        "megabytes": round(summary["file_bytes"] / 1e6, 1),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "merging_seconds": round(merging[0], 1),
        "rows_a_second": round(rows / seconds),
        "pages_a_second": round(count / seconds),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def child(code: str, inside: bool = False) -> dict[str, Any]:
    """Run code in a process of its own, or inside this one; its figures come back as JSON."""
    if inside:
        with redirect_stdout(StringIO()) as told:
            exec(code, {})  # the same code that a process is given
        output = told.getvalue()
    else:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        if done.returncode:
            return {"failed": done.stderr.strip().splitlines()[-1][:200]}
        output = done.stdout
    found: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return found


def timed_child(code: str, inside: bool) -> dict[str, Any]:
    """Seconds (imports not counted where they come first) and peak memory of a piece of code that sets n."""
    head, _, rest = code.partition("; ")
    return child(
        f"import time, json, resource\n{head}\nt = time.perf_counter()\n{rest}\ns = time.perf_counter() - t\n"
        "print(json.dumps({'rows': n, 'seconds': round(s, 2), "
        "'peak_megabytes': round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}))",
        inside,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--changed", type=float, default=0.02)
    parser.add_argument("--nights", type=int, default=2)
    parser.add_argument("--readers", default=",".join(READERS), help="which, with commas; none: an empty string")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--inside", action="store_true", help="all in this process: quicker, but a peak is of all")
    chosen = parser.parse_args()
    folder = chosen.out or Path(tempfile.mkdtemp(prefix="qingwen-datasets-"))
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    try:
        for number in range(chosen.nights):
            date, changed = f"2026-03-{number + 1:02d}", chosen.changed if number else 0.0
            made = child(_night(str(out), chosen.documents, date, changed), chosen.inside)
            print(f"night {date}:", json.dumps(made), flush=True)
        check = (
            "from flows.reports.checking import check; r = check(r'{o}'); n = -len(r.problems) or sum(r.rows.values())"
        )
        print("check:", json.dumps(timed_child(check.format(o=out), chosen.inside)), flush=True)
        for reader in filter(None, chosen.readers.split(",")):
            code = READERS[reader].format(p=out / "documents", o=out, c=folder / "hf")
            print(f"{reader}:", json.dumps(timed_child(code, chosen.inside)), flush=True)
    finally:
        if chosen.out is None:
            shutil.rmtree(folder, ignore_errors=True)


def _night(out: str, count: int, date: str, changed: float) -> str:
    return (
        "import runpy, json, datetime, pathlib\n"
        f"night = runpy.run_path({str(Path(__file__).resolve())!r}, run_name='bench')['night']\n"
        f"date = datetime.date.fromisoformat({date!r})\n"
        f"print(json.dumps(night(pathlib.Path({out!r}), {count}, date, {changed})))"
    )


if __name__ == "__main__":
    main()
