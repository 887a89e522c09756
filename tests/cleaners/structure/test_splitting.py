"""One page, several documents: explicit marks, and where there are none the evidence together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SHARED
from structure_samples import CLEAN, ESSAYS, MARKED, REPORT

from cleaners import clean_page
from cleaners.pipeline import parts_of
from cleaners.policy import Context
from cleaners.steps import Walk
from cleaners.structure import evidence, splitting
from cleaners.structure.splitting import Part
from cleaners.text.marks import read_mark as read
from schemas.records import Block, Document, Edit

BODY = "渠修好以后，水从山脚一直流到村口，沿渠的人家都在门前种上了柳树和菜，到了夏天十分凉快，人人称便。"


def split(blocks: Sequence[Block], title: str | None) -> tuple[list[Part], tuple[Edit, ...]]:
    walk = Walk(Context())
    return parts_of(Part(title, tuple(blocks)), walk), tuple(walk.edits)


def run(text: str, title: str | None = "修渠总结") -> tuple[list[Part], tuple[Edit, ...]]:
    return split([Block(line, seq=n) for n, line in enumerate(text.split("\n"))], title)


def clean(text: str, title: str | None = None) -> tuple[Document, ...]:
    return clean_page(text.encode(), content_type="text/plain; charset=utf-8", title=title).documents


@pytest.mark.parametrize(
    ("line", "kind", "value", "rest"),
    [
        ("第一篇", "第", 1, ""),
        ("第2篇", "第", 2, ""),
        ("篇三", "篇", 3, ""),
        ("【篇1】", "篇", 1, ""),
        ("篇二：修渠工作总结", "篇", 2, "修渠工作总结"),
        ("修渠工作总结篇4", "篇", 4, "修渠工作总结"),
        ("范文二", "范文", 2, ""),
        ("修渠总结范文(三)", "范文", 3, "修渠总结"),
        ("其三", "其", 3, ""),
        ("第一篇：修渠", "第", 1, "修渠"),
        ("第１篇", "第", 1, ""),
    ],
)
def test_a_mark_is_read(line: str, kind: str, value: int, rest: str) -> None:
    mark = read(line)
    assert mark is not None
    assert (mark.kind, mark.value, mark.rest) == (kind, value, rest)


@pytest.mark.parametrize(
    "line",
    [
        "第一篇文章发表于1964年。",
        "其一生都在修渠",
        "这是第三篇。",
        "全书共十篇",
        "第一章 总则",
        "首先要感谢大家",
        "其二，要抓好落实。",
    ],
)
def test_a_sentence_is_no_mark(line: str) -> None:
    assert read(line) is None


def test_marks_part_the_page_and_join_its_title() -> None:
    parts, edits = run(f"总的说几句。\n第一篇\n{BODY}\n第二篇\n{BODY}\n{BODY}")
    assert [(part.title, len(part.blocks)) for part in parts] == [("修渠总结 第一篇", 1), ("修渠总结 第二篇", 2)]
    assert [(e.rule, e.before) for e in edits] == [("lead", "总的说几句。"), ("mark", "第一篇"), ("mark", "第二篇")]


def test_an_essays_own_title_comes_before_the_pages() -> None:
    parts, _ = run(f"篇一：修渠\n{BODY}\n篇二：守闸\n{BODY}\n篇三\n送饭的姑娘\n{BODY}", "渠边故事三篇")
    assert [part.title for part in parts] == ["修渠", "守闸", "送饭的姑娘"]


def test_a_mark_behind_the_pages_title_is_told_from_an_own_title() -> None:
    parts, _ = run(f"修渠总结篇1\n{BODY}\n修渠总结篇2\n{BODY}")
    assert [part.title for part in parts] == ["修渠总结 篇1", "修渠总结 篇2"]


def test_the_parts_of_one_book_are_an_outline() -> None:
    text = f"第一篇 总论\n第一章 水\n{BODY}\n第二章 渠\n{BODY}\n第二篇 分论\n第三章 闸\n{BODY}"
    parts, edits = run(text, "渠志")
    assert len(parts) == 1 and edits == ()


def test_numbered_plans_inside_one_article_are_no_documents() -> None:
    parts, _ = run(f"小两口想修渠。\n方案1\n{BODY}\n方案2\n{BODY}\n方案3\n{BODY}", "小两口修渠")
    assert len(parts) == 1


def test_unmarked_essays_are_told_apart_by_numbering_subject_and_opening() -> None:
    first, second = clean(ESSAYS.split("\n", 1)[1])
    assert first.text.startswith("一年来，我镇") and first.text.endswith("更大的贡献。")
    assert second.text.startswith("本人自去年调入") and second.text.endswith("家长的信任。")
    assert [s.label for s in first.sections if s.label] == ["一、", "二、", "三、"]


def test_a_restart_that_is_announced_is_nesting() -> None:
    text = (
        f"一、修渠工作回顾\n{BODY * 3}\n二、修渠工作打算\n按照“一二三”的总体思路，即“开好一个大会，抓住两个关键，突出三个重点”。\n"
        f"一、开好一个大会。{BODY * 2}\n二、抓住两个关键。{BODY * 2}\n三、突出三个重点。{BODY * 2}"
    )
    assert len(run(text)[0]) == 1


def test_a_heading_that_the_lead_names_is_that_of_a_part() -> None:
    lead = "先说镇上修渠的经过，再说我们守闸的打算，请大家批评。"
    rows = [
        Block(text, seq=n)
        for n, text in enumerate((lead, "一、修渠", BODY, "二、种树", BODY, "我们守闸的打算？", "一、人手"))
    ]
    assert evidence.named_in_lead(rows, 0, 5)
    assert not evidence.named_in_lead([Block(BODY, seq=0), *rows[1:]], 0, 5)  # of another text, as far as can be told


def test_letters_with_salutation_and_sign_off_are_several() -> None:
    letter = f"尊敬的各位领导：\n{BODY * 4}\n{BODY}\n此致\n敬礼"
    parts, _ = run(f"{letter}\n尊敬的乡亲们：\n{BODY * 4}\n谢谢大家！", None)
    assert [part.blocks[0].text for part in parts] == ["尊敬的各位领导：", "尊敬的乡亲们："]


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_text_is_one_document(name: str) -> None:
    parts, edits = run(CLEAN[name])
    assert [block.text for block in parts[0].blocks] == CLEAN[name].split("\n")
    assert len(parts) == 1 and edits == ()


def test_the_lead_before_the_first_mark_and_the_notices_are_in_the_edits() -> None:
    page = clean_page(MARKED.encode(), content_type="text/plain; charset=utf-8")
    assert [d.title for d in page.documents] == ["水务工作总结 第一篇", "水务工作总结 第二篇"]
    assert page.documents[0].text.startswith("2013年") and page.documents[1].text.endswith("坚实的基础。")
    assert "的满意度" in page.documents[0].text
    assert {"lead", "mark", "related-heading", "related-entry", "injected-mark"} <= {e.rule for e in page.edits}


@pytest.mark.parametrize("text", [MARKED, ESSAYS, REPORT, *CLEAN.values()])
def test_a_cleaned_document_is_cleaned_to_itself(text: str) -> None:
    for document in clean(text):
        (again,) = clean(document.text, document.title or "")
        assert again.text == document.text
        assert again.sections == document.sections


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared seeds are not here")
def test_the_seeds_are_cleaned_to_themselves() -> None:
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        for document in clean_page(path.read_bytes(), content_type="text/plain").documents:
            (again,) = clean(document.text, document.title or "")
            assert again.text == document.text, path.name
            assert again.sections == document.sections, path.name


LINES = st.lists(
    st.sampled_from(
        [
            "第一篇",
            "第二篇",
            "第三篇",
            "篇一",
            "篇二",
            "一、修渠",
            "二、守闸",
            "（一）水",
            "此致",
            "敬礼",
            "尊敬的各位：",
            "总结如下：",
            BODY,
            BODY * 4,
        ]
    ),
    min_size=1,
    max_size=14,
)


@settings(deadline=None)
@given(LINES)
def test_every_line_is_in_a_part_or_in_an_edit(lines: list[str]) -> None:
    parts, edits = run("\n".join(lines))
    kept = [block.text for part in parts for block in part.blocks]
    assert sorted(kept + [edit.before for edit in edits]) == sorted(lines)


@settings(deadline=None)
@given(LINES)
def test_a_part_is_one_part(lines: list[str]) -> None:
    for part in run("\n".join(lines))[0]:
        if part.blocks:
            parts, edits = split(part.blocks, None)
            assert len(parts) == 1 and edits == ()


@pytest.mark.parametrize("line", ["篇" * 60, "第一篇" * 20_000, "一、" + "渠" * 200_000, "（" * 64])
def test_hostile_lines_take_linear_time(line: str) -> None:
    assert len(run("\n".join([line] * 20))[0]) == 1


class TestSeriesWithAGap:
    BODY = (
        "今年以来，渠水两岸的工作照常进行，大家分段包干，把淤泥清了三遍，水量比去年多了两成。",
        "下一步要把闸门换新，再修两里渠堤，争取秋收之前全部完工。",
    )

    def titles(self, *marks: str) -> list[str | None]:
        lines = [line for mark in marks for line in (mark, *self.BODY)]
        parts, _ = split([Block(text, seq=n) for n, text in enumerate(lines)], "工作总结")
        return [part.title for part in parts]

    @pytest.mark.parametrize("marks", [("第一篇", "第三篇", "第四篇"), ("第一篇", "第二篇", "第四篇")])
    def test_one_lost_mark_ends_no_series(self, marks: tuple[str, ...]) -> None:
        assert self.titles(*marks) == [f"工作总结 {mark}" for mark in marks]

    def test_marks_that_leap_are_no_series(self) -> None:
        assert self.titles("第一篇", "第五篇", "第九篇") == ["工作总结"]


@pytest.mark.parametrize(
    ("first", "second", "titles"),
    [
        ("第一篇 修渠工作总结", "第二篇 守闸工作总结", ["修渠工作总结", "守闸工作总结"]),
        ("▌篇一：修渠工作总结", "▌篇二：守闸工作总结", ["修渠工作总结", "守闸工作总结"]),
        ("■ 篇一、修渠工作总结", "■ 篇二、守闸工作总结", ["修渠工作总结", "守闸工作总结"]),
        (
            "水务工作总结范文【一】",
            "水务工作总结范文【二】",
            ["水务工作总结 范文一", "水务工作总结 范文二"],
        ),
        ("水务工作总结之一", "水务工作总结之二", ["水务工作总结之一", "水务工作总结之二"]),
        ("水务工作总结(精)一", "水务工作总结(精)二", ["水务工作总结(精)一", "水务工作总结(精)二"]),
        ("例一：", "例二：", ["水务工作总结（精选2篇） 例一", "水务工作总结（精选2篇） 例二"]),
    ],
)
def test_marks_of_many_forms_part_a_page_of_several_texts(first: str, second: str, titles: list[str]) -> None:
    parts, _ = run(f"{first}\n{BODY}\n{BODY}\n{second}\n{BODY}\n{BODY}", "水务工作总结（精选2篇）")
    assert [len(part.blocks) for part in parts] == [2, 2]
    assert [part.title for part in parts] == titles


@pytest.mark.parametrize("stem", ["用水协议书", "辞职信范本", "修渠倡议书（通用）"])
def test_numbered_headings_of_one_kind_part_a_page_without_a_title(stem: str) -> None:
    text = f"下面是小编整理的{stem}8篇，供大家参阅。\n{stem}1\n{BODY}\n{BODY}\n{stem}2\n{BODY}\n{BODY}"
    documents = clean(text)
    assert [d.title for d in documents] == [f"{stem}1", f"{stem}2"]
    assert not any(stem in d.text for d in documents)


def test_numbered_headings_of_no_kind_are_parts_of_one_text() -> None:
    parts, _ = run(f"渠边的树1\n{BODY}\n{BODY}\n渠边的树2\n{BODY}\n{BODY}", None)
    assert len(parts) == 1


@pytest.mark.parametrize("number", ["", "{}、", "{}."])
def test_as_many_headings_as_the_title_says_part_a_page(number: str) -> None:
    titles = ["江畔水站工作总结", "柳树村水站年终总结", "渡口水站个人总结"]
    text = "\n".join(f"{number.format(n)}{own}\n{BODY * 3}\n{BODY}" for n, own in enumerate(titles, 1))
    parts, edits = run(text, "水站工作总结（精选3篇）")
    assert [part.title for part in parts] == titles
    assert [edit.rule for edit in edits] == ["title"] * 3
    assert len(run(text, "水站工作总结（精选4篇）")[0]) == 1
    assert len(run(text, "水站的三次总结")[0]) == 1


def test_two_headings_that_name_no_kind_are_no_two_texts() -> None:
    text = f"渠边的树\n{BODY * 4}\n山下的水\n{BODY * 4}"
    assert len(run(text, "读了2篇")[0]) == 1


def test_letters_each_addressed_and_dated_are_several() -> None:
    text = "\n".join(f"{who}：\n{BODY}{BODY}\n{date}" for who, date in LETTERS)
    parts, _ = run(text, None)
    assert [part.blocks[0].text for part in parts] == [f"{who}：" for who, _ in LETTERS]


LETTERS = [("青江县水务局", "xx年x月x日"), ("城关镇政府", "20xx年6月5日"), ("水闸管理站", "年月日")]


def test_a_contract_whose_parties_stand_behind_a_date_is_one() -> None:
    text = f"甲方：\n{BODY}{BODY}\n2024年6月5日\n乙方：\n{BODY}{BODY}\n2024年6月6日"
    assert len(run(text, "用水协议")[0]) == 1


def test_an_exam_is_one_document() -> None:
    kinds = ("选择题", "填空题", "简答题")
    parts = [
        f"{'一二三'[n]}、{kind}\n" + "\n".join(f"{k}、{BODY}" for k in range(1, 5)) for n, kind in enumerate(kinds)
    ]
    assert len(run("\n".join(parts), "水利常识试题")[0]) == 1


@pytest.mark.parametrize(("points", "documents"), [(2.75, 1), (3.0, 2)])
def test_three_points_of_evidence_make_a_boundary(
    points: float, documents: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Points come by quarters: a title, an opening and an announcement with the restart are 2.75, which are not enough."""
    monkeypatch.setattr(evidence, "_score", lambda *_: points)
    half = ["一、修渠", BODY * 2, "二、护渠", BODY * 2]
    assert len(run("\n".join(half * 2))[0]) == documents


