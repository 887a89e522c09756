"""Control and invisible characters: bytes of mojibake while it is restored, then taken out and told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import clean_page
from cleaners.policy import Context
from cleaners.restoration.controls import STEP, take_out, take_out_bytes, trimmed
from schemas.records import Block

CLEAN = "春天的雨落在院子里，石榴树冒出了新芽，孩子们数着雨点。"
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
# in UTF-8 these hold the bytes 0x85, 0xA0 and 0xAD: next line, no-break space, soft hyphen
LINES = ("六个小组当晚派出，核查灾情。", "慌忙之间，他把写好的信忘在了车上，雨还在加", "他说：“共有六人，都在等你")


def cleaned(lines: list[str], kind: str):
    text = "\n".join(lines) if kind == TEXT else "".join(f"<p>{line}</p>" for line in lines)
    return clean_page(text.encode(), url="http://example.cn/a", content_type=kind)


@pytest.mark.parametrize("kind", [HTML, TEXT])
@pytest.mark.parametrize("line", LINES)
def test_a_line_read_one_byte_a_character_comes_back_whole(line: str, kind: str) -> None:
    page = cleaned([CLEAN, line.encode().decode("latin-1"), CLEAN], kind)
    assert [d.text.split("\n") for d in page.documents] == [[CLEAN, line, CLEAN]]


@pytest.mark.parametrize(
    "char",
    ["\x01", "\x1b", "\x7f", "\u00ad", "\u200b", "\u2060", "\ufeff", "\u200c", "\u200d", "\u200e", "\u202e", "\u2063"],
)
@pytest.mark.parametrize("kind", [HTML, TEXT])
def test_what_nobody_sees_goes_and_is_told(char: str, kind: str) -> None:
    page = cleaned([CLEAN, CLEAN[:5] + char + CLEAN[5:9] + char + CLEAN[9:]], kind)
    assert page.documents[0].text == f"{CLEAN}\n{CLEAN}"
    told = [(e.before, e.after, e.start, e.count) for e in page.edits if e.step == STEP]
    assert told == [(char, "", 5, 2)]


@pytest.mark.parametrize(
    "text",
    [
        CLEAN[:5] + "\u3000" + CLEAN[5:],
        CLEAN[:5] + "é" + CLEAN[5:],
        CLEAN[:5] + "\ue000" + CLEAN[5:],
        "我说 می\u200cخواهم ，他听不懂。",
        "全家\U0001f468\u200d\U0001f469\u200d\U0001f467出门，风很大\u2764\ufe0f。",
        "क्\u200dष 与 \u202bשלום\u202c 都是别的文字。",
        "葛\U000e0100城",
    ],
)
def test_what_a_script_needs_stays(text: str) -> None:
    block = Block(text)
    assert take_out([block], Context()) == ((block,), ())
    assert take_out_bytes([block], Context()) == ((block,), ())


def test_a_c1_control_becomes_what_windows_has_there_or_goes() -> None:
    page = cleaned([CLEAN, "It\x92s \x93fine\x94 today, and the ferry\x81 is on time."], HTML)
    assert page.documents[0].text.split("\n")[1] == "It’s “fine” today, and the ferry is on time."
    told = [(e.rule, e.before, e.after, e.certainty, e.count) for e in page.edits if e.step == STEP]
    assert told == [("windows-1252", "\x92\x93\x94\x81", "’“”", "likely", 4)]


def test_invisible_characters_do_not_hide_damage() -> None:
    damaged = "春天来了，村里的孩子都到河滩上放风筝".encode().decode("gbk")
    page = cleaned([CLEAN, damaged[:7] + "\u200b" + damaged[7:], CLEAN], HTML)
    assert page.documents[0].text.split("\n")[1] == "春天来了，村里的孩子都到河滩上放风筝"


def test_a_row_of_a_table_keeps_its_empty_first_cell() -> None:
    block = Block("\t姓\u200b名\t年\u00ad龄", kind="table")
    (block,), _ = take_out([block], Context())
    (block,), _ = take_out_bytes([block], Context())
    assert block.text == "\t姓名\t年龄"


def test_a_line_break_of_unicode_is_one_on_a_page() -> None:
    page = cleaned([CLEAN, "江边的渡船\u2028石阶上的人\x0b都来了。"], HTML)
    assert page.documents[0].text == f"{CLEAN}\n江边的渡船石阶上的人都来了。"


def test_a_byte_that_could_not_be_restored_is_left_and_flagged() -> None:
    page = cleaned([CLEAN, "石阶上的人é\x85都来了，渡船还没有来。"], HTML)
    assert "é\x85" in page.documents[0].text and "damaged" in page.documents[0].flags


def test_a_no_break_space_at_the_end_stays_only_where_it_may_be_a_byte() -> None:
    assert trimmed(" 甲\xa0 ") == "甲"
    assert trimmed("ä½\xa0 \u3000") == "ä½\xa0"
    (block,), _ = take_out_bytes([Block("Voilà\xa0")], Context())
    assert block.text == "Voilà"


@pytest.mark.parametrize("between", ["\u200b\u200e", "\u200d\u0000", "\u202e\ufeff\u202e"])
def test_a_joiner_beside_another_unseen_character_goes_as_well(between: str) -> None:
    (block,), (edit,) = take_out([Block(f"小雨{between}。夜里")], Context())
    assert block.text == "小雨。夜里"
    assert edit.count == len(between)


def test_a_joiner_that_a_control_kept_from_the_text_goes_with_it() -> None:
    (block,), _ = take_out_bytes([Block("小雨\u200e\x8d。夜里")], Context())
    assert block.text == "小雨。夜里"


def test_a_joiner_in_arabic_stays() -> None:
    assert take_out([Block("می\u200cخواهم，你好")], Context())[0][0].text == "می\u200cخواهم，你好"


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        st.sampled_from(
            "春雨é\xe5\x85\xad\xa0\u00ad\x0b\x0c\x1c\u2028\u2029\u200b\u200d\u200e\u202e\u2066\ufeff\x85\x00\x01 a，。"
        ),
        max_size=30,
    )
)
def test_cleaning_again_changes_nothing(inside: str) -> None:
    for kind in (HTML, TEXT):
        for document in cleaned([CLEAN, "第二段" + inside, CLEAN + inside], kind).documents:
            again = clean_page(document.text.encode(), content_type=TEXT)
            assert [d.text for d in again.documents] == [document.text]


@pytest.mark.parametrize("text", ["小雨\u202e(二)夜里", "小雨)\u2066夜里"])
def test_a_joiner_beside_a_mark_that_may_become_a_wide_one_goes(text: str) -> None:
    assert take_out([Block(text)], Context())[0][0].text == text.replace("\u202e", "").replace("\u2066", "")


def test_a_joiner_that_an_escape_kept_from_the_text_goes_when_it_is_read() -> None:
    page = cleaned([CLEAN, "小雨下了一夜\u202e&#20013;午才停。"], TEXT)
    assert page.documents[0].text.split("\n")[-1] == "小雨下了一夜中午才停。"
