"""Bytes to a host and back: the port at the bottom, with HTTPS behind it. A lab puts itself there instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

import httpcore2

from xenferry.xapi.address import Address, parse
from xenferry.xapi.error import OutcomeUnknown, Unreachable
from xenferry.xapi.stream import Network
from xenferry.xapi.trust import pinned_context

CONNECT_SECONDS = 15.0
CONNECTIONS = 100
IDLE_SECONDS = 5.0
"""After which a connection that nobody uses is closed: shorter than any server's own patience."""
AGENT = "xenferry"


class Transport(Protocol):
    """A way to one host.

    `post` raises Unreachable or OSError when nothing was sent, OutcomeUnknown, ConnectionResetError or TimeoutError
    when the answer is missing.
    """

    async def post(self, path: str, body: bytes, *, content_type: str, timeout: float | None) -> bytes:  # noqa: ASYNC109
        """The body of the answer to a POST; `timeout` is the patience with a silent host in seconds."""

    async def aclose(self) -> None:
        """Close what is open."""


Dial = Callable[[str], Transport]
"""Opens the way to a host, given its address as text; nothing is sent before the first `post`."""


def https(known: frozenset[str]) -> Dial:
    """Dials hosts over HTTPS that show one of these certificates."""
    return lambda address: Https(parse(address), known)


class Https:
    """HTTPS to one host. Proxies of the environment are not asked: a pool's password is nobody else's."""

    def __init__(self, address: Address, known: frozenset[str]) -> None:
        self._address = address
        self._url = Address(_spelt(address.host), address.port).url
        self._client = httpcore2.AsyncConnectionPool(
            pinned_context(address, known),
            max_connections=CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=Network(),
        )

    async def post(self, path: str, body: bytes, *, content_type: str, timeout: float | None) -> bytes:  # noqa: ASYNC109
        """See Transport."""
        patience = dict.fromkeys(("connect", "write", "pool"), CONNECT_SECONDS) | {"read": timeout}
        headers = [("host", urlsplit(self._url).netloc), ("content-type", content_type), ("user-agent", AGENT)]
        try:
            answer = await self._client.request(
                "POST", f"{self._url}{path}", headers=headers, content=body, extensions={"timeout": patience}
            )
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.PoolTimeout) as error:
            raise Unreachable(f"{self._address}: no connection: {str(error) or type(error).__name__}") from None
        except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError) as error:
            raise OutcomeUnknown(
                f"{self._address}: the connection broke: {str(error) or type(error).__name__}"
            ) from None
        if answer.status > 500:  # somebody in between gave up waiting
            raise OutcomeUnknown(f"{self._address}: HTTP {answer.status} instead of an answer")
        if answer.status != 200:
            raise Unreachable(f"{self._address} answered HTTP {answer.status} instead of XenAPI; is it a XAPI host?")
        return answer.content

    async def aclose(self) -> None:
        """See Transport."""
        await self._client.aclose()


def _spelt(host: str) -> str:
    """A name as DNS knows it."""
    return host if host.isascii() else host.encode("idna").decode()
