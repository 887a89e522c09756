"""Decoders of the true codecs as tries: which byte may follow which, and the characters that come out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest

from cleaners.model import model
from cleaners.restoration.mojibake.codecs import MARK, TRUE_CODECS
from cleaners.thresholds import threshold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of this module, each with its unit and meaning."""

    usual: int = threshold(10, "characters", "of a state that are asked for what the state promises")


T = Thresholds()


class Node(dict[int, "Node | str"]):
    """A state of a decoder: which bytes it takes next, and the character or state that follows."""

    __slots__ = ("depth", "gone", "pairs", "rests", "usual", "wanted")

    __hash__ = object.__hash__  # type: ignore[assignment]  # a state is itself and no other
    __eq__ = object.__eq__

    def __init__(self, depth: int = 0, wanted: int = 0) -> None:
        super().__init__()
        self.depth = depth
        self.wanted = wanted  # bytes until the character is whole
        self.gone = False  # all bytes of the character were lost so far
        self.usual: tuple[str, ...] | None = None
        # kept for `code936`: where a vanished pair leads, and what it completes together with a first byte
        self.pairs: list[tuple[str, Node]] | None = None
        self.rests: tuple[str, ...] | None = None


@lru_cache(maxsize=4)
def decoder(true: str, private: bool = False) -> Node:
    """The decoder of a true codec as a trie from bytes to characters of the basic plane.

    `private`: with the private use area, which no author wrote, but which a wrong reading yields.
    """
    root = Node()
    for low, high in ((0x00, 0x80), (0xA0, 0xD800), (0xE000, 0xF900 if private else 0xE000), (0xF900, 0xFFF0)):
        if true == "utf-8":
            _plant_utf8(root, low, high)
        else:
            _plant(root, low, high, TRUE_CODECS[true])
    return root


def _plant(root: Node, low: int, high: int, codecs: tuple[str, ...]) -> None:
    """The characters low..high-1, each as the first of the codecs that has it writes it."""
    chars = [chr(code) for code in range(low, high) if code != 0x0A]
    rows = [_written(chars, codec) for codec in codecs]
    for char, *found in [*zip(chars, *rows, strict=True), *([("\n", b"\n")] if low == 0 else [])]:
        data = next((data for data in found if data), b"")
        if len(data) == 1:
            root[data[0]] = char
        elif len(data) == 2:
            node = root.setdefault(data[0], Node(1, 1))
            if isinstance(node, Node):
                node.setdefault(data[1], char)


def _written(chars: list[str], codec: str) -> list[bytes]:
    """What `codec` writes for each character, b"" where it has none: all in one go, with line feeds between."""
    rows = "\n".join(chars).encode(codec, "replace").split(b"\n") if chars else []
    return [b"" if row == b"?" and char != "?" else row for char, row in zip(chars, rows, strict=True)]


def _plant_utf8(root: Node, low: int, high: int) -> None:
    """The characters low..high-1; each block of 64 shares all bytes but its last."""
    for block in range(low & ~0x3F, high, 64):
        data = chr(max(block, low)).encode()
        node = root
        for depth, byte in enumerate(data[:-1], 1):
            child = node.setdefault(byte, Node(depth, len(data) - depth))
            assert isinstance(child, Node)
            node = child
        for code in range(max(block, low), min(block + 64, high)):
            node[code & 0x7F if code < 0x80 else 0x80 | (code & 0x3F)] = chr(code)


def gone(length: int) -> list[Node | str]:
    """The states of a character all of whose bytes are lost: it comes out as U+FFFD."""
    chain: list[Node | str] = [Node(n + 1, length - n - 1) for n in range(length - 1)]
    for node in chain:
        node.gone = True  # type: ignore[union-attr]
    return [*chain, MARK]


def usual(node: Node) -> tuple[str, ...]:
    """The commonest characters that may come out of `node`."""
    if node.usual is None:
        unigram = model().unigram
        leaves: list[str] = []
        for child in node.values():
            leaves.extend((child,) if isinstance(child, str) else usual(child))
        node.usual = tuple(nlargest(T.usual, leaves, key=unigram))
    return node.usual
