from __future__ import annotations
from collections.abc import Sequence
from cleaners.policy import Context
from schemas.records import Block, Edit

def convert(blocks: Sequence[Block], context: Context) -> tuple[tuple[Block, ...], tuple[Edit, ...]]:
    return tuple(blocks), ()

def detect_script(text: str) -> str:
    return "neutral"

def convert_script(text: str, to: str) -> str:
    return text

def convert_config(text: str, config: str) -> str:
    return text

def language(text: str) -> str:
    return "zh"
