"""A web server on the loopback that misbehaves in every way a crawler meets, and remembers who asked for what when.

It speaks in raw bytes: no library would let it say what it says.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import brotli
import zstandard

PAGE = "<html><body><article><h1>清晨的集市</h1><p>天还没有亮，集市上已经有人在摆摊了。</p></article></body></html>"
HTML = PAGE.encode()
TYPE = "Content-Type: text/html; charset=utf-8\r\n"
BOMB = b"\0" * (8 * 2**20)


@dataclass(frozen=True)
class Request:
    """What the server saw."""

    at: float  # monotonic, seconds
    host: str  # the address it was asked at
    path: str
    headers: dict[str, str]


Answer = Callable[["Server", socket.socket, Request], None]
ROUTES: dict[str, Answer] = {}


def route(path: str) -> Callable[[Answer], Answer]:
    def add(answer: Answer) -> Answer:
        ROUTES[path] = answer
        return answer

    return add


def reply(status: int = 200, headers: str = TYPE, body: bytes = HTML, *, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return (
        f"HTTP/1.1 {status} X\r\nContent-Length: {size}\r\n{headers}Connection: close\r\n\r\n".encode("latin-1") + body
    )


@dataclass
class Server:
    """One address of the loopback; `robots` is what its /robots.txt answers."""

    address: str = "127.0.0.1"
    robots: bytes = field(default_factory=lambda: reply(404, body=b""))
    port: int = 0
    log: list[Request] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"http://{self.address}:{self.port}{path}"

    def asked(self, path: str = "") -> list[Request]:
        """The requests for a path, or all but those for robots.txt."""
        return [r for r in self.log if (r.path == path if path else r.path != "/robots.txt")]

    def count(self, path: str) -> int:
        self.counts[path] = self.counts.get(path, 0) + 1
        return self.counts[path]

    def serve(self, listening: socket.socket) -> None:
        while not self.stopping.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listening.accept()
                threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65_536)
                if not piece:
                    return
                head += piece
            lines = head.decode("latin-1").split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
            names = {name.lower(): value for name, value in headers.items()}
            request = Request(time.monotonic(), self.address, lines[0].split()[1], names)
            self.log.append(request)
            if request.path == "/robots.txt":
                connection.sendall(self.robots)
                return
            name = "/" + request.path.lstrip("/").split("/")[0].split("?")[0]
            ROUTES.get(name, lambda s, c, r: c.sendall(reply()))(self, connection, request)


@contextlib.contextmanager
def serving(address: str = "127.0.0.1", robots: bytes | None = None) -> Iterator[Server]:
    """A server that runs while the block does."""
    server = Server(address)
    if robots is not None:
        server.robots = robots
    with socket.create_server((address, 0), backlog=128) as listening:
        listening.settimeout(0.2)
        server.port = listening.getsockname()[1]
        thread = threading.Thread(target=server.serve, args=(listening,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            thread.join()


def plain(path: str, status: int = 200, headers: str = TYPE, body: bytes = HTML, length: int | None = None) -> None:
    """A route that always answers the same."""
    ROUTES[path] = lambda server, connection, request: connection.sendall(reply(status, headers, body, length=length))


def encoded(name: str) -> str:
    return f"{TYPE}Content-Encoding: {name}\r\n"


# --- answers that are pages -------------------------------------------------------------------------------------------

plain("/gb", headers="Content-Type: text/html; charset=gb2312\r\n", body=PAGE.encode("gb18030"))
plain("/no-type", headers="")
plain("/octets", headers="Content-Type: application/octet-stream\r\n")
plain("/gzip", headers=encoded("gzip"), body=gzip.compress(HTML))
plain("/gzip-twice", headers=encoded("gzip, gzip"), body=gzip.compress(gzip.compress(HTML)))
plain("/gzip-plain", headers=encoded("gzip"))
plain("/gzip-members", headers=encoded("gzip"), body=gzip.compress(HTML[:50]) + gzip.compress(HTML[50:]) + b"\0\0")
plain("/deflate", headers=encoded("deflate"), body=zlib.compress(HTML))
plain("/deflate-raw", headers=encoded("deflate"), body=zlib.compress(HTML)[2:-4])
plain("/br", headers=encoded("br"), body=brotli.compress(HTML))
plain("/zstd", headers=encoded("zstd"), body=zstandard.compress(HTML))
plain("/charset-as-encoding", headers=encoded("utf-8"))
PAGES = [
    *("/ok", "/gb", "/no-type", "/octets", "/gzip", "/gzip-twice", "/gzip-plain", "/gzip-members", "/deflate"),
    *("/deflate-raw", "/br", "/zstd", "/charset-as-encoding", "/redirect", "/hops/5", "/cookie-wall"),
    *("/raw-location", "/twice-503", "/busy-429", "/busy-date"),
]

# --- answers that are none, for ever ----------------------------------------------------------------------------------

plain("/image", headers="Content-Type: image/png\r\n", body=b"\x89PNG")
plain("/pdf", headers="Content-Type: application/pdf\r\n", body=b"%PDF-1.7")
plain("/forbidden", 403)
plain("/legal", 451)
plain("/no-content", 204, body=b"")
plain("/partial", 206)
plain("/choices", 300)
plain("/unasked-304", 304, body=b"")
plain("/gone-404", 404)
plain("/gone-410", 410)
plain("/declared-large", body=b"x", length=10**12)
plain("/bomb-gzip", headers=encoded("gzip"), body=gzip.compress(BOMB))
plain("/bomb-gzip-twice", headers=encoded("gzip, gzip"), body=gzip.compress(gzip.compress(BOMB)))
plain("/bomb-br", headers=encoded("br"), body=brotli.compress(BOMB, quality=4))
plain("/bomb-zstd", headers=encoded("zstd"), body=zstandard.compress(BOMB))
plain("/broken-gzip", headers=encoded("gzip"), body=b"\x1f\x8b\x08\x00" + b"\xff" * 60)
plain("/broken-br", headers=encoded("br"), body=b"\xff" * 60)
plain("/broken-zstd", headers=encoded("zstd"), body=b"\xff" * 60)
plain("/unknown-encoding", headers=encoded("rot13"))
plain("/many-encodings", headers=encoded("gzip, gzip, gzip, gzip, gzip"))
plain("/to-file", 302, "Location: file:///etc/passwd\r\n", b"")
plain("/to-script", 302, "Location: javascript:alert(1)\r\n", b"")
plain("/to-nowhere", 302, "Location: http://[half/\r\n", b"")
TERMINAL = {
    "/image": "content type",
    "/pdf": "content type",
    "/forbidden": "http status",
    "/legal": "http status",
    "/no-content": "http status",
    "/partial": "http status",
    "/choices": "http status",
    "/unasked-304": "http status",
    "/declared-large": "too large",
    "/endless": "too large",
    "/endless-chunks": "too large",
    "/bomb-gzip": "too large",
    "/bomb-gzip-twice": "too large",
    "/bomb-br": "too large",
    "/bomb-zstd": "too large",
    "/broken-gzip": "content encoding",
    "/broken-br": "content encoding",
    "/broken-zstd": "content encoding",
    "/unknown-encoding": "content encoding",
    "/many-encodings": "content encoding",
    "/to-file": "scheme",
    "/to-script": "scheme",
    "/to-nowhere": "bad address",
    "/loop": "redirect loop",
    "/ping": "redirect loop",
    "/hops/99": "redirect loop",
}

# --- answers that may be better another time --------------------------------------------------------------------------

plain("/server-error", 500)
plain("/always-503", 503)
plain("/patience", 503, f"{TYPE}Retry-After: 86400\r\n")
plain("/cut", length=len(HTML) + 100)
plain("/cut-gzip", headers=encoded("gzip"), body=gzip.compress(HTML)[:-20])
plain("/cut-br", headers=encoded("br"), body=brotli.compress(HTML)[:-20])
plain("/cut-zstd", headers=encoded("zstd"), body=zstandard.compress(HTML)[:-20])
TRANSIENT = {
    "/server-error": "server busy",
    "/always-503": "server busy",
    "/patience": "server busy",
    "/cut": "network",
    "/cut-gzip": "body cut short",
    "/cut-br": "body cut short",
    "/cut-zstd": "body cut short",
    "/silent": "timeout",
    "/drip": "timeout",
    "/endless-head": "network",
    "/hang-up": "network",
    "/reset": "network",
    "/garbage": "network",
    "/bad-chunks": "network",
    "/bad-length": "network",
}


@route("/etag")
def _etag(server: Server, connection: socket.socket, request: Request) -> None:
    if request.headers.get("if-none-match") == '"one"':
        connection.sendall(reply(304, 'ETag: "one"\r\n', b"", length=0))
    else:
        connection.sendall(reply(headers=TYPE + 'ETag: "one"\r\n'))


@route("/dated")
def _dated(server: Server, connection: socket.socket, request: Request) -> None:
    date = "Sun, 01 Mar 2026 00:00:00 GMT"
    if request.headers.get("if-modified-since") == date:
        connection.sendall(reply(304, "", b"", length=0))
    else:
        connection.sendall(reply(headers=f"{TYPE}Last-Modified: {date}\r\n"))


@route("/redirect")
def _redirect(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(reply(301, "Location: /ok?from=redirect\r\n", b""))


@route("/hops")
def _hops(server: Server, connection: socket.socket, request: Request) -> None:
    left = int(request.path.split("/")[2])
    connection.sendall(reply(302, f"Location: /hops/{left - 1}\r\n", b"") if left else reply())


@route("/loop")
def _loop(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(reply(302, "Location: /loop\r\n", b""))


@route("/ping")
def _ping(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(reply(307, "Location: /pong\r\n", b""))


@route("/pong")
def _pong(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(reply(307, "Location: /ping\r\n", b""))


@route("/cookie-wall")
def _cookie_wall(server: Server, connection: socket.socket, request: Request) -> None:
    if "seen=1" in request.headers.get("cookie", ""):
        connection.sendall(reply())
    else:
        connection.sendall(reply(302, "Location: /cookie-wall\r\nSet-Cookie: seen=1; Path=/\r\n", b""))


@route("/raw-location")
def _raw_location(server: Server, connection: socket.socket, request: Request) -> None:
    location = "Location: /路径?查询=1\r\n".encode().decode("latin-1")
    connection.sendall(reply(302, location, b""))


@route("/to-private")
def _to_private(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(reply(302, f"Location: http://127.0.0.1:{server.port}/secret\r\n", b""))


@route("/twice-503")
def _twice_503(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(reply() if server.count(request.path) > 2 else reply(503))


@route("/busy-429")
def _busy_429(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(reply() if server.count(request.path) > 1 else reply(429, f"{TYPE}Retry-After: 1\r\n"))


@route("/busy-date")
def _busy_date(server: Server, connection: socket.socket, request: Request) -> None:
    past = "Retry-After: Sun, 01 Mar 2026 00:00:00 GMT\r\n"
    connection.sendall(reply() if server.count(request.path) > 1 else reply(503, TYPE + past))


@route("/endless")
def _endless(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\n{TYPE}\r\n".encode())
    while not server.stopping.is_set():
        connection.sendall(b"x" * 65_536)


@route("/endless-chunks")
def _endless_chunks(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\n{TYPE}Transfer-Encoding: chunked\r\n\r\n".encode())
    while not server.stopping.is_set():
        connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


@route("/silent")
def _silent(server: Server, connection: socket.socket, request: Request) -> None:
    server.stopping.wait(20)


@route("/drip")
def _drip(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\n{TYPE}Content-Length: 100000\r\n\r\n".encode())
    while not server.stopping.wait(0.05):
        connection.sendall(b"x")


@route("/endless-head")
def _endless_head(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not server.stopping.is_set():
        connection.sendall(b"X-Padding: " + b"x" * 8_000 + b"\r\n")


@route("/hang-up")
def _hang_up(server: Server, connection: socket.socket, request: Request) -> None:
    connection.close()


@route("/reset")
def _reset(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(reply()[:60])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@route("/garbage")
def _garbage(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(b"\x00\x01\x02 this is not HTTP\r\n\r\n" * 20)


@route("/bad-chunks")
def _bad_chunks(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\n{TYPE}Transfer-Encoding: chunked\r\n\r\nzz\r\nnothing\r\n".encode())


@route("/bad-length")
def _bad_length(server: Server, connection: socket.socket, request: Request) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\n{TYPE}Content-Length: -5\r\n\r\n".encode() + HTML)
