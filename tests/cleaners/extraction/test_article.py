"""Extraction: the article of a page, of whatever shape, and an account of what is not part of it."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT
from timing import seconds

from cleaners.extraction import article as extraction
from cleaners.extraction.guard import tame
from cleaners.extraction.hints import KINDS, hint_of
from cleaners.metadata import choosing
from cleaners.policy import Context
from schemas.records import BLOCK_KINDS, BLOCK_ROLES

CASES = ROOT / "tests" / "cases" / "extraction"
SENTENCE = "山里的雾散得慢，八点多钟，才看得见对面的梯田。"


def _benchmark() -> Any:
    spec = importlib.util.spec_from_file_location("extraction_benchmark", ROOT / "benchmarks" / "extraction.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


BENCHMARK = _benchmark()
GOLD = BENCHMARK.own_pages()


def _read(name: str) -> tuple[extraction.Extracted, list[str], choosing.Particulars, set[str]]:
    context = Context(url=GOLD[name]["url"])
    extracted = extraction.extract((CASES / f"{name}.html").read_text("utf-8"), context)
    blocks, _ = choosing.read(extracted.blocks, context)
    body = [b for b in blocks if b.role == "body"]
    flags = {flag for b in body for flag in b.flags}
    return extracted, [b.text for b in body], choosing.choose(blocks, context), flags


@pytest.mark.parametrize("name", GOLD, ids=lambda name: f"{name}: {GOLD[name]['claim']}")
def test_page(name: str) -> None:
    gold = GOLD[name]
    extracted, text, own, flags = _read(name)
    assert text == gold["text"]
    for field in ("title", "published", "source", "author"):
        if field in gold:
            assert getattr(own, field) == gold[field], field
    assert (extracted.rejection.reason if extracted.rejection else None) == gold.get("rejection")
    assert flags == set(gold.get("flags", ()))


def test_scores_do_not_fall() -> None:
    floors = json.loads((CASES / "floors.json").read_text("utf-8"))
    assert floors["corpus"] == BENCHMARK.digest(), "the pages changed: python benchmarks/extraction.py --update"
    assert BENCHMARK.fallen(BENCHMARK.scores(), floors["floors"]) == []


def test_update_refuses_to_lower_a_floor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any) -> None:
    floors = tmp_path / "floors.json"
    floors.write_text(json.dumps({"corpus": BENCHMARK.digest(), "floors": {"news": 0.9}}), "utf-8")
    monkeypatch.setattr(BENCHMARK, "FLOORS", floors)
    monkeypatch.setattr(BENCHMARK, "scores", lambda: {"news": 0.8})
    assert BENCHMARK.update() == 1
    assert "news" in capsys.readouterr().out
    monkeypatch.setattr(BENCHMARK, "scores", lambda: {"news": 0.95})
    assert BENCHMARK.update() == 0
    assert json.loads(floors.read_text("utf-8"))["floors"]["news"] == 0.95


def test_what_stood_in_the_article_is_in_a_block_or_in_an_edit() -> None:
    for name in GOLD:
        extracted, _, _, _ = _read(name)
        accounted = {e.rule for e in extracted.edits if not e.before and e.rule != "outside"}
        assert accounted <= {"site-rule", "site-rule-missed"}
    extracted, _, _, _ = _read("siblings")
    assert any(e.rule == "outside" and e.count > 0 for e in extracted.edits)
    extracted, _, _, _ = _read("news")
    removed = "".join(e.before for e in extracted.edits)
    assert "责任编辑：周一" in removed


def test_rules_are_of_one_vocabulary() -> None:
    known = {
        "boilerplate", "comments", "hidden", "head", "title", "tail", "related", "links", "tools", "editor", "original-title",
        "credit", "image", "repeated", "ruby", "outside", "site-rule", "site-rule-missed", "site-drop",
    }  # fmt: skip
    for name in GOLD:
        assert {e.rule for e in _read(name)[0].edits} <= known


class TestLexicon:
    data = tomllib.loads((files("cleaners.lexicons") / "extraction.toml").read_text("utf-8"))

    def test_names_catch_their_example_and_spare_their_counter(self) -> None:
        for rule in self.data["names"]:
            assert hint_of(rule["example"]) == KINDS[rule["kind"]], rule["example"]
            assert hint_of(rule["counter"]) != KINDS[rule["kind"]], rule["counter"]


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


AWKWARD = {
    "questions and answers": "<h3>问：怎么去？</h3>"
    + _paragraphs(SENTENCE, "答：走路。")
    + "<h3>相关规定</h3>"
    + _paragraphs(SENTENCE * 2),
    "attached files": _paragraphs(SENTENCE * 3, "<a href=a.doc>附件1：申请表.doc</a>", "<a href=b.pdf>附件2：名单</a>"),
    "short paragraphs": _paragraphs("起雾了。", "他说。", "走吧。", SENTENCE, "好。", SENTENCE),
    "a diary": _paragraphs("2024年2月16日 晴", SENTENCE, "2024年2月17日 雨", SENTENCE, "2024年2月18日 阴", SENTENCE),
    "a recipe": f"<p>{SENTENCE}</p><ul><li>大米 200克</li><li>红豆 50克</li></ul>" + _paragraphs(SENTENCE),
    "a dialogue": _paragraphs("甲：你好。", "乙：来源：老家。", "甲：作者：不知道。", SENTENCE * 2),
    "references": _paragraphs(SENTENCE * 4)
    + "<h2>参考文献</h2>"
    + _paragraphs("[1] 周一. 梯田考[J]. 江畔学刊, 2019(3): 12-18."),
    "a text on copyright": _paragraphs(
        "版权声明是作品的一部分。" + SENTENCE, "免责声明写在哪里，法律没有规定。" + SENTENCE
    ),
    "a heading on critics": _paragraphs(SENTENCE * 3) + "<h2>评论家怎么说</h2>" + _paragraphs(SENTENCE * 3),
    "names amid a text": _paragraphs(SENTENCE, "王小明", "李小红", "张大力", SENTENCE),
    "a contact": _paragraphs(SENTENCE * 4, "联系人：周一", "电话：0571-00000000", "江畔镇人民政府", "2024年6月25日"),
    "headings that sound like boxes": _paragraphs(SENTENCE * 4) + "<h2>相关研究</h2>" + _paragraphs(SENTENCE * 2),
    "a next step": _paragraphs(SENTENCE * 4, "下一步，我们将继续。", "下一页还有一幅画。"),
}


@pytest.mark.parametrize("inner", AWKWARD.values(), ids=AWKWARD)
def test_awkward_but_clean_text_comes_through_whole(inner: str) -> None:
    nav = "<div class=nav><a href=/>首页</a><a href=/b>新闻</a></div>"
    page = f"<title>雾里的梯田_江畔网</title>{nav}<h1>雾里的梯田</h1><div class=con>{inner}</div><div class=foot>版权所有 江畔网</div>"
    blocks, _ = choosing.read(extraction.extract(page, Context()).blocks, Context())
    wanted = re.findall(r">([^<>]+)</(?:p|li|h\d|a)>", inner)
    assert [b.text for b in blocks if b.role == "body"] == wanted


NO_ELEMENTS = [
    "<?php echo 1 ?>",
    '<?xml version="1.0" encoding="utf-8"?>',
    '<?xml:namespace prefix = o ns = "urn:schemas-microsoft-com:office:office" />',
    "<?a?>",
    "<?>",
    "<!-- 注 -->",
    "<!x>",
    "</?x>",
    "<![CDATA[注]]>",
]


@pytest.mark.parametrize("node", NO_ELEMENTS)
def test_what_is_no_element_is_passed_over_wherever_it_stands(node: str) -> None:
    article = f"{node}<p>{SENTENCE}</p>{node}<p>雾散以后，{node}{SENTENCE}</p>{node}"
    page = f"{node}<head>{node}<title>雾里的梯田</title></head><body>{node}<div class=con>{article}</div></body>{node}"
    assert [b.text for b in extraction.extract(page, Context()).blocks if b.role == "body"] == [
        SENTENCE,
        f"雾散以后，{SENTENCE}",
    ]


def test_a_word_that_is_also_a_button_is_a_word_amid_a_text() -> None:
    lines = [SENTENCE * 2, "喜欢", "收藏", SENTENCE * 2]
    page = "<h1>字词</h1><div class=article-body>" + "".join(f"<p>{t}</p>" for t in lines) + "<p>收藏</p></div>"
    assert [b.text for b in extraction.extract(page, Context()).blocks if b.role == "body"] == lines


class TestBadInput:
    """Broken, huge and hostile pages: a result or a rejection, in time that grows with the page."""

    @pytest.mark.parametrize(
        "tag", ["div", "b", "font", "table", "ul><li", "blockquote", "section", "x-y", "ruby", "p"]
    )
    def test_100_000_nested_tags(self, tag: str) -> None:
        extracted = extraction.extract(f"<{tag}>" * 100_000 + SENTENCE * 5, Context())
        assert "".join(b.text for b in extracted.blocks) == SENTENCE * 5

    def test_a_million_attributes(self) -> None:
        page = "<p " + " ".join(f'a{n}=">"' for n in range(1_000_000)) + f">{SENTENCE * 5}</p>"
        assert [b.text for b in extraction.extract(page, Context()).blocks] == [SENTENCE * 5]

    def test_a_million_tags_too_many(self) -> None:
        rejection = extraction.extract("<b>" * 1_600_000, Context()).rejection
        assert rejection is not None and rejection.reason == "too many tags"

    def test_a_page_of_only_scripts(self) -> None:
        rejection = extraction.extract("<script>var p = '<p>x</p>';</script>" * 2000, Context()).rejection
        assert rejection is not None and rejection.reason == "no article"

    def test_plaintext(self) -> None:
        extracted = extraction.extract(f"<p>{SENTENCE * 3}<plaintext>{SENTENCE * 3}</p><div>", Context())
        assert SENTENCE * 3 in "".join(b.text for b in extracted.blocks)

    def test_nuls(self) -> None:
        extracted = extraction.extract("<p>" + SENTENCE * 3 + "\0</p>" + f"<p>{SENTENCE * 3}</p>", Context())
        assert "\0" not in "".join(b.text for b in extracted.blocks)

    @pytest.mark.parametrize(
        "page", ["", " ", "<", "<html>", "</p>", "<!--", "<![CDATA[", "<p", "\ufeff", "<frameset>"]
    )
    def test_almost_nothing(self, page: str) -> None:
        assert extraction.extract(page, Context()).rejection is not None

    @pytest.mark.parametrize(
        "unit",
        [
            f"<p>{SENTENCE}</p>", f"{SENTENCE}<br>", "<li><a href=x>链接一条</a></li>", "<td>1.5</td>", "<option>甲", "<a><div>",
            f'<font color="c">{SENTENCE}', f"<ruby>汉<rt>hàn</rt></ruby>{SENTENCE}", "<!-- -- -->", "<p a='", "<a \"",
            f'<div class="c9 reply">{SENTENCE}</div>', "<i><b></i></b>", "<table><tr>x", "<rt>x", "上一篇<br>",
        ],
    )  # fmt: skip
    def test_linear(self, unit: str) -> None:
        small = seconds(lambda: extraction.extract(unit * 1_000, Context()))
        large = seconds(lambda: extraction.extract(unit * 8_000, Context()), 2)
        assert large < 8 * 5 * small + 0.5  # quadratic would be 64

    def test_ordinary_pages_are_not_touched(self) -> None:
        for path in CASES.glob("*.html"):
            page = path.read_text("utf-8")
            assert tame(page) is page

    def test_taming_keeps_the_text(self) -> None:
        page = (
            "<div>" * 3000 + SENTENCE + "</div>" * 3000 + "<select>" + "<option>甲" * 3000 + "</select><p>" + SENTENCE
        )
        tamed = tame(page)
        assert tamed is not None and len(tamed) < len(page) and tamed.count(SENTENCE) == 2


NAMES = "p div span b a br table tr td ul ol li h1 h2 pre section form noscript font ruby rt blockquote figure select option"
TAGS = st.sampled_from(NAMES.split())
TEXTS = st.text(st.sampled_from("天地玄黄宇宙洪荒，。！？“”（）a1 \n\t<>&\0\u3000"), max_size=30)
NODES = st.one_of(
    TEXTS,
    TAGS.map(lambda t: f"<{t}>"),
    TAGS.map(lambda t: f"</{t}>"),
    st.sampled_from(
        [
            '<div class="comment">',
            '<div class="article-content">',
            '<p style="display:none">',
            "<!--",
            "-->",
            '<a href="#">',
            "<x-y",
            "<?php echo 1 ?>",
        ]
    ),
    st.just(f"<p>{SENTENCE * 3}</p>"),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(NODES, max_size=40).map("".join))
def test_any_markup_gives_a_result_or_a_reason(page: str) -> None:
    extracted = extraction.extract(page, Context())
    assert (extracted.rejection is None) == bool(extracted.blocks)
    assert [b.seq for b in extracted.blocks] == sorted({b.seq for b in extracted.blocks})
    for block in extracted.blocks:
        assert block.text.strip() and block.kind in BLOCK_KINDS and block.role in BLOCK_ROLES
    assert extraction.extract(page, Context()) == extracted  # nothing is remembered


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["span", "b", "i", "font", "em", "u", "x-word", "a"]), min_size=1, max_size=12), st.data()
)
def test_inline_elements_split_no_word_and_no_number(tags: list[str], data: st.DataObject) -> None:
    text = SENTENCE + "这一年收了12345斤稻谷，比去年多出三成。"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=len(tags), max_size=len(tags))))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    marked = pieces[0] + "".join(f"<{t}>{p}</{t}>" for t, p in zip(tags, pieces[1:], strict=True))
    extracted = extraction.extract(f"<p>{marked if 'a' not in tags else text}</p><p>{SENTENCE * 4}</p>", Context())
    assert [b.text for b in extracted.blocks] == [text, SENTENCE * 4]
