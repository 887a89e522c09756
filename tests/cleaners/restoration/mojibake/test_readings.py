"""Readings of many code pages: each is undone by one row of a registry, and none is seen where there is none."""

from __future__ import annotations

import re

import pytest
from timing import seconds

from cleaners.policy import Context
from cleaners.restoration.mojibake import restore
from cleaners.restoration.mojibake.codecs import MARK, read_wrongly
from cleaners.restoration.mojibake.codepages import CodePage, code_pages, copied, seen
from schemas.records import Block, Edit

SENTENCES = (
    "水库的闸门在夜里开了两次，下游的村子都接到了通知。",
    "她把信折好，放进抽屉，再也没有打开。",
    "全县共有四十二所小学参加这次合唱比赛。",
    "图书馆周一闭馆，还书请放在门口的箱子里。",
)
NAMES = ("会议记录（最终稿）.doc", "工资明细表.xls", "毕业设计说明书.pdf")


def restored(text: str) -> tuple[str, tuple[Edit, ...], bool]:
    """The text of a page, the edits, and whether a line of it is flagged."""
    blocks = tuple(Block(line, seq=n) for n, line in enumerate(text.split("\n")))
    after, edits = restore(blocks, Context())
    return "\n".join(block.text for block in after), edits, any("damaged" in block.flags for block in after)


def one_byte(text: str, true: str, codec: str) -> str:
    return "".join(map(seen(codec).__getitem__, text.encode(true)))


@pytest.mark.parametrize("page", code_pages(), ids=lambda page: page.codec)
def test_each_row_does_what_its_example_says_and_keeps_its_languages(page: CodePage) -> None:
    assert restored(page.example)[0] == page.becomes
    for line in page.keep:
        assert restored(line) == (line, (), False)


@pytest.mark.parametrize("true", ["utf-8", "gbk"])
@pytest.mark.parametrize("page", code_pages(), ids=lambda page: page.codec)
def test_sentences_and_names_read_in_each_code_page_come_back(page: CodePage, true: str) -> None:
    for text in (*SENTENCES, *NAMES):
        after, edits, _ = restored(one_byte(text, true, page.codec))
        assert after == text
        assert {edit.certainty for edit in edits} == {"exact"}


def test_undefined_bytes_that_are_gone_are_chosen_or_left() -> None:
    bad = re.sub("[\x80-\x9f]", "", one_byte(SENTENCES[0], "utf-8", "cp1250"))
    after, edits, flagged = restored(bad)
    assert after == SENTENCES[0] or (after == bad and flagged)
    assert all(edit.certainty != "exact" for edit in edits)


@pytest.mark.parametrize("policy", ["swallow", "query", "mark"])
@pytest.mark.parametrize("text", SENTENCES)
def test_utf8_read_as_windows_936_comes_back(text: str, policy: str) -> None:
    bad = read_wrongly(text.encode(), "windows-936", policy)
    assert bad is not None
    assert restored(bad)[0] == text


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("鍏ㄥ幙鍏辨湁鍥涘崄浜屾墍灏忓\ue11f鍙傚姞杩欐\ue0bc鍚堝敱姣旇禌銆?", SENTENCES[2]),
        ("宸ヨ祫鏄庣粏琛?xls", "工资明细表.xls"),  # a full stop went with the byte before it
        ("鍥句功棣嗗懆涓€闂\ue162\ue6eb锛岃繕涔﹁\ue1ec鏀惧湪闂ㄥ彛鐨勭\ue188瀛愰噷銆?", SENTENCES[3]),
    ],
)
def test_private_use_euro_and_a_swallowed_byte(bad: str, good: str) -> None:
    assert read_wrongly(good.encode(), "windows-936", "swallow") == bad
    assert restored(bad)[0] == good


@pytest.mark.parametrize("good", ["我们的日记.txt", "学校的工作计划.doc", "小王的简历和照片.doc"])
def test_a_full_stop_before_the_suffix_of_a_file_is_what_was_swallowed_there(good: str) -> None:
    for policy in ("swallow", "query"):
        bad = read_wrongly(good.encode(), "windows-936", policy)
        assert bad is not None
        assert restored(bad)[0] == good


@pytest.mark.parametrize("good", ["我还是个孩子（1）", "学校的工作总结（3）"])
def test_a_closing_bracket_asks_for_the_one_that_opens(good: str) -> None:
    bad = read_wrongly(good.encode(), "gb18030", "mark")
    assert bad is not None and bad.count(MARK) >= 2
    assert restored(bad)[0] == good


def test_where_the_euro_sign_tells_of_a_byte_the_repair_is_exact() -> None:
    good = "一时间说不出话"
    bad = read_wrongly(good.encode(), "windows-936", "strict")
    assert bad is not None and "€" in bad
    after, edits, _ = restored(bad)
    assert after == good and [edit.certainty for edit in edits] == ["exact"]


def test_marks_in_half_width_are_swallowed_where_the_page_has_them() -> None:
    page = "天气很好,我们去爬山,带了水。\n" + (
        read_wrongly("山顶风大,我们很快就下来了".encode(), "windows-936", "swallow") or ""
    )
    assert restored(page)[0].endswith("山顶风大,我们很快就下来了")


