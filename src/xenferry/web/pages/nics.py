"""The wiring: which NICs of which hosts hang on the same cable, and where their names disagree with it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.plan.align_nics import align_nics
from xenferry.pool.cables import Cable, cables
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.web import asked
from xenferry.web.screens import page


async def nics(request: Request) -> Response:
    person, (desk, _, s) = asked.person(request), asked.judged(request)
    found = cables(s)
    rows = [_row(s, number, cable) for number, cable in enumerate(found, 1)]
    odd = any(not row["agreed"] for row in rows)
    plan = align_nics(s) if odd else None
    return page(request, "nics.html", person, desk=desk, hosts=s.hosts, rows=rows, plan=plan)


def _row(s: Snapshot, number: int, cable: Cable) -> dict[str, Any]:
    """A cable: what each host calls it."""
    sides: dict[Ref, list[dict[str, Any]]] = {host.ref: [] for host in s.hosts}
    for ref in cable.nics:
        pif = s.PIF[ref]
        metrics = s.PIF_metrics.get(pif.metrics)
        speed = metrics.speed if metrics and metrics.carrier else 0
        network = s.name(pif.network) if pif.network in s.network else ""
        side = {"device": pif.device, "mac": pif.MAC, "ip": pif.IP, "speed": speed, "network": network}
        sides[pif.host].append(side | {"management": pif.management})
    return {"number": number, "why": cable.why, "agreed": cable.agreed(s), "sides": list(sides.values())}


ROUTES = [Route("/pools/{pool}/nics", nics)]
