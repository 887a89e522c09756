"""An error raised on purpose ends a flow in words; a bug keeps its traceback."""

from __future__ import annotations

from typing import Any

import pytest

from flows.errors import DiskFull, GateFailed, OutBusy, QingwenError, UsageError
from flows.failing import told


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (DiskFull("no space left on /data"), "make room"),
        (OutBusy("held by another run"), "--wait"),
        (GateFailed("a.example yielded no page"), "max_rejected"),
        (UsageError("nowhere.txt: no such file"), "nowhere.txt: no such file"),
    ],
)
def test_an_error_of_ours_is_a_failed_state_with_what_to_do(error: QingwenError, says: str) -> None:
    def work() -> Any:
        raise error

    state = told(work)
    assert state.is_failed() and state.data is error
    assert state.message.startswith(str(error)) and says in state.message and "\n" not in state.message


def test_any_other_error_goes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        told(lambda: 1 // 0)
    assert told(lambda: 7) == 7
