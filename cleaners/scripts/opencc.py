"""OpenCC's configurations over compiled dictionaries."""

from __future__ import annotations

from functools import cache

from cleaners.scripts import tables
from cleaners.scripts.matcher import SEPARATORS, Step


def convert_config(text: str, config: str) -> str:
    """Convert by one of OpenCC's configurations: "t2s", "s2twp" and the others of `tables.CHAINS`.

    Applied to whatever the text is in: Simplified text goes through tw2sp as if it were Traditional. Raises ValueError
    for an unknown name. Dictionaries are loaded and compiled at the first call (less than 0.1 s each way).
    """
    for step in steps(config):
        text = step.convert(text)
    return text


@cache
def steps(config: str, updated: bool = True) -> tuple[Step, ...]:
    """The compiled steps of a configuration; without the update they give what opencc-python-reimplemented gives."""
    chain = tables.CHAINS.get(config)
    if chain is None:
        raise ValueError(f"no conversion {config!r}; there are {', '.join(sorted(tables.CHAINS))}")
    # From the last: the package's configuration that has its dictionaries has those of the groups before it, too.
    return tuple(step(group, updated) for group in reversed(chain))[::-1]


@cache
def step(group: tables.Group, updated: bool = True) -> Step:
    """A group of dictionaries, compiled once for all configurations that share it."""
    levels: list[tables.Dictionary] = []
    for name in group:
        entries = tables.dictionary(name, updated)
        if not updated:
            broken = SEPARATORS & set("".join(entries))
            if broken:  # the package splits its input there and never finds these
                entries = {k: v for k, v in entries.items() if broken.isdisjoint(k)}
        if name in tables.JOINED:
            joined = dict(levels[-1])
            joined.update({k: v for k, v in entries.items() if k not in joined})
            levels[-1] = joined
        else:
            levels.append(entries)
    return Step(levels)
