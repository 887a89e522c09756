"""Structure of an article: code, tables, lists, links and images as pages write them, in text and Markdown."""

from __future__ import annotations

import re

import pytest
from articles import P1, P2, clean, document, inner
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cleaners import Policy

CODE = "def f(x):\n    return x  # 加一\n\nprint(f(1))"
ROWS = CODE.split("\n")


def spans(name: str, between: str = "\n") -> str:
    return between.join(f'<span class="{name}">{row}</span>' for row in ROWS)


NUMBERS = "\n".join(str(n) for n in range(1, len(ROWS) + 1))


@pytest.mark.parametrize(
    "markup",
    [
        f'<pre><code class="language-python">{CODE}\n</code></pre>',
        f'<pre class="line-numbers language-python"><code>{CODE}<span class="line-numbers-rows"><span></span></span></code></pre>',
        f'<div class="code-toolbar"><pre class="language-python"><code>{CODE}</code></pre><div class="toolbar"><button>复制</button></div></div>',
        f'<div class="highlight-python notranslate"><div class="highlight"><pre><span></span>{CODE}\n</pre></div></div>',
        f'<table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>{NUMBERS}</pre></div></td><td class="code"><div class="highlight"><pre class="python">{CODE}</pre></div></td></tr></table>',
        f'<div class="highlight"><div class="chroma"><table class="lntable"><tr><td class="lntd"><pre class="chroma"><code>{NUMBERS}</code></pre></td><td class="lntd"><pre class="chroma"><code class="language-python" data-lang="python">{CODE}</code></pre></td></tr></table></div></div>',
        '<div class="highlight"><pre class="chroma"><code class="language-python" data-lang="python">'
        + "".join(f'<span class="line"><span class="ln">{n}</span><span class="cl">{row}\n</span></span>' for n, row in enumerate(ROWS, 1))
        + "</code></pre></div>",
        f'<div class="language-python highlighter-rouge"><div class="highlight"><pre class="highlight"><code><table class="rouge-table"><tbody><tr><td class="rouge-gutter gl"><pre class="lineno">{NUMBERS}\n</pre></td><td class="rouge-code"><pre>{CODE}\n</pre></td></tr></tbody></table></code></pre></div></div>',
        f'<pre class="shiki" data-language="python"><code>{spans("line")}</code></pre>',
        f'<div class="language-python"><button class="copy" title="Copy"></button><span class="lang">python</span><pre class="shiki"><code>{spans("line")}</code></pre><div class="line-numbers-wrapper">{NUMBERS.replace(chr(10), "<br>")}</div></div>',
        '<div class="language-python codeBlockContainer"><div class="codeBlockContent"><pre class="prism-code language-python"><code>'
        + "".join(f'<span class="token-line" style="color:#000"><span class="token plain">{row}</span><br></span>' for row in ROWS)
        + '</code></pre><div class="buttonGroup"><button>复制</button></div></div></div>',
        '<figure class="highlight python"><table><tr><td class="gutter"><pre>'
        + "".join(f'<span class="line">{n}</span><br>' for n in range(1, 5))
        + '</pre></td><td class="code"><pre>'
        + spans("line", "<br>")
        + "<br></pre></td></tr></table></figure>",
        '<pre class="prettyprint linenums lang-python"><ol class="linenums">' + "".join(f'<li class="L0">{row}</li>' for row in ROWS) + "</ol></pre>",
        '<div class="dp-highlighter"><ol class="dp-py" start="1">' + "".join(f"<li><span>{row.replace(' ', '&nbsp;')}&nbsp;&nbsp;</span></li>" for row in ROWS) + "</ol></div>",
        f'<pre class="EnlighterJSRAW" data-enlighter-language="python">{CODE}</pre>',
        f'<pre class="brush:python;toolbar:false">{CODE}</pre>',
        f'<pre class="wp-block-code"><code lang="python" class="language-python">{CODE.replace(chr(10), "<br>")}</code></pre>',
        '<div id="c1" class="crayon-syntax crayon-theme-classic"><div class="crayon-plain-wrap"><textarea>' + CODE + '</textarea></div><div class="crayon-main"><table class="crayon-table"><tr class="crayon-row"><td class="crayon-nums"><div class="crayon-nums-content"><div class="crayon-num">1</div><div class="crayon-num">2</div></div></td><td class="crayon-code"><div class="crayon-pre">'
        + "".join(f'<div class="crayon-line">{row or "&nbsp;"}</div>' for row in ROWS)
        + "</div></td></tr></table></div></div>",
        '<div class="blockcode"><div id="code_a"><ol>' + "".join(f"<li>{row.replace(' ', '&nbsp;')}<br />\n" for row in ROWS) + '</ol></div><em onclick="copycode()">复制代码</em></div>',
        '<div class="CodeMirror"><div class="CodeMirror-code">' + "".join(f'<div style="position: relative;"><div class="CodeMirror-gutter-wrapper"><div class="CodeMirror-linenumber">{n}</div></div><pre class="CodeMirror-line"><span>{row}</span></pre></div>' for n, row in enumerate(ROWS, 1)) + "</div></div>",
        '<section class="code-snippet__fix"><ul class="code-snippet__line-index"><li></li><li></li></ul><pre class="code-snippet__js" data-lang="python">'
        + "".join(f"<code><span>{row}</span></code>" for row in ROWS)
        + "</pre></section>",
        f'<code class="snippet-wrap language-python"><pre><code>{CODE}</code></pre></code>',
        f'<div class="language-python highlighter-rouge"><div class="highlight"><code><table class="rouge-table"><tr><td class="rouge-gutter gl"><pre class="lineno">{NUMBERS}</pre></td><td class="rouge-code"><pre>{CODE}\n</pre></td></tr></table></code></div></div>',
        f'<pre><code class="hljs language-python"><div class="code__header"><span>python</span><button><span></span></button></div><div class="code-content">{CODE}</div></code></pre>',
        f'<pre><div class="a1"><div class="b2"><span>Python</span><button>Copy code</button><button>Run</button></div><div class="c3"><code class="language-python">{CODE}</code></div></div></pre>',
        f'<div class="code-block" language="python"><button>Copy</button><div><pre class="shiki"><code>{CODE}</code></pre></div></div>',
        '<pre class="flex language-python">' + "".join(f'<div class="row"><span class="dim">{n}</span><div class="flex-1">{row}</div></div>' for n, row in enumerate(ROWS, 1)) + "</pre>",
        '<div class="cnblogs_code language-python"><pre>' + "\n".join(f'<span style="color: rgba(0, 128, 128, 1)">{n}</span> {row}' for n, row in enumerate(ROWS, 1)) + "</pre></div>",
        f'<pre class="language-python"><code><ul class="rows">{"".join(f"<li>{n}</li>" for n in range(1, 5))}</ul>{CODE}</code></pre>',
        f'<pre><div class="code-block-extension-header"><span>python</span><div><span>解读这段代码</span></div></div><code class="hljs language-python">{CODE}</code></pre>',
        f'<div class="codeHeader"><span class="language">python</span><button>复制</button></div><pre><code class="lang-python">{CODE}</code></pre>',
        f'<div class="dp-highlighter bg_python"><div class="bar"><div class="tools"><b>[python]</b> <a href="#">view plain</a></div></div><ol class="dp-python">{"".join(f"<li><span>{row}</span></li>" for row in ROWS)}</ol></div>',
        f'<div class="enlighter-default"><div class="enlighter-code"><div class="enlighter">{"".join(f"<div><div><span>{row}</span></div></div>" for row in ROWS)}</div><pre class="enlighter-raw">{CODE}</pre></div></div><pre class="EnlighterJSRAW" data-enlighter-language="python" style="display:none">{CODE}</pre>',
        f'<div class="mw-highlight mw-highlight-lang-python"><pre>{CODE}\n</pre></div>',
        f'<div class="mw-geshi"><div class="python source-python"><pre class="de1">{CODE}</pre></div></div>',
        f'<div class="jp-Cell"><div class="jp-InputPrompt jp-InputArea-prompt">In [3]:</div><div class="highlight hl-ipython3"><pre><span></span>{CODE}\n</pre></div></div>',
        f'<div class="nbinput"><div class="prompt highlight-none notranslate"><div class="highlight"><pre><span></span>[3]:\n</pre></div></div><div class="input_area highlight-ipython3 notranslate"><div class="highlight"><pre><span></span>{CODE}\n</pre></div></div></div>',
        f'<div class="cm-editor"><div class="cm-gutters">{NUMBERS}</div><div class="cm-content" data-language="python">{"".join(f"""<div class="cm-line">{row or "<br>"}</div>""" for row in ROWS)}</div></div>',
    ],
)  # fmt: skip
def test_code_keeps_its_lines_whatever_a_highlighter_made_of_it(markup: str) -> None:
    one = document(markup)
    found = [t for t in MarkdownIt().parse(one.markdown or "") if t.type == "fence"]
    assert [token.content for token in found] == [CODE + "\n"]
    assert CODE in one.text and one.code_blocks == 1
    if re.search("python", markup) and "highlighttable" not in markup:
        assert found[0].info == "python"


