"""Wrong readings are undone where the bytes prove it, and nothing else is touched."""

from __future__ import annotations

import dataclasses
import gzip
import itertools
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import CASES as CASE_FOLDER
from places import SHARED as SHARED_FOLDER

from cleaners.pipeline import repair
from cleaners.policy import Context
from cleaners.restoration.mojibake import judge, restoring
from cleaners.restoration.mojibake.codecs import Reading, forward, read_wrongly
from cleaners.restoration.mojibake.repairs import Repair, apply, composed
from cleaners.text import replayed
from schemas.records import Block

CASES = CASE_FOLDER / "mojibake"
SHARED = SHARED_FOLDER / "mojibake" / "dev.jsonl.gz"
SENTENCES = (
    "水库的闸门在夜里开了两次，下游的村子都接到了通知。",
    "她把信折好，放进抽屉，再也没有打开。",
    "全县共有四十二所小学参加这次合唱比赛。",
)


def cases(name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((CASES / f"{name}.json").read_text("utf-8"))["cases"]
    return found


def repaired(text: str) -> str:
    blocks = tuple(Block(line, seq=n) for n, line in enumerate(text.split("\n")))
    return "\n".join(block.text for block in restoring.restore(blocks, Context())[0])


def test_clean_paragraphs_of_every_kind_stay_as_they_are() -> None:
    clean = cases("clean")
    assert len(clean) >= 200
    changed = [case["text"] for case in clean if repaired(case["text"]) != case["text"]]
    assert changed == []


@pytest.mark.parametrize("damage", sorted({case["damage"] for case in cases("positive")}))
def test_damage_is_undone(damage: str) -> None:
    for case in cases("positive"):
        if case["damage"] == damage:
            assert repaired(case["bad"]) == case["gold"]


@pytest.mark.parametrize("case", cases("known_failures"), ids=lambda case: case["damage"])
@pytest.mark.xfail(strict=True, reason="the model prefers another filling, or a border is not found")
def test_known_failures(case: dict[str, str]) -> None:
    assert repaired(case["bad"]) == case["gold"]


def test_one_bad_line_in_a_clean_text_is_found() -> None:
    good = list(SENTENCES)
    bad = [good[0], good[1].encode().decode("gbk", "ignore"), good[2]]
    assert repaired("\n".join(bad)) == "\n".join(good)


def test_an_edit_tells_where_what_and_why() -> None:
    before = SENTENCES[0].encode().decode("latin-1")
    blocks, edits = restoring.restore((Block("【稿】" + before, seq=7),), Context())
    (edit,) = edits
    assert (edit.step, edit.block, edit.start, edit.before, edit.after) == ("mojibake", 7, 3, before, SENTENCES[0])
    assert edit.certainty == "exact" and "utf-8 read as western" in edit.detail
    assert blocks[0].text == "【稿】" + SENTENCES[0]


def test_a_chosen_byte_is_told_with_its_rivals_and_a_lossless_repair_is_exact() -> None:
    def certainty(text: str, reading: Reading) -> tuple[str, str]:
        bad = read_wrongly(text.encode(reading.true), reading.read, reading.policy)
        assert bad is not None and bad != text
        blocks, edits = restoring.restore((Block(bad),), Context())
        assert blocks[0].text == text
        return edits[0].certainty, edits[0].detail

    assert certainty(SENTENCES[2], Reading("utf-8", "latin-1"))[0] == "exact"
    told, detail = certainty(SENTENCES[0], Reading("utf-8", "gbk", "drop"))
    assert told == "likely" and " not " in detail and "bits" in detail


def test_a_page_may_cost_so_much_and_what_came_too_late_is_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "T", dataclasses.replace(judge.T, moves=4_000))
    bad = SENTENCES[0].encode().decode("gbk", "ignore")
    blocks, _ = restoring.restore([Block(bad, seq=n) for n in range(40)], Context())
    assert blocks[0].text == SENTENCES[0] and blocks[-1].text == bad
    assert all("damaged" in block.flags for block in blocks if block.text == bad)


SLIPS = (
    ("县里的合唱比赛定在下周举行，请各校按时到场。", "drop"),
    ("村民们把收好的稻谷运到晒场上，等着太阳出来。", "mark"),
    ("老师说明天上午九点开始考试，请大家不要迟到。", "query"),
)


