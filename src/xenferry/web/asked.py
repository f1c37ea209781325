"""What a request asks for: by whom, of which pool, of which run."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request

from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.matrix import Matrix
from xenferry.runs.follow import View
from xenferry.runs.journal import NoSuchRun, Run
from xenferry.web.desk import Desk
from xenferry.web.door import Door, Person
from xenferry.web.house import House

NUMBER_MAX = 15
"""Digits; what is longer counts nothing here."""


def house(request: Request) -> House:
    found: House = request.app.state.house
    return found


def door(request: Request) -> Door:
    found: Door = request.app.state.door
    return found


def person(request: Request) -> Person:
    """Who asks. Raises Refused."""
    return door(request).person(request)


def who(request: Request, asking: Person) -> str:
    """The person and where they came from, for the trail."""
    return f"{asking.name} from {request.client.host if request.client else 'this machine'}"


def desk(request: Request) -> Desk:
    """The pool in the path. Raises HTTPException 404."""
    name = request.path_params["pool"]
    found = house(request).desks.get(name)
    if found is None:
        raise HTTPException(404, f"There is no pool {name!r} here.")
    return found


def view(request: Request) -> tuple[Desk, View]:
    """The pool in the path, which must have been seen. Raises HTTPException 404, 503."""
    at = desk(request)
    if at.view is None:
        raise HTTPException(503, at.trouble or f"Pool {at.name} has not answered yet. Try again in a moment.")
    return at, at.view


def other(request: Request, name: str) -> Desk:
    """Another pool, of this name, which must have been seen. Raises HTTPException 404, 503."""
    found = house(request).desks.get(name)
    if found is None:
        raise HTTPException(404, f"There is no pool {name!r} here.")
    if found.view is None:
        raise HTTPException(503, found.trouble or f"Pool {name} has not answered yet. Try again in a moment.")
    return found


def judged(request: Request) -> tuple[Desk, Matrix, Snapshot]:
    """The pool in the path, its matrix and its snapshot. Raises HTTPException."""
    at, seen = view(request)
    return at, seen.matrix, seen.matrix.snapshot


def run(request: Request) -> Run:
    """The run in the path. Raises HTTPException 404."""
    try:
        return house(request).journal.run(request.path_params["run"])
    except NoSuchRun as error:
        raise HTTPException(404, str(error)) from None


def number(text: str) -> int:
    """A count from an address line; 0 for whatever is none."""
    return int(text[:NUMBER_MAX]) if text.isdecimal() else 0


def ref_of(table: dict[Ref, object], uuid: str) -> Ref:
    """The object with this UUID. Raises HTTPException 404."""
    for ref, record in table.items():
        if getattr(record, "uuid", "") == uuid:
            return ref
    raise HTTPException(404, f"There is no object {uuid!r} in this pool any more.")
