"""Pages in two encodings are decided run by run."""

from __future__ import annotations

import pytest

from cleaners.decoding.decoder import decode
from cleaners.decoding.mixed import has_utf8_run

HANS = "渔村的孩子放学后都去码头帮忙，拣鱼、补网、冲洗甲板。\n晚饭时家家门口飘出姜葱的香味，海风把它吹得很远。\n"
HANT = "漁村的孩子放學後都去碼頭幫忙，揀魚、補網、沖洗甲板。\n晚飯時家家門口飄出薑蔥的香味，海風把它吹得很遠。\n"
LINE = "转载自渔业协会的通讯，二〇一九年第三期。"


@pytest.mark.parametrize(("page", "fragment"), [("gb18030", "utf-8"), ("utf-8", "gb18030")])
def test_a_line_of_the_other_encoding(page: str, fragment: str) -> None:
    data = (HANS * 3).encode(page) + LINE.encode(fragment) + b"\n" + HANS.encode(page)
    decoded = decode(data)
    assert decoded.text == HANS * 3 + LINE + "\n" + HANS
    assert set(decoded.encoding.split("+")) == {page, fragment}
    assert decoded.certainty == "likely"
    assert decoded.lost == ()


@pytest.mark.parametrize(("page", "fragment"), [("gb18030", "utf-8"), ("utf-8", "gb18030")])
@pytest.mark.parametrize("place", [0, 7, 27])
def test_a_fragment_inside_a_line(page: str, fragment: str, place: int) -> None:
    data = HANS.encode(page) + HANS[:place].encode(page) + LINE.encode(fragment) + HANS[place:].encode(page)
    assert decode(data).text == HANS + HANS[:place] + LINE + HANS[place:]


@pytest.mark.parametrize(("page", "fragment"), [("cp950", "utf-8"), ("utf-8", "cp950")])
def test_traditional_pages(page: str, fragment: str) -> None:
    line = "轉載自漁業協會的通訊。"
    data = (HANT * 2).encode(page) + line.encode(fragment) + b"\n" + HANT.encode(page)
    assert decode(data).text == HANT * 2 + line + "\n" + HANT


def test_markup_around_a_fragment() -> None:
    head, tail = "<html><body><div>", "</div><p>" + HANS + "</p></body></html>"
    data = (head + HANS).encode("gbk") + f"<p>{LINE}</p>".encode() + tail.encode("gbk")
    assert decode(data).text == head + HANS + f"<p>{LINE}</p>" + tail


@pytest.mark.parametrize("codec", ["gb18030", "cp950", "cp932", "euc_jp", "cp949"])
def test_a_page_of_one_encoding_is_not_taken_apart(codec: str) -> None:
    text = {
        "cp950": HANT,
        "cp932": "港の子は網を繕う。\n",
        "euc_jp": "港の子は網を繕う。\n",
        "cp949": "어촌의 아이들은 그물을 깁는다.\n",
    }
    page = text.get(codec, HANS) * 5
    decoded = decode(page.encode(codec))
    assert decoded.text == page
    assert "+" not in decoded.encoding


def test_a_few_stray_bytes_are_not_made_into_characters() -> None:
    data = HANS.encode()
    for stray in (b"\xff", b"\xe5\xff\x91", b"\x91\xbc", b"\xb0"):
        decoded = decode(data[:30] + stray + data[30:])
        assert decoded.text.replace("\ufffd", "") == HANS
        assert decoded.encoding == "utf-8"


def test_runs_of_utf8_are_found_by_their_shape() -> None:
    assert has_utf8_run(b"abc" + "渔村".encode() + b"abc")
    assert not has_utf8_run("渔".encode())
    assert not has_utf8_run("渔村的孩子".encode("gb2312"))
