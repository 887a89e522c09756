"""Answers in place of a document are told from documents, also from short ones and from those about such answers."""

from __future__ import annotations

import pytest

from cleaners import clean_page
from cleaners.extraction.answers import PLACES, rules
from schemas.vocabulary import PAGE_KINDS


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule.kind}-{rule.place}-{rule.example[:12]}")
def test_each_rule_catches_its_example_and_spares_its_counters(rule: object) -> None:
    assert rule.place in PLACES and rule.kind in PAGE_KINDS
    assert rule.says(rule.example)
    for other in rule.counters:
        assert not rule.says(other) or len(other) > rule.longest, other


ANSWERS = {
    "verification": [
        "<title>渠水网</title><div><h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a href=#>去验证</a></div>",
        "<title>Just a moment...</title><h1>shop.example</h1><p>Checking your browser before accessing shop.example.</p>",
        "<title>访问验证</title><p>您的访问过于频繁，请拖动滑块完成验证。</p>",
        "<title>渠水网安全验证</title><div id=box></div><p>稍等</p>",
    ],
    "login": [
        "<title>用户登录 - 渠水网</title><form><input name=u><input type=password name=p><button>登录</button></form>",
        "<title>渠水论坛</title><p>抱歉，您尚未登录，没有权限访问该版块</p><a href=/login>登录</a>",
    ],
    "error": [
        "<title>404 Not Found</title><h1>404 Not Found</h1><hr>nginx",
        "<title>渠水网</title><div class=nav><a href=/>首页</a><a href=/n>新闻</a></div><p>抱歉，您访问的页面不存在或已被删除！</p>",
        "<title>提示信息 - 渠水论坛</title><p>指定的主题不存在或已被删除或正在被审核</p><p><a href=/>点击这里返回</a></p>",
        "<title>渠水</title><p>该内容已被发布者删除</p>",
    ],
    "shell": [
        "<title>渠水</title><noscript>We're sorry but this app doesn't work without JavaScript.</noscript><div id=app></div>"
        "<script src=/a.js></script>",
        "<title>渠水</title><p>请启用浏览器的JavaScript后继续访问。</p>",
    ],
    "search": ["<title>渠水 - 搜索结果 - 某网</title><ul><li><a href=/1>渠水之一</a><li><a href=/2>渠水之二</a></ul>"],
}
TEXT = "渠水长流，两岸的人家都靠它灌田。去年秋天换了闸门，今年夏天再没有断过水，大家都说这件事办得好。"


@pytest.mark.parametrize(("kind", "html"), [(kind, html) for kind, pages in ANSWERS.items() for html in pages])
def test_an_answer_is_rejected_with_its_kind(kind: str, html: str) -> None:
    page = clean_page(html.encode(), content_type="text/html; charset=utf-8")
    assert page.documents == () and page.rejection is not None
    assert (page.kind, page.rejection.reason) == (kind, f"{kind} page")
    assert page.rejection.detail


@pytest.mark.parametrize(
    "line",
    [
        "报道说，用户打开网站时看到“您访问的页面不存在”，服务一小时后恢复。",
        "公司提醒：请先登录官网，再按提示填写表格，逾期不候。",
        "专家建议，遇到“环境异常”的提示不要慌，按步骤完成验证即可。",
    ],
)
def test_a_text_about_such_answers_is_a_document(line: str) -> None:
    body = "".join(f"<p>{TEXT}</p>" for _ in range(8))
    page = clean_page(f"<title>渠水见闻</title><h1>渠水见闻</h1><p>{line}</p>{body}".encode(), content_type="text/html")
    assert page.kind == "article" and line in page.documents[0].text


def test_a_short_notice_is_a_document() -> None:
    page = clean_page(
        f"<title>停水通知</title><h1>停水通知</h1><p>各户：</p><p>{TEXT}</p>".encode(), content_type="text/html"
    )
    assert page.documents and page.rejection is None


def test_a_text_about_how_something_is_verified_is_a_document() -> None:
    html = f"<title>电站安全验证</title><h1>电站安全验证</h1><p>{TEXT}</p>"
    assert clean_page(html.encode(), content_type="text/html").kind == "article"


def test_an_answer_of_a_host_with_a_rule_is_one_where_the_rule_finds_no_body() -> None:
    asks = "<title>公众平台</title><h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p>"
    url = "https://mp.weixin.qq.com/s/abc"
    assert clean_page(asks.encode(), url=url, content_type="text/html").kind == "verification"
    told = f"<title>公众平台</title><div id=js_content><p>环境异常</p><p>{TEXT}</p></div>"
    assert clean_page(told.encode(), url=url, content_type="text/html").kind == "article"
