"""Formulas of a page, once each and as TeX, wherever it keeps them."""

from __future__ import annotations

import pytest
from articles import clean, document, inner


@pytest.mark.parametrize(
    "markup",
    [
        r'<span class="katex"><span class="katex-mathml"><math><semantics><mrow><msub><mi>a</mi><mi>n</mi></msub></mrow><annotation encoding="application/x-tex">a_n=2^n</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">an=2n</span></span>',
        r'<span class="MathJax_Preview">a</span><script type="math/tex">a_n=2^n</script>',
        r'<span class="MathJax_SVG" data-mathml="&lt;math&gt;&lt;msub&gt;&lt;mi&gt;a&lt;/mi&gt;&lt;mi&gt;n&lt;/mi&gt;&lt;/msub&gt;&lt;/math&gt;">an</span><script type="math/tex">% <![CDATA[ a_n=2^n %]]></script>',
        r'<mjx-container class="MathJax" jax="SVG"><svg></svg><mjx-assistive-mml><math data-latex="a_n=2^n"><msub><mi>a</mi><mi>n</mi></msub></math></mjx-assistive-mml></mjx-container>',
        r'<span class="ztext-math" data-tex="a_n=2^n"><span>an=2n</span></span>',
        r'<span class="ql-formula" data-value="a_n=2^n">﻿<span contenteditable="false">an=2n</span>﻿</span>',
        r'<img class="math-inline" src="https://math.jianshu.com/math?formula=a_n%3D2%5En" alt="a_n=2^n">',
        r'<img src="https://latex.codecogs.com/gif.latex?a_n%3D2%5En" alt="">',
        r'<img src="https://www.zhihu.com/equation?tex=a_n%3D2%5En" alt="公式" eeimg="1">',
        r'<span class="mwe-math-element"><span class="mwe-math-mathml-inline" style="display: none;"><math alttext="{\displaystyle a_n=2^n}"><semantics><mi>a</mi><annotation encoding="application/x-tex">{\displaystyle a_n=2^n}</annotation></semantics></math></span><img src="/f.svg" class="mwe-math-fallback-image-inline" alt="{\displaystyle a_n=2^n}"></span>',
        r'<span class="math inline">\(a_n=2^n\)</span>',
        r"\(a_n=2^n\)",
        r"$a_n=2^n$",
        r'<mjx-container class="MathJax CtxtMenu_Attached_0" jax="CHTML"><mjx-math aria-hidden="true"></mjx-math><mjx-assistive-mml><math data-latex="a_n=2^n"><mi>a</mi></math></mjx-assistive-mml></mjx-container>',
    ],
)  # fmt: skip
def test_a_formula_comes_once_as_tex(markup: str) -> None:
    one = document(f"<p>数列的通项写成{markup}，其中的下标从一开始数起，依次加一。</p>")
    assert one.text.split("\n")[1] == "数列的通项写成$a_n=2^n$，其中的下标从一开始数起，依次加一。"
    assert one.formulas == 1 and "写成$a_n=2^n$，其中" in (one.markdown or "")


DRAWN_SVG = (
    '<svg viewBox="0 0 9 9"><g stroke="currentColor"><g data-mml-node="math"><g data-mml-node="msubsup"><g data-mml-node="mo">'
    '<path data-c="222B"></path></g><g data-mml-node="mn"><path data-c="31"></path></g><g data-mml-node="mn"><path data-c="30"></path></g></g>'
    '<g data-mml-node="msqrt"><g data-mml-node="TeXAtom"><g data-mml-node="mi"><use data-c="1D465"></use></g></g><g data-mml-node="mo">'
    '<path data-c="221A"></path></g><rect></rect></g><g data-mml-node="mi"><use xlink:href="#MJX-1-TEX-D-211D"></use></g></g></g></svg>'
)  # fmt: skip
DRAWN_CHTML = (
    '<mjx-math class="MJX-TEX"><mjx-mfrac><mjx-frac><mjx-num><mjx-nstrut></mjx-nstrut><mjx-mi><mjx-c class="mjx-c1D44E TEX-I"></mjx-c></mjx-mi>'
    '</mjx-num><mjx-dbox><mjx-dtable><mjx-line></mjx-line><mjx-row><mjx-den><mjx-mn><mjx-c class="mjx-c32"></mjx-c></mjx-mn></mjx-den></mjx-row>'
    '</mjx-dtable></mjx-dbox></mjx-frac></mjx-mfrac><mjx-munderover><mjx-over><mjx-mi><mjx-c class="mjx-c1D45B"></mjx-c></mjx-mi></mjx-over>'
    '<mjx-box><mjx-munder><mjx-row><mjx-base><mjx-mo><mjx-c class="mjx-c2211 TEX-S2"></mjx-c></mjx-mo></mjx-base></mjx-row><mjx-row>'
    '<mjx-under><mjx-mi><mjx-c class="mjx-c1D456"></mjx-c></mjx-mi></mjx-under></mjx-row></mjx-munder></mjx-box></mjx-munderover></mjx-math>'
)  # fmt: skip


