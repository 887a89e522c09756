"""Which script a text is in, and conversion of what is in the other one and of nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SHARED

from cleaners.policy import Context, Policy
from cleaners.scripts import converting
from cleaners.scripts.detection import hant_characters
from schemas.records import Block, Edit

HANS = "我们在会议上讨论了今后的发展计划，大家都觉得很有意义。"
HANT = "我們在會議上討論了今後的發展計畫，大家都覺得很有意義。"
TAIWAN = "他坐在房間裡看著螢幕，覺得這個軟體的預設值應該改一改。"
HONG_KONG = "佢話衞生署嘅網頁喺今日已經更新咗，請大家留意。"
FORCED = "學會以后的工作范圍很廣，同各協會的關系也密切，干部都在會里面學習。"
JAPANESE = "この研究会では、来年の計画について話し合いました。"
CLASSICAL = "子曰：學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？"
KOREAN = "오늘은 날씨가 좋습니다. 우리는 學校에 갑니다."


def clean(*texts: str, to: str | None = "Hans", **fields: str | bool) -> tuple[list[str], tuple[Edit, ...]]:
    blocks = [Block(text, seq=n, **fields) for n, text in enumerate(texts)]  # type: ignore[arg-type]
    done, edits = converting.convert(blocks, Context(Policy(script=to)))
    return [b.text for b in done], edits


# Detection


@pytest.mark.parametrize(
    ("text", "script"),
    [
        (HANS, "Hans"),
        (HANT, "Hant"),
        (TAIWAN, "Hant-TW"),
        (HONG_KONG, "Hant-HK"),
        ("他在廚房裡煮飯，地上有點溼。", "Hant-TW"),
        ("我搭捷運去看影片展，還買了一台印表機。", "Hant-TW"),
        ("為了衞生，請在家裏洗手，説話時戴口罩。", "Hant-HK"),
        ("今日坐巴士去旺角買三文治，食完先返工。", "Hant-HK"),
        ("爲衆人所知的歷史，都寫在這本書裏。", "Hant"),
        (FORCED, "Hant"),
        (JAPANESE, "Jpan"),
        ("東京都渋谷区の天気", "Jpan"),
        ("経済産業省 図書館 駅前広場", "Jpan"),
        ("東京大学 横浜市 芸術学部", "Jpan"),
        (KOREAN, "Kore"),
        ("The quick brown fox jumps over the lazy dog.", "Latn"),
        ("Быстрая лиса прыгает через собаку", "Cyrl"),
        ("", "neutral"),
        ("2026-11-21 12:30", "neutral"),
        ("台上一床一灶，恒山在北。", "neutral"),  # variants that both writings have
        ("金木水火土", "neutral"),
        ("人之初，性本善。性相近。", "neutral"),
        ("我們去公園。\n" * 3 + "我们去公园。\n" * 3, "mixed"),
        (HANS + "\n" + HANT, "mixed"),
        ("Python 3.12 的新功能：更快的解释器", "Hans"),
        ("他在东京的「とうきょう」车站下了车，我们还没见到他。", "Hans"),  # a gloss is not Japanese prose
        ("这款の饮料很好喝，我们都喜欢。", "Hans"),
    ],
)
def test_detects(text: str, script: str) -> None:
    assert converting.detect_script(text) == script


def test_a_traditional_quotation_has_its_share() -> None:
    shares = converting.shares((HANS + "\n") * 6 + HANT)
    assert shares["Hans"] > 0.8 > 0.2 > shares["Hant"] > 0.1
    assert sum(shares.values()) == pytest.approx(1)
    assert converting.detect_script((HANS + "\n") * 30 + HANT) == "Hans"


def test_what_a_page_is_about_is_not_how_it_is_written() -> None:
    assert converting.detect_script("記者從九龍乘車到將軍澳，採訪立法會議員。") == "Hant"
    assert converting.detect_script("立法院與行政院昨天開會，討論民國以來的歷史。") == "Hant"


def test_words_that_others_hold_by_chance_tell_nothing() -> None:
    assert converting.detect_script("科學測試時，四川普通話節目發行銷售，公布希望，三米高的士兵在日本港口。") == "Hant"


def test_forced_traditional_is_told_from_true() -> None:
    assert converting.is_forced(FORCED)
    assert not converting.is_forced(
        "學會以後的工作範圍很廣，同各協會的關係也密切，幹部都在會裏面學習。皇后在公里碑旁。"
    )


def test_names_that_keep_a_character_do_not_make_a_page_traditional() -> None:
    assert converting.detect_script("魏徵直言进谏，陈昇写歌，乾县在陕西，於姓不多，刘堃与李喆是同学。") == "Hans"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HANS, "zh"),
        (HANT, "zh"),
        (HONG_KONG, "zh"),
        (HANS + "\n" + HANT, "zh"),
        (JAPANESE, "ja"),
        (KOREAN, "ko"),
        ("The story of the house that stood by the sea.", "en"),
        ("Быстрая лиса", ""),
        ("12:30", ""),
    ],
)
def test_language(text: str, code: str) -> None:
    assert converting.language(text) == code


# What is left alone


@pytest.mark.parametrize(
    "text",
    [
        HANS,
        JAPANESE,
        KOREAN,
        "成效显著，名著与著作权都受保护，他执着于此。",
        "他念道：「學而時習之」，我们都笑了，说这句话大家从小就会背。",
        "乾隆、魏徵、慰藉、瞭望塔与狼藉，都不必改。",
    ],
)
def test_text_that_is_not_traditional_goes_through_unchanged(text: str) -> None:
    assert clean(text) == ([text], ())


def test_no_policy_leaves_everything() -> None:
    assert clean(HANT, to=None) == ([HANT], ())


def test_a_classical_quotation_on_a_simplified_page_stays() -> None:
    texts, edits = clean(HANS, CLASSICAL, HANS)
    assert texts == [HANS, CLASSICAL, HANS] and not edits


def test_a_traditional_page_is_converted_with_its_classical_quotation() -> None:
    texts, _ = clean(HANT, CLASSICAL, HANT)
    assert texts[1] == "子曰：学而时习之，不亦说乎？有朋自远方来，不亦乐乎？"


def test_japanese_on_a_traditional_page_stays() -> None:
    texts, _ = clean(HANT, JAPANESE, "図書館と駅前の広場")
    assert texts[1:] == [JAPANESE, "図書館と駅前の広場"]


def test_a_japanese_page_stays_with_its_headings() -> None:
    page = ["開発環境", JAPANESE, "国会図書館", "國學院大學の歴史", "東京", JAPANESE]
    for to in ("Hans", "Hant", "Hant-TW", "Hant-HK"):
        assert clean(*page, to=to) == (page, ())


def test_a_japanese_name_on_a_chinese_page_stays() -> None:
    assert clean(HANS, "東京", HANS)[0][1] == "東京"
    assert clean(HANT, "学会", HANT, to="Hant")[0][1] == "学会"


def test_a_traditional_paragraph_of_a_simplified_page_is_converted() -> None:
    assert clean(HANS, HANT, HANS)[0] == [HANS, "我们在会议上讨论了今后的发展计划，大家都觉得很有意义。", HANS]


def test_code_protected_blocks_addresses_and_inline_code_stay() -> None:
    assert clean(HANT, kind="pre")[0] == [HANT]
    assert clean(HANT, protected=True)[0] == [HANT]
    text = "請見 https://zh.example.org/wiki/臺灣?from=後 與 https://a.example/b查看這裡，用 `變數` 表示變數。"
    assert clean(text)[0] == [
        "请见 https://zh.example.org/wiki/臺灣?from=後 与 https://a.example/b查看这里，用 `變數` 表示变数。"
    ]


def test_a_word_among_much_english_is_converted_with_its_page() -> None:
    texts, _ = clean(HANT, "Please see our terms of service and privacy policy: 條款", "The end of this document")
    assert texts[1:] == ["Please see our terms of service and privacy policy: 条款", "The end of this document"]


def test_candidates_go_with_the_page() -> None:
    blocks = [Block("后面的里程", role="title", seq=0), Block("乾杯", role="title", seq=1), Block(HANT, seq=2)]
    done, _ = converting.convert(blocks, Context())
    assert [b.text for b in done[:2]] == ["后面的里程", "干杯"]


# What is converted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "我們面臨著許多困難，應當著眼於長遠，跟著群眾著力解決。",
            "我们面临着许多困难，应当着眼于长远，跟着群众着力解决。",
        ),
        ("他的著作是名著，成效顯著，著名學者都讀過這部專著。", "他的著作是名著，成效显著，著名学者都读过这部专著。"),
        ("有著名的學者跟著老師學習，發揮著作用。", "有著名的学者跟着老师学习，发挥着作用。"),
        ("接著作了報告，著作權屬於編著者。", "接着作了报告，著作权属于编著者。"),
        (
            "獲得著作權，以身高著稱，是一著名選手；發揮著作用，有著作用，接著作答。",
            "获得著作权，以身高著称，是一著名选手；发挥着作用，有着作用，接着作答。",
        ),
        ("一批覆蓋全國的網點，社區畫展，比畫面更美。", "一批覆盖全国的网点，社区画展，比画面更美。"),
        ("曹雪芹著《紅樓夢》，我讀著《紅樓夢》。", "曹雪芹著《红楼梦》，我读着《红楼梦》。"),
        ("他沉著地站著，執著追求，衣著樸素。", "他沉着地站着，执着追求，衣着朴素。"),
        (
            "魏徵與文徵明都不在乾縣，陳昇在乾清門，那是乾符三年。",
            "魏徵与文徵明都不在乾县，陈昇在乾清门，那是乾符三年。",
        ),
        ("把餅乾烘乾，乾淨的毛巾，乾隆年間的徵稅。", "把饼干烘干，干净的毛巾，乾隆年间的征税。"),
        ("衞生署説：線上服務與綫下服務，枱上的糭。", "卫生署说：线上服务与线下服务，台上的粽。"),
        ("她覆核計畫，策畫覆函，祇是覆蓋不足，一再反覆。", "她复核计划，策划复函，只是覆盖不足，一再反复。"),
        ("音\uf914會的\uf95c曲", "音乐会的乐曲"),
        (FORCED, "学会以后的工作范围很广，同各协会的关系也密切，干部都在会里面学习。"),
        ("皇后以後到裡面去，頭髮發白，滿足於單純的喜悅。", "皇后以后到里面去，头发发白，满足于单纯的喜悦。"),
    ],
)
def test_to_simplified(before: str, after: str) -> None:
    assert clean(before)[0] == [after]
    assert converting.convert_script(before, "Hans") == after
    assert clean(after) == ([after], ())  # idempotent


def test_a_page_with_its_own_particle_keeps_the_other_character() -> None:
    """Where 着 is written for the particle, 著 is the verb, but for words that leave no doubt."""
    text = "他看着這本書，是某人所撰，某某合著；面臨著挑戰。他說着話走着路。"
    assert converting.convert_script(text, "Hans") == "他看着这本书，是某人所撰，某某合著；面临着挑战。他说着话走着路。"


@pytest.mark.parametrize(
    ("text", "to", "after"),
    [
        ("面条与后面的里程", "Hant", "麪條與後面的里程"),
        ("他在屋里看着群众", "Hant-TW", "他在屋裡看著群眾"),
        ("他在屋里说着卫生", "Hant-HK", "他在屋裏説着衞生"),
        ("他在屋裡看著群眾發愣。", "Hant", "他在屋裡看著群眾發愣。"),
        ("他在屋裡看著群眾發愣。", "Hant-HK", "他在屋裏看着羣眾發愣。"),
        ("乾杯", "Hans", "干杯"),
        (JAPANESE, "Hans", JAPANESE),
        (HANS, "Hans", HANS),
        (HANT, "Hant", HANT),
        ("", "Hans", ""),
    ],
)
def test_convert_script(text: str, to: str, after: str) -> None:
    assert converting.convert_script(text, to) == after


def test_to_another_script_by_policy() -> None:
    assert clean("我们在屋里看着群众。", HANT, to="Hant-TW")[0][0] == "我們在屋裡看著群眾。"
    assert clean(HANT, to="Hant")[0] == [HANT]
    assert clean(JAPANESE, to="Hant")[0] == [JAPANESE]


def test_an_unknown_script_is_an_error() -> None:
    with pytest.raises(ValueError, match="Hant-TW"):
        converting.convert_script("文", "Hanx")
    with pytest.raises(ValueError, match="Hant-TW"):
        clean("文", to="Hanx")


# The account


def test_a_page_has_one_edit_with_its_count_and_one_for_each_correction() -> None:
    texts, edits = clean("魏徵說：會議很長。", "開會的會場，魏徵在場。")
    assert texts == ["魏徵说：会议很长。", "开会的会场，魏徵在场。"]
    bulk, correction = edits
    assert (bulk.rule, bulk.block, bulk.count) == ("to-Hans", -1, 9)
    assert len(bulk.before) == len(bulk.after) == 6 and bulk.before[0] == "會" and "會会3" in bulk.detail
    assert (correction.rule, correction.block, correction.start) == ("correction-person", 0, 0)
    assert (correction.before, correction.after, correction.count) == ("魏徵", "魏徵", 2)
    assert correction.detail == "otherwise 魏征"


def test_every_difference_is_counted() -> None:
    before = [HANT, TAIWAN, HANS, "發佈於二零二六年"]
    texts, edits = clean(*before)
    changed = sum(a != b for old, new in zip(before, texts, strict=True) for a, b in zip(old, new, strict=True))
    assert edits[0].count == changed
    pairs = set(zip(edits[0].before, edits[0].after, strict=True))
    assert all((a, b) in pairs for x, y in zip(before, texts, strict=True) for a, b in zip(x, y, strict=True) if a != b)


CHARACTERS = "我們们會会學学後后裡里著着乾干，。\n這这的了國国体體は京 a1"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet=CHARACTERS, max_size=25), max_size=5))
def test_conversion_is_idempotent_and_keeps_lengths(texts: list[str]) -> None:
    once, _ = clean(*texts)
    assert [len(t) for t in once] == [len(t) for t in texts]
    assert clean(*once) == (once, ())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_detected_and_its_shares_add_up(text: str) -> None:
    assert converting.detect_script(text)
    shares = converting.shares(text)
    assert not shares or sum(shares.values()) == pytest.approx(1)
    assert converting.language(text) in ("zh", "ja", "ko", "en", "")


# The seeds


def seed(number: int) -> list[str]:
    found = sorted((SHARED / "seeds").glob(f"{number:03d}_*.txt"))
    if not found:
        pytest.skip("no seeds here")
    return found[0].read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize("number", [0, 2, 4])
def test_simplified_seeds_are_unchanged(number: int) -> None:
    lines = seed(number)
    assert clean(*lines) == (lines, ())


@pytest.mark.parametrize("number", [1, 3])
def test_forced_seeds_lose_every_traditional_character(number: int) -> None:
    lines = seed(number)
    texts, edits = clean(*lines)
    text = "\n".join(texts)
    assert hant_characters().isdisjoint(text)
    assert converting.detect_script(text) == "Hans"
    assert edits[0].count > 1_000
    assert clean(*texts) == (texts, ())
    if number == 1:
        assert text.count("面临着") == 2 and "着眼于" in text and "著名" in text and "显著" in text
