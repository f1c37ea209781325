"""Coming in with a name and a password, where there are accounts; and going out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from xenferry.web import asked
from xenferry.web.door import COOKIE, Refused, is_own, read_form
from xenferry.web.screens import page


async def ask(request: Request) -> Response:
    """The form; where nobody has an account, what to do instead."""
    if not asked.door(request).people:
        raise Refused(404, "There are no accounts here. Open the link that `xenferry serve` has printed.")
    return page(request, "login.html", None, then="/", said="")


async def login(request: Request) -> Response:
    """Let somebody in, or say no more than that the two do not go together."""
    door, audit = asked.door(request), asked.house(request).audit
    if not is_own(request, door.hosts):
        raise Refused(403, "This request comes from another site.")
    form = await read_form(request)
    name, password, then = ("".join(form.get(field, [])[:1]) for field in ("name", "password", "then"))
    there = request.client.host if request.client else ""
    try:
        cookie, role = await door.login(name, password, there)
    except Refused as refused:
        if refused.status != 401:
            raise
        return page(request, "login.html", None, 401, then=local(then), said=str(refused))
    audit.note(f"{name} from {there or 'this machine'}", role, "logged in")
    answer = RedirectResponse(local(then), 303)
    door.keep(answer, cookie)
    return answer


def local(path: str) -> str:
    """A path of ours to go on to; the first page for whatever is none."""
    fits = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if fits and not path.startswith(("/login", "/enter")) else "/"


async def leave(request: Request) -> Response:
    """Take the cookie back."""
    person, _ = await asked.door(request).acting(request, "look")
    asked.house(request).audit.note(asked.who(request, person), person.role, "logged out")
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/", secure=asked.door(request).secure, httponly=True, samesite="strict")
    return answer


ROUTES = [
    Route("/login", ask),
    Route("/login", login, methods=["POST"]),
    Route("/logout", leave, methods=["POST"]),
]
