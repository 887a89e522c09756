"""What no reader sees takes no article's place, whatever heading it holds; a body that waits for a script is kept."""

from __future__ import annotations

import pytest

from cleaners import clean_page

TITLE = "青江县今冬清淤三百公里"
DIGEST = "今冬全县清淤三百公里，比去年多出一半，多位管水人说，闸门早一天打开，秧田就早一天返青。"
LINES = [
    "县水务局的账本上记着，十一月以来，四十二条支渠已经清完三十条，余下的都在山里。",
    "山里的渠窄，机器进不去，只能一锹一锹地挖，每天能往前走的不过二三十米。",
    "“挖到底才看得见原来的石头。”领工的人说，石头上还有前人凿下的记号。",
    "到了腊月，雪落下来，工地停了五天，又在一个晴天的早晨接着开了工。",
    "预计明年春分以前，全县的支渠都能通水，那时候正好赶上育秧。",
]
BODY = "".join(f"<p>{line}</p>" for line in LINES)
MENU = (
    "<ul>"
    + "".join(
        f"<li><a>{name}</a></li>" for name in ("要闻", "乡镇", "水情", "农时", "人物", "图片", "视频", "旧志", "来信")
    )
    + "</ul>"
)


def text_of(html: str) -> tuple[str | None, list[str]]:
    page = clean_page(html.encode(), content_type="text/html")
    return page.documents[0].title, [line for d in page.documents for line in d.text.split("\n")]


@pytest.mark.parametrize("style", ['style="display:none"', 'style="width:0; DISPLAY : NONE;"', "hidden"])
@pytest.mark.parametrize(
    "summary", [f"<h2>{DIGEST}</h2>", f"<p>{DIGEST}</p>", f"<div><p>{DIGEST}</p><p>{DIGEST}</p></div>"]
)
def test_a_hidden_summary_with_the_heading_is_not_the_article(style: str, summary: str) -> None:
    html = (
        f"<title>{TITLE} - 青江网</title><div {style}><img src=a.png><h1>{TITLE}</h1>{summary}</div>"
        f"<div><div>{MENU}</div><div><div><span>分享到微信</span></div><div>{BODY}</div></div></div>"
    )
    title, lines = text_of(html)
    assert title == TITLE
    assert lines[-len(LINES) :] == LINES
    assert not {"要闻", "旧志"} & set(lines)


def test_a_body_that_a_script_would_show_is_the_article() -> None:
    html = f'<title>{TITLE} - 青江网</title><div>{MENU}</div><div style="display:none"><h1>{TITLE}</h1>{BODY}</div>'
    assert text_of(html) == (TITLE, LINES)
