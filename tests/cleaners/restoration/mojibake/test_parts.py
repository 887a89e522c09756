"""The parts of the mojibake search: codec tables, decoder tries, paired marks, what stands, one codec at a time."""

from __future__ import annotations

import dataclasses
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import repair
from cleaners.policy import Context
from cleaners.restoration.mojibake import (
    entities,
    escapes,
    exact,
    fill,
    mail,
    multibyte,
    notations,
    onebyte,
    restoring,
    slip,
    western,
    windows,
)
from cleaners.restoration.mojibake.certainty import alternatives
from cleaners.restoration.mojibake.codecs import (
    FAMILIES,
    MARK,
    TRUE_CODECS,
    Reading,
    encoder,
    known_bytes,
    read_pairs,
    read_wrongly,
)
from cleaners.restoration.mojibake.hypotheses import Answers, Found, Hypothesis, Segment
from cleaners.restoration.mojibake.judge import Judge, Page, is_everyday, judge
from cleaners.restoration.mojibake.marks import balanced, bracketed
from cleaners.restoration.mojibake.trie import Node, decoder
from schemas.records import Block

READERS = [codec for family, codecs in FAMILIES.items() if family != "western" for codec in codecs]


@pytest.mark.parametrize("codec", READERS)
def test_pairs_read_by_rows_are_those_read_one_by_one(codec: str) -> None:
    rows = read_pairs(codec)
    for first in range(0x80, 0x100, 3):
        for second in range(256):
            assert rows.get(bytes((first, second))) == read_wrongly(bytes((first, second)), codec, "strict")


@pytest.mark.parametrize("true", ["utf-8", "gbk", "big5"])
def test_the_trie_decodes_what_the_codec_writes(true: str) -> None:
    for char in "a中國囍，\n?":
        data = next((char.encode(c) for c in TRUE_CODECS[true] if char.encode(c, "ignore")), b"")
        node: Node | str = decoder(true)
        for byte in data:
            assert isinstance(node, Node)
            node = node[byte]
        assert node == char


@pytest.mark.parametrize(
    ("text", "doubtful", "becomes"),
    [
        ("他说”好”。", {2}, "他说“好”。"),
        ("他说“好“。", {4}, "他说“好”。"),
        ("《红楼梦《的作者", {4}, "《红楼梦》的作者"),
        ("“好”和“坏”", set(), "“好”和“坏”"),
        ("“好”和”坏”", set(), "“好”和”坏”"),  # certain marks stand, however odd
        ("（一（二）", {2}, "（一（二）"),  # the next one closes what this one would have closed
    ],
)
def test_paired_marks_follow_the_certain_ones(text: str, doubtful: set[int], becomes: str) -> None:
    assert balanced(text, doubtful, 0, len(text)) == becomes


@pytest.mark.parametrize(
    ("text", "doubtful", "becomes"),
    [
        ("作业，1）", {2}, "作业（1）"),
        ("作业（1，", {4}, "作业（1）"),
        ("作业（一），二）", {5}, "作业（一）（二）"),
        ("作业，写完了。1）", {2}, "作业，写完了。1）"),  # a sentence ends between them
        ("作业，1）", {4}, "作业，1）"),  # the comma is certain
        ("作业（1），二", {5}, "作业（1），二"),
    ],
)
def test_a_bracket_asks_for_its_other_half(text: str, doubtful: set[int], becomes: str) -> None:
    assert bracketed(text, doubtful, 0, len(text)) == becomes


@given(st.text(alphabet="“”《》（）好", max_size=30), st.sets(st.integers(0, 29)))
def test_only_doubtful_marks_are_turned(text: str, doubtful: set[int]) -> None:
    after = balanced(text, doubtful, 0, len(text))
    assert len(after) == len(text)
    assert all(x == y or n in doubtful for n, (x, y) in enumerate(zip(text, after, strict=True)))


def test_what_an_author_may_have_picked_costs_no_more_than_one_picked_at_random() -> None:
    jury = judge()
    assert jury.plain("䶮") >= -15.0 and jury.plain("뷁") >= -12.0
    assert jury.plain("龘龘龘龘") > jury.plain("龘靐齉爩")
    assert jury.plain("\ue123") == jury.score("\ue123")


def test_a_rare_form_of_a_usual_character_is_as_rare_as_it_is() -> None:
    jury = judge()
    assert jury.score("衕名") < jury.score("同名") - 5.0
    assert jury.score("國名") == jury.score("国名")


def test_a_line_that_one_codec_shows_and_another_drops_is_read_with_one_of_them() -> None:
    text = "按照服务、参谋、协调、效能的要求，牢记领导的嘱托，认真做好每一件事情。"
    bad = text.encode().decode("gb18030", "ignore")
    assert any("\ue000" <= char <= "\uf8ff" for char in bad)
    assert multibyte.find(bad, Page())
    assert repair(bad).text == text


