"""From a wish to a plan to a yes: nothing is done before somebody has seen what, in what order, and what it costs."""

from __future__ import annotations

import asyncio
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from xenferry.plan.cure import cure as mend
from xenferry.plan.file import BadPlan
from xenferry.plan.recheck import recheck
from xenferry.plan.steps import Plan, RenameNics
from xenferry.plan.timeline.svg import timeline_svg
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import judge
from xenferry.runs.crossing.look import destinations
from xenferry.web import asked, order
from xenferry.web.control import cannot, renamed
from xenferry.web.desk import Desk
from xenferry.web.drafts import Draft
from xenferry.web.mischief import MISHAPS, concerned
from xenferry.web.pages.dom0 import control_of
from xenferry.web.screens import page
from xenferry.web.wishes import GROUPS, WISHES, Unclear, disk_srs

GONE = "This plan was approved already, or is no longer kept. Make it anew."
STEPS_SHOWN = 500
LISTED_MAX = 20
"""So many plans that wait for a yes are named; a link to an older one works all the same."""
DRAWN_MAX = 1500
"""Beyond so many steps a timeline is a blur and weighs megabytes."""


async def wishes(request: Request) -> Response:
    """What may be wished for."""
    person, (desk, _, s) = asked.person(request), asked.judged(request)
    chosen = {"wish": request.query_params.get("wish", ""), "host": request.query_params.get("host", "")}
    chosen["guest"] = typed(s, request.query_params.get("guest", ""))
    house = asked.house(request)
    others = [name for name in house.desks if name != desk.name]
    told: dict[str, Any] = {
        "hosts": order.hosts(s),
        "srs": disk_srs(s),
        "groups": [(title, [each for each in WISHES.values() if each.of == of]) for of, title in GROUPS.items()],
        "chosen": chosen,
        "others": others,
        "waiting": house.drafts.listed(desk.name)[:LISTED_MAX],
    }
    return page(request, "wishes.html", person, desk=desk, **told)


def typed(s: Snapshot, uuid: str) -> str:
    """What somebody would type for this guest: its name, where that is enough."""
    named = [vm.name_label for vm in s.guests if vm.uuid == uuid]
    if not named:
        return ""
    plain = named[0] == named[0].strip() and len(named[0].splitlines()) == 1
    return named[0] if plain and [vm.name_label for vm in s.guests].count(named[0]) == 1 else uuid


async def make(request: Request) -> Response:
    """Make the plan and show it."""
    person, form = await asked.door(request).acting(request, "plan")
    desk, _, s = asked.judged(request)
    wish = WISHES.get("".join(form.get("wish", [])))
    if wish is None:
        raise HTTPException(400, "The form does not say what is wished for.")
    house = asked.house(request)
    model = house.model(s)
    try:
        plan = await asyncio.to_thread(wish.make, s, form, model)
    except (Unclear, KeyError) as error:
        raise HTTPException(400, str(error.args[0])) from None
    draft = house.drafts.keep(desk.name, plan, person.name)
    house.audit.note(asked.who(request, person), person.role, f"planned: {plan.wish}", pool=desk.name)
    return RedirectResponse(f"/plans/{draft.id}", 303)


async def cure(request: Request) -> Response:
    """A plan that cures what one rule found."""
    person, form = await asked.door(request).acting(request, "plan")
    desk, judged, s = asked.judged(request)
    code = "".join(form.get("code", []))
    plan = mend(s, [each for each in judge(s, judged) if each.code == code])
    house = asked.house(request)
    draft = house.drafts.keep(desk.name, plan, person.name)
    house.audit.note(asked.who(request, person), person.role, f"planned: {plan.wish}", pool=desk.name)
    return RedirectResponse(f"/plans/{draft.id}", 303)


def draft_of(request: Request) -> Draft:
    """The plan in the path, of a pool that is served here. Raises HTTPException 404."""
    house = asked.house(request)
    try:
        found = house.drafts.find(request.path_params["plan"])
    except BadPlan as error:
        raise HTTPException(404, f"{error}. Make it anew.") from None
    if found is None:
        raise HTTPException(404, GONE)
    if found.desk not in house.desks:
        raise HTTPException(404, f"This plan is of pool {found.desk}, which is not served here.")
    return found


async def show(request: Request) -> Response:
    """The plan, its picture, what has changed since it was made."""
    person, draft = asked.person(request), draft_of(request)
    desk = asked.house(request).desks[draft.desk]
    plan = draft.plan
    drawn = Markup(timeline_svg(plan)) if 0 < len(plan.steps) <= DRAWN_MAX else None  # noqa: S704 (ours, escaped there)
    changed = recheck(plan, asked.house(request).beside(plan, desk.snapshot)) if desk.snapshot else ()
    return page(
        request,
        "plan.html",
        person,
        here=f"/pools/{desk.name}/plan",
        desk=desk,
        draft=draft,
        plan=plan,
        steps=plan.steps[:STEPS_SHOWN],
        numbers={step.key: number for number, step in enumerate(plan.steps, 1)},
        picture=drawn,
        mishaps=MISHAPS,
        concerned=concerned(plan),
        changed=changed,
        stale=any(each.fatal for each in changed),
        entered=list(dict.fromkeys(step.host.name for step in plan.steps if isinstance(step, RenameNics))),
    )


async def approve(request: Request) -> Response:
    """Somebody said yes: put it into the journal and begin."""
    person, form = await asked.door(request).acting(request, "act")
    draft, house = draft_of(request), asked.house(request)
    desk = house.desks[draft.desk]
    if desk.connect is None or desk.snapshot is None:
        raise HTTPException(409, "This is a capture: its plans can be read, not carried out.")
    fatal = [each.text for each in recheck(draft.plan, house.beside(draft.plan, desk.snapshot)) if each.fatal]
    if fatal:
        raise HTTPException(409, f"The pool has changed since: {'; '.join(fatal)}. Make the plan anew.")
    far = [there.pool.name for there in destinations(draft.plan) if house.desk_of(there.pool.uuid) is None]
    if far:
        raise HTTPException(
            409, f"Pool {far[0]}, to which the plan takes guests, is not served here or does not answer."
        )
    await _check_entry(desk, draft.plan, desk.snapshot)
    why = "".join(form.get("why", []))[:500].strip()
    run = house.begin(draft, person.name)
    if run is None:
        raise HTTPException(409, GONE)
    house.audit.note(
        asked.who(request, person), person.role, f"approved: {draft.plan.wish}", pool=desk.name, run=run, why=why
    )
    return RedirectResponse(f"/runs/{run}", 303)


async def _check_entry(desk: Desk, plan: Plan, s: Snapshot) -> None:
    """Whoever is to be entered by ssh lets us in now. Raises HTTPException 409."""
    hosts = renamed(plan, s)
    closed = cannot(await control_of(desk).knock(s, hosts)) if hosts else {}
    if closed:
        said = "; ".join(f"{name}: {why}" for name, why in closed.items())
        raise HTTPException(
            409,
            f"NICs are renamed in dom0, which does not let us in. {said}. See the pool's page NICs, control domains.",
        )


ROUTES = [
    Route("/pools/{pool}/plan", wishes),
    Route("/pools/{pool}/plan", make, methods=["POST"]),
    Route("/pools/{pool}/cure", cure, methods=["POST"]),
    Route("/plans/{plan}", show),
    Route("/plans/{plan}/approve", approve, methods=["POST"]),
]
