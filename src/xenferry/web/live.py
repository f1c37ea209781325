"""Server-sent events: pieces of a page as they change, each with a number, so that whoever was away misses nothing."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable

from starlette.requests import Request
from starlette.responses import StreamingResponse

from xenferry.web import asked

Stream = AsyncGenerator[tuple[int, str] | None, None]
"""A number and the HTML that came with it; None: nothing happened, but we are here."""
States = AsyncGenerator[tuple[str, str] | None, None]
"""The same with a mark that says what the page shows, whoever served it."""
BOOT = secrets.token_hex(4)
"""Numbers mean nothing to a server that was started anew: it then sends everything."""


def stream(request: Request, pieces: Callable[[int], Stream]) -> StreamingResponse:
    """Answer with what `pieces` gives after the number that the browser saw last."""
    return _answer(_marked(pieces(_seen(request))))


def stream_states(request: Request, pieces: Callable[[str], States]) -> StreamingResponse:
    """Answer with what `pieces` gives after the state that the browser shows, by the mark that it was sent last."""
    return _answer(pieces(_last(request)))


def _answer(pieces: States) -> StreamingResponse:
    return StreamingResponse(
        _encoded(pieces),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def mark(number: int) -> str:
    """The number as the browser gives it back."""
    return f"{BOOT}-{number}"


def _last(request: Request) -> str:
    return request.headers.get("last-event-id") or request.query_params.get("seen", "")


def _seen(request: Request) -> int:
    boot, _, number = _last(request).rpartition("-")
    return asked.number(number) if boot == BOOT else 0


async def _marked(pieces: Stream) -> States:
    async for piece in pieces:
        yield None if piece is None else (mark(piece[0]), piece[1])


async def _encoded(pieces: States) -> AsyncGenerator[str, None]:
    async for piece in pieces:
        if piece is None:
            yield ": still here\n\n"
            continue
        known, html = piece
        lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
        yield f"id: {known}\n{lines}\n"