def moves(text: str, limit: int) -> int:
    """Steps of a search for what was read wrongly twice."""
    bad = text.encode().decode("gb18030", "ignore").encode().decode("gb18030", "ignore")
    search = multibyte.Search([Reading("utf-8", "gbk", "drop")] * 2, judge().logp, mixed=False, limit=limit)
    search.run(bad)
    return search.moves


def test_a_search_ends_soon_after_its_limit() -> None:
    line = "今天上午，社区的志愿者到河边捡了两车垃圾。" * 10
    assert moves(line, 1_000) < 2_000 < moves(line, 1 << 40)


def test_a_short_text_takes_a_short_search_however_many_ways_there_are() -> None:
    bad = "\u9027\u61cc\u7a50\u9a6b\u6644\u679a\u8712\u72d9\u9016\u541d\u6026\u9b22"  # by chance: both lost bytes at its end
    chain = [Reading("utf-8", "cp932", "drop"), Reading("utf-8", "big5", "drop")]
    search = multibyte.Search(chain, judge().logp, judge().stands, width=8, mixed=False)
    assert search.run(bad) == [] and search.moves <= search.most(len(bad)) + 1 < 30_000


def test_what_was_searched_is_not_searched_again_and_costs_as_much() -> None:
    bad = "今天上午，社区的志愿者到河边捡了两车垃圾。".encode().decode("gb18030", "ignore")
    jury, asked = Judge("Hans"), []

    def logp(seen: str, char: str) -> float:
        asked.append(char)
        return jury.logp(seen, char)

    def searched(limit: int) -> tuple[list[Hypothesis], int, int]:
        asked.clear()
        search = multibyte.Search(
            [Reading("utf-8", "gbk", "drop")], logp, jury.stands, mixed=False, limit=limit, answers=jury.answers
        )
        return search.run(bad), search.moves, len(asked)

    assert searched(10)[:2] == ([], 11)
    found, moves, questions = searched(1 << 40)
    assert found and questions, "given up once, it has more to go on now"
    assert searched(1 << 40) == (found, moves, 0)
    assert searched(10) == ([], 11, 0), "what would have been given up is given up"


def test_answers_are_kept_up_to_a_length() -> None:
    kept = Answers()
    for n in range(10):
        kept.keep(n, "x" * 20_000, Found((), n, n))
    assert sum(kept.get(n) is not None for n in range(10)) <= 3
    kept.keep("long", "x" * 1_000_000, Found((), 1, 1))
    assert kept.get("long") is None


def test_two_readings_that_both_lost_bytes_at_one_place_stay_affordable() -> None:
    assert moves("“救命”纸团：某分局供图", 1 << 40) < 200_000  # millions, where each may have lost two


@settings(deadline=None)  # the first one reads the tables
@given(
    st.text(alphabet=st.characters(codec="gb18030"), max_size=40), st.sampled_from(["gbk", "big5", "cp932", "cp949"])
)
def test_the_known_bytes_are_those_of_each_character(text: str, family: str) -> None:
    encode = encoder(family)
    one_by_one = [b"" if char == MARK else found[0] for char in text if (found := encode(char)) or char == MARK]
    assert known_bytes(text, family) == b"".join(one_by_one)
    assert known_bytes(f"{text}{MARK}", family, b"!").endswith(b"!")


@given(
    st.text(alphabet="科技协会的人民，。一了在有说水火山", min_size=1, max_size=3),
    st.sampled_from(["utf-8", "gbk", "big5"]),
    st.sampled_from(READERS),
    st.sampled_from(["drop", "mark", "query"]),
)
def test_what_the_damage_may_also_stand_for_is_damaged_to_the_same(
    text: str, true: str, codec: str, policy: str
) -> None:
    seen = read_wrongly(text.encode(true, "ignore"), codec, policy)
    if text.encode(true, "ignore").decode(true) != text:
        return  # a Simplified character in Big5
    found = alternatives(text, 0, b"", true, codec, policy)
    assert text[0] not in found
    for char in found:
        assert read_wrongly((char + text[1:]).encode(true), codec, policy) == seen


def test_alternatives_are_all_there_are() -> None:
    """A three-byte character whose last byte is lost may be any of its block; one of which all is kept, no other."""
    block = {bytes((0xE4, 0xBD, last)).decode() for last in range(0x80, 0xC0)}
    odd = "\u4f60"  # 你, E4 BD A0: read as GBK the last byte stands alone before a line feed
    assert set(alternatives(odd, 0, b"", "utf-8", "gbk", "drop")) == block - {odd}
    assert alternatives("你好", 0, b"", "utf-8", "gbk", "drop") == []


