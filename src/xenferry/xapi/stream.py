"""Bytes over TCP and TLS for the HTTP client, by asyncio's own streams: these hand over all that has come in.

The client's usual streams hand over one TLS record (16 KiB) at a time, which costs a third of the load of a big pool.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpcore2
from httpcore2 import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream

from xenferry.xapi.trust import Stranger

AT_ONCE = 1 << 20
"""Bytes that are taken at once, if so many are there; as many may wait."""


class Network(AsyncNetworkBackend):
    """Opens connections; what the HTTP client asks for."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """A connection. The local address and options of the socket, which nobody here asks for, are not looked at.

        Raises:
            httpcore2.ConnectError, httpcore2.ConnectTimeout
        """
        async with _told(timeout, httpcore2.ConnectTimeout, httpcore2.ConnectError):
            return Stream(*await asyncio.open_connection(host, port, limit=AT_ONCE))


class Stream(AsyncNetworkStream):
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """What has come in, perhaps more than asked for: the client takes any amount. Empty at the end."""
        async with _told(timeout, httpcore2.ReadTimeout, httpcore2.ReadError):
            return await self._reader.read(AT_ONCE)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Send, and wait while the other side does not keep up."""
        async with _told(timeout, httpcore2.WriteTimeout, httpcore2.WriteError):
            self._writer.write(buffer)
            await self._writer.drain()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> AsyncNetworkStream:
        """Shake hands.

        Raises:
            Untrusted: the certificate is none that is known.
            httpcore2.ConnectError, httpcore2.ConnectTimeout
        """
        try:
            async with _told(timeout, httpcore2.ConnectTimeout, httpcore2.ConnectError):
                await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except BaseException:
            await self.aclose()
            raise
        return self

    async def aclose(self) -> None:
        """Leave without a goodbye: whatever was asked has been answered, or is waited for no longer."""
        self._writer.transport.abort()
        await asyncio.sleep(0)  # the loop closes the socket; after a failed handshake `wait_closed` would wait for ever

    def get_extra_info(self, info: str) -> Any:
        """`is_readable`: is there anything, if only the end, although nothing was asked?"""
        if info == "is_readable":
            return self._reader.at_eof() or self._writer.is_closing()
        return self._writer.get_extra_info("ssl_object" if info == "ssl_object" else "socket")


@asynccontextmanager
async def _told(
    patience: float | None, late: type[httpcore2.TimeoutException], broken: type[httpcore2.NetworkError]
) -> AsyncIterator[None]:
    """What goes wrong in the HTTP client's own words, besides a certificate that is not known."""
    try:
        async with asyncio.timeout(patience):
            yield
    except TimeoutError as error:
        raise late(str(error)) from None
    except Stranger as error:
        raise error.untrusted from None
    except OSError as error:
        raise broken(str(error)) from error
