"""Site rules: checked when loaded, used first, accounted for."""

from __future__ import annotations

import pytest

from cleaners.extraction import article
from cleaners.metadata import choosing
from cleaners.policy import Context, Policy
from cleaners.sites import SiteRule, SiteRuleError, load_sites, rule_for

RULES = """
[[site]]
host = "news.example.cn"
title = "h2.t"
body = "div.b"
date = "em.d"
source = "em.s"
author = "em.a"
drop = ["div.x"]
keep = ["pre.poem", "p.old"]
lines = ["点击下方卡片关注我们"]
"""
PAGE = """<title>站点</title><div class=feed><p>这里有一大段文字，看上去比正文更像正文，其实是站点简介，每一页都有，谁也不读。</p></div>
<h2 class=t>渡口</h2><em class=d>2024年2月16日</em><em class=s>江畔日报</em><em class=a>林晓舟</em>
<div class=b><p>短文。</p><div class=x>请关注</div><p class=old>雲淡風輕近午天，</p></div><div class=b>第二段。</div>"""


def test_a_file_of_rules() -> None:
    (rule,) = load_sites(RULES)
    assert rule == SiteRule(
        "news.example.cn",
        "h2.t",
        "div.b",
        "em.d",
        "em.s",
        "em.a",
        ("div.x",),
        ("pre.poem", "p.old"),
        ("点击下方卡片关注我们",),
    )


@pytest.mark.parametrize(
    ("toml", "field", "word"),
    [
        ("host = ", "", "TOML"),
        ("[[page]]\nhost='a.cn'", "", "unknown table"),
        ("[site]\nhost='a.cn'", "", "two brackets"),
        ("[[site]]\nbody='p'", "host", "host name"),
        ("[[site]]\nhost='https://a.cn/'", "host", "host name"),
        ("[[site]]\nhost='a.cn'\nbodies='p'", "bodies", "unknown field"),
        ("[[site]]\nhost='a.cn'\nbody=3", "body", "text"),
        ("[[site]]\nhost='a.cn'\nbody=' '", "body", "text"),
        ("[[site]]\nhost='a.cn'\ndrop='p'", "drop", "list"),
        ("[[site]]\nhost='a.cn'\nbody='div..x'", "body", "parse"),
        ("[[site]]\nhost='a.cn'\ndrop=['p', '>>']", "drop", "parse"),
        ("[[site]]\nhost='a.cn'\n[[site]]\nhost='A.cn'", "host", "twice"),
    ],
)
def test_what_is_wrong_is_named(toml: str, field: str, word: str) -> None:
    with pytest.raises(SiteRuleError) as caught:
        load_sites(toml)
    assert caught.value.field == field and word in str(caught.value)


def test_a_rule_holds_for_its_host_and_what_is_below_it() -> None:
    rules = load_sites("[[site]]\nhost='example.cn'\n[[site]]\nhost='b.example.cn'")
    assert rule_for("example.cn", rules) == rules[0]
    assert rule_for("a.example.cn", rules) == rules[0]
    assert rule_for("x.b.example.cn", rules) == rules[1]
    assert rule_for("notexample.cn", rules) is None
    assert rule_for("", rules) is None


def test_packaged_rules_load_and_the_users_come_first() -> None:
    packaged = rule_for("mp.weixin.qq.com")
    assert packaged is not None and packaged.body == "#js_content"
    own = load_sites("[[site]]\nhost='qq.com'\nbody='main'")
    assert rule_for("mp.weixin.qq.com", own) == own[0]


def test_a_rule_decides_what_the_article_is() -> None:
    context = Context(Policy(sites=load_sites(RULES)), "https://www.news.example.cn/1")
    extracted = article.extract(PAGE, context)
    body = [b for b in extracted.blocks if b.role == "body"]
    assert [b.text for b in body] == ["短文。", "雲淡風輕近午天，", "第二段。"]
    assert [b.protected for b in body] == [False, True, False]
    own = choosing.choose(extracted.blocks, context)
    assert (own.title, own.published, own.source, own.author) == ("渡口", "2024-02-16", "江畔日报", "林晓舟")
    rules = {e.rule: e for e in extracted.edits}
    assert rules["site-drop"].before == "请关注"
    assert "body" in rules["site-rule"].detail and rules["site-rule"].count == 5


def test_a_rule_that_finds_nothing_says_so_and_the_general_way_is_taken() -> None:
    rules = load_sites("[[site]]\nhost='news.example.cn'\nbody='#gone'")
    extracted = article.extract(PAGE, Context(Policy(sites=rules), "https://news.example.cn/1"))
    assert extracted.blocks
    assert any(e.rule == "site-rule-missed" and "body" in e.detail for e in extracted.edits)