@pytest.mark.parametrize(
    "heading",
    [
        '<h2 class="anchor anchorTargetStickyNavbar_Vzrq" id="x1">怎样靠岸<a href="#x1" class="hash-link">​</a></h2>',
        '<h2 id="%E6%80%8E%E6%A0%B7-search">怎样 search</h2>',
        '<h2 id="comments">Comments</h2>',
        '<section id="related-tools"><h2>Related tools<a class="headerlink" href="#related-tools">¶</a></h2><p>船上有两样工具，一样是长篙，一样是缆绳，使用之前都要检查。</p></section>',
    ],
)  # fmt: skip
def test_a_name_made_of_a_heading_s_words_says_nothing_of_a_role(heading: str) -> None:
    said = re.sub("<[^>]*>|[¶​]", " ", heading).split()
    assert f"## {' '.join(said[: 2 if len(said) > 1 and said[1].isascii() else 1])}" in (
        document(heading + P1 + P2).markdown or ""
    )


def test_readers_comments_go_though_their_heading_has_the_same_name() -> None:
    assert (
        "Comments"
        not in document(P1 + P2 + '<div id="comments"><h2>Comments</h2><p>写得不错，下次再来。</p></div>').text
    )


def test_notes_and_admonitions_that_are_asides_stay() -> None:
    note = '<aside class="footnote-list brackets"><aside class="footnote brackets" id="n1" role="doc-footnote"><span class="label">[<a href="#c1">1</a>]</span><p>汽笛的声音见于当年的航运日志。</p></aside></aside>'
    box = '<aside class="admonition tip"><p>靠岸之前请先系好缆绳。</p></aside>'
    said = document(P2 + box + P1 + note).text
    assert "汽笛的声音见于当年的航运日志。" in said and "靠岸之前请先系好缆绳。" in said
    assert "猜你喜欢" not in document(P2 + "<aside><p>猜你喜欢的三篇文章都在这里。</p></aside>" + P1).text


