"""What recurs on a host's pages is proposed as a site rule, with what speaks for it; nothing is applied."""

from __future__ import annotations

import tomllib

from cleaners.sites import load_sites
from flows.reports.learning import Host, as_toml, count

CALL = "渠水新闻，天天更新"


def rows(host: str, pages: int, every: int = 1) -> list[tuple[str, str, str]]:
    return [
        (f"{host}{n}", f"http://{host}/{n}", f"第{n}天的水位是{n}米。\n" + (CALL if n % every == 0 else f"第{n}页"))
        for n in range(pages)
    ]


def test_a_line_on_many_pages_of_a_host_is_proposed_with_its_count_and_samples() -> None:
    text = as_toml(count(rows("a.cn", 20)))
    assert tomllib.loads(text) == {"site": [{"host": "a.cn", "lines": [CALL]}]}
    assert load_sites(text)[0].lines == (CALL,)
    assert "# 20 of 20 pages: http://a.cn/0 http://a.cn/1" in text


def test_a_rare_line_and_a_small_host_are_not() -> None:
    assert tomllib.loads(as_toml(count(rows("a.cn", 40, every=20)))) == {}
    assert tomllib.loads(as_toml(count(rows("b.cn", 5)))) == {}


def test_pages_that_say_the_same_count_once() -> None:
    assert (
        tomllib.loads(as_toml(count([(str(n), f"http://a.cn/{n}", f"一样的文章。\n{CALL}") for n in range(30)]))) == {}
    )


def test_the_documents_of_a_page_are_one_page() -> None:
    found = count([(page, f"http://a.cn/{page}", f"{page}的文章{n}。\n{CALL}") for page in "abc" for n in range(3)])
    assert found["a.cn"].pages == 3


def test_the_proposal_does_not_depend_on_the_order_of_the_rows() -> None:
    given = [*rows("a.cn", 12), *rows("b.cn", 12)]
    assert as_toml(count(given)) == as_toml(count(given[::-1]))


def test_a_host_of_endless_lines_keeps_its_memory_and_its_recurring_line() -> None:
    host = Host()
    for n in range(300):
        host.add(f"http://a.cn/{n}", "\n".join([CALL, *(f"{n} {k}" for k in range(400))]))
    assert len(host.lines) <= 50_400
    assert host.recurring()[0][0] == CALL


def test_a_line_of_quotes_and_control_characters_is_still_toml() -> None:
    line = '他说："\\渠"\x7f'
    text = as_toml(count([(str(n), f"http://a.cn/{n}", f"{n}\n{line}") for n in range(20)]))
    assert tomllib.loads(text)["site"][0]["lines"] == [line]