@pytest.mark.parametrize(
    ("text", "everyday"),
    [
        ("市政府召开会议，部署工作。", True),
        ("abc", True),
        ("涓浗鍐滀笟", False),
        ("懒旅呐魄壬仕掏蜗醒矣哉重仝圮蒉", True),  # by chance: what stands together is for the model to judge
        ("璞炰蹇冮", False),
    ],
)
def test_what_is_decoded_by_chance_has_few_everyday_characters(text: str, everyday: bool) -> None:
    assert is_everyday(text) is everyday


def test_the_usual_dash_is_put_back_and_no_rarer_one() -> None:
    jury = judge("Hans")
    for rare in "\u2015\u2013":
        assert jury.fit("年5", "\u2014", "7月") > jury.fit("年5", rare, "7月") + 1


@given(
    st.text(
        st.one_of(
            st.characters(max_codepoint=0x2FF),
            st.sampled_from("%&=\\u4e2d#;xE锟斤拷烫屯的一是了中国人，。?ÃÄÖÐÂ¤\ufffd\ue000あ한😀\u1100"),
            st.characters(),
        ),
        max_size=24,
    )
)
@settings(max_examples=400, deadline=None)
def test_a_line_passed_over_holds_nothing_that_a_finder_would_take(text: str) -> None:
    if windows.unusual(restoring._SIGNS).search(text) is None:
        assert restoring.find(text) == []
        assert restoring.DAMAGED.search(text) is None
        for sign in (escapes.SIGN, western.SIGN):
            assert sign.search(text) is None
        assert windows.runs(text) == []


def test_what_finders_look_for_is_looked_at() -> None:
    looks = windows.unusual(restoring._SIGNS).search
    for sign in ("&#20013;", "\\u4e2d", "%E4%B8%AD", "=E4=B8=AD", "ä¸", "涓\ue15e浗", "\ufffd", "烫烫烫烫烫烫", "\x85"):
        assert looks("前面" + sign) is not None, sign
    assert looks("前面，一切如常。plain (text) 12.5?") is None


def test_a_two_byte_repair_has_to_give_the_damage_when_damaged_again() -> None:
    """A reading that is good Chinese and of the right length is refused where its bytes are not those that stand."""
    gold = "渠水长流两岸人家"
    chain = (Reading("utf-8", "gbk", "drop"),)
    bad = read_wrongly(gold.encode(), "gbk", "drop") or ""
    assert multibyte._holds(bad, Segment(0, len(bad), gold, 0), chain)
    assert not multibyte._holds(bad, Segment(0, len(bad), "渠水长流两岸农家", 0), chain)


def test_entities_are_the_characters_they_name_but_where_the_line_speaks_of_them() -> None:
    assert [(r.start, r.after) for r in entities.find("他说&ldquo;今天&rdquo;好")] == [(2, "“"), (11, "”")]
    assert [r.after for r in entities.find("朱&#37782;基说")] == ["鎖"]
    assert entities.find("&nbsp; 表示空格") == []
    assert (entities.numbered("x4f60"), entities.numbered("55296")) == ("你", "")  # a surrogate is no character
    assert entities.windows("\x93好\x94") == "“好”"


def test_what_lost_no_byte_is_undone_exactly_and_what_lost_some_is_not() -> None:
    bad = "清晨的码头上站满了人".encode().decode("gb18030")
    assert exact.undo(bad, "utf-8", "gbk") == ("清晨的码头上站满了人", "utf-8 read as gb18030")
    assert exact.undo(bad + MARK, "utf-8", "gbk") is None
    twice = "清晨的码头上站满了人".encode().decode("latin-1").encode().decode("gb18030")
    assert [(r.start, r.after) for r in exact.through_western(twice, 3)] == [(3, "清晨的码头上站满了人")]


def test_exact_is_said_only_where_no_byte_can_be_gone() -> None:
    assert exact.certainty("清晨的码头", "gb18030") == "exact"
    assert exact.certainty("清晨彁蠇", "gb18030") == "likely"
    assert exact.ambiguous("纊", "cp932")  # an IBM extension, which has two places
    assert not exact.ambiguous("海", "cp932")
    assert exact.is_writing("清晨的码头", "gbk") and not exact.is_writing("“”", "gbk")


