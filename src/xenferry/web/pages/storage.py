"""Every SR on every host: connected, mounted how, how full."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.plan.storage_state import states
from xenferry.web import asked
from xenferry.web.screens import page


async def storage(request: Request) -> Response:
    person, (desk, _, s) = asked.person(request), asked.judged(request)
    found = sorted(states(s), key=lambda sr: (not sr.shared, sr.sr.name))
    return page(request, "storage.html", person, desk=desk, srs=found, hosts=s.hosts)


ROUTES = [Route("/pools/{pool}/storage", storage)]
