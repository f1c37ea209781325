"""Runs: those that were, and one as it goes on; stop it, go on with it."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from xenferry.runs import control
from xenferry.runs.journal import OPEN, Run
from xenferry.web import asked
from xenferry.web.door import Person
from xenferry.web.house import House
from xenferry.web.live import States, stream_states
from xenferry.web.screens import fragment, page

LISTED_MAX = 200
NEXT_MAX = 8
"""Steps to come that are named; all of them stand below."""
EVENTS_MAX = 40
BEAT_S = 2.0
"""A run that another program drives is looked at this often."""
REST, REST_MIN_S = 4.0, 0.2
"""What took t seconds to look at is looked at again after so many times t, and seconds, at the earliest: a run of
thousands of steps that is watched by many may not take a whole processor."""
UNTOLD = ("progress", "step-task")
"""Events that are of no use to people afterwards."""
PARTS = ("run_live.html", "run_deeds.html", "run_said.html")
"""Pieces of a run's page that change, each on its own; the last is for those who listen."""
HOWS = {"finish": "pause: running steps end, no other begins", "tasks": "cancel: running steps are stopped, too"}


async def runs(request: Request) -> Response:
    """All runs, the newest first."""
    person, house = asked.person(request), asked.house(request)
    return page(request, "runs.html", person, runs=house.journal.runs()[:LISTED_MAX], drives=house.drives)


async def run(request: Request) -> Response:
    """One run, live."""
    person, found, house = asked.person(request), asked.run(request), asked.house(request)
    return page(request, "run.html", person, desk=house.desk_of(found.pool), **state(house, found))


def state(house: House, run: Run) -> dict[str, Any]:
    """Everything that a run's page shows."""
    seen = control.show(house.journal, run.id)
    progress = house.progress.get(run.id, {})
    by_state: dict[str, list[control.StepView]] = {}
    for step in seen.steps:
        by_state.setdefault(step.state, []).append(step)
    return {
        "run": seen.run,
        "steps": seen.steps,
        "open": [*by_state.get("person", ()), *by_state.get("failed", ()), *by_state.get("waiting", ())],
        "going": by_state.get("started", []),
        "progress": {key: entry.text for key, entry in progress.items()},
        "next": by_state.get("new", [])[:NEXT_MAX],
        "done": len(by_state.get("done", ())),
        "proof": seen.proof,
        "left": seen.left,
        "events": [entry for entry in seen.events if entry.kind not in UNTOLD][-EVENTS_MAX:][::-1],
        "ended": house.ended.get(run.id, ""),
        "drives": house.drives(run.id),
        "resumable": seen.run.state in OPEN and not house.drives(run.id) and house.desk_of(run.pool) is not None,
        "undoable": seen.run.state != "running" and bool(by_state.get("done")) and house.desk_of(run.pool) is not None,
        "stoppable": seen.run.state == "running" and not seen.run.cancel,
        "hows": HOWS,
    }


async def live(request: Request) -> Response:
    """What changes of the run, as pieces of the page."""
    person, found = asked.person(request), asked.run(request)
    return stream_states(request, lambda seen: pieces(asked.house(request), found.id, person, seen))


async def pieces(house: House, run: str, person: Person, seen: str) -> States:
    """Each part of the page that differs from the one that the browser shows.

    The mark of an event is made of its parts' digests. A browser that comes back gives the last one: it is sent exactly
    the parts that look different by now, from whichever server, and nothing has to be kept for those who are away.
    """
    shown, loop = _digests_in(seen), asyncio.get_running_loop()
    while True:
        begun, coming = loop.time(), asyncio.create_task(house.news_of(run, BEAT_S))
        try:
            now = state(house, house.journal.run(run))
            parts = [fragment(name, oob=True, person=person, **now) for name in PARTS]
            digests = [hashlib.blake2b(part.encode(), digest_size=8).hexdigest() for part in parts]
            changed = [part for part, digest, before in zip(parts, digests, shown, strict=True) if digest != before]
            rest = max(REST_MIN_S, REST * (loop.time() - begun))
            yield (".".join(digests), "".join(changed)) if changed else None
            shown = digests
            await asyncio.sleep(rest)
            await coming
        finally:
            coming.cancel()


def _digests_in(mark: str) -> list[str]:
    """What the browser shows of each part; of a mark that is none of ours, nothing."""
    digests = mark.split(".")
    return digests if len(digests) == len(PARTS) else [""] * len(PARTS)


async def stop(request: Request) -> Response:
    """Ask the run to stop."""
    person, form = await asked.door(request).acting(request, "act")
    found, house = asked.run(request), asked.house(request)
    how: control.Stop = "tasks" if form.get("how") == ["tasks"] else "finish"
    try:
        control.cancel(house.journal, found.id, how)
    except ValueError as error:
        raise HTTPException(409, str(error)) from None
    why = "".join(form.get("why", []))[:500].strip()
    house.audit.note(
        asked.who(request, person), person.role, f"stopped ({HOWS[how]}): {found.wish}",
        pool=found.pool_name, run=found.id, why=why,
    )  # fmt: skip
    return RedirectResponse(f"/runs/{found.id}", 303)


async def resume(request: Request) -> Response:
    """Go on with the run from here."""
    person, form = await asked.door(request).acting(request, "act")
    found, house = asked.run(request), asked.house(request)
    desk = house.desk_of(found.pool)
    if desk is None:
        raise HTTPException(409, f"Pool {found.pool_name} is not among those served here, or does not answer.")
    if found.state not in OPEN:
        raise HTTPException(409, f"Run {found.id} is {found.state}; there is nothing to go on with.")
    why = "".join(form.get("why", []))[:500].strip()
    house.drive(found.id, desk)
    house.audit.note(
        asked.who(request, person), person.role, f"resumed: {found.wish}", pool=desk.name, run=found.id, why=why
    )
    return RedirectResponse(f"/runs/{found.id}", 303)


async def trail(request: Request) -> Response:
    """Who did what, when and why."""
    person = asked.person(request)
    return page(request, "trail.html", person, deeds=asked.house(request).audit.latest(LISTED_MAX))


ROUTES = [
    Route("/runs", runs),
    Route("/runs/{run}", run),
    Route("/runs/{run}/live", live),
    Route("/runs/{run}/stop", stop, methods=["POST"]),
    Route("/runs/{run}/resume", resume, methods=["POST"]),
    Route("/trail", trail),
]
