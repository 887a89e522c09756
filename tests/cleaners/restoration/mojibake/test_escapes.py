"""Escapes are read where they are the text, and left where the text is about them."""

from __future__ import annotations

import pytest

from cleaners.restoration.mojibake import escapes
from cleaners.restoration.mojibake.restoring import apply, find_in_line


@pytest.mark.parametrize("kind", escapes.kinds(), ids=lambda kind: kind.name)
def test_each_notation_reads_its_example_and_keeps_its_counter_examples(kind: escapes.Kind) -> None:
    assert apply(kind.example, find_in_line(kind.example)) == kind.becomes
    for line in kind.keep:
        assert find_in_line(line) == []


def test_a_stretch_inside_a_line_is_read_with_its_place() -> None:
    line = "标题：%u4ECA%u5929%u6709%u96E8%uFF0C%u8BB0%u5F97%u5E26%u4F1E（转载）"
    (repair,) = find_in_line(line)
    assert repair.after == "今天有雨，记得带伞" and line[repair.start : repair.end].startswith("%u4ECA")


def test_pairs_of_surrogates_are_one_character() -> None:
    assert (
        apply(r"\u4eca\u5929\ud83d\ude00\u771f\u597d", find_in_line(r"\u4eca\u5929\ud83d\ude00\u771f\u597d"))
        == "今天😀真好"
    )


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("他说：&ldquo;你回来了？&rdquo;她点点头&hellip;&hellip;没有说话。", "他说：“你回来了？”她点点头……没有说话。"),
        ("唐代诗人李白&amp;mdash;&amp;mdash;字太白。", "唐代诗人李白——字太白。"),
        ("气温三十度，长3&times;宽2米", "气温三十度，长3×宽2米"),
        ("发言人表示：&ldquo;一切正常。&rdquo;", "发言人表示：“一切正常。”"),
    ],
)
def test_marks_that_stand_by_name_are_read(line: str, after: str) -> None:
    repairs = escapes.find(line)
    assert {repair.certainty for repair in repairs} == {"exact"}
    for repair in reversed(repairs):
        line = line[: repair.start] + repair.after + line[repair.end :]
    assert line == after


@pytest.mark.parametrize(
    "line",
    [
        "在网页里写&hellip;就会显示省略号。",
        "符号&ldquo;和&rdquo;是一对。",
        "把&nbsp;换成空格。",
        "在 HTML 里，&mdash; 是破折号。",
        '<a href="list.html?p=2&amp;t=3">下一页</a>',
        "if (a &lt; b) 就继续",
        "AT&ldquo;T has no Han",
        "他说&ldquo你好&rdquo，没有分号",
    ],
)
def test_lines_about_entities_and_code_stay(line: str) -> None:
    assert escapes.find(line) == []


@pytest.mark.parametrize(
    "line",
    [
        r"b'\xe4\xb8\xad\xe6\x96\x87'",
        r">>> u'\u4e2d\u6587'",
        r'  "title": "\u6587\u7ae0\u6807\u9898 1",',
        r"printf '\u4e2d\u6587\n'",
        r'1) "\xe4\xbd\xa0\xe5\xa5\xbd"',
        '\tmodified:   "' + r'\346\226\207\344\273\266.md"',
        "zh.wiki.example.org/wiki/%E4%B8%AD%E5%9B%BD%E5%8E%86%E5%8F%B2",
        "//a.example.com/%E4%B8%AD%E5%9B%BD%E5%8E%86%E5%8F%B2",
        "./docs/%E4%B8%AD%E5%9B%BD%E5%8E%86%E5%8F%B2",
        "https://例え.jp/%E4%B8%AD%E5%9B%BD%E5%8E%86%E5%8F%B2",
        "http://a.example.com/wiki/李白#%E7%94%9F%E5%B9%B3%E7%BB%8F%E5%8E%86",
    ],
)
def test_literals_of_code_and_addresses_stay(line: str) -> None:
    assert escapes.find(line) == []


@pytest.mark.parametrize("line", [r"\u4eca\u5929\u6709\u96e8", r"他说'\u4eca\u5929\u6709\u96e8'。"])
def test_a_quotation_in_running_text_is_read(line: str) -> None:
    (found,) = escapes.find(line)
    assert found.after == "今天有雨"
