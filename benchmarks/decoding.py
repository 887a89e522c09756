"""Decoding beside its peers: share of pages that come back exactly, and speed, in one run.

    python benchmarks/decoding.py [--pages 300]

The pages are made here from the sentences below: every encoding of the family, cut and damaged, in one and in two
encodings. charset-normalizer and, where installed, chardet name an encoding, and get the text that its superset decodes
to; a page in two encodings cannot be named.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable

from cleaners.decoding.decoder import decode

SENTENCES = {
    "Hans": "镇上的邮局搬到了新街口。|下雨天路滑，骑车的人要当心。|今年的茶叶比往年早了半个月上市。|"
    "他把报纸叠好，放进抽屉里。|会议决定推迟到下周三上午举行。|这条河的上游修了三座小水电站。",
    "Hant": "鎮上的郵局搬到了新街口。|下雨天路滑，騎車的人要當心。|今年的茶葉比往年早了半個月上市。|"
    "他把報紙疊好，放進抽屜裡。|會議決定推遲到下週三上午舉行。|這條河的上游修了三座小水電站。",
    "Jpan": "町の郵便局は駅前に移りました。|雨の日は道が滑るので気をつけてください。|今年の新茶は半月早く店に並んだ。",
    "Kore": "마을 우체국이 역 앞으로 옮겼습니다.|비 오는 날에는 길이 미끄러우니 조심하세요.|"
    "올해 햇차는 보름 일찍 나왔다.",
}
CODECS = [
    ("Hans", "gb18030"),
    ("Hans", "utf-8"),
    ("Hans", "hz"),
    ("Hans", "utf-16-le"),
    ("Hant", "cp950"),
    ("Hant", "gb18030"),
    ("Hant", "utf-8"),
    ("Jpan", "cp932"),
    ("Jpan", "euc_jp"),
    ("Kore", "cp949"),
]
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "euc_kr": "cp949", "shift_jis": "cp932", "hz": "hz"}


def page(rng: random.Random, script: str, lines: int, html: bool) -> str:
    """A page of sentences in random order."""
    found = rng.choices(SENTENCES[script].split("|"), k=lines)
    if not html:
        return "\n".join(found)
    body = "".join(f"<p class='t'>{line}</p>\n" for line in found)
    return f"<html><head><title>{found[0]}</title></head><body><div>{body}</div></body></html>"


def made(pages: int) -> list[tuple[str, bytes, str]]:
    """Kind, bytes and text of each page; a stray byte (FF) reads as one U+FFFD."""
    rng = random.Random(11)
    out: list[tuple[str, bytes, str]] = []
    for number in range(pages):
        script, codec = CODECS[number % len(CODECS)]
        text = page(rng, script, rng.choice((1, 3, 12, 60)), number % 3 == 0)
        out.append(("whole", text.encode(codec), text))
        if codec in ("gb18030", "cp950", "utf-8"):
            at = rng.randrange(1, len(text))
            out.append(
                (
                    "stray byte",
                    text[:at].encode(codec) + b"\xff" + text[at:].encode(codec),
                    f"{text[:at]}\ufffd{text[at:]}",
                )
            )
            other = "utf-8" if codec != "utf-8" else "gb18030"
            extra = page(rng, script, 1, False)
            out.append(("two encodings", text.encode(codec) + b"\n" + extra.encode(other), f"{text}\n{extra}"))
    return out


def named(data: bytes, name: str | None) -> str | None:
    """What a reader of a detector's answer gets."""
    if not name:
        return None
    codec = name.lower().replace("-", "_")
    try:
        return data.decode(WIDER.get(codec, codec), "replace").lstrip("\ufeff")
    except (LookupError, UnicodeError):
        return None


def peers() -> dict[str, Callable[[bytes], str | None]]:
    """The tools at hand."""
    tools: dict[str, Callable[[bytes], str | None]] = {"qingwen": lambda data: decode(data).text}
    import charset_normalizer

    def normalizer(data: bytes) -> str | None:
        best = charset_normalizer.from_bytes(data).best()
        return named(data, best.encoding if best else None)

    tools[f"charset-normalizer {charset_normalizer.__version__}"] = normalizer
    try:
        import chardet
    except ImportError:
        return tools
    tools[f"chardet {chardet.__version__}"] = lambda data: named(data, chardet.detect(data)["encoding"])
    return tools


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300)
    cases = made(parser.parse_args().pages)
    size = sum(len(data) for _, data, _ in cases)
    speeds: list[float] = []
    for tool, run in peers().items():
        right: Counter[str] = Counter()
        total: Counter[str] = Counter()
        start = time.process_time()
        said = [run(data) for _, data, _ in cases]
        speeds.append(size / 1e6 / (time.process_time() - start))
        for (kind, _, text), found in zip(cases, said, strict=True):
            total[kind] += 1
            right[kind] += found == text
        shares = "  ".join(f"{kind} {100 * right[kind] / total[kind]:.1f}%" for kind in sorted(total))
        print(f"{tool}: {speeds[-1]:.2f} MB/s (qingwen: {speeds[0] / speeds[-1]:.1f} times that)  {shares}")


if __name__ == "__main__":
    main()