def test_a_raised_number_inside_the_link_to_a_note_is_its_mark() -> None:
    assert (
        "航运日志[1]里"
        in document('<p>这件事在航运日志<a href="#fn1" id="r1"><sup>1</sup></a>里写得很清楚，可以查到。</p>').text
    )


def test_words_for_those_who_listen_are_not_read() -> None:
    markup = '<p>时刻表见<a href="https://t.example.org/">码头的网站<span class="sr-only">(opens new window)</span></a>，每天更新。</p>'
    assert "[码头的网站](https://t.example.org/)，每天更新" in (document(markup).markdown or "")


@pytest.mark.parametrize(
    "markup",
    ['<pre class="literal-block">{}</pre>', '<div class="literalblock"><div class="content"><pre>{}</pre></div></div>'],
)
def test_a_block_that_a_generator_calls_literal_keeps_its_blanks(markup: str) -> None:
    assert inner(markup.format("船名\n    吨位\n\n日期")) == "```\n船名\n    吨位\n\n日期\n```"


def test_the_glyph_of_a_permanent_link_is_no_word_of_a_heading() -> None:
    assert "## 靠岸\n" in (document('<h2>靠岸<a class="headerlink" href="#k">\uf0c1</a></h2>' + P1).markdown or "")


def test_an_item_that_begins_with_a_list_keeps_its_depth() -> None:
    said = inner("<ul><li><ul><li>甲板</li><li>船舱</li></ul></li><li>码头</li></ul>")
    assert said == "- - 甲板\n  - 船舱\n- 码头"
    assert MarkdownIt().render(said).count("<ul>") == 2


