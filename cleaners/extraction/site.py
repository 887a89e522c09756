"""A site rule at work: its selectors on a page, and an account of which of them found something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cleaners.extraction.tree import Element, Outline
from cleaners.metadata import date_of
from cleaners.sites import SiteRule
from schemas.records import Block, Edit


@dataclass(slots=True)
class Applied:
    """What a rule found: the body's elements (none: the general way is taken), what is dropped and kept, candidates."""

    parts: list[Element] = field(default_factory=list)
    drops: list[Any] = field(default_factory=list)  # Lexbor nodes
    kept: frozenset[int] = frozenset()  # memory ids
    candidates: list[Block] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)


def apply(rule: SiteRule, tree: Any, outline: Outline, fetched_at: str | None) -> Applied:
    """Run a rule's selectors over a page; edits "site-rule" and "site-rule-missed" say which found something."""
    applied = Applied()
    found: list[str] = []
    missed: list[str] = []
    if rule.body:
        places = {element.node.mem_id: element for element in outline.elements}
        end = -1
        for node in tree.css(rule.body):
            element = places.get(node.mem_id)
            if element is not None and element.index >= end:
                applied.parts.append(element)
                end = element.end
        applied.parts = [part for part in applied.parts if part.first < part.last]
        (found if applied.parts else missed).append("body")
    for role, selector in (
        ("title", rule.title),
        ("published", rule.date),
        ("source", rule.source),
        ("author", rule.author),
    ):
        if not selector:
            continue
        text = next((t for t in (_text(node) for node in tree.css(selector)[:8]) if t), "")
        value = (date_of(text, fetched_at) or "") if role == "published" else text[:300]
        if value:
            applied.candidates.append(Block(value, role=role, origin="rule"))
        (found if value else missed).append(role)
    applied.drops = [node for selector in rule.drop for node in tree.css(selector)]
    applied.kept = frozenset(node.mem_id for selector in rule.keep for node in tree.css(selector))
    for name, fields in (("site-rule", found), ("site-rule-missed", missed)):
        if fields:
            applied.edits.append(
                Edit("extraction", name, -1, count=len(fields), detail=f"{rule.host}: {', '.join(fields)}")
            )
    return applied


def _text(node: Any) -> str:
    return " ".join((node.text(deep=True) or "").split())
