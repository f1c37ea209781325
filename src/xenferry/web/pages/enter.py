"""Coming in by the link that the terminal shows."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from xenferry.web import asked


async def enter(request: Request) -> Response:
    """Take the link, give the cookie."""
    door = asked.door(request)
    cookie = door.enter(request.query_params.get("link", ""))
    asked.house(request).audit.note(door.name, door.role, "came in by the link")
    answer = RedirectResponse("/", 303)
    door.keep(answer, cookie)
    return answer


ROUTES = [Route("/enter", enter)]
