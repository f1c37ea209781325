"""Pages from templates. All that is shown is made harmless twice: odd characters written out, HTML escaped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from xenferry import __version__
from xenferry.plan.words import cost, size, span, summary, together
from xenferry.text import escape
from xenferry.web.door import Person

HERE = Path(__file__).parent


@cache
def templates() -> jinja2.Environment:
    """The templates, with the words that plans and reports use."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"size": size, "span": span, "summary": summary, "cost": cost, "together": together}
    made.filters |= {"code": code, "clock": clock, "date": date, "tone": tone, "state": state, "event": event}
    made.filters |= {"lines": lines, "count": count}
    made.globals["version"] = __version__
    return made


def _harmless(value: Any) -> Any:
    """Text of ours that is markup stays; all other text comes from a pool, or might."""
    return escape(value) if type(value) is str else value


def clock(seconds: float) -> str:
    """A moment of today, where this program runs."""
    return f"{datetime.fromtimestamp(seconds):%H:%M:%S}"


def date(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"


TONES = {
    "done": "fine",
    "incomplete": "warn",
    "abandoned": "warn",
    "person": "warn",
    "waiting": "warn",
    "cancelled": "warn",
    "failed": "failed",
}


WORDS = {"cancelled": "stopped"}


def state(name: str) -> str:
    """A run's state as people would say it: one that was cancelled can go on."""
    return WORDS.get(name, name)


def tone(state: str) -> str:
    """How a state is coloured; the state itself stands there as a word."""
    return TONES.get(state, "")


EVENTS = {
    "created": "Approved", "claimed": "Driven by", "state": "State", "step-started": "Begun", "step-task": "Task",
    "step-done": "Done", "step-failed": "Failed", "step-person": "Waits for you", "step-waiting": "Waits",
    "stopping": "Stopping",
    "fault": "Goes wrong", "ended": "Ended", "resumed": "Gone on with", "unreachable": "The pool does not answer",
}  # fmt: skip


def event(kind: str) -> str:
    """What kind of event it is, in a word; the journal's own where there is none."""
    return EVENTS.get(kind, kind)


def code(text: str) -> Markup:
    """A sentence with `commands` in backquotes, as HTML."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:  # an odd one out: leave the text as it is
        return Markup.escape(escape(text))
    shown = (Markup("<code>{}</code>").format(part) if at % 2 else Markup.escape(part) for at, part in enumerate(parts))
    return Markup("").join(shown)


def lines(text: str) -> Markup:
    """A text of several lines, for a field that has several."""
    return Markup("\n").join(Markup.escape(escape(line)) for line in text.splitlines())


def count(number: int, one: str, several: str = "") -> str:
    """`1 step`, `2 steps`."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def fragment(name: str, **values: Any) -> str:
    """A piece of a page."""
    return templates().get_template(name).render(values)


def page(request: Request, name: str, person: Person | None, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page; `here` is its path, for the mark in the menu."""
    known: Mapping[str, Any] = {"here": request.url.path, "person": person, **values}
    return HTMLResponse(fragment(name, **known), status)