@pytest.mark.parametrize(("text", "policy"), SLIPS)
@pytest.mark.parametrize("read", ["gbk", "gb18030"])
def test_a_lost_byte_never_makes_more_wrong_characters_than_it_left(text: str, policy: str, read: str) -> None:
    data = text.encode("gbk")
    mended = 0
    for place in range(0, len(data), 2):
        bad = read_wrongly(data[:place] + data[place + 1 :], read, policy)
        assert bad is not None
        after = repaired(bad)
        wrong = sum((Counter(after) - Counter(text)).values()) - after.count("\ufffd")
        assert wrong <= sum((Counter(bad) - Counter(text)).values()) - bad.count("\ufffd"), (bad, after)
        mended += after == text
    assert mended >= 2


def test_shifted_pairs_of_an_annotated_page_are_left_to_the_byte_stream() -> None:
    data = SLIPS[1][0].encode("gbk")
    bad = (data[:10] + data[11:]).decode("gbk", "replace")
    blocks, edits = restoring.restore((Block(bad), Block("這個(gè)學(xué)校(xiào)", seq=1)), Context())
    assert blocks[0].text == bad and not edits


def test_a_stray_byte_before_a_run_is_taken_out() -> None:
    data = "他说：".encode("gbk") + b"\xb9" + "老师说明天上午九点开始考试，请大家不要迟到".encode("gbk")
    after = repaired(data.decode("gb18030", "replace") + "\n" + SENTENCES[0])
    assert "老师说明天上午九点开始考试，请大家不要迟" in after and after.endswith(SENTENCES[0])


@pytest.mark.parametrize("text", ["证件为×××××××××号，××年××月××日发。", "××××××××××××", "×× ×× ××××× ×× ×"])
def test_marks_of_redaction_are_no_bytes_of_text(text: str) -> None:
    (block,), edits = restoring.restore([Block(text)], Context())
    assert (block.text, block.flags, edits) == (text, (), ())


def test_what_cannot_be_undone_stays_and_is_flagged() -> None:
    for lost in (
        SENTENCES[0].encode("gbk").decode("utf-8", "replace"),
        SENTENCES[0].encode("gbk").decode("utf-8", "replace").encode().decode("gbk", "ignore"),
    ):
        blocks, edits = restoring.restore((Block(lost),), Context())
        assert blocks[0].text == lost and not edits and "damaged" in blocks[0].flags


def test_two_kinds_of_damage_in_one_line_are_both_undone() -> None:
    first, second, third = "春天来了，村里的孩子都到河滩上放风筝", "农户三五成群地修枝", "渠水绕过村口的老槐树"
    damaged = {
        "UTF-8 read as GBK": first.encode().decode("gbk"),
        "UTF-8 read as Latin-1": second.encode().decode("latin-1"),
        "a byte lost": third.encode("gbk")[1:].decode("gbk", "ignore"),
    }
    line = "，".join(("记者在南坡看到", *damaged.values(), "明年会更好。"))
    mended = repaired(line)
    assert first in mended and second in mended and third[2:] in mended and mended.endswith("明年会更好。")
    assert repaired(mended) == mended


@pytest.mark.parametrize(
    "text",
    [
        "人们最早谈起这件事，是在修渠之中\ufffd关部门后来也作了记录",
        "在镇里的一家农场；\ufffd，机器正在播种玉米。",
        "Péter nagy \ufffdr volt, a neve is az.",
        "DNA、RNA、m\ufffdA、tRNA",
        "民间资本\u00c8\u00a5推进的。",  # two bytes that are U+0225 in UTF-8, which no text has
    ],
)
def test_one_byte_is_no_evidence(text: str) -> None:
    assert repaired(text) == text


