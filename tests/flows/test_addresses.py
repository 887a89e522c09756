"""One page, one name: whatever decorates the link, and never one name for two pages."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.addresses import canonical, file_address, host_of, page_id, public

SAME = [
    ("HTTP://Example.CN/a", "http://example.cn/a"),
    ("http://example.cn:80/a", "http://example.cn/a"),
    ("https://example.cn:443", "https://example.cn/"),
    ("http://example.cn./a", "http://example.cn/a"),
    ("http://user:secret@example.cn/a", "http://example.cn/a"),
    ("http://example.cn/a#part", "http://example.cn/a"),
    ("http://example.cn/a?utm_source=x&id=3&spm=1.2.3", "http://example.cn/a?id=3"),
    ("http://example.cn/a;jsessionid=0A1B?id=3", "http://example.cn/a?id=3"),
    ("http://example.cn/a?", "http://example.cn/a"),
    ("http://example.cn/x/../a/./b", "http://example.cn/a/b"),
    ("http://example.cn/%7ea/%e4%bd%a0", "http://example.cn/~a/%E4%BD%A0"),
    ("http://example.cn/你", "http://example.cn/%E4%BD%A0"),
    ("http://例子.中国/", "http://xn--fsqu00a.xn--fiqs8s/"),
    ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ("  http://example.cn/a\n", "http://example.cn/a"),
]
DIFFERENT = [
    ("http://example.cn/a", "https://example.cn/a"),
    ("http://example.cn/a", "http://example.cn/a/"),
    ("http://example.cn/A", "http://example.cn/a"),
    ("http://example.cn/?a=1&b=2", "http://example.cn/?b=2&a=1"),
    ("http://example.cn/?id=1", "http://example.cn/?id=2"),
    ("http://example.cn/a%2Fb", "http://example.cn/a/b"),
    ("http://example.cn:8080/", "http://example.cn/"),
    ("http://www.example.cn/", "http://example.cn/"),
]


@pytest.mark.parametrize(("given_as", "expected"), SAME)
def test_decorations_do_not_make_another_page(given_as: str, expected: str) -> None:
    assert canonical(given_as) == expected
    assert page_id(given_as) == page_id(expected)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_a_server_may_tell_apart_stays_apart(one: str, other: str) -> None:
    assert page_id(one) != page_id(other)


def test_a_page_id_is_the_beginning_of_sha256_of_the_canonical_address() -> None:
    assert page_id("http://example.cn/a#x") == hashlib.sha256(b"http://example.cn/a").hexdigest()[:20]


@pytest.mark.parametrize("address", ["file:a/b.html", "file:a.jsonl#3", "urn:x:y", "http://[half", "http://h:99999/"])
def test_other_and_broken_addresses_have_a_name_too(address: str) -> None:
    assert canonical(address) == address
    assert len(page_id(address)) == 20


@given(st.text(max_size=60))
def test_any_text_has_a_canonical_form_and_keeps_it(text: str) -> None:
    for address in (text, f"http://example.cn/{text}", f"http://{text}", f"https://example.cn/?{text}"):
        once = canonical(address)
        assert canonical(once) == once
        assert len(page_id(address)) == 20


def test_user_and_password_never_stand_in_a_row() -> None:
    assert public("https://me:s3cret@example.cn/a?b=1#c") == "https://example.cn/a?b=1"
    assert public("https://example.cn/a@b") == "https://example.cn/a@b"
    assert public("file:a#3") == "file:a#3"


def test_file_addresses() -> None:
    assert file_address("a/b.html") == "file:a/b.html"
    assert file_address("crawl.jsonl", line=7) == "file:crawl.jsonl#7"
    assert file_address("pack.zip", member="a/b.html") == "file:pack.zip!a/b.html"
    assert file_address("新闻/一.html") == "file:新闻/一.html"


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=12)


@given(NAMES, NAMES, st.integers(1, 99), st.integers(1, 99))
def test_no_two_files_lines_or_members_share_an_address(one: str, other: str, line: int, member: int) -> None:
    forms = {
        file_address(one),
        file_address(one, line=line),
        file_address(one, member=other),
        file_address(f"{one}#{line}"),
        file_address(f"{one}!{other}"),
    }
    assert len(forms) == 5


def test_names_that_are_no_utf_8_are_valid_addresses() -> None:
    name = b"\xd6\xd0\xce\xc4.html".decode("utf-8", "surrogateescape")
    assert file_address(name) == "file:%D6%D0%CE%C4.html"
    file_address(name).encode()


def test_hosts() -> None:
    assert host_of("http://WWW.Example.cn:80/") == "www.example.cn"
    assert host_of("file:a") == host_of("http://[half") == ""
