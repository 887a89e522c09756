"""The search for duplicates at scale: time, memory, bytes of the index, and what a small night after it costs.

    python benchmarks/duplicates.py [--documents 1000000] [--next 10000] [--workers 2] [--copies 0.1]

Generated documents of 800 characters, words drawn as in a language (few often, most seldom); a share of them are copies
of earlier ones with 2% of their characters replaced. They are signed by worker processes, as shards are, and searched
by one process, as a run does it; making the texts is not timed. Then a second night of new documents, copies among them
of documents of the first: opening the index and reading it included, starting Python is not. Seconds are those of the
processor, so that they can be compared on a machine that others use too.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import shutil
import tempfile
import time
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


def main() -> None:
    """Two nights."""
    options = argparse.ArgumentParser()
    options.add_argument("--documents", type=int, default=1_000_000)
    options.add_argument("--next", type=int, default=10_000)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--copies", type=float, default=0.1)
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
    print(json.dumps({"next_night_share": round(seconds[1] / seconds[0], 4)}))


if __name__ == "__main__":
    main()
