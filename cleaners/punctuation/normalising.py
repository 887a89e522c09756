"""Widths, marks, quotes and spaces between Han: what typing and upstream folding took away.

Marks are restored where Han stands beside them, never in numbers, times, addresses, formulas, code or Latin sentences,
and never in a text with kana. Chinese marks by GB/T 15834-2011. A text whose punctuation is right is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cleaners.policy import Context
from cleaners.punctuation.quotes import pair_quotes
from cleaners.text import HAN_CLASS as HAN
from cleaners.text import Ledger, Span, code_rows, has_code_sign, is_data, lexicon, mostly_wide
from cleaners.thresholds import threshold
from schemas.records import Block, Edit

HAN_ONE, HAN_RUN = re.compile(f"[{HAN}]"), re.compile(f"[{HAN}]+")
LETTERS = re.compile("[A-Za-z]+")
KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
BEFORE = f"{HAN}，。、；：！？”’》）】」』〉〕…％%℃×_—"  # what may stand before a Chinese mark
AFTER = f"{HAN}“‘《（【「『〈〔…—"  # what may stand behind it
FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。", "(": "（", ")": "）"}
HALF_MARK = re.compile("[,;:!?]")
WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]+")
# One look tells whether a block has anything to do.
NEEDED = re.compile(
    f"[\"'(),.:;?!０-９Ａ-Ｚａ-ｚ＂｡､\\-]|[{HAN}，。、；：！？]  ?(?=[{HAN}])| [，。、；：！？）》”]|[，。；：！？] "
    "|。。。|………|···|－－"
)
# A mark with Han (or a closing mark) before it and no digit-mark-digit; or anything before it and Han behind it.
MARK = re.compile(
    f"[ ,;:!?](?:(?:(?<=[{BEFORE}] )[,;:!?]|(?<=[{BEFORE}][,;:!?]))(?![,;:!?.]) ?"
    f'|(?<=[A-Za-z0-9)"][,;:!?])(?=[{AFTER}]))'
)
ASKS = lexicon("punctuation.toml").matcher("asks")
PERIOD = re.compile(f"\\.(?<=[{HAN}”’》）】」』%％℃]\\.)(?=$|[{AFTER}”’」』）])")
LAST_PERIOD = re.compile(f"\\.(?<=[{HAN}”’》）】」』%％℃]\\.)(?=[”’」』）]?$)")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8}\d{0,2})$")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    entity_longest: int = threshold(12, "characters", "of an HTML entity before its semicolon")
    rounds: int = threshold(4, "rounds", "over a line: a mark that was normalised may decide about its neighbour")
    clause_least: int = threshold(4, "characters", "of a clause of a headline")
    bracket_longest: int = threshold(120, "characters", "before a face in which an open bracket is looked for")
    form_unit: int = threshold(3, "characters", "behind a blank of a form, in which its unit is looked for")


T = Thresholds()
BRACKET = re.compile("[()（）]")
ADDRESS = re.compile("[/#.:]")  # one of these is in every address
PARENS = re.compile(r"([(（])([^()（）\n]{0,120})([)）])")
DOTS = re.compile(f"(?<=[{HAN}，。、；：！？”’》）])(?:\\.{{3,12}}|(?<!。)。{{3,}}+|·{{3,12}}|…{{3,}}+)(?![0-9.·])")
HYPHENS = re.compile(f"(?<=[{HAN}”’》）])(?:--{{1,3}}|－－)(?=[{HAN}“‘《（])")
TONES = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]")
FACE = re.compile(r"-[)(DPpO|](?!\w)|\)(?!\w)")  # behind the eyes of :-) and :)
_MOUTH = r"\^_∩ˇ▽ω≧≦><*="
FACE_INSIDE = re.compile(  # (*^__^*)
    rf"[^\u3400-\u9fffA-Za-z0-9]*[{_MOUTH}](?:[^\u3400-\u9fff]{{0,8}}[{_MOUTH}])?[^\u3400-\u9fffA-Za-z0-9]*"
)
LIST_LABEL = re.compile(r"[〇零一二三四五六七八九十百甲乙丙丁]{1,4}|\d{1,3}|[A-Za-z]")
# Each of these begins with the sign that it is about, and then looks back: a line is looked through for a sign many
# times faster than for what stands before it.
SPACE = re.compile(f" (?<=[{HAN}] )(?=[{HAN}])")
EDGE_SPACE = re.compile(f" (?:(?<=[{HAN}] ) *(?=[，。、；：！？）》”])|(?<=[，。、；：！？] ) *(?=[{HAN}]))")
FORM_BEFORE, FORM_UNIT = map(lexicon("punctuation.toml").matcher, ("form-before", "form-unit"))
CLAUSE = re.compile("[，。、；：！？,;:!?“”《》（）()\n]")


def normalise(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Blocks with Chinese punctuation, and one edit for each block and rule, with its count.

    Edit.start is the offset of the first change in the block as this step received it. Nothing is done where the policy
    says so, in protected blocks, in rows of a table (a line with a tab), in code, in Latin text and in Japanese.
    """
    if not context.policy.punctuation or _japanese(blocks):
        return tuple(blocks), ()
    done: list[Block] = []
    edits: list[Edit] = []
    for block in blocks:
        if block.protected or not NEEDED.search(block.text):
            done.append(block)
            continue
        lines: list[str] = []
        at = 0
        rows = block.text.split("\n")
        code = code_rows(rows) if block.kind == "pre" else [False] * len(rows)
        for line, coded in zip(rows, code, strict=True):
            restored = line
            needed = len(rows) == 1 or NEEDED.search(line)
            if needed and not coded and not _is_row(block, line) and chinese(line):
                restored, changes = restore(line)
                for c in changes:
                    edits.append(
                        Edit("punctuation", c.rule, block.seq, at + c.start, c.before, c.after, "likely", c.count)
                    )
            lines.append(restored)
            at += len(line) + 1
        text = "\n".join(lines)
        done.append(block if text == block.text else replace(block, text=text))
    return tuple(done), tuple(edits)


