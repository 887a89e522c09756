"""A password that stands in an address reaches its server, and no row, no message, no log and no parameter of a flow."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path
from typing import Any

import pytest
from misbehaving import reply, serving

from flows import addresses, fetching
from flows.errors import UsageError
from flows.settings import Settings
from flows.sources import streaming, understand

FORMS = [
    "http://u:s3cret@h.cn/",
    "HTTPS://u:s3cret@h.cn:8080/a?b=1#c",
    "http://s3cret@h.cn/",
    "http://u:s3cret@h@h.cn/",
    "http://u:s3cret%40x@h.cn/",
    "http://u:a/s3cret@h.cn/",
    "http://u:a#s3cret@h.cn/",
    "http://u:a?s3cret@h.cn/",
    "http://u:s3cret@[::1/x",
    "http://u:s3cret@[::1]:80/x",
    "http://u:s3cret@h.cn:port/",
    "http://u:s3cret@",
    "http:///u:s3cret@h.cn/",
    "http:\\\\u:s3cret@h.cn\\x",
    " http://u:s3cret@h.cn/",
    "//u:s3cret@h.cn/",
    "ftp://u:s3cret@h.cn/x",
    "sitemap:http://u:s3cret@h.cn/sitemap.xml",
    "url:http://u:s3cret@h.cn/",
    "url:https://u:s3cret@[::1/x",
    "urls:http://u:s3cret@h.cn/list",
    "jsonl:http://u:s3cret@h.cn/a.jsonl",
    "warc:http://u:s3cret@h.cn/a.warc",
    "sources:http://u:s3cret@h.cn/a.toml",
    "http://u:s3cret@h\u2100.cn/",
]


@pytest.mark.parametrize("form", FORMS)
def test_no_password_stands_in_an_address_that_may_be_shown(form: str) -> None:
    assert "s3cret" not in addresses.public(form)
    assert addresses.public(addresses.public(form)) == addresses.public(form)


@pytest.mark.parametrize(
    "address",
    [
        "http://h.cn/@user/1",
        "http://h.cn/?mail=a@b.cn",
        "https://h.cn:8443/a:b@c",
        "http://[2001:db8::1]:80/a@b",
        "http://h.cn/http://x@y/",
        "file:a//b@c",
        "sitemap:http://h.cn/a@b.xml",
        "name@host",
        "pages/a@b.html",
    ],
)
def test_what_is_no_user_stays(address: str) -> None:
    assert addresses.public(address) == address and not addresses.user_of(address)


@pytest.mark.parametrize("form", FORMS)
def test_no_password_is_in_a_source_or_in_what_is_said_of_a_wrong_one(
    form: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    try:
        found = understand([form], Settings())
    except UsageError as error:
        assert "s3cret" not in str(error)
    else:
        assert not any("s3cret" in source.name for source in found)
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("kind", ["list", "toml", "jsonl"])
def test_no_password_is_in_a_page_of_any_source(tmp_path: Path, kind: str) -> None:
    web = [form.strip() for form in FORMS if form.strip().lower().startswith("http")]
    if kind == "list":
        path = tmp_path / "a.urls"
        path.write_text("\n".join(FORMS), "utf-8")
    elif kind == "toml":
        path = tmp_path / "sources.toml"
        path.write_text(
            '[[source]]\nname = "one"\nfrom = ["http://u:s3cret@127.0.0.1:9/", "url:http://u:s3cret@[::1/x"]\n'
        )
    else:
        path = tmp_path / "a.jsonl"
        path.write_text("".join(f'{{"url": "{f}", "html": "<p>x"}}\n' for f in web if "\\" not in f), "utf-8")
    quick = Settings(fetch_retries=0, fetch_seconds=1.0, robots=False, delay=0.0)
    try:
        pages = list(streaming.plan([str(path)], quick))
    except UsageError as error:
        assert "s3cret" not in str(error)
        return
    assert pages and "s3cret" not in repr(pages)


def test_a_password_that_is_put_away_reaches_its_server_and_no_other_address() -> None:
    with serving(robots=reply(404, body=b"")) as server:
        plain = server.url("/with-user")
        named = fetching.put_away(plain.replace("http://", "url:http://me:s3cret@"))
        assert named == f"url:{plain}"
        chosen = Settings(allow_private=True, delay=0.0)
        pages = list(streaming.plan([named, server.url("/without")], chosen))
        assert all(page.data for page in pages) and "s3cret" not in repr(pages)
        assert server.asked("/with-user")[0].headers["authorization"].startswith("Basic ")
        assert "authorization" not in server.asked("/without")[0].headers


def test_no_password_is_a_parameter_of_the_flow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import flows.nightly
    import flows.running
    from flows.cli import starting

    given: list[Any] = []
    monkeypatch.setattr(flows.nightly, "nightly", lambda *parameters: given.append(parameters) or {})
    monkeypatch.setattr(flows.running, "guard_ephemeral_server", lambda: None)
    web = [form for form in FORMS if "http" in form.lower()]
    starting.run_nightly(web, Settings(out=tmp_path), dt.date(2026, 3, 1))
    assert given and "s3cret" not in repr(given)


def test_a_schedule_is_not_given_a_password() -> None:
    from flows.cli import serving as schedule

    with pytest.raises(UsageError, match="stored by the server"):
        schedule.serve(["http://u:s3cret@h.cn/"], Settings(), "0 2 * * *")
