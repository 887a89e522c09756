"""How a flow fails: an error that was raised on purpose becomes a Failed state with its words, and no traceback."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from flows.errors import QingwenError

Given = TypeVar("Given")
Made = TypeVar("Made")
OF_PREFECT = ("return_state", "wait_for")  # arguments of a call that are not the flow's


def told(work: Callable[[], Given]) -> Given:
    """What the work gives; where it raises a QingwenError, a Failed state whose message is the error in one line.

    Whoever called the flow gets the error raised, as if it had not been caught. Any other error is a bug and goes
    through with its traceback.
    """
    try:
        return work()
    except QingwenError as error:
        return _failed(error)  # type: ignore[no-any-return]  # Prefect takes it for the state


def checked(check: Callable[..., None]) -> Callable[[Made], Made]:
    """Stands above @flow: who calls the flow from Python is told of wrong use before a server is started for it.

    check: takes the arguments of the flow that were given, and raises a QingwenError. Where there is a server, or a
    flow calls the flow, it is not asked: that run shall be seen to fail, and does so by `told`.
    """

    def with_check(made: Any) -> Any:
        class Checked(type(made)):  # type: ignore[misc]
            def __call__(self, *args: Any, **kwargs: Any) -> Any:
                if not _is_seen():
                    given = {name: value for name, value in kwargs.items() if name not in OF_PREFECT}
                    try:
                        check(**inspect.signature(self.fn).bind(*args, **given).arguments)
                    except QingwenError as error:
                        if kwargs.get("return_state"):
                            return _failed(error)
                        raise
                return super().__call__(*args, **kwargs)

        made.__class__ = Checked  # Prefect's decorator makes Flows of its own class only
        return made

    return with_check


def _failed(error: QingwenError) -> Any:
    from prefect.states import Failed

    return Failed(message=error.told(), data=error)


def _is_seen() -> bool:
    """Whether a run of a flow that is called now stands on a server that outlives it, or in another flow's run."""
    from prefect.context import FlowRunContext
    from prefect.settings import PREFECT_API_URL

    return FlowRunContext.get() is not None or bool(PREFECT_API_URL.value())
