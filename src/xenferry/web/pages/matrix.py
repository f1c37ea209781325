"""The mobility matrix: who may go where, and on each refusal the reason and the cure."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from xenferry.rules.catalogue import article
from xenferry.rules.matrix import Matrix
from xenferry.web import asked, grid, order
from xenferry.web.grid import AT_ONCE, Wish
from xenferry.web.screens import fragment, page
from xenferry.web.ways import ways


async def matrix(request: Request) -> Response:
    """The page, or only its rows when they are asked for by a script."""
    person, (desk, judged, s) = asked.person(request), asked.judged(request)
    given = request.query_params
    sort = given.get("sort", "name")
    wish = Wish(given.get("q", "").strip(), given.get("only", ""), sort if sort in grid.SORTS else "name")
    first = asked.number(given.get("from", ""))
    shown = _rows(judged, wish, first) | {"desk": desk, "hosts": order.hosts(s)}
    if "hx-request" in request.headers:
        return HTMLResponse(fragment("matrix_rows.html", **shown))
    legend, sums = grid.legend(shown["known"]), _sums(judged)
    return page(request, "matrix.html", person, **shown, legend=legend, sums=sums, sorts=grid.SORTS)


def _rows(judged: Matrix, wish: Wish, first: int) -> dict[str, Any]:
    known, guests = grid.numbers(judged), grid.select(judged, wish)
    lines = [grid.line(judged, vm, known) for vm in guests[first : first + AT_ONCE]]
    following = first + AT_ONCE if first + AT_ONCE < len(guests) else None
    return {"known": known, "lines": lines, "found": len(guests), "wish": wish, "first": first, "following": following}


def _sums(judged: Matrix) -> dict[str, int]:
    running = [vm for vm in judged.guests if vm.power_state == "Running"]
    stuck = sum(not judged.allowed(vm) for vm in running)
    return {"guests": len(judged.guests), "running": len(running), "stuck": stuck}


async def why(request: Request) -> Response:
    """All reasons against one pair, with their cures; a piece of the page, or a page of its own."""
    person, (desk, judged, s) = asked.person(request), asked.judged(request)
    vm = s.VM[asked.ref_of(dict(s.VM), request.query_params.get("guest", ""))]
    host = s.host[asked.ref_of(dict(s.host), request.query_params.get("host", ""))]
    reasons = [
        {
            "code": each.code,
            "error": each.error,
            "words": each.words,
            "unknown": each.unknown,
            "about": article(each.code),
            "ways": ways(each.words.cures),
        }
        for each in judged.why(vm, host)
    ]
    shown: dict[str, Any] = {"desk": desk, "vm": vm, "host": host, "reasons": reasons}
    if "hx-request" in request.headers:
        return HTMLResponse(fragment("matrix_why.html", **shown))
    return page(request, "why.html", person, **shown)


ROUTES = [Route("/pools/{pool}/matrix", matrix), Route("/pools/{pool}/matrix/why", why)]