@pytest.mark.parametrize(
    "name", ["real_src", "data-cfsrc", "nitro-lazy-src", "data-pagespeed-lazy-src", "data-orig-src"]
)
def test_an_image_is_found_where_a_script_not_known_here_keeps_its_address(name: str) -> None:
    markup = f'<p><img src="/img/grey.gif" {name}="https://i.example.org/a.jpg" alt="渡船"></p>'
    assert inner(markup) == "![渡船](https://i.example.org/a.jpg)"


@pytest.mark.parametrize(
    "said",
    [
        'data-origin="本报" data-url-name="x"',
        'data-lazy-fallback="/img/missing.png"',
        'data-lazy-placeholder="/img/wait.gif"',
        'data-original-page="https://www.example.org/p/3" data-orig-link="/p/3.html"',
        'data-origin="https://www.example.org"',
        'data-realtime-url="https://t.example.org/seen"',
    ],
)
def test_what_an_attribute_says_that_is_no_picture_is_not_taken_for_one(said: str) -> None:
    markup = f'<p><img src="https://i.example.org/a.jpg" {said} alt="渡船"></p>'
    assert inner(markup) == "![渡船](https://i.example.org/a.jpg)"


@pytest.mark.parametrize(
    ("name", "info"), [("language- vp-adaptive-theme", ""), ("brush: python", "python"), ("language-fallback", "")]
)
def test_a_name_without_a_language_gives_none(name: str, info: str) -> None:
    assert inner(f'<div class="{name}"><pre><code>船 = 1</code></pre></div>').split("\n")[0] == f"```{info}"


def test_no_step_changes_code_formulas_or_addresses() -> None:
    body = "<p>請在命令行輸入<code>echo 發,布</code>，再算$f(x,y)=(x),(y)$，詳見<a href='/說明,一.html'>說明</a>,謝謝。</p>"
    one = document(body, Policy())
    line = one.text.split("\n")[1]
    assert line == "请在命令行输入echo 發,布，再算$f(x,y)=(x),(y)$，详见说明，谢谢。"
    assert "`echo 發,布`" in (one.markdown or "") and "[说明](https://boat.example.org/說明,一.html)" in (
        one.markdown or ""
    )
    assert [(link.text, one.text[link.offset : link.offset + 2]) for link in one.links] == [("说明", "说明")]


@pytest.mark.parametrize(
    ("href", "wanted"),
    [
        ("../about.html", "https://boat.example.org/about.html"),
        ("//cdn.example.org/a?b=1&amp;c=2", "https://cdn.example.org/a?b=1&c=2"),
        ("https://link.zhihu.com/?target=https%3A//a.example.org/x", "https://a.example.org/x"),
        ("/p?id=3&utm_source=feed&utm_medium=rss", "https://boat.example.org/p?id=3"),
        ("mailto:boat@example.org", "mailto:boat@example.org"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("#note", ""),
        ("", ""),
    ],
)
def test_links_lead_where_the_page_means(href: str, wanted: str) -> None:
    one = document(f'<p>开船的时刻请看<a href="{href}">这张表</a>，以当天的公告为准，过时不候。</p>')
    assert [link.url for link in one.links] == [wanted] * bool(wanted)
    assert "开船的时刻请看这张表，" in one.text


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ('<img src="/blank.gif" data-original="/a.jpg" alt="船">', [("船", "https://boat.example.org/a.jpg")]),
        ('<img src="data:image/gif;base64,AAAA" data-src="/a.jpg">', [("", "https://boat.example.org/a.jpg")]),
        ('<img srcset="/s.jpg 320w, /l.jpg 1280w" alt="船">', [("船", "https://boat.example.org/l.jpg")]),
        ('<img src="loading.svg" alt="船"><noscript><img src="/a.jpg" alt="船"></noscript>', [("船", "https://boat.example.org/a.jpg")]),
        ('<img src="data:image/gif;base64,AAAA" alt="船">', []),
        ('<img src="/t.gif" width="1" height="1" alt="">', []),
    ],
)  # fmt: skip
def test_images_have_the_address_that_is_shown(markup: str, wanted: list[tuple[str, str]]) -> None:
    page = clean(f"<p>{markup}</p>")
    (one,) = page.documents
    assert [(image.text, image.url) for image in one.images] == wanted
    if not wanted and "船" in markup:
        assert any(edit.rule == "image" and edit.before == "船" for edit in page.edits)


