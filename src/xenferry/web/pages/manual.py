"""The rules and the errors that xenferry knows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from xenferry.errors import explain, shelf
from xenferry.rules import article, library
from xenferry.web import asked
from xenferry.web.screens import page

WANTED_MAX = 200


async def manual(request: Request) -> Response:
    """All of them by name, or those in which all the words that are asked for occur."""
    person, wanted = asked.person(request), request.query_params.get("q", "").strip()[:WANTED_MAX]
    words = wanted.casefold().split()
    rules = [(code, article(code).title) for code in sorted(library()) if _fits(words, code, _text(code))]
    known = await asyncio.to_thread(_errors)  # reading all of them for the first time takes a second or two
    errors = [(code, title) for code, title, text in known if _fits(words, code, text)]
    return page(request, "manual.html", person, wanted=wanted, rules=rules, errors=errors)


def _fits(words: Sequence[str], *texts: str) -> bool:
    """Whether every word stands somewhere in the texts; blanks and underscores are the same."""
    text = " ".join(texts).casefold()
    return all(word in text or word in text.replace("_", " ") for word in words)


def _text(code: str) -> str:
    """What an article says, to be searched."""
    known = article(code)
    return " ".join([known.title, known.what, *(cause.text for cause in known.causes)])


@cache
def _errors() -> list[tuple[str, str, str]]:
    """Every error with what it means in a few words, and all of it, to be searched."""
    found = ((code, explain(code)[:1]) for code in sorted(shelf.codes()))
    return [
        (code, one.title, " ".join([one.title, one.what, *(cause.text for cause in one.causes)]))
        for code, several in found
        for one in several
    ]


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
