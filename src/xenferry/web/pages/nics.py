"""The wiring: which NICs of which hosts hang on the same cable, and where their names disagree with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from xenferry.plan.align_nics import align_nics
from xenferry.plan.steps import Plan
from xenferry.plan.wiring.wires import find, renaming
from xenferry.pool.cables import Cable, cables
from xenferry.pool.neighbour import with_neighbours
from xenferry.pool.records import Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.web import asked, naming, order, wiring
from xenferry.web.door import Person
from xenferry.web.pages.dom0 import control_of
from xenferry.web.screens import page
from xenferry.web.wishes import Form, Unclear


async def nics(request: Request) -> Response:
    """As it is, and as it would be."""
    return _page(request, asked.person(request), {}, None)


async def make(request: Request) -> Response:
    """The plan, or what has to be decided first."""
    person, form = await asked.door(request).acting(request, "plan")
    desk, _, s = asked.judged(request)
    silent: tuple[str, ...] = ()
    if form.get("dom0"):
        seen, silent = await control_of(desk).way.neighbours(s)
        s = with_neighbours(s, seen)
    try:
        plan = naming.aligned(s, naming.told(s, form), form)
    except Unclear as error:
        raise HTTPException(400, str(error)) from None
    if naming.questions(s, plan):
        return _page(request, person, form, plan)
    house = asked.house(request)
    draft = house.drafts.keep(desk.name, replace(plan, notes=(*plan.notes, *silent)), person.name)
    house.audit.note(asked.who(request, person), person.role, f"planned: {plan.wish}", pool=desk.name)
    return RedirectResponse(f"/plans/{draft.id}", 303)


def _page(request: Request, person: Person, form: Form, half: Plan | None) -> Response:
    """`half` is the plan that needs more answers than those of the form."""
    desk, _, s = asked.judged(request)
    found, hosts = cables(s), order.hosts(s)
    lanes = [{"number": number, "why": each.why, "agreed": each.agreed(s)} for number, each in enumerate(found, 1)]
    plan = half or (align_nics(s) if not all(lane["agreed"] for lane in lanes) else None)
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
        questions=naming.questions(s, plan) if plan else [],
        said=[each for each in form.get("told", []) if each],
        shut_down=bool(form.get("shut_down")),
        ask_dom0=bool(form.get("dom0")),
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


ROUTES = [Route("/pools/{pool}/nics", nics), Route("/pools/{pool}/nics", make, methods=["POST"])]