@pytest.mark.parametrize(
    ("first", "kind", "is_title"),
    [
        ("修渠工作总结", "heading", True),
        ("修渠工作总结", "paragraph", True),
        ("修渠工作总结", "item", False),
        ("修渠工作总结。", "paragraph", False),
        ("尊敬的各位领导：", "paragraph", False),  # it speaks to somebody
        ("渠" * 48, "paragraph", True),
        ("渠" * 49, "paragraph", False),
    ],
)
def test_a_document_has_its_own_title_in_a_short_first_line(first: str, kind: str, is_title: bool) -> None:
    assert evidence.own_title([Block(first, kind=kind), Block("一、修渠"), Block(BODY, kind="item")]) is is_title
    assert not evidence.own_title([Block(first, kind=kind), Block("一、修渠"), Block("二、护渠")])  # no running text


# -- one split by itself, with its account


def once(*lines: str, title: str | None = "总结") -> tuple[list[tuple[str | None, list[str]]], list[Edit]]:
    parts, edits = splitting.split([Block(line, seq=n) for n, line in enumerate(lines)], title)
    return [(part.title, [block.text for block in part.blocks]) for part in parts], list(edits)


def gone(rule: str, place: int, text: str, detail: str) -> Edit:
    return Edit("splitting", rule, place, 0, text, "", "likely", 1, detail)


