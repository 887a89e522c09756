"""Script conversion and detection against opencc-python-reimplemented and C++ OpenCC: ratios of one run.

    python benchmarks/scripts.py [--cpp PYTHON] [--large] [--cases FILE]

--cpp: a Python whose environment has the package `opencc` (C++ OpenCC); another environment than this one, for the two
packages share one module folder. --large: also 50 MB of t2s. --cases: OpenCC's testcases.json, to count exact answers.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

CONFIGS = ("t2s", "s2t", "tw2s", "tw2sp", "hk2s", "s2tw", "s2twp", "s2hk")
CPP = """
import json, sys, time
import opencc
jobs = json.load(open(sys.argv[1], encoding="utf-8"))
out = []
for config, text, rounds in jobs:
    convert = opencc.OpenCC(config).convert
    convert(text[:5000])
    best = 1e9
    for _ in range(rounds):
        start = time.process_time()
        convert(text)
        best = min(best, time.process_time() - start)
    start = time.process_time()
    for _ in range(2000):
        convert(text[:100])
    out.append((best, (time.process_time() - start) / 2000))
print(json.dumps(out))
"""


def best_of(run: Callable[[], object], rounds: int = 3) -> float:
    """The shortest process time of some rounds, in seconds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best


def prose() -> str:
    """About 350,000 characters of Simplified Chinese (1 MB in UTF-8) from this project's samples."""
    home = pathlib.Path(__file__).parents[1] / "data" / "samples"
    texts = [json.dumps(json.loads(p.read_text(encoding="utf-8")), ensure_ascii=False) for p in home.glob("*.json")]
    lines = sorted({line for t in texts for line in re.findall(r"[一-鿿，。、；：]{12,}", t)})
    text = "\n".join(lines)
    return (text * (350_000 // len(text) + 1))[:350_000]


def cpp_times(python: str, jobs: list[tuple[str, str, int]]) -> list[tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "jobs.json"
        path.write_text(json.dumps(jobs), encoding="utf-8")
        done = subprocess.run([python, "-c", CPP, str(path)], capture_output=True, text=True, check=True)
    return [(whole, short) for whole, short in json.loads(done.stdout)]


def speed(cpp: str | None, large: bool) -> None:
    import opencc

    from cleaners.scripts.converting import convert_config

    simplified = prose()
    source = {"s": simplified, "t": convert_config(simplified, "s2t")}
    source |= {"tw": convert_config(simplified, "s2tw"), "hk": convert_config(simplified, "s2hk")}
    jobs = [(config, source[config.split("2")[0]], 3) for config in CONFIGS]
    if large:
        jobs.append(("t2s", source["t"] * 50, 1))
    theirs = cpp_times(cpp, jobs) if cpp else [(float("nan"), float("nan"))] * len(jobs)
    print(f"{'':14}{'ns/char':>8}{'100 chars':>11}{'package':>9}{'C++':>7}{'C++ at 100':>11}")
    for (config, text, rounds), (whole_cpp, short_cpp) in zip(jobs, theirs, strict=True):
        ours = best_of(lambda c=config, t=text: convert_config(t, c), rounds)
        short = best_of(lambda c=config, t=text: [convert_config(t[:100], c) for _ in range(2_000)]) / 2_000
        part = text[:35_000]
        package = opencc.OpenCC(config)
        slow = best_of(lambda p=package, t=part: p.convert(t), 1) * len(text) / len(part)
        size = f"{config} {len(text.encode()) / 1e6:.0f} MB"
        print(
            f"{size:14}{ours / len(text) * 1e9:8.1f}{short * 1e6:8.1f} µs{slow / ours:8.0f}x"
            f"{whole_cpp / ours:6.1f}x{short_cpp / short:10.1f}x"
        )


def detection() -> None:
    from cleaners.scripts.converting import convert_config, detect_script, shares

    text = prose()[:100_000]
    for name, script in (("clean Simplified", text), ("Traditional", convert_config(text, "s2t"))):
        detect_script(script)
        took, counted = best_of(lambda t=script: detect_script(t)), best_of(lambda t=script: shares(t))
        print(f"{name}: detect_script {took * 10:.3f}, shares {counted * 10:.3f} microseconds a character")


def loading() -> None:
    code = (
        "import time, cleaners; start = time.process_time(); cleaners.convert_config('面条', '{}');"
        "print(time.process_time() - start)"
    )
    for config in ("t2s", "s2t", "s2twp", "tw2sp"):
        runs = [
            float(subprocess.run([sys.executable, "-c", code.format(config)], capture_output=True, text=True).stdout)
            for _ in range(3)
        ]
        print(f"first call of {config}: {min(runs) * 1e3:.0f} ms")


def cases(path: pathlib.Path) -> None:
    from cleaners.scripts.converting import convert_config
    from cleaners.scripts.tables import CHAINS

    text = re.sub(r",(\s*[\]}])", r"\1", path.read_text(encoding="utf-8"))
    right: dict[str, int] = {}
    asked: dict[str, int] = {}
    for case in json.loads(text)["cases"]:
        for config, expected in case["expected"].items():
            if config in CHAINS:
                asked[config] = asked.get(config, 0) + 1
                right[config] = right.get(config, 0) + (convert_config(case["input"], config) == expected)
    print("exact: " + ", ".join(f"{config} {right[config]}/{asked[config]}" for config in sorted(asked)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpp", help="a Python that has C++ OpenCC")
    parser.add_argument("--large", action="store_true", help="also 50 MB of t2s")
    parser.add_argument("--cases", type=pathlib.Path, help="OpenCC's testcases.json")
    args = parser.parse_args()
    loading()
    speed(args.cpp, args.large)
    detection()
    if args.cases:
        cases(args.cases)


if __name__ == "__main__":
    main()
