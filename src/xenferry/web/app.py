"""The application: every page of `pages`, behind the door."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from xenferry.plan.timeline.style import STYLE
from xenferry.web import pages
from xenferry.web.door import HEADERS, Door, Guard, Person, Refused
from xenferry.web.house import House
from xenferry.web.pages.login import local
from xenferry.web.screens import HERE, page


def create(house: House, door: Door) -> Starlette:
    """The application; it follows the pools while it runs."""

    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        async with house.open():
            yield

    routes: list[BaseRoute] = [
        *_routes(),
        Route("/timeline.css", _timeline),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    app = Starlette(
        routes=routes, lifespan=living, exception_handlers={Refused: refuse, HTTPException: _sorry, Exception: _broken}
    )
    app.add_middleware(Guard, hosts=door.hosts)
    app.state.house, app.state.door = house, door
    return app


async def _timeline(request: Request) -> Response:
    """The colours of plans' pictures."""
    return Response(STYLE, media_type="text/css")


def _routes() -> Iterator[Route]:
    """What the modules of `pages` offer."""
    for found in pkgutil.iter_modules(pages.__path__):
        yield from importlib.import_module(f"{pages.__name__}.{found.name}").ROUTES


async def refuse(request: Request, error: Exception) -> Response:
    """A page that says why not, to whomever."""
    assert isinstance(error, Refused)
    if error.status == 401 and request.app.state.door.people and request.method == "GET":
        then = f"{request.url.path}{'?' if request.url.query else ''}{request.url.query}"
        return page(request, "login.html", None, 401, then=local(then), said=str(error))
    return page(request, "refused.html", _known(request), error.status, text=str(error), status_code=error.status)


async def _sorry(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    text = error.detail if error.detail != "Not Found" else "There is no such page."
    return page(request, "refused.html", _known(request), error.status_code, text=text, status_code=error.status_code)


async def _broken(request: Request, error: Exception) -> Response:
    """A mistake of ours; the traceback goes to the terminal."""
    text = (
        "xenferry made a mistake here: its terminal says which. Runs go on; `xenferry runs` on the terminal has them."
    )
    return PlainTextResponse(text, 500, headers=HEADERS)


def _known(request: Request) -> Person | None:
    try:
        person: Person = request.app.state.door.person(request)
    except Refused:
        return None
    return person
