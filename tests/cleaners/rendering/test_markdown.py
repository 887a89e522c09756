"""Blocks as Markdown: a reader of Markdown sees what the blocks hold, whatever stands in their text."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cleaners.rendering import markdown
from schemas.records import Block, Run

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = st.text(st.sampled_from(list("渡口水a1 *_[]<>$|\\`#-+!&;~()=.\"'")), min_size=1, max_size=24)
LINE = NASTY.map(lambda s: " ".join(s.split())).filter(bool)


def shown(source: str) -> list[tuple[str, str]]:
    """(kind of block, its text) as a reader sees them."""
    out: list[tuple[str, str]] = []
    kind = ""
    for token in READER.parse(source):
        if token.type.endswith("_open"):
            kind = token.type.removesuffix("_open") if token.type != "paragraph_open" or kind != "list_item" else kind
        if token.type == "inline":
            said = "".join(c.content if c.type in ("text", "code_inline") else "\n" for c in token.children or ())
            out.append((kind, said))
        elif token.type in ("fence", "code_block", "html_block", "hr"):
            out.append((token.type, token.content))
    return out


@given(st.lists(LINE, min_size=1, max_size=4))
def test_text_is_never_markup(lines: list[str]) -> None:
    source = markdown([Block(line, seq=n) for n, line in enumerate(lines)])
    assert shown(source) == [("paragraph", line) for line in lines]


@given(st.lists(LINE, min_size=2, max_size=3))
def test_lines_of_one_paragraph_stay_lines(lines: list[str]) -> None:
    source = markdown([Block(line, seq=n, runs_on=n > 0) for n, line in enumerate(lines)])
    assert shown(source) == [("paragraph", "\n".join(lines))]


@given(st.integers(1, 6), LINE)
def test_headings_keep_level_and_words(level: int, line: str) -> None:
    tokens = READER.parse(markdown([Block(line, kind="heading", level=level)]))
    assert tokens[0].tag == f"h{level}" and tokens[1].children
    assert "".join(c.content for c in tokens[1].children) == line


@given(st.lists(st.lists(st.one_of(st.just(""), LINE), min_size=2, max_size=4), min_size=2, max_size=4))
def test_a_table_is_the_grid_of_its_block(rows: list[list[str]]) -> None:
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    source = markdown([Block("\n".join("\t".join(row) for row in rows), kind="table")])
    got: list[list[str]] = []
    for token in READER.parse(source):
        if token.type == "tr_open":
            got.append([])
        elif token.type == "inline":
            got[-1].append("".join(c.content for c in token.children or ()))
    assert got == rows


@given(st.lists(st.text("a`~ #-\t渡", max_size=10).map(str.rstrip), min_size=1, max_size=6), st.integers(0, 2))
def test_code_is_what_it_was_in_lists_and_quotations_too(lines: list[str], depth: int) -> None:
    code = "\n".join(["x", *lines, "y"])
    blocks = [Block("条目", kind="item", depth=n + 1, level=n + 1, marker="1.", quoted=1, seq=n) for n in range(depth)]
    source = markdown([*blocks, Block(code, kind="pre", language="python", depth=depth, quoted=1, seq=depth)])
    fences = [token for token in READER.parse(source) if token.type == "fence"]
    assert [(f.info, f.content.expandtabs(4)) for f in fences] == [("python", (code + "\n").expandtabs(4))]


@given(st.text(st.sampled_from(list("a`| 渡")), min_size=1, max_size=12).map(lambda s: f"x{s.strip()}"), st.booleans())
@example("xa|b", True)
def test_code_in_a_line_is_what_it_was(code: str, cell: bool) -> None:
    code = code.strip()
    run = Run("code", 1, 1 + len(code))
    text = f"用{code}吧" if not cell else f"用{code}吧\t乙\n丙\t丁"
    tokens = READER.parse(markdown([Block(text, kind="table" if cell else "paragraph", runs=(run,))]))
    found = [c.content for t in tokens for c in t.children or () if c.type == "code_inline"]
    assert found == [code]
    assert any(token.type == "table_open" for token in tokens) == cell  # a bar too many makes it a paragraph


def test_blanks_beside_runs_stay_and_an_image_has_its_own() -> None:
    runs = (Run("link", 2, 3, "https://e.org/"), Run("code", 6, 7))
    assert markdown([Block("看 闸 和 码 吧", runs=runs)]) == "看 [闸](https://e.org/) 和 `码` 吧"
    image = (Run("image", 2, 2, "https://e.org/1.png", "闸"),)
    assert markdown([Block("看 吧", runs=image)]) == "看 ![闸](https://e.org/1.png) 吧"


def test_an_item_whose_text_lacks_its_number_is_whole() -> None:
    assert markdown([Block("打包行李", kind="item", depth=1, level=1, marker="3.")]) == "3. 打包行李"


def test_formulas_are_not_escaped_but_for_bars_in_cells() -> None:
    text = "$a_n=|x|$\t甲\n乙\t丙"
    assert markdown([Block(text, kind="table", runs=(Run("formula", 0, 9),))]).startswith("| $a_n=\\|x\\|$ | 甲 |")
    assert markdown([Block("$$a_n=2^n$$", kind="formula", runs=(Run("formula", 0, 11),))]) == "$$\na_n=2^n\n$$"
    assert markdown([Block("取$x$5次", runs=(Run("formula", 1, 4),))]) == "取$x$ 5次"


def test_lists_hang_where_they_belong_and_keep_their_numbers() -> None:
    def item(text: str, depth: int, marker: str, seq: int) -> Block:
        return Block(text, kind="item", depth=depth, level=depth, marker=marker, seq=seq)

    blocks = [
        item("3. 打包", 1, "3.", 0),
        item("衣物", 2, "-", 1),
        Block("叠好再放。", kind="item", depth=2, level=2, seq=2),
        item("10. 出门", 1, "10.", 3),
        item("锁门", 2, "- [x]", 4),
    ]
    assert markdown(blocks) == "3. 打包\n   - 衣物\n\n     叠好再放。\n10. 出门\n    - [x] 锁门"


def test_a_list_right_behind_another_is_another() -> None:
    blocks = [
        Block(f"{n}. 步", kind="item", depth=1, level=1, marker=f"{n}.", seq=k) for k, n in enumerate((1, 2, 3, 1, 2))
    ]
    opened = [t for t in READER.parse(markdown(blocks)) if t.type == "ordered_list_open"]
    assert len(opened) == 2


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://example.org/a(b) c", "https://example.org/a%28b%29%20c"),
        ("https://example.org/?a=b&c=d", "https://example.org/?a=b&c=d"),
    ],
)
def test_addresses_cannot_end_before_they_end(url: str, wanted: str) -> None:
    source = markdown([Block("看这里!", runs=(Run("link", 1, 3, url),))])
    assert source == f"看[这里]({wanted})!"


@given(st.lists(LINE, min_size=1, max_size=3))
def test_links_around_any_words_are_links(words: list[str]) -> None:
    text = "见".join(["", *words])
    runs, at = [], 0
    for word in words:
        at += 1
        runs.append(Run("link", at, at + len(word), "https://example.org/a"))
        at += len(word)
    tokens = READER.parse(markdown([Block(text, runs=tuple(runs))]))
    assert sum(c.type == "link_open" for t in tokens for c in t.children or ()) == len(words)


def test_depth_is_bounded() -> None:
    blocks = [Block("甲", kind="item", depth=n, level=n, marker="-", seq=n) for n in range(1, 150)]
    assert len(markdown(blocks)) < 150 * 40
    assert re.search(r"^ {22}- 甲$", markdown(blocks), re.M)
