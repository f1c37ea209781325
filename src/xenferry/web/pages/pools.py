"""All pools: how ready each is, and what keeps it from being readier."""

from __future__ import annotations

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.web import asked
from xenferry.web.screens import page


async def pools(request: Request) -> Response:
    person, house = asked.person(request), asked.house(request)
    cards = [
        {
            "name": desk.name,
            "trouble": desk.trouble,
            "picture": desk.picture,
            "still": desk.connect is None,
            "counts": Counter(key[0] for key in desk.picture.findings) if desk.picture else Counter(),
            "news": list(desk.told)[-3:][::-1],
        }
        for desk in house.desks.values()
    ]
    return page(request, "pools.html", person, cards=cards)


ROUTES = [Route("/", pools)]
