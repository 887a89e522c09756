"""Annotations are a site's only where the page proves it: primers, glosses and poems keep theirs."""

from __future__ import annotations

import random
import re

import pytest
from bytestream_pages import PARAGRAPHS, PRIMER, page, table

from cleaners.policy import Context
from cleaners.restoration.bytestream import gate, inserted, lexicon
from cleaners.restoration.bytestream.damage import Site
from cleaners.restoration.bytestream.evidence import astride, page_table
from schemas.records import Block

KEPT = [
    "這孩子是看著長(zhǎng)大的。",
    "银行(háng)旁边的树长(zhǎng)高了。",
    "龜(guī)裂的土地，殭(jiāng)硬的手，顴(quán)骨很高。",
    "学(xué)而时习(xí)之，不亦说(yuè)乎。",
    "學(xué)而(ér)時習之，不亦說(yuè)乎。",
    "學(xué)校里學生很多，學習也好。",
    "他姓單(shàn)，不是簡單的單。",
    "會(kuài)計人員參加會議。",
    "参(shēn)加(jiā)考(kǎo)试(shì)",
    "床前明月光(guāng)，疑是地上霜(shuāng)。",
    "函數f(a)和g(an)，集合(e)。",
    "選項(a)：進步；選項(e)：學習。",
    "重(chóng)新開始，重(zhòng)要的是堅持。",
    "發(fā)展和理髮(fà)，頭髮長了，發現問題。",
    "漢字「麼」讀(me)，也讀(mó)。",
    "經(jīng)常，已經，經過。",
    "English (he) and (men) and (a) words.",
    "日本語では学(まな)ぶと読む。",
    "한국어(學) 문장입니다.",
    "細(xì)活(huó)兒(er)",
    "國(guó)王(wáng)",
    "他姓單(shan)，住在解(xie)家村。",
    "這個詞讀作會(kuai)計，不讀會(hui)計。",
    "北京(Beijing)和上海(Shanghai)之間有高鐵(gaotie)。",
    "他們(they)和我們(we)在這(here)裡(in)，你們(men)好。",
]


def restored(*lines: str) -> list[str]:
    blocks, _ = gate.restore([Block(line, seq=n) for n, line in enumerate(lines)], Context())
    return [block.text for block in blocks]


@pytest.mark.parametrize("line", KEPT)
def test_glosses_stay(line: str) -> None:
    assert restored(line) == [line]


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("據統(tǒng)計，今年收成很好。", "據統計，今年收成很好。"),
        ("他們在沙發(fā)上睡著了。", "他們在沙發上睡著了。"),
        ("兩國達(dá)成協(xié)議，立即停火。", "兩國達成協議，立即停火。"),
    ],
)
def test_a_short_text_goes_by_what_sites_annotate(line: str, plain: str) -> None:
    assert restored(line) == [plain]


def test_a_character_annotated_and_bare_is_no_site_s_work() -> None:
    lines = ["學(xué)習要認真。", "我們學習了一天。"]
    assert restored(*lines) == lines


def test_the_evidence_is_the_whole_page_s() -> None:
    assert page_table(["調(diào)查了三天。"]) is None
    found = page_table(["調(diào)查了三天。", "業(yè)務很熟，學(xué)得很快。"])
    assert found is not None
    assert found.readings == {"調": "diào", "業": "yè", "學": "xué"}


def test_a_page_s_table_is_what_was_annotated() -> None:
    site = Site(table(4))
    bad, gold = page(site, 4)
    found = page_table(bad)
    assert found is not None
    written = set("".join(gold))
    assert {char for char, _ in site.table if char in written} >= set(found.readings)
    assert all(dict(site.table)[char] == sound for char, sound in found.readings.items())


def test_astride_a_character_and_a_letter() -> None:
    assert astride("Y", "jié", lexicon.sounds())  # 結 is BD59
    assert not astride("Q", "jié", lexicon.sounds())
    assert astride("?", "gè", lexicon.sounds())  # 個 is 8280, and 80 alone is shown as ?


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_generated_primers_stay(seed: int, share: float) -> None:
    """Characters glossed here and there, in Traditional and in Simplified text, are a reader's help."""
    rnd = random.Random(seed)
    readings = lexicon.conversion().readings
    simplified = lexicon.conversion().simplified
    sounds = {**{s: readings[t][0] for t, s in simplified.items()}, **{t: r[0] for t, r in readings.items()}}
    other = {char: rnd.choice(["de", "shì", "yī", "rén"]) for line in PARAGRAPHS for char in line if char >= "一"}
    for fold in (False, True):
        lines = ["".join(simplified.get(c, c) if fold else c for c in line) for line in PARAGRAPHS]
        primer = [
            "".join(
                c + f"({sounds.get(c) or other.get(c, 'yī')})" if "一" <= c <= "鿿" and rnd.random() < share else c
                for c in line
            )
            for line in lines
        ]
        assert restored(*primer) == primer
        assert restored(*lines) == lines