def test_clean_blocks_are_the_very_same_objects() -> None:
    blocks = tuple(Block(sentence, seq=n) for n, sentence in enumerate(SENTENCES))
    after, edits = restoring.restore(blocks, Context())
    assert all(a is b for a, b in zip(after, blocks, strict=True)) and edits == ()


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(SENTENCES),
    st.sampled_from(
        [("utf-8", "latin-1"), ("utf-8", "cp1252"), ("gbk", "latin-1"), ("gbk", "cp1252"), ("utf-8", "gb18030")]
    ),
    st.integers(1, 2),
)
def test_what_was_read_wrongly_without_loss_comes_back(text: str, codecs: tuple[str, str], times: int) -> None:
    bad: str | None = text
    for _ in range(times if codecs[0] == "utf-8" and codecs[1] != "gb18030" else 1):
        assert bad is not None
        bad = read_wrongly(bad.encode(codecs[0]), codecs[1], "strict")
        if bad is None:
            return
    assert bad is not None
    assert repaired(bad) == text


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="天地玄黄宇宙洪荒日月盈昃éüßçÃ¤\ue043�?浠栧湪涔﹂가나ｱｲ", max_size=40))
def test_repair_is_stable_and_never_raises(text: str) -> None:
    once = repaired(text)
    assert repaired(once) == once or len(once) < len(text)


def test_a_repair_damaged_again_gives_the_input() -> None:
    reading = Reading("utf-8", "gbk", "drop")
    for sentence in SENTENCES:
        bad = sentence.encode().decode("gbk", "ignore")
        assert forward(repaired(bad), reading, bad) is not None


def test_long_lines_take_linear_time() -> None:
    for text in (
        "浠" * 100_000,
        "Ã©" * 50_000,
        "é a " * 25_000,
        "%E4 中" * 20_000,
        "&#20013;," * 10_000,
        "�x" * 50_000,
    ):
        restoring.restore((Block(text),), Context())


@pytest.mark.skipif(not SHARED.exists(), reason="the shared cases are not here")
@pytest.mark.long
def test_shared_cases_by_kind() -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for line in gzip.decompress(SHARED.read_bytes()).decode("utf-8").splitlines():
        case = json.loads(line)
        kind = case["damage"][:2]
        if kind == "j1":
            continue
        want = case["bad"] if kind[0] == "h" else case["gold"]
        total[kind] += 1
        right[kind] += repaired(case["bad"]) == want
    for kind in ("b1", "b2", "b3", "c1", "c2", "d1", "f1", "f3", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "h1", "h2"):
        assert right[kind] == total[kind], kind


@pytest.mark.parametrize(
    "text",
    [
        "預期數\ufffd\ufffd", "打\ufffd\ufffd印機 ID", "（空）\ufffd\ufffd", "カ\ufffd\ufffdチン", "베르베르\ufffd\ufffd",
        "晶胞体积为1234.5Å³", "The buried area is 1,250 Å² per monomer.", "键长1.54Å±0.02", "2.8 Å\xa0的结构", "PÅ\xa0TUR",
        "IRMÃ\xa0DULCE",
    ],
)  # fmt: skip
def test_marks_and_measures_speak_for_no_damage(text: str) -> None:
    assert restoring.find_in_line(text) == []


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("財政部", "cp950"),
        ("準備", "cp950"),
        ("參數", "cp950"),
        ("財政部的預算", "cp950"),
        ("财政部", "gbk"),
        ("准备", "gbk"),
    ],
)
def test_short_chinese_read_as_western_is_taken_for_its_own_codec(text: str, true: str) -> None:
    bad = text.encode(true).decode("latin-1")
    assert apply(bad, restoring.find_in_line(bad)) == text


@pytest.mark.parametrize("text", ["café à la crème", "Škoda, Plzeň", "déjà vu", "mañana"])
def test_latin_words_misread_come_back(text: str) -> None:
    bad = text.encode().decode("latin-1")
    assert apply(bad, restoring.find_in_line(bad)) == text


def test_a_layer_that_is_left_flags_the_block() -> None:
    bad = "导 言".encode().decode("cp1252").encode().decode("cp1252")
    (block,), _ = restoring.restore((Block(bad, seq=0),), Context())
    assert block.text == "导 言" or "damaged" in block.flags


@pytest.mark.parametrize(
    ("clean", "written", "true", "read", "behind"),
    [
        ("她的", "經濟發展很快", "cp950", "gb18030", ""),
        ("村裡", "經濟發展很快", "cp950", "gb18030", ""),
        ("", "經濟發展很快", "cp950", "gb18030", "她说好"),
        ("她说……", "我们明天再去看一看吧", "gbk", "latin-1", ""),
        ("在“八國”", "中，英國人是最活躍的", "cp950", "latin-1", "。"),
        ("", "“好的，明天见”", "gbk", "cp1252", ""),
    ],
)
def test_what_stands_beside_the_damage_stays(clean: str, written: str, true: str, read: str, behind: str) -> None:
    bad = clean + written.encode(true).decode(read) + behind
    assert apply(bad, restoring.find_in_line(bad)) == clean + written + behind


