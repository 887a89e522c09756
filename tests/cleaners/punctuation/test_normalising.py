"""Chinese marks come back between Han, and nowhere else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structure_samples import CLEAN, HANS, HANT, REPORT

from cleaners.policy import Context, Policy
from cleaners.punctuation.normalising import normalise
from schemas.records import Block, Edit

CONTEXT = Context()


def run(text: str, policy: Policy = Policy()) -> tuple[str, tuple[Edit, ...]]:
    blocks, edits = normalise([Block(text)], Context(policy))
    return blocks[0].text, edits


@pytest.mark.parametrize(
    ("folded", "restored"),
    [
        ('按照“防汛、供水、修渠"的要求,抓好工作', "按照“防汛、供水、修渠”的要求，抓好工作"),
        ('他说:"水来了,快看!"', "他说：“水来了，快看！”"),
        ("2024年5月,比分3:2,达1.3亿元;10:30散会。", "2024年5月，比分3:2，达1.3亿元；10:30散会。"),
        ("网址:http://a.cn/b?c=d,请收藏", "网址：http://a.cn/b?c=d，请收藏"),
        ("(一)健全制度。", "（一）健全制度。"),
        ("世界贸易组织(WTO)成立于1995年(乙亥年).", "世界贸易组织（WTO）成立于1995年（乙亥年）。"),
        ("今天, 渠修好了 。水来了!真的吗?", "今天，渠修好了。水来了！真的吗？"),
        ("指挥部、城 管、施工队都到了,很好", "指挥部、城管、施工队都到了，很好"),
        ("等等......水就来了", "等等……水就来了"),
        ("两个村--上渠、下渠--都通了水", "两个村——上渠、下渠——都通了水"),
        ("编号ＡＢ１２３", "编号AB123"),
        ("渠修好了.水来了.人笑了.", "渠修好了。水来了。人笑了。"),
        ("他说'好的'就走了", "他说‘好的’就走了"),
        ('用"Python"写的,很快', "用“Python”写的，很快"),
        ("增长5.2%,比上年多", "增长5.2%，比上年多"),
        ("水务站(县级）", "水务站（县级）"),
    ],
)
def test_folded_marks_come_back(folded: str, restored: str) -> None:
    assert run(folded)[0] == restored


@pytest.mark.parametrize(
    "text",
    [
        "张三 李四 王五",
        "第一章 总则",
        "诺曼.白求恩是医生。",
        "1.3亿元",
        "f(x)=sin(x)，其中x为角度",
        'print("渠,水");',
        "Hello, world! It is (almost) done.",
        "水,と書く。(笑)",
        "一.健全制度",
        "1.健全制度",
        "30'15\"",
        "该?肮节能教育",
        "床前明月光 疑是地上霜",
        "姓名\t年龄 性别\n张三\t20 男",
        "学(xué)校(xiào)",
        "甲、乙——丙……丁",
        "第一节......12",
        "C++ 与 Java 的比较",
        "渠修好了:-)",
        "大家都来看水:)",
        "谢谢大家(*^__^*)",
        "今天真高兴(^_^)",
        "别淋雨(>_<)",
        '{"名称": "渡口的灯,亮了一夜", "说明": "老船工说:好", "n": 3}',
        'window.DATA = {"a":"2024","title":"渡口的灯,亮了一夜","desc":"近日,老船工说:好"',
    ],
)
def test_what_is_no_damage_stays(text: str) -> None:
    assert run(text) == (text, ())


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_text_comes_through_unchanged(name: str) -> None:
    assert run(CLEAN[name]) == (CLEAN[name], ())


@pytest.mark.parametrize("text", [HANS, HANT, REPORT])
def test_a_text_that_was_folded_comes_back(text: str) -> None:
    folded = unicodedata.normalize("NFKC", text)
    assert folded != text
    assert run(folded)[0] == text


def test_every_change_is_counted_and_has_its_place() -> None:
    _, edits = run('渠修好了,水来了,人"笑"了。')
    assert [(e.rule, e.start, e.count) for e in edits] == [("quotes", 10, 2), ("marks", 4, 2)]


def test_the_policy_switches_it_off() -> None:
    assert run("渠修好了,水来了", Policy(punctuation=False)) == ("渠修好了,水来了", ())


def test_a_line_without_kana_on_a_japanese_page_stays() -> None:
    blocks = [Block("水は低い所へ流れる。人も同じだ。"), Block("東京都千代田区(本社),大阪市", seq=1)]
    assert normalise(blocks, CONTEXT) == (tuple(blocks), ())


def test_a_protected_block_stays() -> None:
    block = Block("渠修好了,水来了", protected=True)
    assert normalise([block], CONTEXT) == ((block,), ())


TEXT = st.text("渠水人吗一1a,.;:?!()\"' 　，。“”（）….-\n", max_size=60)


@given(TEXT)
def test_a_second_pass_changes_nothing(text: str) -> None:
    first = run(text)[0]
    assert run(first)[0] == first


@given(TEXT)
def test_only_marks_widths_and_spaces_change(text: str) -> None:
    def letters(value: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFKC", value) if c.isalnum())

    assert letters(run(text)[0]) == letters(text)


@given(TEXT)
def test_no_edit_means_no_change(text: str) -> None:
    restored, edits = run(text)
    assert (restored == text) == (not edits)
    assert all(0 <= edit.start < len(text) and edit.count > 0 for edit in edits)


@pytest.mark.parametrize(
    "text", ["渠(" * 60_000, '渠"' * 60_000, "渠 " * 60_000, "渠.水." * 30_000, "渠," * 60_000, "--" * 60_000]
)
def test_a_hostile_line_takes_linear_time(text: str) -> None:
    assert run(text)[0]


@pytest.mark.parametrize("text", ["打开文件://路径下的目录，看一看。", "见文件://C:/渠水.txt，谢谢。"])
def test_the_colon_of_an_address_stays(text: str) -> None:
    assert normalise([Block(text)], Context())[0][0].text == text
    assert normalise([Block("地址:水门村")], Context())[0][0].text == "地址：水门村"


@pytest.mark.parametrize("dots", ["。。。", "。" * 40, "………", "…" * 33, "···"])
def test_an_ellipsis_is_one_however_long_it_was_typed(dots: str) -> None:
    assert run(f"水来了{dots}大家都没有说话。")[0] == "水来了……大家都没有说话。"


def test_leaders_before_a_number_stay() -> None:
    for line in ("第一章 总则" + "…" * 20 + "12", "第一章 总则" + "。" * 5 + "12"):
        assert run(line)[0] == line


def test_a_remark_behind_a_number_in_brackets_is_no_address() -> None:
    assert run("他说过[1](参见第三章)的话。")[0] == "他说过[1]（参见第三章）的话。"


def test_links_and_tables_of_markdown_keep_their_marks() -> None:
    for line in ("[渡口](http://a.cn/t)建于去年。", "| 甲,乙 | 丙 |"):
        (block,), edits = normalise([Block(line, "source")], CONTEXT)
        assert block.text == line and not edits
