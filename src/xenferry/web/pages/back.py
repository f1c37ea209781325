"""The way back: a plan that takes back what a run did, as far as there is one."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from xenferry.plan.back import back
from xenferry.web import asked


async def undo(request: Request) -> Response:
    """Make the plan and show it."""
    person, _ = await asked.door(request).acting(request, "plan")
    found, house = asked.run(request), asked.house(request)
    desk = house.desk_of(found.pool)
    if desk is None or desk.snapshot is None:
        raise HTTPException(409, f"Pool {found.pool_name} is not among those served here, or does not answer.")
    states = house.journal.steps(found.id)
    did = {key for key, state in states.items() if state.state == "done" and state.started is not None}
    plan = back(house.journal.plan(found.id), did, desk.snapshot)
    draft = house.drafts.keep(desk.name, plan, person.name)
    deed = f"planned the way back: {found.wish}"
    house.audit.note(asked.who(request, person), person.role, deed, pool=desk.name, run=found.id)
    return RedirectResponse(f"/plans/{draft.id}", 303)


ROUTES = [Route("/runs/{run}/undo", undo, methods=["POST"])]
