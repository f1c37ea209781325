"""What would happen if the host of another pool joined this one: what XAPI refuses, and what it keeps quiet about."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.joining import NOT_LOOKED_AT, join
from xenferry.web import asked
from xenferry.web.screens import page


async def show(request: Request) -> Response:
    """Choose a pool of one host; then what stands against it. Nothing is changed."""
    person, (desk, _, s) = asked.person(request), asked.judged(request)
    others = [each for each in asked.house(request).desks.values() if each is not desk]
    name, force = request.query_params.get("host", ""), bool(request.query_params.get("force"))
    joiner = asked.other(request, name) if name else None
    found = _judged(joiner.snapshot, s, force=force) if joiner and joiner.snapshot else {"hurdles": None}
    return page(
        request,
        "join.html",
        person,
        here=f"/pools/{desk.name}/plan",
        desk=desk,
        others=others,
        joiner=joiner,
        force=force,
        **found,
    )


def _judged(joiner: Snapshot, pool: Snapshot, *, force: bool) -> dict[str, Any]:
    hurdles = join(joiner, pool, force=force)
    return {
        "hurdles": hurdles,
        "blocked": sum(each.severity == "blocks" for each in hurdles),
        "host": joiner.name(joiner.pool.master),
        "unseen": NOT_LOOKED_AT,
    }


ROUTES = [Route("/pools/{pool}/join", show)]