LEAD, OPENS, OWN = "before the first mark", "opens a document", "the document's own title"


def test_one_text_is_one_part() -> None:
    assert once(BODY) == ([("总结", [BODY])], [])
    assert once("第一篇", BODY) == ([("总结", ["第一篇", BODY])], [])  # one mark parts nothing


def test_the_account_of_marks() -> None:
    parts, edits = once("总的说几句。", "再说几句。", "第一篇", BODY, "第二篇", "守闸的日子", BODY)
    assert parts == [("总结 第一篇", [BODY]), ("守闸的日子 第二篇", [BODY])]
    assert edits == [
        gone("lead", 0, "总的说几句。", LEAD),
        gone("lead", 1, "再说几句。", LEAD),
        gone("mark", 2, "第一篇", OPENS),
        gone("mark", 4, "第二篇", OPENS),
        gone("title", 5, "守闸的日子", OWN),
    ]


@pytest.mark.parametrize(
    ("before", "mark", "first"),
    [
        ("渠" * 200, 2, ("总结", ["渠" * 200])),  # a first text whose mark is missing
        ("渠" * 199, 2, None),
        ("渠" * 200, 1, None),  # a lead, however long
    ],
)
def test_a_first_text_may_lack_its_mark(before: str, mark: int, first: tuple[str, list[str]] | None) -> None:
    marks = [f"第{n}篇" for n in range(mark, mark + 3)]
    parts, edits = once(before, *(line for mark in marks for line in (mark, BODY)))
    assert parts == [*([first] if first else []), *((f"总结 {mark}", [BODY]) for mark in marks)]
    assert edits == [
        *([] if first else [gone("lead", 0, before, LEAD)]),
        *(gone("mark", 1 + 2 * n, mark, OPENS) for n, mark in enumerate(marks)),
    ]