@pytest.mark.parametrize("icons", ["\ue603 \ue6f9 \ue741", "\ue6c3\ue636\ue6dd\ue6c7", "\ue000\ue001 12 \ue002"])
def test_rows_of_icons_stay(icons: str) -> None:
    assert restoring.find_in_line(icons) == []


@pytest.mark.parametrize("true", ["gbk", "utf-8"])
@pytest.mark.parametrize("read", ["gb18030", "gbk"])
@pytest.mark.parametrize("text", ["中国人民", *SENTENCES])
def test_chains_by_way_of_western_come_back(text: str, true: str, read: str) -> None:
    try:
        bad = text.encode(true).decode("latin-1").encode().decode(read)
    except UnicodeDecodeError:
        pytest.skip("a byte is lost on this way")
    repairs = restoring.find_in_line(bad)
    assert apply(bad, repairs) == text
    assert {repair.certainty for repair in repairs} == {"exact"}


@pytest.mark.parametrize("text", ["日本語の文章です。今日は天気がいい。", "カタカナの説明書をよく読んでください。"])
def test_japanese_is_not_taken_for_chinese(text: str) -> None:
    bad = text.encode("euc_jp").decode("latin-1")
    assert apply(bad, restoring.find_in_line(bad)) in (bad, text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("我在大学里学了三年日语", "cp950"),
        ("我们要勇于创新的精神，它就是", "cp949"),
    ],
)
def test_a_byte_that_went_without_a_trace_leaves_nothing_exact(text: str, read: str) -> None:
    bad = text.encode("gbk").decode(read, "ignore")
    repairs = restoring.find_in_line(bad)
    assert apply(bad, repairs) == text or all(repair.certainty != "exact" for repair in repairs)


def test_an_escape_that_another_one_kept_from_being_read_is_read_too() -> None:
    line = "夜里水库开了闸&#20013;，下游的村子都接到=?utf-8?B?6YCa55+l?=了电话，没有人睡着。"
    (repair,) = [r for r in restoring.find(line) if "entity" in r.detail]
    assert repair.after == "中"
    assert restoring.find(apply(line, restoring.find(line))) == []


def test_a_line_that_speaks_of_encodings_keeps_its_escapes() -> None:
    assert restoring.find("网页里用utf-8编码时，汉字中可以写成&#20013;，浏览器认得。") == []


REPAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.text("WXYZ", max_size=3)), max_size=5)


def placed(drawn: list[tuple[int, int, str]], length: int) -> list[Repair]:
    """Repairs in order that lie in a text of that length; each drawn one is a gap, a width and what it makes."""
    found: list[Repair] = []
    at = 0
    for gap, width, after in drawn:
        start, end = at + gap, at + gap + width
        if width and end <= length:
            found.append(Repair(start, end, after, "escapes", "exact", "x"))
            at = end
    return found


@given(st.text("abcdef", min_size=1, max_size=14), REPAIRS, REPAIRS)
def test_repairs_of_repairs_are_one_list_that_makes_the_same(
    text: str, drawn: list[tuple[int, int, str]], drawn_later: list[tuple[int, int, str]]
) -> None:
    first = placed(drawn, len(text))
    half = apply(text, first)
    second = placed(drawn_later, len(half))
    whole = composed(first, second)
    assert apply(text, whole) == apply(half, second)
    assert all(one.end <= other.start for one, other in itertools.pairwise(whole))


def test_what_another_kind_of_damage_hid_is_read_when_that_is_mended() -> None:
    """A line in two kinds of damage: while one stands, the line is taken for another language."""
    read, written = "老師傅說這把傘還能修", "資料由圖書館提供"
    line = f"{read.encode('big5').decode('gb18030')}，兩岸的風景都變了。{written.encode().decode('cp437')}"
    repaired = repair(line)
    assert repaired.text == f"{read}，兩岸的風景都變了。{written}"
    assert replayed(line, repaired.edits).text == repaired.text
    assert repair(repaired.text).text == repaired.text
