"""One page over HTTP, politely: robots.txt, turns, redirects, caps, retries."""

from __future__ import annotations

import asyncio
import base64
import concurrent.futures
import datetime as dt
import email.utils
import functools
import logging
import random
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

import httpcore
import httpx

from flows import addresses
from flows.errors import (
    BusyError,
    FetchError,
    GoneError,
    NetworkError,
    RefusedError,
    SlowError,
    StatusError,
    TransientError,
    UnfitError,
)
from flows.fetching import body as fetching_body
from flows.fetching import credentials, robots
from flows.fetching.guard import GuardedBackend
from flows.fetching.hosts import Hosts

if TYPE_CHECKING:
    from flows.settings import Settings

log = logging.getLogger("qingwen.fetching")

REDIRECTS = (301, 302, 303, 307, 308)
TRANSIENT = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)  # 52x: a proxy that cannot reach its origin
CONNECT_SECONDS = 15.0
READ_SECONDS = 30.0  # between two pieces of a body
ROBOTS_REDIRECTS = 5  # RFC 9309, 2.3.1.2
UNPACKERS = 2  # threads: a body of 20 MB takes one .1 s
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer: a page (200), not modified (304)."""

    status: int
    url: str  # after redirects
    body: bytes
    content_type: str | None
    etag: str | None
    last_modified: str | None
    fetched_at: str


class Client:
    """Fetches pages in one event loop. Raises FetchError; its type says whether trying again can help."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.hosts = Hosts(settings, self._robots)
        self.cap = int(settings.max_page_bytes)
        # Threads of its own: the loop's are for names, which must not wait behind a body.
        self._unpackers = concurrent.futures.ThreadPoolExecutor(UNPACKERS, thread_name_prefix="unpacking")
        self._transport = httpx.AsyncHTTPTransport(verify=_tls_context(), trust_env=False)
        self._transport._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls_context(),
            max_connections=settings.concurrency * 2,
            max_keepalive_connections=settings.concurrency,
            keepalive_expiry=15.0,
            network_backend=GuardedBackend(allow_private=settings.allow_private),
        )
        self._headers = {
            "User-Agent": settings.agent(),
            "Accept": ACCEPT,
            "Accept-Language": "zh-CN,zh;q=0.9,*;q=0.5",
            "Accept-Encoding": fetching_body.ACCEPT_ENCODING,
            **({"From": settings.contact} if "@" in settings.contact else {}),
        }

    async def close(self) -> None:
        """Close all connections."""
        self._unpackers.shutdown(wait=False, cancel_futures=True)
        await self._transport.aclose()

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, any_type: bool = False
    ) -> Answer:
        """A page, retried with growing pauses where that can help.

        etag, last_modified: of the version that is known; the server may answer 304. any_type: no content-type gate
        (sitemaps). Raises FetchError.
        """
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        conditions = {name: value for name, value in known.items() if value}
        attempt = 0
        while True:
            try:
                return await self._follow(url, conditions, any_type=any_type)
            except TransientError as error:
                attempt += 1
                pause = self._pause(error, attempt)
                if pause is None:
                    raise
                await asyncio.sleep(pause)

    def _pause(self, error: TransientError, attempt: int) -> float | None:
        """Seconds to wait before trying again, None to give up."""
        if attempt > self.settings.fetch_retries or getattr(error, "reason", "") == "host down":
            return None
        pause: float = self.settings.fetch_backoff * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)
        asked = getattr(error, "retry_after", None)
        if asked is not None:
            if asked > self.settings.max_retry_after:
                return None
            pause = max(pause, asked)
        return pause

    async def _follow(self, url: str, conditions: dict[str, str], *, any_type: bool) -> Answer:
        """Redirects followed by hand: every hop is a request of its own, to be allowed and to wait its turn."""
        cookies = httpx.Cookies()
        seen: set[tuple[str, str]] = set()
        for _ in range(self.settings.max_redirects + 1):
            state = (url, str(sorted((c.name, c.value) for c in cookies.jar)))
            if state in seen:  # the same address again is no loop where a cookie was set in between
                raise UnfitError(f"back at {addresses.public(url)[:200]}", reason="redirect loop")
            seen.add(state)
            parts = _checked(url)
            host = parts.hostname or ""
            if self.hosts.is_down(host):
                raise NetworkError(f"{host} was out of reach too often", reason="host down")
            await self.hosts.check(addresses.public(url), _origin(url), host)
            outcome = await self._request(url, conditions, cookies, cap=self.cap, any_type=any_type)
            if isinstance(outcome, Answer):
                return outcome
            url = outcome
        raise UnfitError(f"more than {self.settings.max_redirects} redirects", reason="redirect loop")

    async def _robots(self, url: str) -> tuple[int, bytes]:
        """Status and body of a robots.txt."""
        for _ in range(ROBOTS_REDIRECTS + 1):
            _checked(url)
            try:
                cap = robots.MOST_BYTES
                outcome = await self._request(url, {}, httpx.Cookies(), cap=cap, any_type=True, whole=False)
            except (GoneError, StatusError, BusyError) as error:
                return error.status or 500, b""
            if isinstance(outcome, Answer):
                return outcome.status, outcome.body
            url = outcome
        return 404, b""  # RFC 9309, 2.3.1.2: too many redirects may count as unavailable

    async def _request(
        self,
        url: str,
        conditions: dict[str, str],
        cookies: httpx.Cookies,
        *,
        cap: int,
        any_type: bool,
        whole: bool = True,
    ) -> Answer | str:
        """One request in its turn: a final answer, or the address it redirects to. Of a body over the cap the
        beginning is taken where `whole` is False."""
        host = urlsplit(url).hostname or ""
        async with self.hosts.turn(host):
            reached = False
            try:
                async with asyncio.timeout(self.settings.fetch_seconds) as limit:
                    request = self._build(url, conditions, cookies)
                    response = await self._transport.handle_async_request(request)
                    reached = True
                    response.request = request
                    try:
                        cookies.extract_cookies(response)
                        return await self._take(
                            url, response, conditions, cap=cap, any_type=any_type, whole=whole, deadline=limit.when()
                        )
                    finally:
                        await response.aclose()
            except TimeoutError:
                raise SlowError(f"more than {self.settings.fetch_seconds:g} s") from None
            except FetchError as error:
                reached = reached or not isinstance(error, NetworkError)
                raise
            except (httpx.TimeoutException, httpcore.TimeoutException) as error:
                raise SlowError(_words(error)) from None
            except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
                raise _network_error(error) from None
            except (httpx.InvalidURL, UnicodeError, ValueError) as error:
                raise RefusedError(_words(error), reason="bad address") from None
            finally:
                self.hosts.told(host, reached)

    def _build(self, url: str, conditions: dict[str, str], cookies: httpx.Cookies) -> httpx.Request:
        headers = {**self._headers, **conditions}
        if user := credentials.user_of(url):
            name, _, password = user.partition(":")
            secret = f"{unquote(name)}:{unquote(password)}"
            headers["Authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
        request = httpx.Request("GET", addresses.public(url), headers=headers)
        request.extensions["timeout"] = {
            "connect": CONNECT_SECONDS,
            "read": READ_SECONDS,
            "write": READ_SECONDS,
            "pool": None,
        }
        cookies.set_cookie_header(request)
        return request

    async def _take(
        self,
        url: str,
        response: httpx.Response,
        conditions: dict[str, str],
        *,
        cap: int,
        any_type: bool,
        whole: bool,
        deadline: float | None,
    ) -> Answer | str:
        """What an answer is: the next address, a page, or an error of the right type."""
        status = response.status_code
        headers = response.headers
        if status in REDIRECTS and "location" in headers:
            return _location(url, response)
        if status == 304 and conditions:
            return self._answer(url, response, b"")
        if status in (404, 410):
            raise GoneError(f"HTTP {status}", status=status)
        if status in TRANSIENT:
            wait = retry_after(headers.get("retry-after"))
            if wait is not None and status in (429, 503) and wait <= self.settings.max_retry_after:
                self.hosts.hold(urlsplit(url).hostname or "", wait)
            raise BusyError(f"HTTP {status}", status=status, retry_after=wait)
        if status not in (200, 203):
            raise StatusError(f"HTTP {status}", status=status)
        if not any_type and not fetching_body.can_be_page(headers.get("content-type")):
            raise UnfitError(headers["content-type"][:100], reason="content type", status=status)
        declared = headers.get("content-length", "")
        if whole and declared.isdigit() and int(declared) > cap:
            raise UnfitError(f"{int(declared):,} bytes, the cap is {cap:,}", reason="too large", status=status)
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > cap and whole:
                raise UnfitError(f"more than {cap:,} bytes", reason="too large", status=status)
            if len(body) > cap:
                break
        try:
            page = await self._unpacked(bytes(body), headers.get("content-encoding", ""), cap, whole, deadline)
        except FetchError as error:
            error.status = status
            raise
        return self._answer(url, response, page)

    async def _unpacked(self, body: bytes, encoding: str, cap: int, whole: bool, deadline: float | None) -> bytes:
        """The body without its content encodings, made beside the loop: no other page waits for it. The thread ends
        itself at the deadline (of the loop's clock, which is time.monotonic), for nobody can end it."""
        if not fetching_body.encodings(encoding):
            return body
        work = functools.partial(fetching_body.decoded, body, encoding, cap, whole=whole, deadline=deadline)
        return await asyncio.get_running_loop().run_in_executor(self._unpackers, work)

    def _answer(self, url: str, response: httpx.Response, body: bytes) -> Answer:
        headers = response.headers
        return Answer(
            status=response.status_code,
            url=addresses.public(url),
            body=body,
            content_type=headers.get("content-type"),
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            fetched_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        )


def retry_after(value: str | None, now: dt.datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3): a number or a date. None where it says nothing."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - (now or dt.datetime.now(dt.UTC))).total_seconds())


def _location(url: str, response: httpx.Response) -> str:
    """Where a redirect leads. Bytes beyond ASCII are escaped one by one, as browsers do: they may be of any charset."""
    raw = next(value for name, value in response.headers.raw if name.lower() == b"location")
    text = "".join(chr(b) if 0x20 < b < 0x7F else f"%{b:02X}" for b in raw.strip())
    target = urljoin(addresses.public(url), text)
    return addresses.public(target)


def _checked(url: str) -> Any:
    """The parts of an address that can be asked for. Raises RefusedError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise RefusedError(_words(error), reason="bad address") from None
    if parts.scheme not in ("http", "https"):
        raise RefusedError(parts.scheme[:40] or "no scheme", reason="scheme")
    if not host:
        raise RefusedError("no host", reason="bad address")
    return parts


def _origin(url: str) -> str:
    parts = urlsplit(addresses.public(url))
    return f"{parts.scheme}://{parts.netloc}"


def _network_error(error: Exception) -> FetchError:
    """A failed connection: a refusal or a certificate stay what they are, everything else may pass."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, FetchError):
            return cause
        if isinstance(cause, ssl.SSLCertVerificationError):
            return RefusedError(cause.verify_message or "TLS", reason="bad certificate")
        cause = cause.__cause__ or cause.__context__
    return NetworkError(_words(error))


def _words(error: BaseException) -> str:
    text = addresses.without_users(" ".join(str(error).split()))
    return f"{type(error).__name__}: {text}"[:300] if text else type(error).__name__


@functools.cache
def _tls_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()
