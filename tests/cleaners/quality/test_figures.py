"""Figures and flags of a text."""

from __future__ import annotations

import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structure_samples import CLEAN, HANS, REPORT

from cleaners.model import model
from cleaners.quality.figures import T, figures, flags
from cleaners.text import WordIndex
from schemas.records import Block, Quality

module = importlib.import_module("cleaners.quality.figures")  # its room's face has a function of that name


def flagged(text: str) -> tuple[str, ...]:
    return flags([Block(line, seq=n) for n, line in enumerate(text.split("\n"))], text)


def test_the_figures_of_a_small_text() -> None:
    found = figures("渠水的12\n渠水的12\n★a")
    assert (found.char_count, found.mean_line_length) == (14, 4.0)
    assert found.han_ratio == round(6 / 14, 4)
    assert found.digit_ratio == round(4 / 14, 4)
    assert found.symbol_ratio == round(1 / 14, 4)
    assert found.stop_word_ratio == round(2 / 14, 4)
    assert found.duplicate_line_ratio == round(1 / 3, 4)
    assert figures("") == Quality()
    assert figures("渠\n渠水\n渠水").mean_line_length == 1.67
    assert (figures("\n").mean_line_length, figures("\n").duplicate_line_ratio) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "weight", "words", "told"),
    [
        ("赌", 2, 1, 0),
        ("赌" * 5, 2 * T.spam_repeats, 1, 0),  # one word over and over
        ("赌博", 3, 2, 0),
        ("赌加", 3, 1 + T.soliciting, 0),  # it solicits
        ("加", 0, 0, 0),  # which honest people do, too
        ("查", 0, 0, 0),
        ("赌查", 2, 1, 1),  # told of
        ("赌查抓查", 2, 1, 2),
        ("赌" + "水" * 2 * T.spam_least, 1, 1, 0),  # half as dense
        ("满", T.spam_least, 1, 0),
        ("满博加人", T.spam_least, T.spam_variety, 0),  # as many words as it takes
        ("满博加人多", T.spam_least, T.spam_variety, 0),
    ],
    ids=lambda value: str(value)[:8],
)
def test_spam_is_dense_and_has_many_words(
    text: str, weight: float, words: int, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = {"赌": 2.0, "博": 1.0, "人": 1.0, "多": 1.0, "满": float(T.spam_least), "加": 1.0, "查": 1.0, "抓": 1.0}
    lexicon = {
        word: (w, {"加": "solicits", "查": "reports", "抓": "reports"}.get(word, "")) for word, w in roles.items()
    }
    monkeypatch.setattr(module, "_spam_words", lambda: lexicon)
    monkeypatch.setattr(module, "_spam_index", lambda: WordIndex(tuple(lexicon), model().unigram))
    dense = min(1.0, weight / T.spam_least / T.spam_full)
    expected = dense * (min(words, T.spam_variety) / T.spam_variety) ** 2 * T.told**told
    assert figures(text).spam_score == round(expected, 4)


def test_spam_scores_and_the_news_about_it_does_not() -> None:
    assert figures("澳门新葡京真人荷官百家乐开户，首存送彩金，时时彩计划群，真人娱乐城体验金。" * 3).spam_score > 0.5
    assert figures("警方捣毁一个赌博团伙，查获百家乐赌具两套，三名嫌疑人被依法拘留。" + HANS * 3).spam_score < 0.15
    assert all(figures(text).spam_score == 0 for text in CLEAN.values())


@pytest.mark.parametrize(
    "text",
    [
        "__年，全站完成任务。",
        "在___和领导的关心下",
        "XX市水务局",
        "推动xx创新发展",
        "到20xx年，实现目标",
        "本人是200*年11月调入的",
        "本人是201x年11月调入的",
        "本人是200X年11月调入的",
        "××同志",
        "20××年",
    ],
)
def test_redaction_marks_are_flagged(text: str) -> None:
    assert "redacted" in flagged(text + "\n后面的话。")


@pytest.mark.parametrize(
    "text", ["XX染色体", "尺码XXL", "if __name__ == '__main__':", "3×4=12", "**重点**在此", "size: xx-large", "2**3"]
)
def test_what_looks_like_a_redaction_mark_is_not_flagged(text: str) -> None:
    assert "redacted" not in flagged(text + "\n后面的话。")


PROSE = "渠修好以后，水从山脚一直流到村口，沿渠的人家都在门前种上了柳树和菜。"


@pytest.mark.parametrize(
    ("end", "unfinished"),
    [
        (PROSE, False),
        ("渠修好以后，水从山脚一直流到村口，沿渠的人家都在门前种上了柳树和", True),
        ("六、加强监督检查和档案整理", True),
        ("县水务站", False),
        ("2024年6月25日", False),
        ("渠修好以后，", True),
        ("（记者 王某）", False),
    ],
)
def test_a_text_that_stops_short_is_unfinished(end: str, unfinished: bool) -> None:
    assert ("unfinished" in flagged("\n".join([PROSE, PROSE, end]))) is unfinished


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_text_has_no_flag(name: str) -> None:
    assert flagged(CLEAN[name]) == ()


def test_the_report_is_finished_though_its_last_line_is_a_date() -> None:
    assert flagged(REPORT) == ()


@given(st.text(max_size=200))
def test_ratios_are_ratios(text: str) -> None:
    found = figures(text)
    ratios = (found.han_ratio, found.duplicate_line_ratio, found.digit_ratio, found.symbol_ratio, found.stop_word_ratio)
    assert all(0 <= ratio <= 1 for ratio in (*ratios, found.spam_score))


class TestUnfinished:
    WHOLE = "渠水长流，两岸的人家都靠它灌田，年年如此，从来没有断过哪怕一天。"
    CUT = "水门修好以后，夏天再没有断过水，大家都说这是好"

    def flagged(self, *lines: str) -> bool:
        blocks = [Block(line, seq=n) for n, line in enumerate(lines)]
        return "unfinished" in flags(blocks, "\n".join(lines))

    def test_the_last_sentence_has_to_be_one(self) -> None:
        """24 characters with a mark inside: what is shorter may be a signature or a place."""
        assert len(self.CUT) < 24 <= len(self.CUT + "事情啊")
        assert self.flagged(self.WHOLE, self.WHOLE, self.CUT + "事情啊")
        assert not self.flagged(self.WHOLE, self.WHOLE, self.CUT)

    def test_a_text_without_stops_says_nothing_by_having_none_at_its_end(self) -> None:
        bare = self.WHOLE[:-1]
        cut = self.CUT + "事情啊"
        assert self.flagged(self.WHOLE, self.WHOLE, self.WHOLE, bare, bare, cut)  # three of five end in a stop
        assert not self.flagged(self.WHOLE, self.WHOLE, bare, bare, bare, cut)

    def test_short_lines_are_no_prose_that_could_end_in_a_stop(self) -> None:
        """Of 30 characters and more: what is shorter may be an entry, a name or a heading."""
        cut, entry = self.CUT + "事情啊", "渠首闸门值班室负责人与联系办法及换班时间"
        assert len(entry) < 30 <= len(self.WHOLE)
        assert self.flagged(self.WHOLE, self.WHOLE, entry, entry, entry, cut)

    def test_a_comma_at_the_end_is_one_at_any_length(self) -> None:
        assert self.flagged(self.WHOLE, self.WHOLE, "后来，")

    @pytest.mark.parametrize(
        ("last", "cut"),
        [
            (f"{CUT}事", True),  # of 24 characters
            ("水务局，于2024年6月25日写在渠首闸门值班室里边", False),  # signed
            ("水门修好以后，夏天再没有断过水，大家都说这是好事情　", True),
            ("青江县城关镇水务局河道与渠系管理站值班室主任办公室", False),  # a name, at any length
            ("2024年6月25日以后，夏天再没有断过水，大家都说这是好事情", True),  # a date at its beginning signs nothing
        ],
    )
    def test_what_the_last_line_is(self, last: str, cut: bool) -> None:
        assert self.flagged(self.WHOLE, self.WHOLE, last) is cut

    def test_a_line_of_thirty_characters_is_prose(self) -> None:
        whole, cut = "渠" * 29 + "。", self.CUT + "事情啊"
        assert self.flagged(whole, cut)
        assert not self.flagged(whole[1:], cut)
        assert not self.flagged(whole, whole[:-1] + "渠", "渠" * 30, cut)

    @pytest.mark.parametrize(
        ("kind", "cut"), [("paragraph", True), ("item", True), ("heading", True), ("table", False), ("pre", False)]
    )
    def test_prose_alone_is_unfinished(self, kind: str, cut: bool) -> None:
        lines = [self.WHOLE, self.WHOLE, "六、加强监督检查和档案整理"]
        blocks = [*map(Block, lines[:2]), Block(lines[2], kind=kind)]
        assert ("unfinished" in flags(blocks, "\n".join(lines))) is cut
        below = [*blocks, Block("渠\t闸", kind="table")]
        assert "unfinished" not in flags(below, "\n".join(b.text for b in below))


@pytest.mark.parametrize(
    "text",
    [
        "水利常识试题\n1.______是修渠的主管部门。\n2.渠长______公里。",
        "1.渠首在______。\nA.山上\nB.村口\n2.渠尾在______。\nA.田里\nB.河边",
    ],
)
def test_the_blanks_of_an_exam_are_no_redaction(text: str) -> None:
    assert "redacted" not in flagged(text)


def test_what_is_taken_out_of_an_exam_is_flagged_all_the_same() -> None:
    assert "redacted" in flagged("水利常识试题\n1.______是XX市的主管部门。")


@pytest.mark.parametrize("last", ["乙方的工作时间从", "水务站将", "甲方和", "所需的料由"])
def test_a_text_that_stops_at_a_word_no_sentence_ends_with_is_unfinished(last: str) -> None:
    assert "unfinished" in flagged(f"{HANS}\n{last}")


@pytest.mark.parametrize("last", ["村里的水渠至今存在", "这条渠的现在", "青江县水务局"])
def test_a_last_line_that_only_looks_so_is_finished(last: str) -> None:
    assert "unfinished" not in flagged(f"{HANS}\n{last}")


def test_question_marks_amid_a_sentence_are_lost_characters_where_a_page_was_damaged() -> None:
    text = f"{HANS}\n我们从爱水开始???我们身边一条条渠更宽阔。"
    line = [Block(text)]
    assert "damaged" in flags(line, text, repaired=True)
    assert "damaged" not in flags(line, text)
    assert "damaged" not in flags([Block("真的吗???")], "真的吗???", repaired=True)
    assert "damaged" in flagged("渠??水从山??里来，人??笑了。")
    assert "damaged" in flagged("渠\ufffd水从山\ufffd里来，人\ufffd笑了。")
    assert "damaged" not in flagged("渠\ufffd水从山\ufffd里来。")
