"""Pages whose text, title and address try to become markup, turn the writing, or lead elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

TEXTS = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "</style><style>body{display:none}</style>",
    "<svg/onload=alert(3)>",
    "{{ 7 * 7 }}{% raw %}",
    "\u202e倒写的字\u202c和\u2066隔开的字\u2069",
    "零宽\u200b空格\ufeff与\u2028行分隔",
)
ADDRESSES = (
    "javascript:alert(document.domain)",
    "JavaScript:alert(1)//http://a.example.cn/",
    "data:text/html,<script>alert(4)</script>",
    'https://a.example.cn/"><img src=x onerror=alert(5)>',
    "https://a.example.cn/\u202egnp.html",
    "https://a.example.cn/'onmouseover='alert(6)",
    "vbscript:msgbox(1)",
)
BODY = "图书室新添了三排书架，孩子们放学以后可以在这里写作业。会议决定先修好村口的石桥，再考虑拓宽道路。"


def write_hostile(path: Path) -> Path:
    """A JSONL file of such pages: some with mojibake to be repaired, some of which nothing can be made."""
    rows = []
    for n, text in enumerate(TEXTS):
        shown = text.replace("&", "&amp;").replace("<", "&lt;")
        damaged = f"{BODY}{n}".encode().decode("gb18030", "replace")
        html = (
            f"<html><head><title>{shown}</title></head><body><h1>{shown}</h1><p>{BODY}{shown}</p><p>{damaged}</p>"
            f"<p>责任编辑：{shown}</p><p>{BODY}</p><p>本文来自：{shown} 点击查看更多</p></body></html>"
        )
        rows.append({"url": ADDRESSES[n % len(ADDRESSES)], "html": html})
        rows.append({"url": f"https://b.example.cn/{n}?q={text}", "html": f"<html><body>{shown}</body></html>"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
