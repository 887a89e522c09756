"""Any bytes to the right text: whole pages, damaged pages, lying pages, and what is no text."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import seconds

from cleaners.decoding.decoder import decode

HANS = "县图书馆从下个月起延长开放时间，周末也不休息。读者可以凭身份证办理借书证，每次最多借十本。"
HANT = "縣圖書館從下個月起延長開放時間，週末也不休息。讀者可以憑身分證辦理借書證，每次最多借十本。"
JAPANESE = "町の図書館は来月から開館時間を延ばします。週末も休みません。カードを作れば十冊まで借りられます。"
KOREAN = "군립 도서관은 다음 달부터 개관 시간을 늘립니다. 주말에도 쉬지 않으며 한 번에 열 권까지 빌릴 수 있습니다."
CLASSICAL = "子曰：學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？"

FAMILY = [
    (HANS, "gb18030"),
    (HANT, "gb18030"),
    (CLASSICAL, "gb18030"),
    (HANT, "cp950"),
    (HANT + "我哋嘅圖書館喺呢度。", "big5hkscs"),
    (CLASSICAL, "cp950"),
    (JAPANESE, "cp932"),
    (JAPANESE, "euc_jp"),
    (JAPANESE, "gb18030"),
    (KOREAN, "cp949"),
    (KOREAN, "johab"),
]


@pytest.mark.parametrize(("text", "codec"), FAMILY)
def test_a_text_comes_back_from_every_codec_of_the_family(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert decoded.lost == ()
    assert decoded.rejection is None


@pytest.mark.parametrize("text", [HANS, HANT, JAPANESE, KOREAN, CLASSICAL, "plain ASCII", "naïve café — Zürich", ""])
def test_utf8_is_exact_and_unchanged(text: str) -> None:
    decoded = decode(text.encode())
    assert (decoded.text, decoded.encoding, decoded.certainty) == (text, "utf-8", "exact")


@pytest.mark.parametrize("length", range(3, 12))
@pytest.mark.parametrize(
    ("text", "codec"), [(HANS, "gb18030"), (HANT, "cp950"), (JAPANESE, "cp932"), (KOREAN, "cp949")]
)
def test_a_few_characters_are_enough(text: str, codec: str, length: int) -> None:
    assert decode(text[:length].encode(codec)).text == text[:length]


@pytest.mark.parametrize(
    "declared",
    [
        "gbk",
        "gb2312",
        "GB_2312-80",
        "utf-8",
        "big5",
        "shift_jis",
        "euc-kr",
        "iso-8859-1",
        "windows-1251",
        "no-such-thing",
    ],
)
def test_a_declaration_is_a_prior_and_not_the_judge(declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"><title>通知</title></head><body><p>{HANS}</p></body></html>'
    assert decode(page.encode("gbk")).text == page
    assert decode(HANS.encode("gbk"), content_type=f"text/html; charset={declared}").text == HANS
    assert decode(page.encode(), content_type=f"text/html; charset={declared}").text == page


@pytest.mark.parametrize(
    "codec", ["utf-7", "rot13", "zip", "base64", "hex", "idna", "unicode_escape", "undefined", "mbcs"]
)
def test_codecs_that_no_page_should_name_are_ignored(codec: str) -> None:
    page = f'<meta charset="{codec}"><p>1 +AGE- {HANS}</p>'
    assert decode(page.encode("gbk"), content_type=f"text/html; charset={codec}").text == page


def test_a_declaration_settles_what_the_bytes_leave_open() -> None:
    word = "資料"
    for codec in ("gb18030", "big5", "shift_jis", "euc-jp"):
        assert decode(word.encode(codec), content_type=f"text/plain; charset={codec}").text == word


FEED = b'<?xml version="1.0" encoding="%s"?><rss><title>%s</title><link>http://example.org/a</link></rss>'


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [
        ("big5", "cp950", "〔x〕"),
        ("big5", "cp950", "《Title》"),
        ("shift_jis", "cp932", "ｱｲｳ ABC"),
        ("gb2312", "gbk", "A，B"),
    ],
)
def test_a_declaration_breaks_the_tie_of_a_few_bytes(declared: str, codec: str, text: str) -> None:
    decoded = decode(FEED % (declared.encode(), text.encode(codec)))
    assert text in decoded.text


@pytest.mark.parametrize("text", ["café au lait", "Müller, Größe, Straße, Jürgen", "São João, coração, não, avião"])
@pytest.mark.parametrize("declared", ["big5", "shift_jis", "euc-kr"])
def test_words_of_a_few_letters_are_no_tie(declared: str, text: str) -> None:
    assert text in decode(FEED % (declared.encode(), text.encode("latin-1"))).text


def test_right_declaration_on_damaged_bytes() -> None:
    page = f'<html><head><meta charset="gbk"></head><body><p>{HANS}</p><p>{HANS}</p></body></html>'
    start = page.index(HANS[20:24])
    data = page[:start].encode("gbk") + b"\xff" + page[start:].encode("gbk")
    decoded = decode(data)
    assert decoded.encoding == "gb18030"
    assert decoded.lost == ((start, start + 1),)
    assert decoded.text == page[:start] + "\ufffd" + page[start:]


def test_big5_with_the_eten_extensions() -> None:
    text = "他在裏面持之以恒，化粧品放在碁盤旁邊，墻上掛著嫺靜的畫。"
    assert decode(text.encode("cp950")).text == text


def test_the_euro_sign_of_gbk() -> None:
    text = "门票价格为 €12，儿童票 €6，团体票另议。附注：欧元（€）可以直接使用。"
    data = b"\x80".join(part.encode("gbk") for part in text.split("€"))
    decoded = decode(data)
    assert decoded.text == text
    assert decoded.lost == ()


def test_a_stray_0x80_between_han_is_not_money() -> None:
    data = HANS[:9].encode("gbk") + b"\x80" + HANS[9:].encode("gbk")
    decoded = decode(data)
    assert decoded.text == HANS[:9] + "\ufffd" + HANS[9:]
    assert decoded.lost == ((9, 10),)


def test_four_bytes_of_gb18030() -> None:
    text = "㐂㐄和𠀀𠀁这几个字很少见，大字典里才查得到，𪚥是最繁的。"
    assert decode(text.encode("gb18030")).text == text


@pytest.mark.parametrize("cut", [1, 2])
def test_utf8_cut_in_its_last_character(cut: int) -> None:
    decoded = decode(HANS[:-1].encode() + HANS[-1].encode()[:-cut])
    assert decoded.text == HANS[:-1] + "\ufffd"
    assert decoded.lost == ((len(HANS) - 1, len(HANS)),)
    assert decoded.encoding == "utf-8"


@pytest.mark.parametrize("cut", [1, 2])
def test_utf8_cut_in_its_first_character(cut: int) -> None:
    decoded = decode(HANS.encode()[cut:])
    assert decoded.text.lstrip("\ufffd") == HANS[1:]
    assert decoded.encoding == "utf-8"


@pytest.mark.parametrize("byte", [0x80, 0x9D, 0xC0, 0xE4, 0xFF])
def test_utf8_with_a_stray_byte(byte: int) -> None:
    data = HANS[:12].encode() + bytes([byte]) + HANS[12:].encode()
    decoded = decode(data)
    assert decoded.text == HANS[:12] + "\ufffd" + HANS[12:]
    assert decoded.lost == ((12, 13),)


@pytest.mark.parametrize("codec", ["gbk", "big5"])
def test_a_page_that_is_ascii_but_for_one_word(codec: str) -> None:
    word = "圖書館" if codec == "big5" else "图书馆"
    page = "<p>The sign above the door says " + word + ", which is what they call the library here.</p>\n" * 3
    assert decode(page.encode(codec)).text == page


def test_markup_does_not_drown_the_text() -> None:
    head = "<script>" + "var a=function(x){return x+1};" * 400 + "</script><style>" + ".a{color:red}" * 400 + "</style>"
    page = f"<html><head>{head}</head><body><div class='x' id='y'><p>{HANT}</p></div>{head}</body></html>"
    assert decode(page.encode("cp950")).text == page


def test_the_bug_of_four_letters() -> None:
    assert decode("联通".encode("gbk")).text == "联通"


def test_nuls_go_and_are_counted() -> None:
    decoded = decode(HANS[:10].encode("gbk") + b"\0\0\0" + HANS[10:].encode("gbk"))
    assert (decoded.text, decoded.nuls, decoded.encoding) == (HANS, 3, "gb18030")
    decoded = decode(HANS[:10].encode() + b"\0" + HANS[10:].encode())
    assert (decoded.text, decoded.nuls, decoded.encoding) == (HANS, 1, "utf-8")


def test_a_replacement_character_that_stands_in_the_bytes_is_no_loss() -> None:
    text = HANS + "\ufffd" + HANS
    assert decode(text.encode()).lost == ()
    decoded = decode(text.encode() + b"\xff" + HANS.encode())
    assert decoded.lost == ((len(text), len(text) + 1),)


def test_a_wide_margin_without_loss_is_proved_and_loss_is_likely() -> None:
    assert decode((HANS * 4).encode("gbk")).certainty == "proved"
    assert decode((HANS * 4).encode("gbk") + b"\xff").certainty == "likely"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Съешь же ещё этих мягких французских булок, да выпей чаю.", "cp1251"),
        ("Съешь же ещё этих мягких французских булок, да выпей чаю.", "koi8-r"),
        ("Vous êtes très élégante, Élodie ; où étiez-vous à Noël ?", "cp1252"),
        ("Die Größe der Straße überrascht, und später gibt es Käse.", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy.", "cp1250"),
        ("Ξεσκεπάζω την ψυχοφθόρα βδελυγμία και φεύγω.", "cp1253"),
        ("דג סקרן שט בים מאוכזב ולפתע מצא חברה", "cp1255"),
        ("เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน", "cp874"),
    ],
)
def test_single_byte_encodings_are_not_taken_for_chinese(text: str, codec: str) -> None:
    assert decode(text.encode(codec)).text == text


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(data: bytes) -> None:
    decoded = decode(data)
    for start, end in decoded.lost:
        assert set(decoded.text[start:end]) == {"\ufffd"}
    assert "\0" not in decoded.text


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_mutated_pages_do_not_raise_and_lose_only_what_is_marked(data: st.DataObject) -> None:
    text, codec = data.draw(st.sampled_from(FAMILY))
    page = bytearray(f"<html><meta charset=gbk><p>{text}</p></html>".encode(codec))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(page) - 1))
        kind = data.draw(st.sampled_from(["set", "cut", "put"]))
        if kind == "set":
            page[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del page[at : at + data.draw(st.integers(1, 5))]
        else:
            page[at:at] = data.draw(st.binary(min_size=1, max_size=4))
        page = page or bytearray(b"x")
    decoded = decode(
        bytes(page), content_type=data.draw(st.sampled_from([None, "text/html; charset=utf-8", "\0;charset="]))
    )
    marked = {at for start, end in decoded.lost for at in range(start, end)}
    if b"\xef\xbf\xbd" not in page:
        assert marked == {at for at, char in enumerate(decoded.text) if char == "\ufffd"}


@given(st.text(max_size=200).filter(lambda t: "\0" not in t and not t.startswith("\ufeff")))
@settings(max_examples=200, deadline=None)
def test_long_utf8_with_its_mark_is_always_itself(text: str) -> None:
    decoded = decode(b"\xef\xbb\xbf" + text.encode())
    assert decoded.text == text or decoded.rejection is not None  # nothing but control characters


LONG = {
    "utf-8": HANS.encode() + b"\n",
    "gbk": HANS.encode("gbk") + b"\n",
    "one line": HANS.encode("gbk"),
    "a stray byte a line": HANS.encode() + b"\xff\n",
    "two encodings a line": HANS[:9].encode() + HANS[9:20].encode("gbk") + b"\n",
    "two encodings without lines": HANS[:9].encode() + HANS[9:20].encode("gbk"),
    "euro signs": HANS.encode("gbk") + b"\x80",
    "lead bytes": b"\x81",
    "invalid bytes": b"\xff",
    "hz": b"~{VPND~}~{",
    "escapes": b"\x1b$B\x1b(B\x1b$)A\x0e",
    "open tags": b"<\xd6\xd0",
    "replacement characters": b"\xef\xbf\xbd\xff",
    "wide": HANS.encode("utf-16-le"),
}


@pytest.mark.parametrize("name", LONG)
def test_time_grows_with_the_length_and_no_faster(name: str) -> None:
    unit = LONG[name]
    spent = []
    for size in (1 << 16, 1 << 18):
        data = (unit * (size // len(unit) + 1))[:size]
        spent.append(seconds(lambda: decode(data), 2))  # noqa: B023 (called at once)
    assert spent[1] < 12 * max(spent[0], 0.02)  # four times the bytes


@pytest.mark.long
def test_fifty_megabytes() -> None:
    rng = random.Random(5)
    for unit in (*LONG.values(), rng.randbytes(4096)):
        start = time.process_time()
        decode((unit * (50_000_000 // len(unit) + 1))[:50_000_000])
        assert time.process_time() - start < 60


def test_a_plain_utf8_page_costs_little_more_than_its_decode() -> None:
    data = (f"<p class='a'>{HANS}</p>\n" * 20_000).encode()
    spent = {}
    for name, run in (("plain", bytes.decode), ("ours", decode)):
        spent[name] = seconds(lambda: run(data), 5)  # noqa: B023 (called at once)
    assert spent["ours"] < 3 * spent["plain"] + 0.002


def test_surrogate_pairs_written_as_utf8_are_characters_again() -> None:
    text = "今天的风很大。" + "孩子们在河边放风筝😀，笑声传得很远🎉。" * 5
    wide = text.encode("utf-16-be")
    units = [int.from_bytes(wide[at : at + 2], "big") for at in range(0, len(wide), 2)]
    decoded = decode(b"".join(chr(unit).encode("utf-8", "surrogatepass") for unit in units))
    assert (decoded.text, decoded.encoding, decoded.lost) == (text, "utf-8", ())


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("－貓－影－狗－貓－影－", "cp950"),
        ("★☆★☆ 新年快樂 ☆★☆★", "cp950"),
        ("→回首頁　→留言板", "cp950"),
        ("﹝圖﹞今日午餐", "cp950"),
        ("電話：（０２）２３４５－６７８９", "cp950"),
        ("ＱＱ群：１２３４５６", "gb18030"),
        ("電子日記[基地]　〜　アジト　〜", "euc_jp"),
        ("↓↓↓ 続きを読む ↓↓↓", "cp932"),
        ("２０２４年３月１５日（金）", "cp932"),
        ("大韓民國近代文學史", "cp949"),
        ("☆ 오늘의 일기 ☆", "cp949"),
    ],
)
def test_signs_around_a_few_words_do_not_mislead(text: str, codec: str) -> None:
    data = text.encode("euc_jis_2004" if codec == "euc_jp" else codec)
    page = b"\t<title>" + data + b"</title>\n\t<link>http://blog.example.com/</link>"
    wanted = "\t<title>" + text + "</title>\n\t<link>http://blog.example.com/</link>"
    assert decode(page).text.replace("～", "〜") == wanted


def test_thai_with_chance_utf8_forms_in_it_is_thai() -> None:
    text = "วันนี้มีงานหนังสือในเมือง ผู้อ่านได้พบกับนักเขียนหลายคน"
    assert decode(text.encode("cp874")).text == text


@pytest.mark.parametrize("text", ["Сегодня в городе прошёл праздник книги", HANS, "Où êtes-vous né, à l’hôtel ?"])
def test_utf8_with_a_stray_byte_a_word_stays_utf8(text: str) -> None:
    data = b"".join(text[n : n + 5].encode() + b"\xfe" for n in range(0, len(text), 5))
    assert decode(data).text.replace("\ufffd", "") == text


def test_every_sign_of_the_table_is_one_character_once() -> None:
    from cleaners.decoding.signs import SIGNS

    for signs in SIGNS.values():
        assert all(len(sign) == 1 and 8 <= bits <= 16 for sign, bits in signs.items())
