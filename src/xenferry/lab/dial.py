"""Talking to a lab in the same process, without sockets: the way tests and rehearsals connect.

`lab.dial(address)` has the three methods of a transport: requests and answers are the same bytes as over HTTPS.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from xenferry.lab.wire.endpoint import respond
from xenferry.lab.wire.page import Reply

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


class Wire:
    """A connection to one host. Work in progress outlives it, as it does on a real host.

    Raises ConnectionRefusedError when nobody is there, ConnectionResetError when the toolstack stops or is silent,
    TimeoutError when the answer takes longer than asked for.
    """

    def __init__(self, lab: Lab, address: str) -> None:
        self._lab = lab
        self._address = address
        self._waiting: set[asyncio.Future[Reply]] = set()

    async def post(self, path: str, body: bytes, *, content_type: str, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """The body of the answer. The content type is not looked at, XAPI goes by the path."""
        host = self._host()
        if not self._lab.toolstacks.answers(host):
            raise ConnectionResetError(f"the toolstack of {self._address} does not answer")
        work = asyncio.ensure_future(respond(self._lab, host, "POST", path, body))
        self._waiting.add(work)
        forget = self._lab.toolstacks.connected(host, partial(_cancel, work))
        try:
            reply = await asyncio.wait_for(asyncio.shield(work), timeout)
        except asyncio.CancelledError:
            if work.cancelled():
                raise ConnectionResetError(f"the toolstack of {self._address} broke the connection") from None
            work.cancel()
            raise
        except TimeoutError:
            work.cancel()
            raise
        finally:
            forget()
            self._waiting.discard(work)
        if reply.status != 200:
            raise ConnectionError(f"{self._address} answered HTTP {reply.status}")
        return reply.body

    async def aclose(self) -> None:
        for work in tuple(self._waiting):
            work.cancel()

    def _host(self) -> str:
        host = self._lab.host_at(self._address)
        if host is None:
            raise ConnectionRefusedError(f"no host of this lab has the address {self._address}")
        return host


def _cancel(work: asyncio.Future[Reply]) -> None:
    work.cancel()
