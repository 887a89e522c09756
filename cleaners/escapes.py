"""Escapes that were meant to be read by a machine: entities, \\u, %u, percent and quoted-printable."""

from __future__ import annotations

from cleaners.mojibake_judge import Repair


def find(line: str) -> list[Repair]:
    return []
