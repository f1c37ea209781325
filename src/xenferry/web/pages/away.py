"""Guests into another pool: choose the pool, then where to in it, then read the plan."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from xenferry.web import asked, away, order
from xenferry.web.pages.plans import typed
from xenferry.web.screens import page
from xenferry.web.wishes import Unclear


async def choose(request: Request) -> Response:
    """Which pool, and what of it."""
    person, (desk, _, s) = asked.person(request), asked.judged(request)
    others = [each for each in asked.house(request).desks.values() if each is not desk]
    name = request.query_params.get("to", "")
    there = asked.other(request, name) if name else None
    shown: dict[str, Any] = {"there": there, "choices": None, "hosts": []}
    if there is not None and there.snapshot is not None:
        shown |= {"choices": away.choices(s, there.snapshot), "hosts": order.hosts(there.snapshot)}
    guest = typed(s, request.query_params.get("guest", ""))
    here = f"/pools/{desk.name}/plan"
    return page(request, "away.html", person, here=here, desk=desk, others=others, guest=guest, **shown)


async def make(request: Request) -> Response:
    """Make the plan and show it."""
    person, form = await asked.door(request).acting(request, "plan")
    desk, _, s = asked.judged(request)
    there = asked.other(request, "".join(form.get("to", [])[:1]))
    assert there.snapshot is not None
    try:
        plan = await asyncio.to_thread(away.plan, s, there.snapshot, form, there.name)
    except Unclear as error:
        raise HTTPException(400, str(error)) from None
    house = asked.house(request)
    draft = house.drafts.keep(desk.name, plan, person.name)
    house.audit.note(asked.who(request, person), person.role, f"planned: {plan.wish}", pool=desk.name)
    return RedirectResponse(f"/plans/{draft.id}", 303)


ROUTES = [Route("/pools/{pool}/away", choose), Route("/pools/{pool}/away", make, methods=["POST"])]
