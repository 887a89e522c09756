"""Escapes are read where they are the text, and left where the text is about them."""

from __future__ import annotations

import base64
import json
import quopri
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import repair
from cleaners.restoration.mojibake import escapes
from cleaners.restoration.mojibake.repairs import apply
from cleaners.restoration.mojibake.restoring import find_in_line


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
    assert {found.certainty for found in repairs} == {"exact"}
    assert apply(line, repairs) == after


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


TEXT = "今天有雨，大家出门的时候记得带上雨伞（两把），路上注意安全，早去早回。"


def damaged_again(text: str) -> dict[str, str]:
    """The text in notations of mail, of a shell and of JSON, as their own encoders write them."""
    half = len(text) // 2
    return {
        "encoded words, B": " ".join(
            f"=?gb18030?B?{base64.b64encode(part.encode('gb18030')).decode()}?=" for part in (text[:half], text[half:])
        ),
        "encoded word, Q": "=?UTF-8?Q?" + "".join(f"={byte:02X}" for byte in text.encode()) + "?=",
        "quoted-printable": quopri.encodestring(text.encode()).decode(),
        "quoted-printable, breaks shown as spaces": quopri.encodestring(text.encode()).decode().replace("\n", " "),
        "UTF-7": text.encode("utf-7").decode(),
        "repr": repr(text.encode())[2:-1],
        "git": '"' + "".join(f"\\{byte:03o}" for byte in text.encode()) + '"',
        "JSON in JSON": json.dumps(json.dumps(text)[1:-1])[1:-1],
        "entities, marks by name": f"&amp;lt;{''.join(f'&amp;#{ord(char)};' for char in text)}&amp;gt;",
        "escape()": "%7B" + "".join(f"%u{ord(char):04X}" for char in text) + "%7D",
    }


@pytest.mark.parametrize("text", [TEXT, TEXT[:9], TEXT[4:12] + ".txt", "第3条（1）：" + TEXT[:6]])
@pytest.mark.parametrize("notation", sorted(damaged_again(TEXT)))
def test_what_an_encoder_wrote_is_read(notation: str, text: str) -> None:
    gold = {"entities, marks by name": f"<{text}>", "escape()": f"{{{text}}}"}.get(notation, text)
    got = repair(f"后来天晴了。\n{damaged_again(text)[notation]}\n大家很高兴。").text
    assert got == f"后来天晴了。\n{gold}\n大家很高兴。"


def test_lines_that_soft_breaks_divide_are_one_and_each_is_accounted_for() -> None:
    bad = quopri.encodestring(TEXT.encode()).decode().split("\n")
    assert len(bad) > 3
    got = repair("\n".join(bad))
    assert got.text == TEXT
    assert [(edit.block, edit.before) for edit in got.edits] == list(enumerate(bad))
    assert [edit.after for edit in got.edits] == [TEXT, *[""] * (len(bad) - 1)]


@pytest.mark.parametrize(
    "line",
    [
        "a=1&b=",
        "等号在行尾=",
        "x=AB=CD=",
        "charset=?utf-8?B?",
        "=?utf-8?B?G1szMW0=?=",
        "=?zlib?B?eJwDAAAAAAE=?=",
        "电话 +8613800000000",
        "C++ and +abcdefg",
        "sha256+AbCdEfGhIjKlMnOpQrStUvWx",
        "width=100% height=100%",
        "<table width=100% border=10 cellpadding=20>",
        '"plain \\033[31m text"',
        "字符&#20013;表示“中”。",
        "输入 &#38221; 就可以了。",
        "在 HTML 里&#20013;是一个字。",
    ],
)
def test_lines_that_only_look_like_escapes_stay(line: str) -> None:
    assert repair(f"{line}\n{line}").text == f"{line}\n{line}"


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("副总理朱&amp;#38229;基出席了会议。", "副总理朱镕基出席了会议。"),
        ("他叫王&#22531;，住在杭州。", "他叫王堃，住在杭州。"),
        ("今天真开心&#128512;&#128512;", "今天真开心😀😀"),
        ("歌手Beyonc&#233;来了。", "歌手Beyoncé来了。"),
        ("他说&#147;好&#148;。", "他说“好”。"),
        ("零宽&#8203;空格", "零宽空格"),
    ],
)
def test_one_entity_in_running_text_is_read(line: str, after: str) -> None:
    assert repair(line).text == after


CONTROLS = [*range(0x20), 0x7F, *range(0x80, 0xA0), 0x200B, 0x200E, 0x202A, 0x202E, 0x2066, 0xFEFF]


@pytest.mark.parametrize("code", CONTROLS)
def test_no_escape_becomes_a_control(code: int) -> None:
    """Nor a mark of direction: what stands for one stays as it is written, or goes."""
    char = chr(code)
    written = TEXT[:8] + char + TEXT[8:]
    lines = [*damaged_again(written).values(), "".join(f"%{byte:02X}" for byte in written.encode())]
    lines += [
        "".join(f"&#{ord(each)};" for each in written),
        f"王&#{code};明",
        f"%{code & 0xFF:02X}=%{code & 0xFF:02X}",
    ]
    lines += ["".join(f"\\u{ord(each):04x}" for each in written)]
    for line in lines:
        got = repair(line).text
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u202a-\u202e\u2066-\u2069\ufeff]", got)
        assert "\r" not in got or "\r" in line


@settings(max_examples=200, deadline=None)
@given(st.text("=?%&#;\\+ux0123456789ABCDEFabcdef中文好\n -", max_size=80))
def test_what_looks_like_escapes_gives_no_control(text: str) -> None:
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e]", repair(text).text)
