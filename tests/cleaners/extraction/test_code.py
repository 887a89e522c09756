"""Code as editors, highlighters and sites show it, besides those of `test_structure`: its lines, whole, and language."""

from __future__ import annotations

import pytest
from articles import document, inner

from cleaners.extraction.code import code_at
from cleaners.extraction.codelines import Reader
from cleaners.extraction.highlighters import LABEL
from cleaners.extraction.language import of_label

CODE = "def f(x):\n    return x  # 加一\n\nprint(f(1))"
ROWS = CODE.split("\n")
SAID = "守闸的人换了三班，水位到傍晚才慢慢退下去，"
MORE = "大家把灯一盏盏点起来，沿着堤往回走。"


def each(shape: str, empty: str = "<br>") -> str:
    """The lines in elements of a shape; NUMBER stands for a line's number, ROW for what is in it."""
    return "".join(shape.replace("ROW", row or empty).replace("NUMBER", str(n)) for n, row in enumerate(ROWS, 1))


@pytest.mark.parametrize(
    ("markup", "language"),
    [
        ('<div class="monaco-editor"><div class="margin">' + each('<div class="line-numbers">NUMBER</div>') + '</div><div class="view-lines">' + each('<div class="view-line"><span><span class="mtk6">ROW</span></span></div>', "&nbsp;") + "</div></div>", ""),
        ('<div class="view-lines">' + each('<div class="view-line"><span>ROW</span></div>') + "</div>", ""),
        ('<div class="ace_editor"><div class="ace_gutter">' + each('<div class="ace_gutter-cell">NUMBER</div>') + "</div>" + each('<div class="ace_line_group"><div class="ace_line">ROW</div></div>') + "</div>", ""),
        ('<div class="ql-code-block-container">' + each('<div class="ql-code-block" data-language="python">ROW</div>') + "</div>", "python"),
        ('<div class="fragment">' + each('<div class="line"><span class="lineno">NUMBER</span>&#160;ROW</div>\n', "") + "</div>", ""),
        ('<div class="source"><pre>' + each('<span class="sourceLineNo">00NUMBER</span>ROW\n', "") + "</pre></div>", ""),
        ('<div class="codecolorer-container python default"><table><tr><td class="line-numbers"><div>1<br>2<br>3<br>4</div></td><td><div class="python codecolorer">' + CODE.replace("\n", "<br>").replace(" ", "&nbsp;") + "</div></td></tr></table></div>", "python"),
        ('<div class="wp_syntax"><table><tr><td class="line_numbers"><pre>1\n2\n3\n4\n</pre></td><td class="code"><pre class="python">' + CODE + "</pre></td></tr></table></div>", "python"),
        ('<div class="mw-geshi"><div class="python source-python"><ol>' + each('<li class="li1"><div class="de1">ROW</div></li>', "&nbsp;") + "</ol></div></div>", "python"),
        ("<p><code>" + CODE + "</code></p>", ""),
        (f'<code class="hl python block">{CODE}</code>', "python"),
        (f'<pre><div><div>Python</div><div><button>Copy</button></div></div><div class="cm-content">{CODE}</div></pre>', "python"),
        (f'<pre class="shiki" data-language="python"><code><span class="twoslash-hover"><span class="twoslash-popup-container"><code>f: int</code></span></span>{CODE}</code></pre>', "python"),
        (f'<div style="font-family: Consolas, monospace;white-space: pre;">{each("<div>ROW</div>")}</div>', ""),
        ('<pre class="src src-python">' + each('<span class="linenr">NUMBER: </span>ROW\n', "") + "</pre>", "python"),
        (f'<pre data-syntaxhighlighter-params="brush: python; gutter: false">{CODE}</pre>', "python"),
        (f'<pre class="r"><code>{CODE}</code></pre>', "r"),
        (f'<pre class="language-plain"><code class="language-python">{CODE}</code></pre>', "python"),
        (f'<div class="code-box"><div class="code-header"><span class="lang">Python</span><button>复制</button></div><pre>{CODE}</pre></div>', "python"),
        (f'<div class="codebox"><p>代码： <a href="#" onclick="all(this)">全选</a></p><pre><code>{CODE}</code></pre></div>', ""),
        ('<dl class="codebox"><dt>代码: <a href="#" onclick="all(this)">全选</a></dt><dd><code>' + CODE.replace("\n", "<br>").replace("  ", "&nbsp; ") + "</code></dd></dl>", ""),
        (f'<div class="hljs-box"><div><button>登录后复制</button><a class="x">AI写代码</a></div><pre class="language-python">{CODE}</pre><ul class="pre-numbering"><li>1.</li><li>2.</li></ul></div>', "python"),
        (f'<div class="cnblogs_code"><img src="/OutliningIndicators/ContractedBlock.gif" alt=""><div><pre>{CODE}</pre></div><span>View Code</span></div>', ""),
        ('<div class="example_code"><div class="hl-main">' + CODE.replace("def", '<span class="hl-reserved">def</span>').replace("return", '<span class="hl-reserved">return</span>').replace("print", '<span class="hl-builtin">print</span>').replace("\n", "<br>").replace("  ", "&nbsp; ") + "</div></div>", ""),
        ('<div class="code notranslate">' + CODE.replace("\n", "<br>").replace("  ", "&nbsp; ") + "</div>", ""),
        ('<div class="code-block-header"><span class="code-block-header-lang">Python</span><button>复制</button></div><div class="code-block-content">' + each('<div class="ace-line"><span>ROW</span></div>', "") + "</div>", "python"),
    ],
)  # fmt: skip
def test_code_is_read_whole_and_alone(markup: str, language: str) -> None:
    assert inner(markup) == f"```{language}\n{CODE}\n```"


