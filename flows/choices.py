"""The fields of Policy as users give them: as settings, as flags of commands, as keys of a sources file.

All three are made of the fields, so that a field is added in `cleaners.policy` alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

from cleaners.policy import Policy
from flows.errors import UsageError
from flows.rulebook import rules_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One field of Policy: its name, what users read about it, and what they give for it."""

    name: str
    help: str
    default: Any  # as users give it
    kind: type  # of a value in a sources file
    setting: Any  # annotation of a setting
    words: tuple[str, ...] = ()  # the only values of a text, that for None last
    none: str = ""
    read: Callable[[str], Any] | None = None

    def value(self, given: Any, where: str) -> Any:
        """What Policy takes. Raises UsageError, which begins with `where`, for what is none of the words."""
        if self.words and given not in self.words:
            raise UsageError(f"{where}: {given!r} is none of {', '.join(self.words)}")
        if self.read is not None:
            return rules_of(Path(given), self.read)
        return None if self.none and given == self.none else given


def choices(policy: type = Policy) -> tuple[Choice, ...]:
    """The fields of Policy, in their order."""
    hints = get_type_hints(policy)
    return tuple(_choice(one, hints[one.name]) for one in fields(policy))


def policy_of(given: Mapping[str, Any], base: Policy = Policy(), where: str = "--") -> Policy:
    """`base` with what users gave: values by field name, None where nothing was given.

    What is read of a file stands before what `base` has. where: what a message begins with, before the field's name.
    """
    changes: dict[str, Any] = {}
    for choice in choices(type(base)):
        if given.get(choice.name) is not None:
            value = choice.value(given[choice.name], f"{where}{choice.name}")
            changes[choice.name] = (*value, *getattr(base, choice.name)) if choice.read else value
    return replace(base, **changes) if changes else base


def with_policy(*, without: tuple[str, ...] = (), policy: type = Policy) -> Callable[[Callable[..., int]], Any]:
    """A decorator: the command's parameter `policy` becomes an option for each field, and it is called with a mapping
    of those that were given.

    without: fields that the command has no use for, or another option of that name.
    """
    import typer

    offered = [choice for choice in choices(policy) if choice.name not in without]

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        def called(**given: Any) -> int:
            values = {choice.name: given.pop(choice.name) for choice in offered}
            return command(**given, policy={name: value for name, value in values.items() if value is not None})

        options: list[inspect.Parameter] = []
        for choice in offered:
            said = ", ".join(choice.words) if choice.words else choice.help
            option = typer.Option(help=said, metavar="FILE" if choice.read else None)
            kind = Path if choice.read else choice.kind
            options.append(
                inspect.Parameter(
                    choice.name,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=None,
                    annotation=Annotated[kind | None, option],
                )
            )
        own = inspect.signature(command, eval_str=True).parameters
        parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own.values() if p.name != "policy"]
        parameters += options
        called.__name__, called.__doc__, called.__module__ = command.__name__, command.__doc__, command.__module__
        called.__annotations__ = {p.name: p.annotation for p in parameters}
        called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return called

    return decorate


def _choice(one: Field[Any], hint: Any) -> Choice:
    about = one.metadata
    words = (*about.get("choices", ()), *((about["none"],) if "none" in about else ()))
    if "read" in about:
        return Choice(one.name, about["help"], None, str, Path | None, read=about["read"])
    default = about["none"] if one.default is None and "none" in about else one.default
    kind = str if words else hint
    return Choice(
        one.name, about["help"], default, kind, Literal[words] if words else hint, words, about.get("none", "")
    )
