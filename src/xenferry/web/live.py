"""Server-sent events: pieces of a page as they change, each with a number, so that whoever was away misses nothing."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable

from starlette.requests import Request
from starlette.responses import StreamingResponse

from xenferry.web import asked

Stream = AsyncGenerator[tuple[int, str] | None, None]
"""A number and the HTML that came with it; None: nothing happened, but we are here."""
BOOT = secrets.token_hex(4)
"""Numbers mean nothing to a server that was started anew: it then sends everything."""


def stream(request: Request, pieces: Callable[[int], Stream]) -> StreamingResponse:
    """Answer with what `pieces` gives after the number that the browser saw last."""
    return StreamingResponse(
        _encoded(pieces(_seen(request))),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def mark(number: int) -> str:
    """The number as the browser gives it back."""
    return f"{BOOT}-{number}"


def _seen(request: Request) -> int:
    given = request.headers.get("last-event-id") or request.query_params.get("seen", "")
    boot, _, number = given.rpartition("-")
    return asked.number(number) if boot == BOOT else 0


async def _encoded(pieces: Stream) -> AsyncGenerator[str, None]:
    async for piece in pieces:
        if piece is None:
            yield ": still here\n\n"
            continue
        number, html = piece
        lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
        yield f"id: {mark(number)}\n{lines}\n"
