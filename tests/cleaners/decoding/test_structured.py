"""Encodings that tell by their structure."""

from __future__ import annotations

import pytest

from cleaners.decoding import structured
from cleaners.decoding.decoder import decode

HANS = "渡口的老船工每天清晨五点起来，先看水位，再看天色。\n他说河比人守时，从不迟到。"
HANT = "渡口的老船工每天清晨五點起來，先看水位，再看天色。\n他說河比人守時，從不遲到。"


@pytest.mark.parametrize("text", [HANS, HANT, "plain words only\nin two lines", "Привет, мир и люди"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", [True, False])
def test_wide_encodings_with_and_without_a_mark(text: str, codec: str, mark: bool) -> None:
    decoded = decode((("\ufeff" if mark else "") + text).encode(codec))
    assert decoded.text == text
    assert decoded.encoding == codec


def test_a_wide_page_cut_in_half_a_character() -> None:
    decoded = decode(HANS.encode("utf-16-le")[:-1])
    assert decoded.text == HANS[:-1] + "\ufffd"
    assert decoded.lost == ((len(HANS) - 1, len(HANS)),)


def test_ff_fe_and_two_nuls_is_utf16_where_utf32_does_not_follow() -> None:
    data = b"\xff\xfe\x00\x00" + HANS.encode("utf-16-le")
    assert decode(data).text == HANS


def test_a_mark_and_bytes_that_are_not_of_its_encoding() -> None:
    assert decode(b"\xef\xbb\xbf" + HANS.encode("gbk")).text == HANS
    assert decode(b"\xef\xbb\xbf" + HANS.encode() + b"\xff").text == HANS + "\ufffd"


def test_hz() -> None:
    assert decode(HANS.encode("hz")).text == HANS
    page = "<p>" + HANS + "</p> a ~ b, 100 ~~ {x}"
    assert decode(page.encode("hz")).text == page


def test_hz_ends_with_its_line_and_goes_on_after_a_lost_byte() -> None:
    run = HANS.split("\n")[0].encode("hz")
    assert decode(run[:-2] + b"\nplain").text == HANS.split("\n")[0] + "\nplain"
    damaged = run[:12] + b"\xff" + run[12:]
    assert decode(damaged).text.replace("\ufffd", "") == HANS.split("\n")[0]


@pytest.mark.parametrize("code", ["x = ~{1: 2}[0]", "~{not hz~} at all {~", "a~{b", "~~~{{{~}"])
def test_braces_behind_a_tilde_are_not_hz(code: str) -> None:
    assert decode(code.encode()).text == code


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("渡し船の船頭は毎朝五時に起きて、まず水位を見る。", "iso2022_jp"),
        ("나루터의 늙은 사공은 매일 새벽에 일어나 물높이를 본다.", "iso2022_kr"),
    ],
)
def test_iso_2022(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert decoded.encoding == codec


def test_iso_2022_cn_with_gb_2312() -> None:
    run = bytes(b & 0x7F for b in "渡口".encode("gb2312"))
    data = b"\x1b$)A\x0e" + run + b"\x0f ok\n"
    assert decode(data).text == "渡口 ok\n"


def test_an_escape_in_colours_is_not_iso_2022() -> None:
    text = "\x1b[31m错误\x1b[0m 文件不存在"
    assert decode(text.encode()).text == text
    assert decode(text.encode("gbk")).text == text
    assert structured.iso2022(text.encode()) is None
