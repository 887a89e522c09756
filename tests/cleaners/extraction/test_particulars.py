"""What a page says about itself, by the classes of ways in which pages say it, and in which they mislead."""

from __future__ import annotations

import pytest

from cleaners import Policy, clean_page
from schemas.records import Document

BODY = "".join(
    f"<p>{text}</p>"
    for text in (
        "山里的雾散得慢，八点多钟，才看得见对面的梯田，田埂上已经有人在走。",
        "渡口的老船工姓什么没有人记得，大家只叫他摆渡的，他也总是笑着答应。",
        "今年的水比去年大，码头上的石阶没了三级，孩子们便在第四级上钓鱼。",
        "到了傍晚，对岸的灯一盏一盏亮起来，船还在江心，桨声很远就听得到。",
    )
)


def read(head: str = "", top: str = "", *, body: str = BODY, url: str = "http://www.example.cn/a.html") -> Document:
    html = f"<html><head>{head}</head><body>{top}<div class='article'>{body}</div></body></html>"
    policy = Policy(script=None)
    page = clean_page(html.encode(), url=url, content_type="text/html; charset=utf-8", policy=policy)
    assert page.documents, page.rejection
    return page.documents[0]


class TestTitle:
    @pytest.mark.parametrize(
        ("head", "top", "title"),
        [
            # a cell that is the beginning of the title is not the title
            (
                "<title>江畔镇人民政府办公室关于印发渡口办法的通知_江畔网</title>",
                "<table><tr><td>江畔镇人民政府办公室</td></tr></table>",
                "江畔镇人民政府办公室关于印发渡口办法的通知",
            ),
            ("<title>Untitled Document</title>", "<h4>老渡口的最后两年</h4>", "老渡口的最后两年"),
            # who holds an office is no title of a page that names itself by a body
            ("<title>渡口修缮委员会-江畔新闻网</title>", "<p>主 任：林晓舟</p>", "渡口修缮委员会"),
            (
                "<title>新闻动态--江畔论坛</title>",
                "<h3>首页 - 新闻动态</h3><h5>老渡口的最后两年</h5>",
                "老渡口的最后两年",
            ),
            (
                "<title># 老渡口 | 江畔文档网</title>",
                "<h1><a href='#a'>#</a> 老渡口</h1>",
                "老渡口",
            ),
            (
                "<meta property='og:title' content='老渡口旧事'>",
                "<h1><span>老渡口旧事</span><span class='pay'>已付费</span></h1>",
                "老渡口旧事",
            ),
            (
                '<title>&lt;p&gt;渡口有几级&lt;b class="x"&gt;石阶&lt;/b&gt;？&lt;/p&gt;</title>',
                "",
                "渡口有几级石阶？",
            ),
            ("<title>为什么&lt;p&gt;不是段落</title>", "", "为什么<p>不是段落"),
        ],
    )
    def test_what_is_the_title(self, head: str, top: str, title: str) -> None:
        assert read(head, top).title == title

    def test_a_first_line_is_the_title_where_the_page_names_none(self) -> None:
        own = read("<title>Untitled Document</title>", body=f"<p align='center'>渡口服务办法</p>{BODY}")
        assert own.title == "渡口服务办法"


class TestPublished:
    @pytest.mark.parametrize(
        ("top", "published"),
        [
            ("<h1>老渡口</h1><time datetime='2024-01-12T16:49:00Z'>昨天</time>", "2024-01-12T16:49:00Z"),
            ("<h1>老渡口</h1><div><p>21</p><p>2024年02月</p></div>", "2024-02-21"),
            ("<h1>老渡口</h1><div><p>02-21</p><p>2024</p></div>", "2024-02-21"),
            ("<h1>老渡口</h1><p>发布日期： 9/17/2004 5:54:13 AM</p>", "2004-09-17T05:54:13"),
            ("<h1>老渡口</h1><p>9/17/2004</p>", None),
            ("<h1>老渡口</h1><p>会议时间：2024-02-21</p>", None),
            ("<h1>林晓舟</h1><ul><li>1975年1月28日</li></ul><p>林晓舟，1975年1月28日出生于江畔。</p>", None),
        ],
    )
    def test_dates_around_the_title(self, top: str, published: str | None) -> None:
        assert read(top=top).published == published

    @pytest.mark.parametrize(
        ("script", "published"),
        [
            ("var ct = \"1762747210\"; var createTime = '2025-11-10 12:00';", "2025-11-10T12:00"),
            ('var ct = "1762747210";', "2025-11-10T12:00:10+08:00"),
            ("window.d = {create_time: JsDecode('2025-11-10 12:00')}", "2025-11-10T12:00"),
            ('var list = [{"createTime": "2025-11-10 12:00"}]', None),
            ("var direct = '1762747210';", None),
        ],
    )
    def test_a_date_that_only_a_script_carries(self, script: str, published: str | None) -> None:
        assert read(top=f"<h1>老渡口</h1><script>{script}</script>").published == published

    def test_what_the_page_shows_outweighs_its_scripts(self) -> None:
        top = "<h1>老渡口</h1><p>发布时间：2025-11-11</p><script>var createTime = '2025-11-10 12:00';</script>"
        assert read(top=top).published == "2025-11-11"