def test_mail_is_read_as_its_standards_say() -> None:
    assert [r.after for r in mail.words("主题 =?UTF-8?B?5riF5pmo?= 完")] == ["清晨"]
    (one,) = mail.words("=?gb2312?B?1tC5+g==?= =?gb2312?B?yMvD8Q==?=")  # white space between encoded words is none
    assert (one.after, one.start, one.end) == ("中国人民", 0, 43)
    assert [r.after for r in mail.utf7("清晨的码头".encode("utf-7").decode())] == ["清晨的码头"]
    assert mail.utf7("a+b-c") == []
    lines = ["=E6=B8=85=E6=99=", "=A8=E5=A4=A9"]
    assert mail.joined(lines, lambda text: quopri.decodestring(text.encode()).decode()) == {0: (2, "清晨天")}


def test_each_notation_has_an_example_that_its_token_finds() -> None:
    for kind in notations.kinds():
        assert kind.token.search(kind.example), kind.name
    assert notations.about().search("这个字符的Unicode编码")
    assert not notations.about().search("清晨的码头上站满了人")


def test_a_code_page_of_one_byte_is_told_by_its_own_signs() -> None:
    line = "前面" + "清晨的码头上站满了人".encode().decode("cp437") + "后"
    assert onebyte.stretches(line) == [(2, len(line) - 1)]
    assert [(r.start, r.after) for r in onebyte.find(line)] == [(2, "清晨的码头上站满了人")]
    assert onebyte.find("Ça va très bien") == []
    assert not onebyte.may_have("清晨")


@pytest.mark.parametrize(("lost", "kind"), [(10, "lead"), (9, "trail")])
def test_a_byte_that_was_lost_is_put_back_and_the_tail_read_in_step(lost: int, kind: str) -> None:
    text = "改革开放以来，中华人民共和国的经济社会发展取得了举世瞩目的成就，人民生活水平不断提高。"
    data = bytearray(text.encode("gbk"))
    del data[lost]
    line = bytes(data).decode("gbk", "replace")
    (one,) = slip.find(line, windows.runs(line))
    assert line[: one.start] + one.after + line[one.end :] == text
    assert f"{kind} lost" in one.detail and one.certainty == "likely"
    assert slip.find(text, windows.runs(text)) == []


@pytest.mark.parametrize(
    "line",
    [
        "县志里记了这牛�修桥的人没有名字。",  # 这张 would be more than 22 bits better; it was 这桥
        "粮站门口排着长叮�车子一直排到路口。",  # 长远; it was 长队
        "讀者來函：貴刊第三期第识�頁圖表有誤，煩請更正。",  # 第二頁; it was 第十二頁
    ],
)
def test_two_halves_with_nothing_whole_between_them_have_to_read_much_better(line: str) -> None:
    """What would be put back of both is chosen, not known: of such repairs that are 22 to 32 bits better a half errs."""
    assert slip.find(line, windows.runs(line)) == []


def test_a_lost_character_comes_back_only_where_one_is_clearly_meant() -> None:
    reading = Reading("utf-8", "cp949", "mark")
    # of what fits, little would have left these marks; in the last case none of that stands out
    for before, after in (("渡口的船来了，人们都站起来往岸边走去", "。"), ("渡口的", "。"), ("她不", "")):
        bad = before.encode().decode("cp949", "replace")
        text = bad + MARK * 3
        (filled,) = fill.fill(text, (Segment(0, len(bad), before, 0),), reading, judge())
        assert filled.after == before + after
        assert filled.unknown == 3 * len(after)


@pytest.mark.parametrize("chars", ["", "渡", "的渡口船来了岸鼋鼍走", "渡渡口"])
@pytest.mark.parametrize(("before", "behind"), [("\n\n", "口的"), ("这个", "。\n"), ("走了", "")])
def test_the_best_two_are_the_best_of_all_that_are_tried(chars: str, before: str, behind: str) -> None:
    jury = judge("Hans")
    every = sorted(((jury.fit(before, char, behind), char) for char in chars), reverse=True)
    assert jury.best_two(before, chars, behind) == every[:2]


@pytest.mark.parametrize("text", ["小店℡在门口", "他买了五㎏水泥"])
def test_a_sign_that_hardly_any_author_types_keeps_no_text_from_coming_back(text: str) -> None:
    """It costs twelve bits: with sixteen a line of six characters would no more be worth its repair."""
    assert repair(text.encode("gb18030").decode("cp1252")).text == text


def test_a_page_that_goes_the_way_again_takes_fewer_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "渡口的老船工把缆绳系在石桩上".encode().decode("gbk", "replace")
    blocks = [Block(line)]
    first, _ = restoring.restore(blocks, Context())
    assert first[0].text != line
    assert restoring.restore_again(blocks, Context())[0] == first
    monkeypatch.setattr(restoring, "T", dataclasses.replace(restoring.T, again=0))
    left, told = restoring.restore_again(blocks, Context())
    assert (left[0].text, left[0].flags) == (line, ("damaged",)) and not told
