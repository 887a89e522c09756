"""Scripts: which one a text is in, and conversion that can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cleaners.policy import Context
from cleaners.scripts_conversion import convert_config
from cleaners.scripts_detection import count, detect
from schemas.records import Block, Edit

__all__ = ["convert", "convert_config", "convert_script", "detect_script", "language"]


def convert(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    """Convert what is detected as the other script to `context.policy.script`."""
    to = context.policy.script
    if to is None:
        return tuple(blocks), ()
    page = detect("\n".join(b.text for b in blocks if b.role == "body" and b.kind != "pre"))
    out: list[Block] = []
    changed = 0
    for block in blocks:
        text = block.text
        if block.protected or block.kind == "pre":
            out.append(block)
            continue
        own = detect(text)
        if own == "neutral" or own == "mixed":
            own = page
        if own[:4] in ("Hans", "Hant") and own[:4] != to[:4]:
            text = convert_script(text, to)
        changed += sum(a != b for a, b in zip(text, block.text, strict=False))
        out.append(replace(block, text=text) if text != block.text else block)
    edits = (Edit("scripts", to, count=changed),) if changed else ()
    return tuple(out), edits


def detect_script(text: str) -> str:
    return detect(text)


def convert_script(text: str, to: str) -> str:
    config = {"Hans": "tw2s", "Hant": "s2t", "Hant-TW": "s2tw", "Hant-HK": "s2hk"}.get(to)
    if config is None:
        raise ValueError(f"no script {to!r}")
    return convert_config(text, config)


def language(text: str) -> str:
    c = count(text)
    script = detect(text)
    if script == "Jpan":
        return "ja"
    if script == "Kore":
        return "ko"
    if script == "Latn":
        return "en"
    return "zh" if c.han else ""
