"""Whether the hosts' control domains let us in, and whose keys they show: to rename NICs, to look closer at NFS."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from xenferry.web import asked
from xenferry.web.control import ControlDomains
from xenferry.web.desk import Desk
from xenferry.web.screens import page


async def show(request: Request) -> Response:
    """What is known of each."""
    person, (desk, _, s) = asked.person(request), asked.judged(request)
    seen = desk.control.seen(s) if desk.control else []
    return page(request, "dom0.html", person, here=f"/pools/{desk.name}/nics", desk=desk, seen=seen)


def control_of(desk: Desk) -> ControlDomains:
    """The pool's control domains. Raises HTTPException 409 where ssh cannot reach them."""
    if desk.control is None:
        raise HTTPException(
            409, "This pool's control domains cannot be reached from here: it is embedded, or a capture."
        )
    return desk.control


async def knock(request: Request) -> Response:
    """Log in to all of them, once."""
    person, _ = await asked.door(request).acting(request, "act")
    desk, _, s = asked.judged(request)
    await control_of(desk).knock(s, [host.ref for host in s.hosts])
    asked.house(request).audit.note(
        asked.who(request, person),
        person.role,
        "logged in to all control domains, to see whether it works",
        pool=desk.name,
    )
    return RedirectResponse(request.url.path, 303)


async def trust(request: Request) -> Response:
    """Somebody has compared a key."""
    person, form = await asked.door(request).acting(request, "act")
    desk, _, s = asked.judged(request)
    address, key = ("".join(form.get(field, [])[:1]) for field in ("address", "key"))
    control = control_of(desk)
    if not control.trust(address, key):
        raise HTTPException(409, "That host shows no such key any more. Look again.")
    names = ", ".join(host.name_label for host in s.hosts if host.address == address)
    asked.house(request).audit.note(
        asked.who(request, person), person.role, f"trusts the ssh key {key} of dom0 of {names}", pool=desk.name
    )
    await control.knock(s, [host.ref for host in s.hosts if host.address == address])
    return RedirectResponse(request.url.path.removesuffix("/trust"), 303)


ROUTES = [
    Route("/pools/{pool}/dom0", show),
    Route("/pools/{pool}/dom0", knock, methods=["POST"]),
    Route("/pools/{pool}/dom0/trust", trust, methods=["POST"]),
]
