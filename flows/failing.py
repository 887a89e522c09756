"""How a flow fails: an error that was raised on purpose becomes a Failed state with its words, and no traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flows.errors import QingwenError

Given = TypeVar("Given")


def told(work: Callable[[], Given]) -> Given:
    """What the work gives; where it raises a QingwenError, a Failed state whose message is the error in one line.

    Whoever called the flow gets the error raised, as if it had not been caught. Any other error is a bug and goes
    through with its traceback.
    """
    try:
        return work()
    except QingwenError as error:
        from prefect.states import Failed

        return Failed(message=error.told(), data=error)  # type: ignore[return-value]  # Prefect takes it for the state
