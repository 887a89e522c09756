"""What can go wrong around the cleaning, drawn once.

    QingwenError
    ├── TerminalError           trying again cannot help
    │   ├── UsageError          wrong usage or settings: exit 2, one line
    │   │   └── OutUnwritable   OUT cannot be written
    │   ├── GateFailed          the run is complete on disk and must not count as success: exit 1
    │   ├── PoolClosed          the run is ending: what is not done is left to the next one
    │   ├── DamagedOut          a file of OUT is not what it must be
    │   └── (FetchError) RefusedError, GoneError, StatusError, UnfitError
    └── TransientError          trying again later can help
        ├── OutBusy             another run holds OUT
        ├── DiskFull            no space left
        ├── ServerUnreachable   Prefect's server does not answer
        └── (FetchError) NetworkError, SlowError, BusyError

A FetchError is about one page: `reason` is the word that stands in its reject row.
Retrying reads the type, never a list of names.
"""

from __future__ import annotations

from schemas.commits import DamagedDataset


class QingwenError(Exception):
    """Base of all errors that Qingwen raises on purpose. `exit_code` is what the command line answers with, `advice`
    what a person can do about it ("" where the message says it)."""

    exit_code = 1
    advice = ""

    def told(self) -> str:
        """The message and the advice, in one line."""
        return " ".join(f"{self}{f'; {self.advice}' if self.advice else ''}".split())


class TerminalError(QingwenError):
    """Trying again cannot help."""


class TransientError(QingwenError):
    """Trying again later can help."""


class UsageError(TerminalError):
    """Wrong usage: no such path, unknown date, bad settings. The message is one line for the user."""

    exit_code = 2


class OutUnwritable(UsageError):
    """OUT cannot be written: read-only, no right, or not a folder."""


class GateFailed(TerminalError):
    """The run is complete on disk but must not look like success: nothing came, far too little, or too many rejects."""

    advice = (
        "the rows are committed and the report says more: mend the source and run again, or where the night is right "
        "allow it (max_rejected, min_share_of_usual)"
    )


class DamagedOut(TerminalError, DamagedDataset):
    """A file of OUT is not what it must be; the message names it and says what to do. What reads committed files raises
    the plain DamagedDataset of schemas.commits."""

    advice = "qingwen check OUT says what is wrong"


class PoolClosed(TerminalError):
    """The pool was closed before the shard was done: the run is ending, so the shard is left to the next one."""


class OutBusy(TransientError):
    """Another run holds OUT."""

    advice = "start again when it is done, or give --wait SECONDS"


class DiskFull(TransientError):
    """No space is left where OUT is."""

    advice = (
        "make room (qingwen prune OUT removes old raw pages) and start the same run again: it goes on where it stopped"
    )


class ServerUnreachable(TransientError):
    """Prefect's server, as PREFECT_API_URL or the profile names it, does not answer."""

    advice = "start it (prefect server start), or unset PREFECT_API_URL: then the run has a server of its own"


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


class RefusedError(FetchError, TerminalError):
    """A request that is not made: robots.txt, a private address, a scheme that is not http."""

    reason = "refused"


class GoneError(FetchError, TerminalError):
    """The server says that there is no such page (404) or no longer (410)."""

    reason = "gone"


class StatusError(FetchError, TerminalError):
    """A final answer that carries no page: 401, 403, 451 and the like."""

    reason = "http status"


class UnfitError(FetchError, TerminalError):
    """An answer that cannot be a page: too large, wrong type, broken content encoding, redirects without end."""

    reason = "unfit"


class NetworkError(FetchError, TransientError):
    """The name did not resolve, the connection failed, or the body ended early."""

    reason = "network"


class SlowError(FetchError, TransientError):
    """A time cap was reached."""

    reason = "timeout"


class BusyError(FetchError, TransientError):
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
