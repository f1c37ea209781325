"""The way of an answer to a client of a served lab, and what faults do to it: cut, replaced, let through in drops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from xenferry.lab.wire.page import Reply
from xenferry.lab.world import Fault

Send = Callable[[dict[str, Any]], Awaitable[None]]

PROXY = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
"""What a proxy between client and host would say."""
NONSENSE = b'{"jsonrpc": "2.0", "result": [\x00\xff\xfe'
PIECES = 20
"""Into how many pieces an answer is cut that comes in drops."""


async def send_spoilt(send: Send, reply: Reply, faults: Collection[Fault]) -> bool:
    """Sends the answer as the faults have it; False when the connection must be broken in the middle of it."""
    garble = next((fault.garble for fault in faults if fault.garble), "")
    status, body, headers = reply.status, reply.body, list(reply.headers)
    if garble == "html":
        status, body = 502, PROXY
        headers = [(name, value) for name, value in headers if name.lower() != "content-type"]
        headers.append(("content-type", "text/html"))
    elif garble == "nonsense":
        body = NONSENSE
    raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    if garble == "cut":
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        return False
    await _send_body(send, body, sum(fault.drip for fault in faults))
    return True


async def _send_body(send: Send, body: bytes, seconds: float) -> None:
    if seconds > 0:
        size = max(1, len(body) // PIECES)
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(seconds / len(pieces))
        body = b""
    await send({"type": "http.response.body", "body": body})
