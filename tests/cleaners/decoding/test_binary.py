"""What is no text at all is told apart from damaged text."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
import zlib

import pytest

from cleaners.decoding.decoder import decode

TEXT = "说明书第三页：打开电源之前，请先检查接地线是否牢固。\n"


def made_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("说明.txt", TEXT)
    return out.getvalue()


def made_tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return out.getvalue()


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02"
NOT_TEXT = {
    "zip": made_zip(),
    "tar": made_tar(),
    "gzip": gzip.compress(TEXT.encode()),
    "png": PNG,
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01",
    "gif": b"GIF89a\x10\x00\x10\x00\xf7\x00\x00",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "pdf behind white space": b"\r\n\r\n%PDF-1.4\n1 0 obj\n",
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
    "mp4": b"\x00\x00\x00\x18ftypmp42",
    "parquet": b"PAR1\x15\x04\x15\x80",
    "font": b"wOF2\x00\x01\x00\x00",
    "program": b"\x7fELF\x02\x01\x01\x00",
    "random": random.Random(3).randbytes(20_000),
    "random high": bytes(b | 0x80 for b in random.Random(4).randbytes(20_000)),
    "compressed": zlib.compress(random.Random(5).randbytes(9_000))[2:],
    "nuls": bytes(5000),
}


@pytest.mark.parametrize("name", NOT_TEXT)
def test_a_rejection_says_what_it_is(name: str) -> None:
    decoded = decode(NOT_TEXT[name], content_type="text/html; charset=gbk")
    assert decoded.rejection is not None
    assert (decoded.rejection.stage, decoded.rejection.reason) == ("decoding", "not text")
    assert decoded.rejection.detail
    assert decoded.text == ""


@pytest.mark.parametrize(
    "text",
    [
        "PK 两队今晚对决，胜者进入决赛。",
        "BM 是这家公司的缩写。",
        "GIF89a 是一种图片格式的签名，写在文件开头。",
        "%PDF 开头的文件不能当作网页。",
        "MZ 是程序文件的标记，II 和 MM 是图片的。",
        "RIFF 文件由块组成；ID3 标签在歌曲开头。",
        "Rar! 解压失败，请检查密码。",
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_text_that_begins_with_a_format_s_letters_is_text(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec))
    assert decoded.rejection is None
    assert decoded.text == text


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "big5"])
def test_damaged_text_is_text(codec: str) -> None:
    page = bytearray((TEXT.replace("检", "查") * 20).encode(codec, "ignore"))
    rng = random.Random(7)
    for _ in range(20):
        page[rng.randrange(len(page))] = rng.choice([0x00, 0x01, 0x80, 0x9D, 0xFF])
    decoded = decode(bytes(page))
    assert decoded.rejection is None
    assert decoded.encoding.split("+")[0] in ("utf-8", "gb18030", "big5hkscs", "cp950")


def test_text_with_a_hole_of_nuls_is_text() -> None:
    decoded = decode(TEXT.encode("gbk") * 20 + bytes(4096) + TEXT.encode("gbk") * 20)
    assert decoded.text == TEXT * 40
    assert decoded.nuls == 4096