def test_a_first_text_without_a_mark_has_a_title_of_its_own() -> None:
    parts, edits = once("修渠的日子", *[BODY] * 5, "第二篇", BODY, "第三篇", BODY)
    assert [name for name, _ in parts] == ["修渠的日子", "总结 第二篇", "总结 第三篇"]
    assert edits[0] == gone("title", 0, "修渠的日子", OWN)


def test_what_is_flagged_before_the_first_mark_is_flagged_in_the_first_text() -> None:
    first = Block(BODY, flags=("redacted",))
    lines = [Block("接上。", flags=("truncated",)), Block("第一篇"), first, *map(Block, (BODY, "第二篇", BODY))]
    parts, _ = splitting.split(lines, None)
    assert [block.flags for part in parts for block in part.blocks] == [("redacted", "truncated"), (), ()]
    assert [part.title for part in parts] == ["第一篇", "第二篇"]


def test_titles_of_marks() -> None:
    parts, _ = once("第一篇：修渠", BODY, "第二篇：守闸", BODY, title="守闸")
    assert [name for name, _ in parts] == ["修渠", "守闸 第二篇"]  # the page's own is told from it
    parts, _ = once("第一篇", BODY, "第二篇", "守闸的日子", BODY, title=None)
    assert [name for name, _ in parts] == ["第一篇", "守闸的日子 第二篇"]


