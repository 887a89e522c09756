"""Numbers that measurement set: each with its unit, its meaning and the command that measures it.

A module's thresholds stand in one frozen record, whose one instance is `T`:

    @dataclass(frozen=True, slots=True)
    class Thresholds:
        near: float = threshold(2.5, "bits a high byte", "behind the best, within which a reading is scored in context")

    T = Thresholds()

`benchmarks/sensitivity.py` shifts each and takes the scores again. What is no threshold stays a constant: a code point,
a mask, a size that a standard or a file format fixes (`tests/cleaners/test_thresholds.py` lists them).
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

_Number = TypeVar("_Number", int, float)


def threshold(value: _Number, unit: str, meaning: str, command: str = "") -> _Number:
    """A field of a record of thresholds, for the body of a frozen dataclass.

    `command` measures it where `benchmarks/sensitivity.py`, run on its module, does not. ValueError without a unit or a
    meaning.
    """
    if not unit.strip() or not meaning.strip():
        raise ValueError(f"the threshold {value} has no {'meaning' if unit.strip() else 'unit'}")
    field: _Number = dataclasses.field(default=value, metadata={"unit": unit, "meaning": meaning, "command": command})
    return field


@dataclasses.dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold as its record tells it."""

    module: str  # with its package: cleaners.decoding.family
    name: str  # of the field
    value: int | float
    unit: str
    meaning: str
    command: str  # run in the root of the project

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


def thresholds(record: Any) -> list[Threshold]:
    """What a record holds, in its order. ValueError for a field that `threshold` did not make."""
    module = type(record).__module__
    usual = f"python benchmarks/sensitivity.py --only {module.removeprefix('cleaners.')}"
    found = []
    for field in dataclasses.fields(record):
        told = field.metadata
        if not told.get("unit") or not told.get("meaning"):
            raise ValueError(f"{module}.{field.name} has no unit or no meaning")
        value = getattr(record, field.name)
        found.append(Threshold(module, field.name, value, told["unit"], told["meaning"], told["command"] or usual))
    return found
