"""The rules and the errors that xenferry knows."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.errors import explain, shelf
from xenferry.rules import article, library
from xenferry.web import asked
from xenferry.web.screens import page


async def manual(request: Request) -> Response:
    """All of them, by name."""
    person = asked.person(request)
    rules = [(code, article(code).title) for code in sorted(library())]
    return page(request, "manual.html", person, rules=rules, errors=sorted(shelf.codes()))


async def one(request: Request) -> Response:
    """One rule, or one error."""
    person, code = asked.person(request), request.path_params["code"]
    if code in library():
        return page(request, "manual_rule.html", person, code=code, article=article(code))
    found = explain(code) if code in shelf.codes() else ()
    if not found:
        raise HTTPException(404, f"There is no finding or error {code!r}.")
    return page(request, "manual_error.html", person, code=code, found=found[:1])


ROUTES = [Route("/manual", manual), Route("/manual/{code}", one)]
