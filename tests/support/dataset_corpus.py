"""Generated pages for the tests of the flows: own sentences, many shapes, the same for the same numbers."""

from __future__ import annotations

import random
from pathlib import Path

SENTENCES = (
    "清晨的雾气从河面升起，渡口的老船工已经把缆绳解开。",
    "会议决定先修好村口的石桥，再考虑拓宽通往镇上的道路。",
    "图书室新添了三排书架，孩子们放学以后可以在这里写作业。",
    "今年雨水充足，山坡上的茶树比往年早发了半个月的新芽。",
    "负责记录的同学把每一次观测的温度都写在同一本册子里。",
    "老师傅说，漆要一层一层地上，急不得，也省不得。",
    "车间把检修的时间改到夜里，白天的产量因此没有受影响。",
    "我们沿着旧铁路走了一个下午，只遇见两个放羊的人。",
    "居民代表提出的九条意见，有七条已经写进了新的方案。",
    "窗外的梧桐叶落了大半，风一吹，就在院子里打着旋儿。",
    "合作社把账目贴在公告栏上，每一笔收支都有经手人的签名。",
    "他把那封信读了三遍，然后小心地折好，放回原来的信封。",
)


def page(number: int, version: int = 0, short: bool = False) -> bytes:
    """Page `number` as bytes. A higher version has other text. Some are empty or binary, some GB18030 or plain text."""
    chance = random.Random(f"{number}/{version}")
    if number % 41 == 7:
        return b""
    if number % 41 == 23:
        return bytes(chance.randrange(256) for _ in range(300)) + b"\x00\xff\x00\xfe" * 50
    count = 1 if short else chance.randint(2, 5)
    paragraphs = ["".join(chance.sample(SENTENCES, 3)) for _ in range(count)]
    title = f"第{number}号工作札记（第{version}稿）"
    if number % 3 == 0:
        marks = "一二三四五"
        body = "\n".join(f"{marks[n]}、{text}" for n, text in enumerate(paragraphs))
        return f"{title}\n\n{body}\n".encode("gb18030" if number % 2 else "utf-8")
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = f"<html><head><title>{title}</title></head><body><div><h1>{title}</h1>{body}</div></body></html>"
    return html.encode()


def write_pages(folder: Path, count: int, *, first: int = 0, version: int = 0, short: bool = False) -> Path:
    """Write pages first..first+count as files of a folder, a hundred to a subfolder."""
    for number in range(first, first + count):
        path = folder / f"{number // 100:03d}" / f"{number:06d}.{'txt' if number % 3 == 0 else 'html'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page(number, version, short))
    return folder