def test_the_name_of_a_file_above_code_is_kept() -> None:
    markup = f'<div class="language-python codeBox"><div class="title">闸门 gate.py</div><pre>{CODE}</pre></div>'
    assert inner(markup) == f"闸门 gate.py\n\n```python\n{CODE}\n```"
    markup = f'<div class="language-python codeBox"><div class="title">gate.py</div><pre>{CODE}</pre></div>'
    assert "gate.py\n\n```python" in inner(markup)
    assert inner(f'<div class="codeHeader"><b>守闸记</b></div><div><pre>{CODE}</pre></div>').startswith("守闸记\n\n```")


@pytest.mark.parametrize(
    "markup",
    [
        f'<div class="code">{SAID}<br>{MORE}</div>',  # prose in a box of that name
        f'<div class="example">{SAID}<br>{MORE}</div>',
        f'<div class="poem"><div class="line">{SAID}</div><div class="line">{MORE}</div></div>',
    ],
)
def test_prose_in_what_is_named_as_code_stays_prose(markup: str) -> None:
    page = document(markup)
    assert "```" not in page.markdown
    assert SAID in page.text
    assert MORE in page.text


def test_a_text_that_an_editor_wrote_into_a_pre_is_no_code() -> None:
    page = document(
        f"<pre class='a1'><div><p><strong>说明</strong></p></div><div><p>{SAID}</p><p>- {MORE}</p></div></pre>"
    )
    assert "```" not in page.markdown
    assert f"说明\n{SAID}\n- {MORE}" in page.text


def test_labels_of_tabs_are_left_out_and_the_hidden_tab_is_kept() -> None:
    markup = (
        '<div><ul role="tablist"><li role="tab">甲法</li><li role="tab">乙法</li></ul>'
        '<div role="tabpanel"><p>用甲法。</p></div><div role="tabpanel" hidden><p>用乙法。</p></div></div>'
        '<div class="tabs"><input type="radio"><label>丙</label><input type="radio"><label>丁</label></div>'
    )
    assert inner(markup) == "用甲法。\n\n用乙法。"


def test_words_of_a_bar_are_told_from_names_of_files() -> None:
    assert all(LABEL(word) for word in ("Python", "C++", "12", "登录后复制", "AI写代码", "ASP.NET"))
    assert not any(LABEL(word) for word in ("gate.py", "main.go", "水闸"))
    assert of_label("Go:") == "go"
    assert of_label("text") == of_label("全选") == ""


def test_what_is_no_container_is_no_code() -> None:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(f'<div class="code">{SAID}</div><pre class="x">a\nb</pre>')
    div, pre = tree.css_first("div"), tree.css_first("pre")
    assert code_at(div, "div", div.attributes) is None
    assert Reader(pre).read() == "a\nb"


def test_tags_in_the_text_beside_code_stay() -> None:
    said = "再看&lt;div&gt;里面写的是什么。"
    assert "再看<div>里面" in document(f"<p>{said}</p><pre><code>{CODE}</code></pre>").text
    assert "<div>" not in document(f"<p>{said}</p>").text  # remains of markup elsewhere
