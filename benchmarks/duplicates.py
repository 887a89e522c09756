"""The search for duplicates at scale: time, memory, bytes of the index, what a small night after it costs, and how much
of a whole run it is.

    python benchmarks/duplicates.py [--documents 1000000] [--next 10000] [--workers 2] [--copies 0.1] [--run 20000]

Generated documents of 800 characters, words drawn as in a language (few often, most seldom); a share of them are copies
of earlier ones with 2% of their characters replaced. They are signed by worker processes, as shards are, and searched
by one process, as a run does it; making the texts is not timed. Then a second night of new documents, copies among them
of documents of the first: opening the index and reading it included, starting Python is not. Seconds are those of the
processor, so that they can be compared on a machine that others use too.

Then a whole run of --run pages in one process: HTML of as long texts, of real words, fetched, cleaned, searched and
committed. Its pass is the signing of its documents and the search.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import random
import resource
import shutil
import tempfile
import time
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

SHARD = 2_000
LENGTH = 800
CHARACTERS = np.arange(0x4E00, 0x4E00 + 3000)
WORDS = 60_000


def _words() -> tuple[Any, Any]:
    """Characters of all words behind each other, and where each begins."""
    chance = np.random.default_rng(7)
    lengths = chance.choice([1, 2, 2, 2, 3], WORDS)
    return chance.choice(CHARACTERS, int(lengths.sum())).astype("<u4"), np.concatenate(([0], np.cumsum(lengths)))


LETTERS, BEGINS = _words()
PARTICLES = "的了是在和有也不就这着把被对从向"
SHARES = np.cumsum(1 / (np.arange(WORDS) + 2.7))  # Mandelbrot's form of Zipf's law: the first word is 3% of a text


def base(number: int) -> Any:
    """Code points of document `number`: paragraphs of clauses."""
    chance = np.random.default_rng(number)
    word = np.searchsorted(SHARES, chance.random(500) * SHARES[-1])
    lengths = BEGINS[word + 1] - BEGINS[word]
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    text = LETTERS[np.repeat(BEGINS[word], lengths) + within][:LENGTH].copy()
    text[14::15] = ord("，")
    text[149::150] = ord("\n")
    return text


def document(number: int, copies: float) -> str:
    """Document `number`, or a copy of an earlier one."""
    chance = np.random.default_rng((number, 1))
    if number > 100 and chance.random() < copies:
        text = base(int(chance.integers(number)))
        at = chance.integers(len(text), size=LENGTH // 50)
        text[at] = chance.choice(CHARACTERS, len(at))
    else:
        text = base(number)
    return text.tobytes().decode("utf-32-le")


def warm() -> None:
    """What a process does once: modules (pandas, where pyarrow finds it) and tables, as cleaning has them loaded."""
    from flows.store.signing import sign

    list(sign(["0" * 20 + "-00000000-0"], ["清晨的雾气从河面升起。"]))


def sign_shard(job: tuple[int, int, float, str]) -> float:
    """Sign one shard's documents and say how many seconds that took."""
    import hashlib

    from flows.store.signing import SIGNED, SignatureWriter, sign

    first, last, copies, folder = job
    texts = [document(n, copies) for n in range(first, last)]
    ids = [f"{hashlib.sha256(str(n).encode()).hexdigest()[:20]}-00000000-0" for n in range(first, last)]
    begun = time.process_time()
    shard = Path(folder) / f"{first:09d}"
    shard.mkdir(parents=True)
    writer = SignatureWriter(shard / SIGNED)
    for batch in sign(ids, texts):
        writer.write(batch)
    writer.close(whole=False)
    return time.process_time() - begun


def night(out: Path, first: int, count: int, copies: float, workers: int, pipe: Any) -> None:
    """Sign and search some documents, in a process of its own."""
    from flows.store.originals import Index
    from flows.store.searching import search

    staging = out / "_staging" / str(first)
    jobs = [(n, min(n + SHARD, first + count), copies, str(staging)) for n in range(first, first + count, SHARD)]
    with multiprocessing.get_context("spawn").Pool(workers, warm) as pool:
        signing = sum(pool.imap_unordered(sign_shard, jobs))
    warm()
    begun = time.process_time()
    index = Index(out)
    found = search(out, index, "20260301-0001", sorted(staging.glob("*/signatures.staged")), staging / "duplicates")
    index.commit([(str(first), "")])
    searching = time.process_time() - begun
    shutil.rmtree(staging)
    pipe.send(
        {
            "documents": count,
            "signing_seconds_of_all_workers": round(signing, 1),
            "searching_seconds": round(searching, 1),
            "pass_seconds": round(signing / workers + searching, 1),
            "peak_megabytes_of_the_search": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "duplicates": dict(found.kinds),
            "index_bytes_a_document": {
                kind: round(sum(s.bytes for s in index.segments if s.kind == kind) / (first + count))
                for kind in ("keys", "paragraphs", "originals")
            },
        }
    )


