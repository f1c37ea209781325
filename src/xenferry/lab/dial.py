"""Talking to a lab in the same process, without sockets: the way tests and rehearsals connect.

`lab.dial(address)` has the three methods of a transport: requests and answers are the same bytes as over HTTPS.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from xenferry.lab.faults import Dropped
from xenferry.lab.wire.endpoint import respond

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


class Wire:
    """A connection to one host. Work in progress outlives it, as it does on a real host.

    Raises ConnectionRefusedError when the host is dead (nothing was sent), ConnectionResetError when its toolstack does
    not answer, stops during the call, or a fault breaks the connection, TimeoutError when the answer takes too long.
    """

    def __init__(self, lab: Lab, address: str) -> None:
        self._lab = lab
        self._address = address

    async def post(self, path: str, body: bytes, *, content_type: str, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """The body of the answer. The content type is not looked at, XAPI goes by the path."""
        place = self._lab.place(self._host())
        lab, host = place.lab, place.host
        if host in lab.toolstacks.dead:
            raise ConnectionRefusedError(f"the host at {self._address} is dead")
        if not lab.toolstacks.answers(host):
            raise ConnectionResetError(f"the toolstack of {self._address} closed the connection without an answer")
        try:
            reply = await asyncio.wait_for(respond(lab, host, "POST", path, body), timeout)
        except Dropped as broken:
            raise ConnectionResetError(f"the connection to {self._address} broke: {broken}") from None
        if reply.status != 200:
            raise ConnectionError(f"{self._address} answered HTTP {reply.status}")
        return reply.body

    async def aclose(self) -> None:
        """Nothing is open between calls."""

    def _host(self) -> str:
        host = self._lab.host_at(self._address)
        if host is None:
            raise ConnectionRefusedError(f"no host of this lab has the address {self._address}")
        return host
