"""What the builders of big sites put around an article goes; what an article says about such things stays."""

from __future__ import annotations

import pytest

from cleaners import clean_page

BODY = "".join(
    f"<p>{line}</p>"
    for line in (
        "堤上的路灯修好了，晚饭后散步的人又多起来，孩子们骑着车从桥头一直追到闸口。",
        "管水的老陈说，今年的水比往年早来了十天，闸门一天要开两回，他干脆住在了值班室里。",
        "等到秋收以后，镇里打算把东岸那段老渠也清一清，让下游的三个村都用得上水。",
    )
)


def text_of(above: str = "", below: str = "", title: str = "老渠通水", inside: str = "") -> str:
    html = f"<!DOCTYPE html><title>{title} - 青江网</title><h1>{title}</h1>{above}<div class=content>{BODY}{inside}</div>{below}"
    return "\n".join(d.text for d in clean_page(html.encode(), content_type="text/html").documents)


@pytest.mark.parametrize(
    "inside",
    [
        "<div><a href=#>【纠错】</a><span>【责任编辑：周渠生】</span></div>",
        "<div><span>[我要纠错]</span> <span>责任编辑：周渠生 李闸</span></div>",
        "<p>前往App Store下载青江客户端</p>",
        "<p>看新聞抽好禮 立即下載青江APP</p>",
        "<p>請繼續往下閱讀…</p>",
    ],
)
def test_a_tail_goes(inside: str) -> None:
    assert text_of(inside=inside) == text_of()


@pytest.mark.parametrize(
    "above",
    [
        "<div><i>大字号</i></div>",
        "<div><a href=#>放大字体</a> | <a href=#>缩小字体</a></div>",
        "<div class=area><span>发布于：</span><span>四川省</span></div>",
        "<div class=area><span>发布于</span> <span>浙江杭州市</span></div>",
        "<div>IP 属地：湖北</div>",
    ],
)
def test_a_head_goes(above: str) -> None:
    assert text_of(above=above) == text_of()


@pytest.mark.parametrize(
    "below", ["<div>阅读下一篇：</div>", "<div>继续阅读下一篇</div>", "<div>查看下一条：<a>闸门</a></div>"]
)
def test_a_link_to_the_next_text_goes_though_it_leads_nowhere(below: str) -> None:
    assert text_of(below=below) == text_of()


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("附件【<a href=/d?1>用水申请表.docx</a>】已下载<span>1204</span>次", "附件【用水申请表.docx】"),
        ("附件1：<a href=/d?1>用水申请表.pdf</a>（下载次数：7）", "附件1：用水申请表.pdf"),
        ("<a href=/d?1>用水申请表.xls</a> 累计下载 88 次", "用水申请表.xls"),
    ],
)
def test_an_attached_file_keeps_its_name_and_loses_its_counter(line: str, kept: str) -> None:
    assert text_of(inside=f"<p>{line}</p>").split("\n")[-1] == kept


@pytest.mark.parametrize(
    "line",
    [
        "这本《老渠志》上线以来已下载35次。",
        "县志的电子版（第二卷）已下载35次",
        "村里的老人如今也学会了打开手机客户端看新闻，一看就是半天。",
        "这张告示用的是小字号，贴在闸门的右边，要走近了才看得清。",
        "报告发布于北京，一共三十页，讲的是老渠这五十年的水账。",
    ],
)
def test_what_a_text_says_about_such_things_stays(line: str) -> None:
    assert line in text_of(inside=f"<p>{line}</p>")
