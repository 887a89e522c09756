"""Conditions on rows, as SQL writes them: `host = 'news.example.org' AND char_count > 200`.

A part of SQL that means the same in DuckDB, so that a condition can be tried there first:

    =  !=  <>  <  <=  >  >=    [NOT] IN (...)    [NOT] LIKE 'x%'    [NOT] BETWEEN a AND b    IS [NOT] NULL
    AND  OR  NOT  ( )    list_contains(flags, 'damaged')    len(failed_rules) = 0

Words are in 'single quotes', a quote inside is doubled; dates are words in ISO 8601. Names of columns are bare or in
"double quotes". What is compared with null is unknown, and rows of which it is unknown are left out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

LONGEST = 20_000  # characters of a condition
DEEPEST = 50  # parentheses and NOTs inside one another
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\"(?P<quoted>[^\"]+)\""
    r"|(?P<word>[A-Za-z_]\w*)|(?P<sign><=|>=|<>|!=|==|[=<>(),]))"
)
_COMPARISONS = {
    "=": pc.equal,
    "==": pc.equal,
    "!=": pc.not_equal,
    "<>": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
_FUNCTIONS = ("len", "length", "list_contains")
_KEYWORDS = ("and", "or", "not", "in", "like", "between", "is", "null", "true", "false")

Value = Any  # an Array of the batch, or a Scalar
Node = Callable[[pa.RecordBatch], Value]


@dataclass(frozen=True)
class Condition:
    """A condition that was understood: the columns that it asks for, and what it says of a batch."""

    columns: frozenset[str]
    node: Node

    def mask(self, batch: pa.RecordBatch) -> pa.Array:
        """Which rows of a batch meet it: booleans, null where it is unknown.

        The batch has the columns. Raises ValueError where a column's type cannot be compared so.
        """
        try:
            found = self.node(batch)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
            raise ValueError(f"the condition cannot be tried: {str(error).splitlines()[0]}") from None
        if isinstance(found, pa.Scalar):
            found = pa.repeat(found, len(batch))
        if not pa.types.is_boolean(found.type):
            raise ValueError("the condition says neither yes nor no: it is no comparison")
        return found


def condition(text: str, known: tuple[str, ...]) -> Condition:
    """Understand a condition. known: the columns that there are. Raises ValueError, which says where it goes wrong."""
    if len(text) > LONGEST:
        raise ValueError(f"a condition of {len(text):,} characters: {LONGEST:,} at most")
    parser = _Parser(text, known)
    node = parser.disjunction(0)
    if parser.at < len(parser.tokens):
        raise ValueError(f"{parser.told()}: AND, OR or the end was expected")
    return Condition(frozenset(parser.columns), node)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # text, number, name, keyword, function, sign
    value: Any
    shown: str


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"the condition cannot be read from {text[at : at + 20].strip()!r} on")
        at = found.end()
        kind, value = found.lastgroup or "", found.group(found.lastgroup or 0)
        if kind == "text":
            yield _Token("text", value[1:-1].replace("''", "'"), value)
        elif kind == "number":
            yield _Token("number", float(value) if re.search("[.eE]", value) else int(value), value)
        elif kind == "quoted":
            yield _Token("name", value, value)
        elif kind == "word" and value.lower() in _KEYWORDS:
            yield _Token("keyword", value.lower(), value)
        elif kind == "word" and value.lower() in _FUNCTIONS and text[at:].lstrip().startswith("("):
            yield _Token("function", value.lower(), value)
        else:
            yield _Token("name" if kind == "word" else "sign", value, value)


class _Parser:
    """Recursive descent; each method takes its tokens and gives what they mean."""

    def __init__(self, text: str, known: tuple[str, ...]) -> None:
        self.tokens = list(_tokens(text))
        self.known = known
        self.columns: set[str] = set()
        self.at = 0

    def told(self) -> str:
        """The token at hand, for a message."""
        return repr(self.tokens[self.at].shown) if self.at < len(self.tokens) else "the condition's end"

    def disjunction(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise ValueError(f"the condition is nested deeper than {DEEPEST}")
        parts = [self._conjunction(depth)]
        while self._take("keyword", "or"):
            parts.append(self._conjunction(depth))
        return _joined(pc.or_kleene, parts)

    def _conjunction(self, depth: int) -> Node:
        parts = [self._negation(depth)]
        while self._take("keyword", "and"):
            parts.append(self._negation(depth))
        return _joined(pc.and_kleene, parts)

    def _negation(self, depth: int) -> Node:
        negated = False
        while self._take("keyword", "not"):
            negated = not negated
        node = self._predicate(depth)
        return _not(node) if negated else node

    def _predicate(self, depth: int) -> Node:
        if self._take("sign", "("):
            node = self.disjunction(depth + 1)
            self._want("sign", ")")
            return node
        left = self._operand()
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is not None and token.kind == "sign" and token.value in _COMPARISONS:
            self.at += 1
            return _compared(_COMPARISONS[token.value], left, self._operand())
        if self._take("keyword", "is"):
            negated = self._take("keyword", "not")
            self._want("keyword", "null")
            return lambda batch: (pc.is_valid if negated else pc.is_null)(left(batch))
        negated = self._take("keyword", "not")
        found = self._membership(left)
        if found is None and negated:
            raise ValueError(f"{self.told()}: IN, LIKE or BETWEEN was expected behind NOT")
        if found is None:
            return left
        return _not(found) if negated else found

    def _membership(self, left: Node) -> Node | None:
        if self._take("keyword", "in"):
            self._want("sign", "(")
            values = [self._literal()]
            while self._take("sign", ","):
                values.append(self._literal())
            self._want("sign", ")")
            return _joined(pc.or_kleene, [_compared(pc.equal, left, _constant(value)) for value in values])
        if self._take("keyword", "like"):
            pattern = self._literal()
            if not isinstance(pattern, str):
                raise ValueError("LIKE asks for a text")
            return lambda batch: pc.match_like(left(batch), pattern)
        if self._take("keyword", "between"):
            low = self._operand()
            self._want("keyword", "and")
            high = self._operand()
            return _joined(
                pc.and_kleene, [_compared(pc.greater_equal, left, low), _compared(pc.less_equal, left, high)]
            )
        return None

    def _operand(self) -> Node:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is not None and token.kind == "name":
            self.at += 1
            return self._column(token.value)
        if token is not None and token.kind == "function":
            self.at += 1
            return self._call(token.value)
        return _constant(self._literal())

    def _call(self, name: str) -> Node:
        self._want("sign", "(")
        column = self._operand()
        if name == "list_contains":
            self._want("sign", ",")
            value = self._literal()
            self._want("sign", ")")
            return lambda batch: _contains(column(batch), value)
        self._want("sign", ")")
        return lambda batch: _length(column(batch))

    def _column(self, name: str) -> Node:
        if name not in self.known:
            raise ValueError(f"there is no column {name!r}")
        self.columns.add(name)
        return lambda batch: batch.column(name)

    def _literal(self) -> Any:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is not None and token.kind in ("text", "number"):
            self.at += 1
            return token.value
        if token is not None and token.kind == "keyword" and token.value in ("true", "false"):
            self.at += 1
            return token.value == "true"
        raise ValueError(f"{self.told()}: a column, a number or a text in single quotes was expected")

    def _take(self, kind: str, value: str) -> bool:
        there = self.at < len(self.tokens) and (self.tokens[self.at].kind, self.tokens[self.at].value) == (kind, value)
        self.at += there
        return there

    def _want(self, kind: str, value: str) -> None:
        if not self._take(kind, value):
            raise ValueError(f"{self.told()}: {value.upper()} was expected")


def _joined(how: Callable[[Value, Value], Value], parts: list[Node]) -> Node:
    if len(parts) == 1:
        return parts[0]

    def node(batch: pa.RecordBatch) -> Value:
        found = parts[0](batch)
        for part in parts[1:]:
            found = how(found, part(batch))
        return found

    return node


def _not(node: Node) -> Node:
    return lambda batch: pc.invert(node(batch))


def _constant(value: Any) -> Node:
    return lambda batch: pa.scalar(value)


def _compared(how: Callable[[Value, Value], Value], left: Node, right: Node) -> Node:
    """A comparison. A text beside a date or a moment is read as one."""

    def node(batch: pa.RecordBatch) -> Value:
        one, other = left(batch), right(batch)
        if pa.types.is_temporal(one.type) and pa.types.is_string(other.type):
            other = _moment(other, one.type)
        elif pa.types.is_temporal(other.type) and pa.types.is_string(one.type):
            one = _moment(one, other.type)
        return how(one, other)

    return node


def _moment(text: Value, kind: pa.DataType) -> Value:
    """A text as a date, or as a moment: of UTC where it names no zone."""
    if not pa.types.is_timestamp(kind) or not isinstance(text, pa.Scalar):
        return text.cast(kind)
    try:
        moment = dt.datetime.fromisoformat(text.as_py())
    except ValueError:
        raise ValueError(f"{text.as_py()!r} is no date or moment in ISO 8601") from None
    return pa.scalar(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC), kind)


def _length(value: Value) -> Value:
    return pc.list_value_length(value) if pa.types.is_list(value.type) else pc.utf8_length(value)


def _contains(lists: pa.Array, value: Any) -> pa.Array:
    """Whether each list holds a value; null for what is no list there."""
    if not pa.types.is_list(lists.type):
        raise ValueError("list_contains asks for a column of lists")
    hits = pc.equal(lists.flatten(), pa.scalar(value, lists.type.value_type))
    rows = pc.list_parent_indices(lists).filter(hits)
    found = pc.is_in(pa.array(range(len(lists)), rows.type), value_set=pc.unique(rows))
    return pc.if_else(pc.is_valid(lists), found, pa.scalar(None, pa.bool_()))