@pytest.mark.parametrize(
    ("markup", "tex"),
    [
        (f'<mjx-container class="MathJax" jax="SVG">{DRAWN_SVG}</mjx-container>', r"\int_{0}^{1}\sqrt{x}\mathbb{R}"),
        (f"<span>{DRAWN_SVG}</span>", r"\int_{0}^{1}\sqrt{x}\mathbb{R}"),
        (f'<mjx-container class="MathJax" jax="CHTML">{DRAWN_CHTML}</mjx-container>', r"\frac{a}{2}\sum_{i}^{n}"),
    ],
)
def test_a_formula_of_which_only_mathjax_s_drawing_is_left_is_read_from_it(markup: str, tex: str) -> None:
    one = document(f"<p>面积写成{markup}，其中的上下限由题目给出，不必另外说明。</p>")
    assert f"面积写成${tex}$，其中" in one.text and one.formulas == 1 and "unread-formula" not in one.flags


def test_a_drawing_with_a_glyph_that_is_no_character_is_left_to_be_told() -> None:
    drawn = '<svg><g data-mml-node="math"><g data-mml-node="mo"><path data-c="E151"></path></g></g></svg>'
    assert document(f"<p>括号写成{drawn}，其中的内容由读者自己补上去。</p>").formulas == 0


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ('<img src="https://tex.example.org/draw/?from=%5Cfrac%7Ba%7D%7Bb%7D">', r"$\frac{a}{b}$"),
        ('<img src="https://tex.example.org/svg/%5Csqrt%7Bx%7D">', r"$\sqrt{x}$"),
        ('<img src="https://render.example.org/render/math?math=x_1">', "$x_1$"),
        ('<img src="https://cdn.example.org/__latex/ab12.svg#card=math&amp;code=a%2Bb">', "$a+b$"),
        ('<code class="code math js-render-math" data-math-style="inline">x_1</code>', "$x_1$"),
        ('<code class="language-math math-inline">x_1</code>', "$x_1$"),
        ('<span class="language-math">x_1</span>', "$x_1$"),
        (
            '<img src="https://img.example.org/C%5C/photo.png" alt="码头">',
            "![码头](https://img.example.org/C%5C/photo.png)",
        ),
    ],
)
def test_a_formula_in_an_address_or_called_mathematics_is_tex(markup: str, said: str) -> None:
    assert f"写成{said}，其中" in (document(f"<p>写成{markup}，其中的字母前面已经说明过了。</p>").markdown or "")


def test_code_in_the_language_of_mathematics_is_a_formula_on_its_own_lines() -> None:
    assert inner('<pre><code class="language-math">a &amp;= b \\\\ c</code></pre>') == "$$\na &= b \\\\ c\n$$"