def test_a_poem_with_every_character_read_stays() -> None:
    assert restored(*PRIMER) == PRIMER


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.6, 1.0])
def test_primers_without_tones_stay(share: float) -> None:
    """A learner's page glosses a character here, and leaves it bare there; or it glosses every one."""
    rnd = random.Random(7)
    for traditional in (False, True):
        forms = {} if traditional else lexicon.conversion().simplified
        lines = ["".join(forms.get(char, char) for char in line) for line in PARAGRAPHS]
        primer = [
            "".join(
                f"{char}({min(sounds)})" if (sounds := _toneless(char)) and rnd.random() < share else char
                for char in line
            )
            for line in lines
        ]
        assert restored(*primer) == primer


def test_hard_characters_glossed_wherever_they_stand_stay() -> None:
    """An author who glosses a hard character each time annotates no common one."""
    lines = [
        "饕(tao)餮(tie)纹是青铜器上的纹饰，簋(gui)和彝(yi)上常有，觚(gu)上也有。",
        "这件簋(gui)高二十厘米，口沿下饰饕(tao)餮(tie)纹，足上饰夔(kui)纹。",
        "彝(yi)用来盛酒，觚(gu)用来饮酒，夔(kui)纹常见于彝(yi)的肩部。",
    ]
    assert restored(*lines) == lines


def _toneless(char: str) -> frozenset[str]:
    of = lexicon.sounds(toned=False).of.get(char)
    return frozenset(of) if of else lexicon.toneless_readings().get(char, frozenset())


def test_readings_without_tones_go_where_common_characters_have_them_wherever_they_stand() -> None:
    """A site that puts readings behind common characters of its choice, in Simplified text, broke nothing else."""
    rnd = random.Random(3)
    forms = lexicon.conversion().simplified
    gold = ["".join(forms.get(char, char) for char in line) for line in PARAGRAPHS]
    chars = sorted({char for line in gold for char in line if char in lexicon.toneless_readings()})
    table = {char: rnd.choice(sorted(lexicon.toneless_readings()[char])) for char in rnd.sample(chars, len(chars) // 4)}
    bad = ["".join(f"{char}({table[char]})" if char in table else char for char in line) for line in gold]
    assert bad != gold
    assert inserted.page_table(bad) == set(table.items()) and inserted.page_table(gold) == set()
    blocks, edits = gate.restore([Block(line, seq=n) for n, line in enumerate(bad)], Context())
    assert [block.text for block in blocks] == gold
    assert sum(edit.count for edit in edits) == sum(line.count("(") for line in bad)
    for edit in edits:
        assert bad[edit.block][edit.start :].startswith(edit.before)
        assert edit.certainty == "likely"


def test_readings_written_twice_are_proof_though_the_character_stands_bare_elsewhere() -> None:
    line = "渠水(shui)(shui)到了(le)(le)村里(li)，孩子在(zai)堤上跑，水(shui)(shui)車轉了(le)(le)，麥子也(ye)返青，人(ren)都來看水(shui)(shui)。"
    more = "水渠修成，水(shui)(shui)大了(le)(le)，里(li)外在(zai)說，人(ren)人也(ye)高興，車(che)上坐着孩(hai)子，車(che)走得(de)慢。"
    plain = [re.sub(r"\([a-z]+\)", "", text) for text in (line, more)]
    blocks, edits = gate.restore([Block(text, seq=n) for n, text in enumerate((line, more))], Context())
    assert [block.text for block in blocks] == plain
    assert {edit.before for edit in edits} == {"(shui)(shui)"}
    once = [re.sub(r"(\([a-z]+\))\1", r"\1", text) for text in (line, more)]
    assert inserted.page_table(once) == set()


def test_the_tables_say_where_they_are_from() -> None:
    from importlib.resources import files

    for name in ("readings.tsv", "annotated.tsv", "syllables.tsv"):
        text = (files("cleaners.lexicons") / name).read_text(encoding="utf-8")
        assert "Source" in text.split("\n#")[0] + text[:400]


def test_what_sites_annotate_is_read_so() -> None:
    readings = lexicon.conversion().readings
    for char, (sound, _) in lexicon.annotated_by_sites().items():
        assert sound in readings[char]
