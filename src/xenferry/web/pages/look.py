"""The way to shared storage: name a share, see live what every host sees of it, cure it, add it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from xenferry.plan.add_storage import add_nfs
from xenferry.probe.share import BadShare, parse
from xenferry.web import asked
from xenferry.web.live import Stream, stream
from xenferry.web.looking import VERSIONS, Look
from xenferry.web.screens import fragment, page

BEAT_S = 15.0
NAME_MAX = 200


async def begin(request: Request) -> Response:
    """Ask every host. Nothing in the pool changes; the hosts mount the share for a moment."""
    person, form = await asked.door(request).acting(request, "plan")
    desk, _ = asked.view(request)
    if desk.connect is None:
        raise HTTPException(409, "This is a capture: it has no hosts to ask.")
    version = "".join(form.get("version", [])[:1])
    try:
        share = parse("".join(form.get("share", [])[:1]))
    except BadShare as error:
        raise HTTPException(400, f"{error}.") from None
    trying, asking = bool(form.get("try")), bool(form.get("dom0")) and desk.control is not None
    if trying and not share.path:
        raise HTTPException(400, f"To write into it, name the path, too: {share}:/PATH.")
    look = Look(desk, share, version if version in VERSIONS else "", trying=trying, asking=asking)
    house = asked.house(request)
    house.bench.begin(look)
    house.audit.note(asked.who(request, person), person.role, f"asked all hosts about {share}", pool=desk.name)
    return RedirectResponse(f"/looks/{look.id}", 303)


def _look(request: Request) -> Look:
    found = asked.house(request).bench.find(request.path_params["look"], Look)
    if found is None:
        raise HTTPException(404, "This look is no longer kept. Begin another on the pool's page about storage.")
    return found


async def show(request: Request) -> Response:
    """What was seen up to now, live."""
    person, look = asked.person(request), _look(request)
    desk = asked.house(request).desks[look.desk]
    return page(
        request, "look.html", person, here=f"/pools/{desk.name}/storage", desk=desk, look=look, versions=VERSIONS
    )


async def live(request: Request) -> Response:
    """What is seen, as it is seen."""
    person, look = asked.person(request), _look(request)

    async def pieces(seen: int) -> Stream:
        async for number in look.changes(BEAT_S):
            fresh = number != seen
            yield (number, fragment("look_live.html", oob=True, look=look, person=person)) if fresh else None
            seen = number

    return stream(request, pieces)


async def add(request: Request) -> Response:
    """Plan to make the SR, or to attach the one that lies in the share."""
    person, form = await asked.door(request).acting(request, "plan")
    look, house = _look(request), asked.house(request)
    desk = house.desks[look.desk]
    name = "".join(form.get("name", [])[:1])[:NAME_MAX].strip()
    if not name or not look.share.path:
        raise HTTPException(400, "Say what the SR shall be called, and look at a share with its path first.")
    if not look.over or look.failed or not look.asked or desk.snapshot is None:
        raise HTTPException(
            409, "Every host has to see the share first: what a host failed at stands on the look's page."
        )
    uuid, iso = "".join(form.get("attach", [])[:1]), form.get("what") == ["iso"]
    config = look.share.device_config | ({"nfsversion": look.version} if look.version else {})
    plan = add_nfs(
        desk.snapshot, config, name, make_default=bool(form.get("default")), iso=iso,
        uuid=uuid if uuid in look.strange and not iso else "",
    )  # fmt: skip
    draft = house.drafts.keep(desk.name, plan, person.name)
    house.audit.note(asked.who(request, person), person.role, f"planned: {plan.wish}", pool=desk.name)
    return RedirectResponse(f"/plans/{draft.id}", 303)


ROUTES = [
    Route("/pools/{pool}/storage/look", begin, methods=["POST"]),
    Route("/looks/{look}", show),
    Route("/looks/{look}/live", live),
    Route("/looks/{look}/add", add, methods=["POST"]),
]
