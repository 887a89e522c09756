"""The parts of decoding by themselves: what a page declares, the CJK family, single-byte encodings."""

from __future__ import annotations

import pytest

from cleaners.decoding.family import breaks_tie, choose, head, reads
from cleaners.decoding.labels import codec_of, declared
from cleaners.decoding.single import by_letters, by_peer

HANS = "清晨的码头上站满了等船的人，雾气贴着水面慢慢散开".encode("gbk")


@pytest.mark.parametrize(
    ("text", "codec", "ours"),
    [
        ("清晨的码头上站满了等船的人，雾气贴着水面慢慢散开", "gbk", "gb18030"),
        ("清晨的碼頭上站滿了等船的人，霧氣貼著水面慢慢散開", "big5", "big5hkscs"),
        ("朝の港には船を待つ人が集まっていた", "euc_jp", "euc_jp"),
        ("朝の港には船を待つ人が集まっていた", "cp932", "cp932"),
        ("아침 항구에는 배를 기다리는 사람들이 모여 있었다", "cp949", "cp949"),
    ],
)
def test_the_family_is_told_by_its_text(text: str, codec: str, ours: str) -> None:
    found = choose(text.encode(codec))
    assert found.codec == ours
    assert found.margin > 0


def test_a_declaration_is_believed_where_it_reads_and_settles_what_says_little() -> None:
    assert reads(HANS, "gb18030")
    assert not reads(b"\x81 \xff " * 20, "gb18030")
    assert breaks_tie("《》".encode("gbk"), "gb18030")
    assert not breaks_tie(b"\xe9t\xe9", "gb18030")  # été: letters of Latin that make no pairs
    assert head(b"<p>abc</p>" + HANS) == HANS  # tags and text without high bytes say nothing


def test_labels_are_those_of_browsers_and_the_header_goes_before_the_page() -> None:
    assert codec_of(" GB2312 ") == "gb18030"
    assert codec_of("x-unheard-of") == ""
    assert declared(b"<meta charset=big5>", None) == "big5hkscs"
    assert declared(b"<meta charset=big5>", "text/html; charset=gbk") == "gb18030"
    assert declared(b'<?xml version="1.0" encoding="EUC-KR"?>', None) == "cp949"
    assert declared(b"<p>", "text/html") == ""


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Привет, как дела? Сегодня хорошая погода, и мы идём в парк", "cp1251"),
        ("Les élèves français étaient déjà fatigués à midi", "cp1252"),
    ],
)
def test_single_bytes_are_told_by_letters_that_follow_each_other(text: str, codec: str) -> None:
    assert by_letters(text.encode(codec)) == codec


def test_bytes_that_look_like_no_language_have_no_codec_and_the_peer_answers_for_rare_ones() -> None:
    assert by_letters(bytes(range(128, 256))) == ""
    assert by_peer("Привет, как дела? Сегодня хорошая погода, и мы идём в парк".encode("koi8-r")) == "koi8-r"
