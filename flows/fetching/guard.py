"""Which addresses may be connected to: public ones, told by the very address that is connected to.

A name is resolved here, every answer is looked at, and the connection goes to an answer that was looked at. So neither
a redirect nor a name that resolves differently the second time (DNS rebinding) leads into a private network.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from typing import Any

import httpcore

from flows.errors import NetworkError, RefusedError
from flows.fetching.blocks import is_public


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """httpcore's network, which connects to public addresses only unless `allow_private`."""

    def __init__(self, *, allow_private: bool = False) -> None:
        self.allow_private = allow_private
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, look, connect. Raises RefusedError, or NetworkError where the name has no address."""
        error: Exception | None = None
        for address in (await self._addresses(host, port))[:4]:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error or NetworkError(f"{host} has no address", reason="dns")

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise RefusedError("a Unix socket", reason="private address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
                raise RefusedError(f"no such host: {host}", reason="dns") from None
            raise NetworkError(f"{host}: {error.strerror}", reason="dns") from None
        except (UnicodeError, OSError) as error:
            raise RefusedError(f"no host name: {host[:100]}", reason="dns") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self.allow_private:
            private = [address for address in addresses if not is_public(address)]
            if private:
                raise RefusedError(f"{host} is {private[0]} (--allow-private lets it)", reason="private address")
        return addresses
