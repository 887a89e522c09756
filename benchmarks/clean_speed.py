"""What restoration costs where there is nothing to restore: microseconds a character of both steps together.

    python benchmarks/clean_speed.py [--gold FILE] [--kinds N]

Corpora: the texts of tests/cases/clean, a page a kind; prose of the samples, 20,000 characters by blocks and 200,000 in
one line; pages of rare names and of rare characters; --gold: a JSONL file with texts of real pages in "text".
Each is measured twice: the first time it is seen, when all tables are read but nothing of it is remembered, and the
best of three times after.
The target is 1 microsecond a character; `new`, the first time, is what a nightly run pays.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import random
import re
import time
from collections.abc import Iterator

from cleaners.policy import Context
from cleaners.restoration.bytestream import gate
from cleaners.restoration.mojibake import restoring
from schemas.records import Block

HOME = pathlib.Path(__file__).parents[1]
TARGET = 1.0  # microseconds a character
GIVEN = (  # characters that parents like and that hardly a text has
    "燊堃赟翀喆昇垚犇骉淼焱鑫森晶磊䶮㛃珺琎琰瑄璟璠祎禛羿翯翾翙芃茜莜蓥薇蘅衎袆襄觐訢誉贇赜逖逯"
    "鄞酆鋆锴镕隽雩霏霁靖靓靳韡颀颉颢飏馨骁骐鸢鹍鹏麒麟黛黻龑龢"
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"


def both(text: str) -> tuple[float, float, int]:
    """Seconds of the two steps on the lines of a text, and how many edits they make."""
    blocks = tuple(Block(line, seq=n) for n, line in enumerate(text.split("\n")))
    context = Context()
    start = time.process_time()
    blocks, first = restoring.restore(blocks, context)
    middle = time.process_time()
    blocks, second = gate.restore(blocks, context)
    return middle - start, time.process_time() - middle, len(first) + len(second)


def clean_kinds() -> Iterator[tuple[str, str]]:
    """A page for each kind of the clean texts."""
    kinds: dict[str, list[str]] = {}
    for path in sorted((HOME / "tests" / "cases" / "clean").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            kinds.setdefault(case["kind"], []).append(case["text"])
    for kind, texts in kinds.items():
        yield f"kind {kind}", "\n".join(texts)


def made() -> Iterator[tuple[str, str]]:
    """Pages made here: prose by blocks and in one line, rare names, rare characters."""
    samples = [json.loads(path.read_text(encoding="utf-8")) for path in (HOME / "data" / "samples").glob("*.json")]
    prose = re.findall(r"[一-鿿，。、；：]{12,}", "\n".join(json.dumps(s, ensure_ascii=False) for s in samples))
    lines = sorted(set(prose))
    body = "\n".join(lines)
    yield "prose of the samples", body[:20_000]
    yield "prose, 200,000 characters in one line", ("".join(lines) * (200_000 // len(body) + 1))[:200_000]
    chance = random.Random(20)
    names = [chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2)))) for _ in range(4000)]
    yield "rare names, one a line", "\n".join(names)
    yield "rare names, lists", "\n".join("、".join(names[n : n + 25]) for n in range(0, len(names), 25))
    yield "rare names in prose", "\n".join(f"{n}，{line}" for n, line in zip(names, lines * 40, strict=False))
    rare = [
        bytes((lead, trail)).decode("gb2312", "ignore") for lead in range(0xD8, 0xF8) for trail in range(0xA1, 0xFF)
    ]
    chance.shuffle(rare)
    yield "rare characters, lines of 40", "\n".join("".join(rare[n : n + 40]) for n in range(0, len(rare), 40))
    yield "rare characters in one line", "".join(rare)


def gold(path: pathlib.Path) -> Iterator[tuple[str, str]]:
    """Texts of real pages, the Chinese and the others, each as one corpus of blocks."""
    texts = [json.loads(line).get("text") or "" for line in path.read_text(encoding="utf-8").splitlines()]
    chinese = [text for text in texts if len(re.findall("[一-鿿]", text)) > 100]
    yield "pages, Chinese", "\n".join(chinese)
    yield "pages, others", "\n".join(text for text in texts if text not in chinese)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=pathlib.Path)
    parser.add_argument("--kinds", type=int, default=20, help="how many of the dearest kinds are shown")
    options = parser.parse_args()
    rows: list[tuple[float, str]] = []
    corpora = [*made(), *clean_kinds()]
    if options.gold and options.gold.exists():
        corpora[:0] = gold(options.gold)
    for _, text in corpora:  # backwards, so that every table is read and no text is known
        both(text[:20_000][::-1])
    both("晨(chén)跑(pǎo)，學(xué)會(huì)科學(xué)；晚(wǎn)睡(shuì)，讀(dú)書(shū)學(xué)琴。" * 20)
    for name, text in corpora:
        first = both(text)
        again = min(sum(both(text)[:2]) for _ in range(3))
        new = (first[0] + first[1]) / len(text) * 1e6
        over = "over" if new > TARGET else ""
        rows.append(
            (
                -new if name.startswith("kind ") else float("-inf"),
                f"{name:40} {len(text):>8} {new:>9.3f} {again / len(text) * 1e6:>9.3f} "
                f"{first[0] / len(text) * 1e6:>9.3f} {first[1] / len(text) * 1e6:>10.3f} {first[2]:>5}  {over}",
            )
        )
    print(f"{'us/char':40} {'chars':>8} {'new':>9} {'again':>9} {'mojibake':>9} {'bytestream':>10} {'edits':>5}")
    rows.sort(key=lambda row: row[0])
    kinds = [row for row in rows if row[0] > float("-inf")]
    for _, line in rows[: len(rows) - len(kinds)] + kinds[: options.kinds]:
        print(line)
    within = sum(-cost <= TARGET for cost, _ in kinds)
    print(f"{within} of {len(kinds)} kinds within {TARGET} us a character the first time they are seen")


if __name__ == "__main__":
    main()
