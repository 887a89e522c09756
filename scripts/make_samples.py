"""Write data/samples: pages of sites that do not exist, each with what it should become beside it.

    python scripts/make_samples.py [FOLDER]

`NAME.EXT` is the page as a crawler stores it; `NAME.expected.json` holds its documents (title, text, published, source,
author, flags, sections as [level, label, heading or null]), or the rejection. The expectation comes from the text that
the page was made from, never from what the cleaners say. The same files every time.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import opencc
import sample_templates as page
import sample_texts as texts
from sample_damage import annotate, force
from sample_texts import Text

FOLDER = Path(__file__).resolve().parents[1] / "data" / "samples"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x02\x00\x00\x00" + bytes(range(256)) * 3


@dataclass(frozen=True)
class Sample:
    """One page: file name, bytes, and what it should become."""

    name: str
    data: bytes
    documents: tuple[Text, ...] = ()
    flags: tuple[str, ...] = ()
    script: str = "Hans"
    reason: str = ""  # of the rejection, where nothing can be made of it
    about: str = ""


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for sample in samples():
        (folder / sample.name).write_bytes(sample.data)
        stem = sample.name.rsplit(".", 1)[0]
        (folder / f"{stem}.expected.json").write_text(expected(sample), encoding="utf-8")


def expected(sample: Sample) -> str:
    documents = [
        {
            "title": text.title or None,
            "text": "\n".join(text.paragraphs),
            "published": text.published,
            "source": text.source,
            "author": text.author,
            "script": sample.script,
            "flags": sorted(sample.flags),
            "sections": [list(s) for s in text.sections],
        }
        for text in sample.documents
    ]
    found = {"about": sample.about, "file": sample.name, "documents": documents, "rejected": sample.reason or None}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def samples() -> Iterator[Sample]:
    yield from encodings()
    yield from layouts()
    yield from plain()
    yield from damaged()
    yield from other_scripts()
    yield from hopeless()


def traditional(html: str, config: str) -> str:
    """The same page in Traditional characters; what is expected of it stays the Simplified text."""
    return str(opencc.OpenCC(config).convert(html))


def encodings() -> Iterator[Sample]:
    def html(charset: str | None, text: Text = texts.FERRY) -> str:
        return page.news(text, charset)

    ferry = (texts.FERRY,)
    yield Sample("news-utf8.html", html("utf-8").encode(), ferry, about="a news page as it should be")
    yield Sample("news-gb18030.html", html("gb18030").encode("gb18030"), ferry, about="declared as what it is")
    rare = replace(
        texts.FERRY, paragraphs=(*texts.FERRY.paragraphs, "参与整理旧照片的，还有镇中学教师刘喆和退休船工李镕、王堃。")
    )
    yield Sample(
        "news-gbk-as-gb2312.html", html("gb2312", rare).encode("gbk"), (rare,), about="three names that GB2312 lacks"
    )
    yield Sample("news-wrong-charset.html", html("gbk").encode("utf-8"), ferry, about="UTF-8 that says it is GBK")
    yield Sample("news-no-charset.html", html(None).encode("gbk"), ferry, about="GBK that says nothing")
    yield Sample("news-utf16.html", html("utf-16").encode("utf-16"), ferry, about="UTF-16 with a byte order mark")
    taiwan = traditional(html("big5", texts.TAIWAN), "s2tw").encode("cp950")
    yield Sample("news-big5.html", taiwan, (texts.TAIWAN,), about="Taiwan, Big5")
    hongkong = traditional(html("big5-hkscs", texts.HONGKONG), "s2t").encode("big5hkscs")
    yield Sample("news-big5hkscs.html", hongkong, (texts.HONGKONG,), about="Hong Kong, HKSCS")
    stray = html("gbk").encode("gbk")
    spot = stray.index("早点铺".encode("gbk"))
    lost = replace(texts.FERRY, paragraphs=tuple(p.replace("早点铺", "\ufffd早点铺") for p in texts.FERRY.paragraphs))
    yield Sample(
        "news-stray-byte.html",
        stray[:spot] + b"\xff" + stray[spot:],
        (lost,),
        ("damaged",),
        about="a byte that is no character",
    )
    orchard = page.news(texts.ORCHARD, "gbk").encode("gbk")
    other = "果园里铺着一层打落的青叶"
    mixed = orchard.replace(other.encode("gbk"), other.encode("utf-8"))
    yield Sample("news-two-encodings.html", mixed, (texts.ORCHARD,), about="a UTF-8 fragment pasted into a GBK page")
    nul = page.news(texts.ORCHARD, "utf-8").encode().replace("冰雹".encode(), "冰\0雹".encode())
    yield Sample("news-nuls.html", nul, (texts.ORCHARD,), about="NULs between characters")
    hz = "\n\n".join(texts.CLASSICAL.paragraphs)
    yield Sample("notes-hz.txt", hz.encode("hz"), (replace(texts.CLASSICAL, title=""),), about="HZ, seven bits")


def layouts() -> Iterator[Sample]:
    yield Sample(
        "news-orchard.html", page.news(texts.ORCHARD, "utf-8").encode(), (texts.ORCHARD,), about="time of day, reporter"
    )
    yield Sample(
        "notice-table.html",
        page.government(texts.LIBRARY, "utf-8").encode(),
        (texts.LIBRARY,),
        about="a notice with a table",
    )
    yield Sample(
        "notice-gbk.html",
        page.government(texts.LIBRARY, "gb2312").encode("gbk"),
        (texts.LIBRARY,),
        about="the same in GBK",
    )
    yield Sample(
        "thread.html", page.forum(texts.FORUM, "utf-8").encode(), (texts.FORUM,), about="a thread of five posts"
    )
    yield Sample(
        "thread-gbk.html", page.forum(texts.FORUM, "gbk").encode("gbk"), (texts.FORUM,), about="the same in GBK"
    )
    spring = tuple(replace(t, published="2022-04-08T10:15:32") for t in texts.ESSAYS)
    yield Sample(
        "essays.html", page.essays("难忘的春游", spring, "utf-8").encode(), spring, about="three essays on a page"
    )
    yield Sample(
        "essays-gbk.html", page.essays("难忘的春游", spring, "gbk").encode("gbk"), spring, about="the same in GBK"
    )
    blog = replace(texts.BLOG, published="2021-08-15T08:00:00+08:00")
    yield Sample("blog-comments.html", page.blog(texts.BLOG, "utf-8").encode(), (blog,), about="a blog with comments")
    code = replace(texts.CODE, published="2020-05-03T08:00:00+08:00")
    yield Sample(
        "blog-code.html", page.blog(texts.CODE, "utf-8").encode(), (code,), about="a code block stays as it is"
    )
    account = replace(texts.ORCHARD, author=None)
    yield Sample("account.html", page.wechat(account).encode(), (account,), about="hidden body, sections of spans")
    plain = replace(texts.BLOG, published=None, author=None)
    yield Sample(
        "old-layout.html", page.old_table(plain, "gb2312").encode("gbk"), (plain,), about="layout tables, line breaks"
    )
    poem = page.news(texts.POEM, "utf-8").encode()
    yield Sample("poem.html", poem, (texts.POEM,), about="verse keeps its lines")
    paged = '<div class="page"><span>1</span> <a href="/a/1_2.html">2</a> <a href="/a/1_2.html">下一页</a></div>'
    yield Sample(
        "paged.html",
        page.news(texts.ORCHARD, "utf-8", tail=paged).encode(),
        (texts.ORCHARD,),
        ("unfinished",),
        about="page one of two",
    )
    yield Sample(
        "english.html",
        page.news(texts.ENGLISH, "utf-8").encode(),
        (texts.ENGLISH,),
        script="Latn",
        about="an English page",
    )


def plain() -> Iterator[Sample]:
    def raw(*lines: str) -> bytes:
        return "\n\n".join(lines).encode()

    summary = texts.SUMMARY
    yield Sample("summary.txt", raw(summary.title, *summary.paragraphs), (summary,), about="an outline of two levels")
    rules = texts.RULES
    yield Sample("rules.txt", raw(rules.title, *rules.paragraphs), (rules,), about="chapters and articles")
    chrome = raw(
        "您的当前位置：首页 > 总结 > 正文", summary.title, "2024-01-09 来源：街坊文库", *summary.paragraphs,
        "因篇幅问题不能全部显示，请点此查看更多更全内容",
    )  # fmt: skip
    cut = replace(summary, published="2024-01-09", source="街坊文库")
    yield Sample(
        "summary-truncated.txt", chrome, (cut,), ("truncated",), about="breadcrumb, dateline, truncation notice"
    )
    redacted = texts.REDACTED
    yield Sample(
        "report-redacted.txt",
        raw(redacted.title, *redacted.paragraphs),
        (redacted,),
        ("redacted",),
        about="blanks are data",
    )
    lead = "春游是孩子们最盼望的活动。下面是小编整理的难忘的春游范文，欢迎阅读。"
    lines = [
        line
        for mark, e in zip(("第一篇", "第二篇", "第三篇"), texts.ESSAYS, strict=True)
        for line in (mark, *e.paragraphs)
    ]
    yield Sample("essays-plain.txt", raw("难忘的春游", lead, *lines), texts.ESSAYS, about="marks in plain text")
    tail = ("40 2210010", '");', "</p>")
    yield Sample(
        "summary-debris.txt",
        raw(summary.title, *summary.paragraphs, *tail),
        (summary,),
        about="script debris at the end",
    )
    half = "".join(
        p.translate(str.maketrans("，：；！？（）", ",:;!?()")) + "\n\n" for p in (summary.title, *summary.paragraphs)
    )
    yield Sample("summary-folded.txt", half.encode(), (summary,), about="punctuation folded to half width")
    yield Sample(
        "notes-classical.txt",
        raw(*texts.CLASSICAL.paragraphs),
        (replace(texts.CLASSICAL, title=""),),
        about="classical",
    )
    yield Sample(
        "primer.txt",
        raw(texts.PRIMER.title, *texts.PRIMER.paragraphs),
        (texts.PRIMER,),
        about="a primer keeps its pinyin",
    )


def damaged() -> Iterator[Sample]:
    def page_of(text: Text) -> str:
        return "\n\n".join((text.title, *text.paragraphs))

    blog = replace(texts.BLOG, published=None, author=None)
    whole = page_of(blog)
    yield Sample(
        "mojibake-latin1.txt", whole.encode("gbk").decode("latin-1").encode(), (blog,), about="GBK read as Latin-1"
    )
    yield Sample("mojibake-cp1252.txt", cp1252(whole.encode()).encode(), (blog,), about="UTF-8 read as cp1252")
    twice = cp1252(cp1252(whole.encode()).encode())
    yield Sample("mojibake-twice.txt", twice.encode(), (blog,), about="UTF-8 read as cp1252, twice")
    page_html = page.news(texts.ORCHARD, "utf-8")
    yield Sample(
        "mojibake-page.html", cp1252(page_html.encode()).encode(), (texts.ORCHARD,), about="a whole page read as cp1252"
    )
    bad = cp1252(blog.paragraphs[2].encode())
    yield Sample(
        "mojibake-one-line.txt",
        whole.replace(blog.paragraphs[2], bad).encode(),
        (blog,),
        about="one bad line in a clean text",
    )
    escaped = whole.replace(blog.paragraphs[1], "".join(f"\\u{ord(c):04x}" for c in blog.paragraphs[1]))
    yield Sample("escapes-json.txt", escaped.encode(), (blog,), about="a line of \\u escapes")
    entities = "".join(f"&amp;#{ord(c)};" for c in texts.ORCHARD.paragraphs[3])
    twice_escaped = page_html.replace(texts.ORCHARD.paragraphs[3], entities)
    yield Sample("escapes-entities.html", twice_escaped.encode(), (texts.ORCHARD,), about="entities escaped twice")
    note = annotate(page_of(texts.ANNOTATED))
    yield Sample(
        "annotated.txt", note.encode(), (texts.ANNOTATED,), about="pinyin spliced into a forced-Traditional byte stream"
    )
    body = annotate("\n".join((texts.ANNOTATED.title, *texts.ANNOTATED.paragraphs))).split("\n")
    annotated = replace(texts.ANNOTATED, title=body[0], paragraphs=tuple(body[1:]))
    yield Sample(
        "annotated.html", page.news(annotated, "utf-8").encode(), (texts.ANNOTATED,), about="the same on a page"
    )


def cp1252(data: bytes) -> str:
    """As browsers read it: the five undefined bytes become C1 controls."""
    return "".join(bytes((b,)).decode("cp1252", "ignore") or chr(b) for b in data)


def other_scripts() -> Iterator[Sample]:
    taiwan = traditional(page.news(texts.TAIWAN, "utf-8"), "s2tw").encode()
    yield Sample("traditional-tw.html", taiwan, (texts.TAIWAN,), about="Taiwan's Traditional")
    hongkong = traditional(page.news(texts.HONGKONG, "utf-8"), "s2hk").encode()
    yield Sample("traditional-hk.html", hongkong, (texts.HONGKONG,), about="Hong Kong's Traditional")
    forced = force("\n\n".join((texts.SUMMARY.title, *texts.SUMMARY.paragraphs)))
    yield Sample("traditional-forced.txt", forced.encode(), (texts.SUMMARY,), about="Simplified turned one for one")
    japanese = "\n\n".join((texts.JAPANESE.title, *texts.JAPANESE.paragraphs))
    yield Sample("japanese.txt", japanese.encode(), (texts.JAPANESE,), script="Jpan", about="Japanese stays as it is")
    yield Sample(
        "japanese-sjis.txt", japanese.encode("cp932"), (texts.JAPANESE,), script="Jpan", about="the same in Shift_JIS"
    )


def hopeless() -> Iterator[Sample]:
    yield Sample("listing.html", page.listing("utf-8").encode(), reason="listing", about="a channel page")
    yield Sample("empty.html", b"", reason="empty", about="nothing at all")
    yield Sample("picture.html", PNG, reason="not text", about="a picture under a page's name")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("page.txt", (2020, 1, 1, 0, 0, 0)), texts.BLOG.paragraphs[0] * 20)
    yield Sample("archive.txt", packed.getvalue(), reason="not text", about="an archive under a text's name")
    scripts = "<html><head><title></title></head><body><script>var a = 1;</script><noscript></noscript></body></html>"
    yield Sample("scripts-only.html", scripts.encode(), reason="no article", about="a page of scripts")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
