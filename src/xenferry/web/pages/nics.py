"""The wiring: which NICs of which hosts hang on the same cable, and where their names disagree with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.plan.align_nics import align_nics
from xenferry.plan.wiring.wires import find, renaming
from xenferry.pool.cables import Cable, cables
from xenferry.pool.records import Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.web import asked, order, wiring
from xenferry.web.screens import page


async def nics(request: Request) -> Response:
    person, (desk, _, s) = asked.person(request), asked.judged(request)
    found, hosts = cables(s), order.hosts(s)
    lanes = [{"number": number, "why": each.why, "agreed": each.agreed(s)} for number, each in enumerate(found, 1)]
    plan = align_nics(s) if not all(lane["agreed"] for lane in lanes) else None
    return page(
        request,
        "nics.html",
        person,
        desk=desk,
        lanes=lanes,
        rows=[{"host": host.name_label, "nics": [_ports(s, host, cable) for cable in found]} for host in hosts],
        drawing=wiring.draw(s, found, hosts),
        afterwards=_afterwards(s, found, hosts) if plan else None,
        plan=plan,
    )


def _afterwards(s: Snapshot, found: Sequence[Cable], hosts: Sequence[Host]) -> wiring.Drawing | None:
    """The wiring with the names that would line it up; None where none is to be changed."""
    renames = renaming(s, find(s, {})).renames
    return wiring.draw(s, found, hosts, {each.nic: each.new for each in renames}) if renames else None


def _ports(s: Snapshot, host: Host, cable: Cable) -> list[dict[str, Any]]:
    """What a host has on a cable."""
    return [_port(s, ref) for ref in cable.nics if s.PIF[ref].host == host.ref]


def _port(s: Snapshot, ref: Ref) -> dict[str, Any]:
    pif = s.PIF[ref]
    metrics = s.PIF_metrics.get(pif.metrics)
    speed = metrics.speed if metrics and metrics.carrier else 0
    network = s.name(pif.network) if pif.network in s.network else ""
    told = {"device": pif.device, "mac": pif.MAC, "ip": pif.IP, "speed": speed, "network": network}
    return told | {"management": pif.management}


ROUTES = [Route("/pools/{pool}/nics", nics)]