def _is_row(block: Block, line: str) -> bool:
    """Whether a line is a row of a table, here or in Markdown."""
    return "\t" in line or (block.kind == "source" and line.lstrip(" >")[:1] == "|")


def _japanese(blocks: Sequence[Block]) -> bool:
    """Whether the page is Japanese: a twentieth of its Han and kana are kana."""
    kana = len(KANA.findall("\n".join([block.text for block in blocks])))
    return kana > 0 and kana * 20 > kana + sum(sum(map(len, HAN_RUN.findall(block.text))) for block in blocks)


def chinese(text: str) -> bool:
    """Whether a line is Chinese prose or a Chinese heading: Han, no kana, not mostly Latin, no code, no JSON."""
    if not HAN_ONE.search(text) or KANA.search(text):
        return False
    if not LETTERS.search(text):
        return True
    han = sum(map(len, HAN_RUN.findall(text)))
    latin = sum(map(len, LETTERS.findall(text)))
    return han * 2 >= latin and not (latin > 3 and has_code_sign(text) and not mostly_wide(text)) and not is_data(text)


Action = Callable[[re.Match[str]], "str | None"]


@dataclass(frozen=True, slots=True)
class Change:
    """What one rule did to a line: all its places as one, `start` the first of them in the line as it came."""

    rule: str
    start: int
    before: str
    after: str
    count: int


class _Line:
    """A line at work."""

    def __init__(self, text: str) -> None:
        self.ledger = Ledger(text)
        self.changes: list[Change] = []

    @property
    def text(self) -> str:
        return self.ledger.text

    def sub(self, rule: str, pattern: re.Pattern[str], action: Action) -> None:
        """Puts action(match) for each match; None leaves it. One change for all of them."""
        spans: list[Span] = []
        for match in pattern.finditer(self.ledger.text):
            new = action(match)
            if new is not None and new != match[0]:
                spans.append(Span(match.start(), match.end(), new))
        self._put(rule, spans)

    def quotes(self) -> None:
        """Pairs straight quotation marks."""
        paired = pair_quotes(self.text)
        self._put("quotes", [Span(at, at + 1, paired[at]) for at in sorted(paired)])

    def _put(self, rule: str, spans: list[Span]) -> None:
        if not spans:
            return
        before = after = ""
        for start, end, new in spans:
            before, after = _sample(before, self.text[start:end]), _sample(after, new)
        self.changes.append(Change(rule, self.ledger.origin(spans[0].start), before, after, len(spans)))
        self.ledger.replace(spans)


def restore(text: str) -> tuple[str, list[Change]]:
    """A line with its punctuation restored, and what each rule did.

    Goes over the line until nothing changes: a mark that came back may show what stands beside it.
    """
    line = _Line(text)
    for _ in range(T.rounds):
        done = len(line.changes)
        _once(line)
        if len(line.changes) == done:
            break
    return line.text, line.changes


def _once(line: _Line) -> None:
    line.sub("width", WIDE, lambda m: "".join(chr(ord(c) - 0xFEE0) for c in m.group()))
    text = line.text
    if "..." in text or "。。。" in text or "···" in text or "………" in text:
        line.sub("ellipsis", DOTS, lambda m: "……")
    if "--" in line.text or "－－" in line.text:
        line.sub("dash", HYPHENS, lambda m: "——")
    line.quotes()
    if BRACKET.search(line.text):
        line.sub("brackets", PARENS, _parens)
    if HALF_MARK.search(line.text):
        line.sub("marks", MARK, _mark)
    if "." in line.text:
        habit = "。" not in line.text and (len(PERIOD.findall(line.text)) >= 2 or line.text.rstrip().endswith("."))
        line.sub("stops", PERIOD if habit else LAST_PERIOD, _period)
    if " " in line.text:
        line.sub("space", EDGE_SPACE, lambda m: "")
        if line.text.count(" ") * 3 <= sum(line.text.count(c) for c in "，。、；：") + 2:
            line.sub("space-between-han", SPACE, _space)