def test_an_image_comes_once_from_source_or_twin() -> None:
    blank = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP"
    markup = [
        f'<figure><picture><source srcset="/a1.webp 1x, /a2.webp 2x"><img src="{blank}" alt="甲"></picture></figure>',
        f'<span><img src="{blank}" alt="乙">\n<noscript>\n<img src="/b.png" alt="乙"></noscript></span>',
        '<div><div class="lazy"></div><noscript><img src="/c.png" alt="丙"></noscript></div>',
        '<p><img src="/d.png" alt="丁"><noscript><img src="/d.png?full" alt="丁"></noscript></p>',
    ]
    one = document(P2.join(markup))
    assert [(image.text, image.url.rpartition("/")[2]) for image in one.images] == [
        ("甲", "a2.webp"), ("乙", "b.png"), ("丙", "c.png"), ("丁", "d.png"),
    ]  # fmt: skip


def test_code_that_begins_its_lines_with_numbers_keeps_them() -> None:
    lines = "".join(f'<div><span class="token number">{n}</span><span> + x</span></div>' for n in range(1, 5))
    (fence,) = [t for t in MarkdownIt().parse(document(f"<pre>{lines}</pre>").markdown or "") if t.type == "fence"]
    assert fence.content == "1 + x\n2 + x\n3 + x\n4 + x\n"


def test_a_label_is_not_taken_for_a_bar_where_it_is_the_code() -> None:
    one = document("<pre><div><button>复制</button><span>ls</span></div></pre>")
    assert "```\nls\n```" in (one.markdown or "")


def test_signs_that_lead_back_or_to_a_heading_itself_are_no_text() -> None:
    one = document(
        '<h2>靠岸的次序<a href="https://boat.example.org/find?name=a">🔗</a></h2><p>大船先靠岸，小船后靠岸，按来的先后排好，不要争抢。</p>'
        '<ol><li><b><a href="#ref-1">^</a></b> 见码头的告示，第三条。</li></ol>'
    )
    assert "## 靠岸的次序\n" in (one.markdown or "") and "1. 见码头的告示" in (one.markdown or "")


def test_emoji_images_are_their_words() -> None:
    assert (
        "谢谢[微笑]大家"
        in document('<p>谢谢<img class="emoji" src="/e/1.png" alt="[微笑]">大家，今天就到这里，明天再见。</p>').text
    )


def test_lists_keep_depth_and_number() -> None:
    body = "<ol start=3 reversed><li>解缆<ul><li>船头</li><li>船尾<p>要慢。</p></li></ul></li><li>起锚</li></ol>"
    assert inner(body) == "3. 解缆\n   - 船头\n   - 船尾\n\n     要慢。\n2. 起锚"


def test_a_table_is_once_in_both_renderings() -> None:
    body = "<table><caption>时刻</caption><thead><tr><th colspan=2>线路</th><th>时刻</th></tr></thead><tfoot><tr><td>共计</td><td></td><td>2</td></tr></tfoot><tbody><tr><td rowspan=2>东</td><td>甲|乙</td><td>6:00<br>7:00</td></tr><tr><td>丙</td><td><code>a|b</code></td></tr></tbody></table>"
    assert inner(body) == (
        "时刻\n\n| 线路 |  | 时刻 |\n| --- | --- | --- |\n| 东 | 甲\\|乙 | 6:00 7:00 |\n|  | 丙 | `a\\|b` |\n| 共计 |  | 2 |"
    )
    assert document(body).tables == 1


