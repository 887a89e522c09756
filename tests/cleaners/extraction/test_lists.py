"""Pages that list what stands elsewhere, and notices and articles that look like them."""

from __future__ import annotations

from cleaners import clean_page
from schemas.records import CleanPage

PROSE = [
    "清早的雾还没有散，修渠的人已经在闸口生起了火，锅里煮着昨天剩下的红薯，谁饿了谁去捞一块。",
    "渠长说，今年要赶在春分以前把三道闸都换成铁的，木闸泡了六十年，手一抠就掉渣，再拖就误了水。",
    "换下来的木板没有扔，木匠挑了几块好的，打成两条长凳，放在渠边给看水的人坐，凳面上还看得出水线。",
]
NAV = "<ul>" + "".join(f'<li><a href="/{n}/">栏目之{n}</a></li>' for n in range(14)) + "</ul>"


def page(title: str, body: str, url: str = "https://log.example.cn/x/1") -> CleanPage:
    html = f"<!DOCTYPE html><title>{title}</title><body>{body}</body>"
    return clean_page(html.encode(), url=url, content_type="text/html; charset=utf-8")


def teaser(n: int) -> str:
    return f'<div><h2><a href="/p/{n}">渠上的第{n}个春天</a></h2><p>{PROSE[n % 3]}</p></div>'


def test_a_page_that_calls_itself_a_list_is_one_of_a_single_entry() -> None:
    assert page("1 篇博文 含有标签「修渠」 | 渠边日志", NAV + teaser(1)).kind == "listing"
    assert page("标签归档：修渠 - 渠边日志", NAV + teaser(1)).kind == "listing"
    told = "".join(f"<p>{line}</p>" for line in PROSE)
    assert (
        page("标签：一种整理旧账的办法 - 渠边日志", f"{NAV}<h1>标签：一种整理旧账的办法</h1>{told}").kind == "article"
    )


def test_a_page_that_calls_itself_a_front_is_one() -> None:
    entries = "".join(f'<li><a href="/p/{n}">渠上的第{n}个春天</a></li><p>{PROSE[n % 3]}</p>' for n in range(4))
    assert page("首页 - 渠边日志", f"{NAV}<ul>{entries}</ul>").kind == "listing"
    told = "".join(f"<p>{line}</p>" for line in PROSE)
    assert page("首页 - 渠边日志", f"<div>{told}</div>").kind == "article"


def test_a_word_about_the_list_above_it_is_no_article() -> None:
    rows = "".join(
        f'<li><a href="/h/{n}">渠边新居{n}号院</a><p>三间正房，坐北朝南，院里有井</p><p>建于上世纪九十年代</p><p>售价{n}万元</p></li>'
        for n in range(20, 44)
    )
    said = "本站为您提供真实、及时的渠边房源，房源由中介实地勘察，图片为实拍，如有出入请与本站联系。"
    assert (
        page("渠边二手房_渠边房源大全", f"{NAV}<ul>{rows}</ul><div><h1>渠边房源</h1><p>{said}</p></div>").kind
        == "listing"
    )
    menu = "".join(
        f'<li><a href="/{n}/">栏目{n}</a><a href="/{n}/a">渠</a><p><a href="/{n}/b">闸</a></p></li>' for n in range(60)
    )
    short = "".join(f"<p>{line}</p>" for line in PROSE[:1])
    assert page("换闸_渠边日志", f"<ul>{menu}</ul><div><h1>换闸</h1>{short}</div>").kind == "article"


def test_entries_as_they_come_in_are_a_listing_unless_a_title_heads_them() -> None:
    entries = "".join(
        f"<div><b>{PROSE[n % 3][:24]}</b></div><p>{n + 2}小时前</p><p>{PROSE[n % 3]}</p>" for n in range(8)
    )
    assert page("渠边日志", f"{NAV}<div>{entries}</div>").kind == "listing"


def test_things_that_a_shop_lists_are_a_listing_and_one_thing_is_none() -> None:
    def ware(n: int) -> str:
        return f'<div><a href="/w/{n}">水桶 {n} 号</a><p>江畔镇 铁皮，容水 {n} 斗</p><span>加入购物车</span></div>'

    shelf = "".join(map(ware, range(8)))
    assert page("水桶_渠边杂货", f"{NAV}<h1>水桶</h1><div>{shelf}</div>").kind == "listing"
    told = "".join(f"<p>{line}</p>" for line in PROSE)
    assert page("水桶_渠边杂货", f"{NAV}<h1>水桶</h1><div>{told}{ware(1)}</div>").kind == "article"
