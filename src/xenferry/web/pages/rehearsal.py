"""A plan tried on a twin of its pool, with what shall go wrong chosen, before anybody approves it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from xenferry.plan.timeline.svg import draw
from xenferry.web import asked, mischief
from xenferry.web.live import Stream, stream
from xenferry.web.pages.plans import DRAWN_MAX, draft_of
from xenferry.web.screens import fragment, page
from xenferry.web.twin import Rehearsal

BEAT_S = 15.0
EVENTS_MAX = 60


async def begin(request: Request) -> Response:
    """Begin it; the pool itself is only read."""
    person, form = await asked.door(request).acting(request, "plan")
    draft, house = draft_of(request), asked.house(request)
    desk = house.desks[draft.desk]
    others = {each.snapshot.pool.uuid: each for each in house.desks.values() if each.snapshot is not None}
    faults, resume = mischief.lines(form), bool(form.get("resume"))
    turn = house.bench.turn
    work = Rehearsal(desk, draft.plan, faults, resume=resume, others=others, draft=draft.id, turn=turn)
    house.bench.begin(work)
    house.audit.note(asked.who(request, person), person.role, f"rehearsed: {draft.plan.wish}", pool=desk.name)
    return RedirectResponse(f"/rehearsals/{work.id}", 303)


def _work(request: Request) -> Rehearsal:
    found = asked.house(request).bench.find(request.path_params["rehearsal"], Rehearsal)
    if found is None:
        raise HTTPException(404, "This rehearsal is no longer kept. Begin another on the plan's page.")
    return found


async def show(request: Request) -> Response:
    """What came of it, or that it is at work."""
    person, work = asked.person(request), _work(request)
    desk = asked.house(request).desks[work.desk]
    here = f"/pools/{desk.name}/plan"
    return page(request, "rehearsal.html", person, here=here, desk=desk, **_shown(request, work))


def _shown(request: Request, work: Rehearsal) -> dict[str, Any]:
    found, picture = work.found, None
    if found is not None and 0 < len(work.plan.steps) <= DRAWN_MAX:
        picture = Markup(draw(found.timeline))  # noqa: S704 (ours, escaped there)
    kept = asked.house(request).drafts.has(work.draft)
    events = _once(found.events)[:EVENTS_MAX] if found else []
    return {"work": work, "found": found, "picture": picture, "kept": kept, "events": events}


def _once(events: Any) -> list[Any]:
    """What happens again and again at once is said once."""
    kept: list[Any] = []
    for event in events:
        if not kept or (kept[-1].kind, kept[-1].text) != (event.kind, event.text):
            kept.append(event)
    return kept


async def live(request: Request) -> Response:
    """The end, as soon as it is there."""
    asked.person(request)
    work = _work(request)

    async def pieces(seen: int) -> Stream:
        async for number in work.changes(BEAT_S):
            fresh = number != seen
            yield (number, fragment("rehearsal_live.html", oob=True, **_shown(request, work))) if fresh else None
            seen = number

    return stream(request, pieces)


ROUTES = [
    Route("/plans/{plan}/rehearse", begin, methods=["POST"]),
    Route("/rehearsals/{rehearsal}", show),
    Route("/rehearsals/{rehearsal}/live", live),
]
