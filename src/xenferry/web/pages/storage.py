"""Every shared SR on every host, every local one on its own: connected, mounted how, how full."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.plan.storage_state import HostSide, Link, SrState, states
from xenferry.web import asked
from xenferry.web.looking import VERSIONS
from xenferry.web.order import natural
from xenferry.web.screens import page

MARKS = {Link.CONNECTED: "✓", Link.UNPLUGGED: "✗", Link.MISSING: "✗", Link.DOWN: "?"}
KINDS = {Link.CONNECTED: "yes", Link.UNPLUGGED: "no", Link.MISSING: "no", Link.DOWN: "unknown"}


async def storage(request: Request) -> Response:
    person, (desk, _, s) = asked.person(request), asked.judged(request)
    found = sorted(states(s), key=lambda sr: natural(sr.sr.name))
    shared = [(sr, _by_name(sr)) for sr in found if sr.shared]
    local = [(sr, [side for side in _by_name(sr) if side.link != Link.MISSING]) for sr in found if not sr.shared]
    local.sort(key=lambda row: [natural(side.host.name) for side in row[1]])
    told: dict[str, Any] = {"shared": shared, "local": local, "marks": MARKS, "kinds": KINDS, "versions": VERSIONS}
    return page(request, "storage.html", person, desk=desk, **told)


def _by_name(sr: SrState) -> list[HostSide]:
    return sorted(sr.hosts, key=lambda side: natural(side.host.name))


ROUTES = [Route("/pools/{pool}/storage", storage)]