def test_spans_beyond_the_budget_are_not_heeded_and_said() -> None:
    body = "<table>" + "<tr><td colspan=100 rowspan=100>甲</td><td>乙</td></tr>" * 40 + "</table>"
    page = clean(body)
    assert any(edit.rule == "spans-unheeded" for edit in page.edits)
    assert "flattened" in page.documents[0].flags


def test_sections_have_their_own_markdown() -> None:
    body = "<p>一、开船</p><p>先看<b>水位</b>，再看风向，都合适了才可以解缆，不能着急。</p><p>二、靠岸</p><ul><li>慢速</li></ul>"
    one = document(body)
    first, second = (s for s in one.sections if s.label in ("一、", "二、"))
    assert first.markdown.startswith("一、开船\n\n先看水位") and second.markdown.startswith("二、靠岸\n\n- 慢速")


def test_the_policy_leaves_markdown_out() -> None:
    one = document("<p>水面上有一只船，船上有一个人，他在看书，没有抬头。</p>", Policy(markdown=False))
    assert one.markdown is None and one.sections[0].markdown == ""


WORD = re.compile(r"\w+")
TEXT = st.text(st.sampled_from(list("渡口水船人a1 *_[]|`#-+!.~，。")), min_size=1, max_size=20).map(
    lambda s: f"船{s}船"
)
PIECE = st.one_of(
    TEXT,
    TEXT.map(lambda s: f"<code>{s}</code>"),
    TEXT.map(lambda s: f"<a href='/x'>{s}</a>"),
    st.just("$x_1+y$"),
    st.just("<img src='/a.png' alt=''>"),
    st.just("<br>"),
)
LINE = st.lists(PIECE, min_size=1, max_size=4).map("".join)
BLOCK = st.one_of(
    LINE.map(lambda s: f"<p>{s}</p>"),
    LINE.map(lambda s: f"<h2>{s}</h2>"),
    LINE.map(lambda s: f"<blockquote><p>{s}</p></blockquote>"),
    st.lists(LINE, min_size=1, max_size=3).map(lambda x: "<ul>" + "".join(f"<li>{s}</li>" for s in x) + "</ul>"),
    st.lists(LINE, min_size=1, max_size=3).map(lambda x: "<ol>" + "".join(f"<li>{s}</li>" for s in x) + "</ol>"),
    st.lists(TEXT, min_size=4, max_size=4).map(lambda x: "<table><tr><th>{}<th>{}<tr><td>{}<td>{}</table>".format(*x)),
    TEXT.map(lambda s: f"<pre><code>{s}\n  {s}</code></pre>"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCK, min_size=1, max_size=4))
def test_the_words_of_markdown_are_the_words_of_text_in_order(blocks: list[str]) -> None:
    for one in clean("".join(blocks)).documents:
        said: list[str] = []
        for token in MarkdownIt("commonmark").enable("table").parse(one.markdown or ""):
            if token.type in ("fence", "code_block", "html_block"):
                said.append(token.content)
            said += [
                c.content if c.type in ("text", "code_inline", "html_inline") else "\n" if "break" in c.type else ""
                for c in token.children or ()
            ]
            said.append("\n")
        text = re.sub(r"^\d+\. ", "", one.text, flags=re.M)
        assert WORD.findall("".join(said)) == WORD.findall(text)


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ('<span class="iconfont">\ue621</span> 船每半小时一班。', "船每半小时一班。"),
        ('<span class="x-icons btn">\ue768&nbsp;船每半小时一班。</span>', "船每半小时一班。"),
        ("<i>\uf017</i>船每半小时一班。", "船每半小时一班。"),
        ('<span class="rare">\ue863</span>字是船名。', "\ue863字是船名。"),  # of a font of the page's own
        ('<span class="icons">\ue863字是船名。</span>', "\ue863字是船名。"),  # no font of icons has a 字
    ],
)
def test_icons_drawn_as_characters_are_no_text(markup: str, left: str) -> None:
    page = clean(f"<p>{markup}</p>")
    assert left in page.documents[0].text.split("\n")
    assert [e.before for e in page.edits if e.rule == "image"] == [
        m for m in re.findall("[\ue000-\uf8ff]", markup) if m not in left
    ]
