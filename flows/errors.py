"""What can go wrong around the cleaning, drawn once.

    QingwenError
    ├── UsageError              wrong usage or settings: exit 2, one line
    ├── GateError               the run is done and must not count as success: exit 1
    └── FetchError              a page could not be had; `reason` is the word that stands in its reject row
        ├── TerminalError       trying again cannot help
        │   ├── RefusedError    we will not ask: robots.txt, private address, scheme
        │   ├── GoneError       404 or 410: the page is gone
        │   ├── StatusError     another final answer of the server
        │   └── UnfitError      too large, wrong type, broken encoding, redirect loop
        └── TransientError      trying again later can help
            ├── NetworkError    DNS, connection, TLS handshake cut, body cut short
            ├── SlowError       a time cap was reached
            └── BusyError       429 or 5xx; `retry_after` seconds where the server says so

Retrying reads the type, never a list of names.
"""

from __future__ import annotations


class QingwenError(Exception):
    """Base of all errors that Qingwen raises on purpose."""


class UsageError(QingwenError):
    """Wrong usage: no such path, unwritable OUT, unknown date, bad settings. The message is one line for the user."""


class GateError(QingwenError):
    """The run is complete on disk but must not look like success: nothing came, far too little, or too many rejects."""


class FetchError(QingwenError):
    """A page could not be fetched. `reason` belongs to a fixed vocabulary, `detail` tells this case."""

    reason = "fetch failed"

    def __init__(self, detail: str = "", *, reason: str | None = None, status: int | None = None) -> None:
        self.reason = reason or type(self).reason
        self.detail = detail
        self.status = status
        super().__init__(f"{self.reason}: {detail}" if detail else self.reason)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.detail, self.reason, self.status, self.__dict__.copy()))


class TerminalError(FetchError):
    """Trying again cannot help."""


class RefusedError(TerminalError):
    """A request that is not made: robots.txt, a private address, a scheme that is not http."""

    reason = "refused"


class GoneError(TerminalError):
    """The server says that there is no such page (404) or no longer (410)."""

    reason = "gone"


class StatusError(TerminalError):
    """A final answer that carries no page: 401, 403, 451 and the like."""

    reason = "http status"


class UnfitError(TerminalError):
    """An answer that cannot be a page: too large, wrong type, broken content encoding, redirects without end."""

    reason = "unfit"


class TransientError(FetchError):
    """Trying again later can help."""


class NetworkError(TransientError):
    """The name did not resolve, the connection failed, or the body ended early."""

    reason = "network"


class SlowError(TransientError):
    """A time cap was reached."""

    reason = "timeout"


class BusyError(TransientError):
    """The server asks for patience (429, 503) or failed (5xx). `retry_after`: the seconds it asks for, if any."""

    reason = "server busy"

    def __init__(
        self,
        detail: str = "",
        *,
        reason: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail, reason=reason, status=status)
        self.retry_after = retry_after


def _rebuild(
    kind: type[FetchError], detail: str, reason: str, status: int | None, state: dict[str, object]
) -> FetchError:
    """Make an error again from its parts: errors with keyword arguments do not survive pickling by themselves."""
    error = kind(detail, reason=reason, status=status)
    error.__dict__.update(state)
    return error