class TestNames:
    @pytest.mark.parametrize(
        ("head", "top", "source", "author"),
        [
            ("", "<h1>老渡口</h1><p>2024-02-21 江畔日报</p>", "江畔日报", None),
            ("", "<h1>老渡口</h1><p>宣传部</p><p>2024-02-21</p>", "宣传部", None),
            ("", "<h1>老渡口</h1><p>聯合報</p><p>2024-02-21</p>", "聯合報", None),
            ("<title>老渡口|水边人</title>", "<h1>老渡口</h1><p>2024-02-21 11:10 水边人[整理] 1</p>", "水边人", None),
            ("", "<h1>老渡口</h1><p>2024-02-21</p><p>时政新闻</p>", None, None),
            ("", "<h1>老渡口</h1><p>2024-02-21</p><p>怎么举报</p>", None, None),
            ("", "<h1>老渡口</h1><p>信息来源:浏览次数:</p>", None, None),
            ("", "<h1>老渡口</h1><div class='authi'><a href='/x'>只看该作者</a></div>", None, None),
            (
                "",
                "<h1>老渡口</h1><div class='AuthorInfo'><p>海边客</p><p>某大学 水利硕士在读</p></div>",
                None,
                "海边客",
            ),
            ("<meta name='author' content='江畔日报'>", "<h1>老渡口</h1><p>江畔日报</p>", "江畔日报", None),
        ],
    )
    def test_who_is_named_around_the_title(self, head: str, top: str, source: str | None, author: str | None) -> None:
        own = read(head, top)
        assert (own.source, own.author) == (source, author)

    def test_an_organisation_that_json_ld_calls_author_is_the_source(self) -> None:
        data = '{"@type": "NewsArticle", "author": {"@type": "Organization", "name": "江畔经济报"}}'
        own = read(f'<script type="application/ld+json">{data}</script>', "<h1>老渡口</h1>")
        assert (own.source, own.author) == ("江畔经济报", None)

    @pytest.mark.parametrize(
        ("line", "author"),
        [
            ("（责任编辑：苏亮）", "苏亮"),
            ("作者：林晓舟 周一苇返回江畔，查看更多", "林晓舟 周一苇"),
            ("记者 林晓舟", "林晓舟"),
            ("责任编辑：系统管理员", None),
        ],
    )
    def test_who_is_named_below_the_text(self, line: str, author: str | None) -> None:
        assert read(top="<h1>老渡口</h1>", body=f"{BODY}<p>{line}</p>").author == author

    def test_an_editor_is_named_only_where_no_author_is(self) -> None:
        own = read(top="<h1>老渡口</h1><p>作者：林晓舟</p>", body=f"{BODY}<p>责任编辑：苏亮</p>")
        assert own.author == "林晓舟"

    def test_a_person_below_another_source_wrote_it(self) -> None:
        own = read(top="<h1>老渡口</h1><p>2024-02-21 来源：江畔日报</p>", body=f"{BODY}<p>来源：林晓舟</p>")
        assert (own.source, own.author) == ("江畔日报", "林晓舟")

    def test_a_repost_names_who_posted_first(self) -> None:
        top = (
            "<h1 id='activity-name'>老渡口</h1><a id='js_name'>江畔号</a>"
            "<div id='js_share_notice'>以下文章来源于水边频道 ，作者海边客</div>"
        )
        own = read(top=top, body=f"<div id='js_content'>{BODY}</div>", url="https://mp.weixin.qq.com/s/a")
        assert own.source == "水边频道"


def post(head: str, text: str) -> str:
    return f"<div class='post'><div class='info'>{head}</div><div class='message'>{text}</div></div>"


@pytest.mark.parametrize("head", ["渠边人家 发表于 2019-10-12 11:21", "2楼 发表于 2019-10-12 11:21"])
def test_who_answers_did_not_write_the_page(head: str) -> None:
    """A dateline below the lede may be the text's, one below the first post is another's."""
    question = "村口的水闸关不严，夜里总漏水，把下游两户人家的菜地都泡了。有没有人修过这种老式的木闸？"
    answer = "先看看闸板底下是不是卡了石头，再摸一摸两边的槽，朽了就只能换，找木匠量好尺寸一天就能做完。"
    posts = (
        post("楼主 发表于 2019-10-12 10:20", question) + post(head, answer) + post(head.replace("11", "12"), question)
    )
    page = clean_page(f"<title>水闸漏水</title><h1>水闸漏水怎么修？</h1>{posts}".encode())
    assert [(d.author, d.published) for d in page.documents] == [(None, "2019-10-12T10:20")]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ('<a class="author">渠边人家</a> · 最后由 <a class="author">对岸来客</a> 回复', "渠边人家"),
        ('<a class="author">渠边人家</a> <a class="author">渠边人家关注</a>', "渠边人家"),
        ('<a class="author">Anna Marsh</a> and <a class="author">Lee Cole</a>', "Anna Marsh, Lee Cole"),
    ],
)
def test_of_several_called_author_in_a_line_full_names_are_authors(line: str, author: str) -> None:
    assert read(top=f"<div class='info'>{line}</div>").author == author
