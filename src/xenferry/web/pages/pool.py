"""One pool: the hosts with their guests to scale, what is under way, what is new; live."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.web import asked, board
from xenferry.web.desk import Desk, Told
from xenferry.web.live import Stream, mark, stream
from xenferry.web.screens import fragment, page

NEWS_SHOWN = 30
SAID_MAX = 4
"""So many news at once are read out to those who listen."""
BEAT_S = 15.0
"""A stream in which nothing happens says so this often; a dead connection is noticed by that."""


async def pool(request: Request) -> Response:
    person, (desk, view) = asked.person(request), asked.view(request)
    shown = _head(desk) | {
        "rows": list(board.rows(view)),
        "seen_mark": mark(desk.number),
        "live": desk.connect is not None,
    }
    return page(request, "pool.html", person, **shown)


def _head(desk: Desk) -> dict[str, Any]:
    """What stands around the hosts."""
    assert desk.picture is not None
    tasks = [work for work in desk.picture.tasks.values() if work.status == "pending"]
    return {
        "desk": desk,
        "picture": desk.picture,
        "counts": board.counts(desk.picture),
        "words": board.verdict(desk.picture),
        "following": desk.following,
        "tasks": tasks,
        "news": [told for told in desk.told if not _passing(told)][-NEWS_SHOWN:][::-1],
    }


def _passing(told: Told) -> bool:
    """How far a task is stands above, and changes there."""
    return told.news.kind == "task" and told.news.after == "pending"


async def live(request: Request) -> Response:
    """What changes, as pieces of the page."""
    asked.person(request)
    return stream(request, lambda seen: pieces(asked.desk(request), seen))


async def pieces(desk: Desk, seen: int) -> Stream:
    async for number in desk.changes(BEAT_S):
        if number == seen or desk.view is None:
            yield None
            continue
        changed = {ref for ref, drawn in desk.drawn.items() if drawn > seen}
        rows = list(board.rows(desk.view, changed))
        shown = _head(desk)
        fresh = [told for told in reversed(shown["news"]) if told.number > seen][-SAID_MAX:]
        yield number, fragment("pool_live.html", rows=rows, oob=True, fresh=fresh, **shown)
        seen = number


ROUTES = [Route("/pools/{pool}", pool), Route("/pools/{pool}/live", live)]