def test_what_only_evidence_parts_has_the_page_s_title_or_its_own() -> None:
    speech = ("各位领导：", "渠" * 150, "谢谢大家！")
    parts, edits = once(*speech, *speech)
    assert parts == [("总结", [*speech]), ("总结", [*speech])] and edits == []
    parts, edits = once("守闸的话", *speech, *speech, title="守闸的话")
    assert parts == [("守闸的话", [*speech]), (None, [*speech])]  # it was the first one's
    assert edits == [gone("title", 0, "守闸的话", OWN)]


def test_the_account_of_as_many_texts_as_the_title_says() -> None:
    long = "渠" * 150
    parts, edits = once("说几句。", "甲站总结", long, "乙站总结", long, title="总结（精选2篇）")
    assert parts == [("甲站总结", [long]), ("乙站总结", [long])]
    assert edits == [
        gone("lead", 0, "说几句。", "before the first text"),
        gone("title", 1, "甲站总结", "one of as many as are said"),
        gone("title", 3, "乙站总结", "one of as many as are said"),
    ]


@pytest.mark.parametrize(
    ("marks", "length", "parted"),
    [
        ("一二", 40, True),
        ("一二", 39, False),  # too short for a text
        ("一三", 40, True),  # one is missing
        ("一四", 40, False),
        ("二三", 40, True),
        ("三四", 40, False),
    ],
)
def test_what_makes_a_series_of_marks(marks: str, length: int, parted: bool) -> None:
    first, second = (f"第{mark}篇" for mark in marks)
    parts, _ = once(first, "渠" * length, second, "渠" * 40)
    assert (len(parts) > 1) is parted