def page(number: int, copies: float) -> bytes:
    """An HTML page about a text of real words, paragraphs of clauses; or about a copy of an earlier one."""
    from cleaners.scripts import dictionary

    chance = random.Random(f"page {number}")
    copied = number > 100 and chance.random() < copies
    text = random.Random(chance.randrange(number) if copied else number)
    words, shares = _dictionary(tuple(dictionary("STPhrases")))

    def clause() -> str:
        picked = text.choices(words, cum_weights=shares, k=4)
        return "".join(word + text.choice(("", text.choice(PARTICLES))) for word in picked)

    paragraphs = ["，".join(clause() for _ in range(12)) + "。" for _ in range(7)]
    if copied:
        paragraphs = ["".join(chance.choice(words)[0] if chance.random() < 0.02 else c for c in p) for p in paragraphs]
    title = "".join(text.choices(words, k=4))
    menu = "".join(f'<li><a href="/{n}.html">栏目{n}</a></li>' for n in range(12))
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body><ul class=nav>{menu}</ul>"
        f"<div class=article><h1>{title}</h1>{body}</div><div class=footer>版权所有</div></body></html>"
    ).encode()


@cache
def _dictionary(phrases: tuple[str, ...]) -> tuple[list[str], list[float]]:
    """Words of two to four characters in an order of ours, and the sums of their shares."""
    words = [word for word in phrases if 2 <= len(word) <= 4]
    random.Random(1).shuffle(words)
    return words, list(accumulate(1 / (n + 2.7) for n in range(len(words))))


def whole_run(out: Path, count: int, copies: float, pipe: Any) -> None:
    """A run over generated pages, and how much of it the pass is, in seconds of the processor."""
    from flows.pages import SourcePage
    from flows.store import runs, searching, shards
    from flows.store.signing import SignatureWriter

    spent = {"signing": 0.0, "searching": 0.0}

    def timed(name: str, call: Any) -> Any:
        def timing(*arguments: Any, **chosen: Any) -> Any:
            begun = time.process_time()
            try:
                return call(*arguments, **chosen)
            finally:
                spent[name] += time.process_time() - begun

        return timing

    sign = shards.sign
    shards.sign = timed("signing", lambda *arguments: list(sign(*arguments)))
    SignatureWriter.write = timed("signing", SignatureWriter.write)  # type: ignore[method-assign]
    searching.search = timed("searching", searching.search)

    def pages(_: Any) -> Any:
        for number in range(count):
            url = f"https://host{number % 97}.example/{number}.html"
            yield SourcePage(url, data=page(number, copies), fetched_at="2026-03-01T00:00:00Z")

    page(0, copies)
    begun = time.process_time()
    made = [len(page(number, copies)) for number in range(0, count, 20)]  # what making the pages costs is taken off
    making = (time.process_time() - begun) * count / len(made)
    begun = time.process_time()
    summary = runs.conduct(out, runs.Order("nightly", dt.date(2026, 3, 1), {"n": count}, pages))
    total = time.process_time() - begun - making
    told: dict[str, Any] = {
        "pages_of_the_run": count,
        "documents": summary["rows"]["documents"],
        "duplicates": summary["duplicates"],
        "run_seconds": round(total, 1),
        **{f"{name}_seconds": round(seconds, 1) for name, seconds in spent.items()},
        "pass_share_of_the_run": round(sum(spent.values()) / total, 4),
    }
    pipe.send(told)


def main() -> None:
    """Two nights, and a whole run."""
    options = argparse.ArgumentParser()
    options.add_argument("--documents", type=int, default=1_000_000)
    options.add_argument("--next", type=int, default=10_000)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--copies", type=float, default=0.1)
    options.add_argument("--run", type=int, default=20_000, help="pages of the whole run; 0: none")
    chosen = options.parse_args()
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        seconds = []
        for first, count in ((0, chosen.documents), (chosen.documents, chosen.next)):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=night, args=(out, first, count, chosen.copies, chosen.workers, theirs))
            process.start()
            told = ours.recv()
            process.join()
            seconds.append(told["pass_seconds"])
            print(json.dumps(told), flush=True)
    print(json.dumps({"next_night_share": round(seconds[1] / seconds[0], 4)}), flush=True)
    if chosen.run:
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=whole_run, args=(Path(folder) / "out", chosen.run, chosen.copies, theirs))
            process.start()
            print(json.dumps(ours.recv()))
            process.join()


if __name__ == "__main__":
    main()
