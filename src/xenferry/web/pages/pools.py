"""All pools: how ready each is, and what keeps it from being readier."""

from __future__ import annotations

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.web import asked, board
from xenferry.web.screens import page

PASSING = ("task", "memory")
"""News that the next ones make old at once; the pool's own page has them."""
NEWS_SHOWN = 4


async def pools(request: Request) -> Response:
    person, house = asked.person(request), asked.house(request)
    cards = [
        {
            "name": desk.name,
            "trouble": desk.trouble,
            "picture": desk.picture,
            "still": desk.connect is None,
            "counts": Counter(key[0] for key in desk.picture.findings) if desk.picture else Counter(),
            "words": board.verdict(desk.picture) if desk.picture else "",
            "hosts": board.small(desk.picture) if desk.picture else [],
            "begun": desk.begun,
            "news": [told for told in desk.told if told.news.kind not in PASSING][-NEWS_SHOWN:][::-1],
        }
        for desk in house.desks.values()
    ]
    return page(request, "pools.html", person, cards=cards)


ROUTES = [Route("/", pools)]