def test_private_use_lost_in_copying_is_filled_or_flagged() -> None:
    right = 0
    for text in SENTENCES:
        bad = read_wrongly(text.encode(), "windows-936-copied", "swallow")
        assert bad is not None
        after, edits, flagged = restored(bad)
        assert after == text or flagged or all(edit.certainty == "likely" for edit in edits)
        right += after == text
    assert right >= 3


@pytest.mark.parametrize("how", ["cp1252-shy", "cp1252-nbsp", "cp1252-shy-nbsp", "cp1252-shy-nbsp-c1"])
@pytest.mark.parametrize("text", ["中国的水你也喝过。", "你们在中学里见过面。", *SENTENCES])
def test_windows_1252_copied_from_a_page_comes_back(text: str, how: str) -> None:
    assert restored(one_byte(text, "utf-8", how))[0] == text


def test_what_was_lost_in_copying_is_told_by_what_is_missing() -> None:
    assert copied("ä½\xa0å\x90") == "cp1252-shy"
    assert copied("ä½ å¥½") == "cp1252-shy-nbsp-c1"
    assert copied("ä¸\xadæ–‡\x81") == "cp1252-nbsp"


@pytest.mark.parametrize("outer", ["latin-1", "cp1252", "cp1250", "koi8_r", "cp437"])
@pytest.mark.parametrize("inner", ["latin-1", "cp1252"])
def test_chains_of_two_readings_come_back_exactly(inner: str, outer: str) -> None:
    for text in SENTENCES:
        once = text.encode().decode("latin-1") if inner == "latin-1" else one_byte(text, "utf-8", inner)
        twice = once.encode().decode("latin-1") if outer == "latin-1" else one_byte(once, "utf-8", outer)
        after, edits, _ = restored(twice)
        assert after == text
        assert [edit.certainty for edit in edits] == ["exact"]


@pytest.mark.parametrize(
    "head", ["2021-03-04 05:06:07 ", "[ERROR] worker-3: ", "urlencode(name); // ", "【公告】", "第7条 "]
)
@pytest.mark.parametrize("codec", ["gb18030", "latin-1", "koi8_r"])
def test_a_good_head_stays_and_a_bad_tail_comes_back(head: str, codec: str) -> None:
    text = "全县四十二所小学参加合唱比赛"
    assert restored(head + text.encode().decode(codec))[0] == head + text


def test_a_word_that_alone_says_little_is_read_as_its_neighbours() -> None:
    afternoon = "下午".encode().decode("gbk")
    assert restored(afternoon) == (afternoon, (), False)
    after, edits, _ = restored(f"{'五月'.encode().decode('gb18030', 'ignore')} 22 10:39 {afternoon}")
    assert after.endswith("10:39 下午")
    assert edits[-1].certainty == "likely"


@pytest.mark.parametrize(
    "text",
    [
        "ⅠⅡⅢⅣⅤ ㈠㈡㈢ ㊣", "MÄ£Ä, £ÄGÌ", "TYTTÄ\xa0JA ÄITIÄ\xa0ODOTETAAN", "LÅ™, en stol", "BrÃ¥ten", "MARQUÉ…", "5×£20",
        "┌──┐ │ok│ └──┘", "PAPÁ® CAFÉ®", "a Å² b", "привет мир", "ĄĘĆŹŻ", "½ cup ± ¼",
    ],
)  # fmt: skip
def test_two_characters_of_evidence_are_none(text: str) -> None:
    assert restored(text) == (text, (), False)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("instead", ["", "?"])
def test_where_most_bytes_are_lost_nothing_is_invented(text: str, instead: str) -> None:
    bad = re.sub("[\x80-\x9f]", instead, text.encode().decode("latin-1"))
    after, edits, flagged = restored(bad)
    assert (after, edits, flagged) == (bad, (), True)


def test_half_words_do_not_come_back_beside_what_is_lost() -> None:
    bad = "SlovenÄ\ufffdina, Ã©lÃ¨ve, cafÃ©"
    assert restored(bad)[0] == bad


def test_what_stands_in_the_letters_of_another_page_is_not_read_in_pieces() -> None:
    bad = "vedere Ă®nceĹŁoĹźatÄ\x83"
    assert restored(bad)[0] in (bad, "vedere înceţoşată")


def test_the_price_of_long_lines_is_linear() -> None:
    short = one_byte("".join(SENTENCES) * 10, "gbk", "koi8_r")
    assert seconds(lambda: restored(short * 4)) < 8 * seconds(lambda: restored(short)) + 0.01


def test_every_lead_byte_that_swallows_is_found_in_the_forward_reading() -> None:
    assert read_wrongly("说“是”".encode(), "windows-936", "swallow") == "璇粹€滄槸鈥?"
    assert read_wrongly("说 3".encode(), "windows-936", "swallow") == "璇?3"
    assert read_wrongly("说 3".encode(), "windows-936", "query") == "璇? 3"
    assert read_wrongly("说 3".encode(), "windows-936", "strict") is None


def test_what_one_shift_jis_reads_and_another_does_not_is_lost_in_either() -> None:
    """Microsoft's reader, and every browser's, has a control at 80; Python's and Java's own set the byte aside."""
    text = "一位老师在操场上一边走一边数，一共有三十只风筝。"
    bad = text.encode().decode("shift_jis", "replace")
    assert "\ufffd" in bad and "\x80" not in bad
    (block,), _ = restore((Block(bad),), Context())
    assert block.text == text