def _sample(sofar: str, new: str) -> str:
    """What a bulk edit shows: each different text once, up to 40 characters."""
    return sofar if new in sofar or len(sofar) > 40 else sofar + new


def _mark(found: re.Match[str]) -> str | None:
    text, start, end = found.string, found.start(), found.end()
    raw = found.group()
    sign = raw.strip()
    if sign == ":" and text[end : end + 2] == "//":
        return None
    if sign in ":;" and _is_face(text, start, end):
        return None  # :-)
    if sign == ";" and ENTITY.search(text, max(0, start - T.entity_longest), start):
        return None  # &hellip; is about an entity, or could not be read
    if raw[:1] == " " and sign in ",:;" and end < len(text) and not HAN_ONE.match(text[end]):
        return None
    after = text[end : end + 1]
    if raw.endswith(" ") and after and not HAN_ONE.match(after) and after not in AFTER and not after.isalnum():
        return FULL[sign] + " "
    if sign == "?" and HAN_ONE.match(after) and not ASKS(text[max(0, start - 20) : start]):
        return None  # nothing asks: a character may have been lost here
    return FULL[sign]


def _is_face(text: str, start: int, end: int) -> bool:
    """Whether a mark is the eyes of :-) or :), and no bracket is open that the mouth may close."""
    if FACE.match(text, end) is None:
        return False
    before = text[max(0, start - T.bracket_longest) : start]
    return text[end] == "-" or sum(map(before.count, "(（")) <= sum(map(before.count, ")）"))


def _period(found: re.Match[str]) -> str | None:
    text, start = found.string, found.start()
    head = text[:start].lstrip("(（ ")
    return None if LIST_LABEL.fullmatch(head.rstrip(")） ")) else "。"


def _parens(found: re.Match[str]) -> str | None:
    opening, inside, closing = found.groups()
    if opening == "（" and closing == "）":
        return None
    text = found.string
    before, after = (
        text[found.start() - 1 : found.start()] if found.start() else "",
        text[found.end() : found.end() + 1],
    )
    if inside and FACE_INSIDE.fullmatch(inside):
        return None  # (^_^)
    if before == "]" and ADDRESS.search(inside):
        return None  # the address of a link in Markdown
    if TONES.search(inside):
        return None  # a reading; damage also leaves such, and a step before this one knows more of it
    if opening != closing and ("（" in (opening, closing) or "）" in (opening, closing)):
        return f"（{inside}）"  # one of the two is right already
    beside = bool(HAN_ONE.match(before)) or bool(HAN_ONE.match(after)) or before in tuple("”》。，、；：！？")
    if HAN_ONE.search(inside):
        return (
            f"（{inside}）"
            if not before or not before.isascii() or before.isspace() or beside or before.isalnum()
            else None
        )
    if before and before.isascii() and before.isalnum():
        return None  # f(x), CO(NH2)2
    if beside and (not after or HAN_ONE.match(after) or not after.isalnum()):
        return f"（{inside}）"
    return None


def _space(found: re.Match[str]) -> str | None:
    """A space inside a clause of prose goes; one between short names, or after a label, stays."""
    text, at = found.string, found.start()
    if FORM_BEFORE(text[at - 1]) and FORM_UNIT(text[at + 1 : at + 1 + T.form_unit]):
        return None  # 将在 个工作日内: a blank to be filled in
    left = CLAUSE.split(text[max(0, at - 40) : at])[-1]
    right = CLAUSE.split(text[at + 1 : at + 41])[0]
    if at - len(left) <= 0 and (len(left) <= 7 or at + 1 + len(right) >= len(text)):
        return None  # 第一章 总则; a line without marks
    if at + 1 + len(right) >= len(text) and min(len(left), len(right)) >= T.clause_least:
        return None  # two clauses of a headline; prose would go on to a mark
    one = left.split(" ")[-1], right.split(" ")[0]
    if len(one[0]) == 1 or len(one[1]) == 1:
        return "" if left.count(" ") + right.count(" ") == 0 else None
    if left.count(" ") + right.count(" "):
        return None
    return (
        ""
        if len(left) + len(right) >= 12
        and max(len(left), len(right)) >= 6
        and text[at - len(left) - 1 : at - len(left)] not in "“《："
        else None
    )