@pytest.mark.parametrize(
    ("mathml", "tex"),
    [
        ("<mfrac><mi>x</mi><mn>2</mn></mfrac>", r"\frac{x}{2}"),
        ("<msup><mrow><mo>(</mo><mi>a</mi><mo>+</mo><mi>b</mi><mo>)</mo></mrow><mn>2</mn></msup>", "(a+b)^{2}"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", r"\sqrt[3]{x}"),
        ("<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><msub><mi>x</mi><mi>i</mi></msub>", r"\sum_{i=1}^{n}x_{i}"),
        ("<mover><mi>v</mi><mo>→</mo></mover>", r"\vec{v}"),
        ("<mi>sin</mi><mi>θ</mi>", r"\sin\theta"),
        ("<mi>α</mi><mi>x</mi>", r"\alpha x"),
        ("<mtable><mlabeledtr><mtd><mtext>(3)</mtext></mtd><mtd><mi>a</mi><mo>=</mo><mi>b</mi></mtd></mlabeledtr></mtable>", "a=b"),
        ("<mo>(</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable><mo>)</mo>", r"\begin{pmatrix}a & b\end{pmatrix}"),
        ('<mtable columnalign="right left"><mtr><mtd><mi>a</mi></mtd><mtd><mo>=</mo><mi>b</mi></mtd></mtr></mtable>', r"\begin{aligned}a & =b\end{aligned}"),
        ('<menclose notation="top"><mi>A</mi><mi>B</mi></menclose>', r"\overline{AB}"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd><mtd><mn>1</mn></mtd></mtr></mtable>", r"\begin{matrix}1 & 0 \\ 0 & 1\end{matrix}"),
    ],
)  # fmt: skip
def test_mathml_is_converted(mathml: str, tex: str) -> None:
    assert f"${tex}$" in document(f"<p>式子是<math>{mathml}</math>，请看下面的说明，再往后读。</p>").text


def test_display_formulas_stand_on_lines_of_their_own() -> None:
    body = r"<p>先看这个式子：\[ x^2+y^2=1 \]它是一个圆，半径是一，圆心在原点。</p><p>$$<br>a=b<br>$$</p>"
    assert inner(body) == "先看这个式子：\n\n$$\nx^2+y^2=1\n$$\n\n它是一个圆，半径是一，圆心在原点。\n\n$$\na=b\n$$"


def test_amounts_are_no_formulas() -> None:
    line = "一碗面$5，两碗$10，带走的另加$1，不收小费，欢迎再来。"
    assert line in document(f"<p>{line}</p>").text
    assert document(f"<p>{line}</p>").formulas == 0


@pytest.mark.parametrize(
    ("alt", "tex"),
    [
        (r"\frac{a}{b}", r"$\frac{a}{b}$"),
        (r"\operatorname{f}(x) = \log x", r"$\operatorname{f}(x) = \log x$"),
        (r"C:\text\list", ""),
        (r"\frac{a}{b} 的图像", ""),
        ("f(x) = x + 1", ""),
    ],
)
def test_an_image_whose_words_can_only_be_tex_is_a_formula(alt: str, tex: str) -> None:
    one = document(f'<p>式子写作<img src="/eq/1.svg" alt="{alt}">，其余照旧，往下再看一段。</p>')
    assert (one.formulas, len(one.images)) == (1, 0) if tex else (0, 1)
    assert tex in one.text


def test_a_formula_in_an_element_for_code_is_not_lost() -> None:
    one = document('<p>写作<code><span class="katex" data-tex="x^2">x2</span></code>，其中的指数是二，请看下一段。</p>')
    assert "写作$x^2$，其中" in one.text


def test_a_formula_without_a_source_is_flagged_and_said() -> None:
    page = clean(
        '<p>结果是<mjx-container class="MathJax"><svg></svg><span>x2</span></mjx-container>，请看下文的说明，谢谢。</p>'
    )
    assert "unread-formula" in page.documents[0].flags
    assert any(edit.rule == "formula-unread" and edit.before == "x2" for edit in page.edits)


@pytest.mark.parametrize(
    ("markup", "markdown"),
    [
        (r"<p>\begin{equation}<br>E=mc^2<br>\end{equation}</p>", "$$\n\\begin{equation} E=mc^2 \\end{equation}\n$$"),
        ('<p>取<img src="https://latex.codecogs.com/gif.latex?%5Cinline&space;%5Cfrac%7Ba%7D%7Bb%7D">。</p>', r"取$\frac{a}{b}$。"),
        ('<p>取<img src="https://math.now.sh?inline=%5Cbeta_1">。</p>', r"取$\beta_1$。"),
        (r'<div class="math"><p><img src="m/1.png" alt="\frac{a}{b}"></p></div>', "$$\n\\frac{a}{b}\n$$"),
    ],
)  # fmt: skip
def test_formulas_over_lines_of_services_and_of_boxes(markup: str, markdown: str) -> None:
    assert inner(markup) == markdown
