"""Paste an error, read what it means; with a pool, by what is true there."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.errors import explain
from xenferry.web import asked
from xenferry.web.screens import page

SHOWN_MAX = 20
PASTED_MAX = 2000
"""Characters that may come by the address line; what is pasted may be as long as it likes."""


async def ask(request: Request) -> Response:
    """The sheet: empty, or with what a failed step said, for whoever came from there."""
    person, said = asked.person(request), request.query_params
    given = _given(request, said.get("text", "")[:PASTED_MAX], said.get("pool", ""))
    return page(request, "explain.html", person, **given, found=None, more=0)


async def answer(request: Request) -> Response:
    """What was pasted, explained. Nothing is kept of it."""
    person, form = await asked.door(request).acting(request, "look")
    text, name = "".join(form.get("text", [])[:1]), "".join(form.get("pool", [])[:1])
    desk = asked.house(request).desks.get(name)
    snapshot = desk.snapshot if desk else None
    found = await asyncio.to_thread(explain, text, snapshot)
    given = _given(request, text, name)
    return page(request, "explain.html", person, **given, found=found[:SHOWN_MAX], more=len(found[SHOWN_MAX:]))


def _given(request: Request, text: str, pool: str) -> dict[str, Any]:
    return {"text": text, "pool": pool, "pools": list(asked.house(request).desks)}


ROUTES = [Route("/explain", ask), Route("/explain", answer, methods=["POST"])]
