"""The pool on a terminal, redrawn when it changes: hosts with their guests, tasks, findings, what happened last."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from xenferry.rules.words import gib
from xenferry.text import escape, width

if TYPE_CHECKING:
    from xenferry.plan.picture import News, Picture, Place

LAST = 8
"""So many of the latest news are shown."""
WORST = 6
"""So many findings are shown; the rest is counted."""
TASKS = 5

_ORDER = ("blocks", "unknown", "risk", "note")
_STYLE = {"blocks": "bold red", "unknown": "cyan", "risk": "yellow", "note": ""}
_BAR = 12

Show = Callable[["Picture | None", Iterable["News"]], None]


@contextmanager
def screen() -> Iterator[Show]:
    """A function that shows a picture (None: the one before) and adds news; the screen is given back at the end."""
    from rich.console import Console, Group
    from rich.live import Live

    console = Console()
    news: deque[News] = deque(maxlen=LAST)
    shown: list[Picture] = []
    with Live(console=console, screen=True, auto_refresh=False, vertical_overflow="crop") as live:

        def show(picture: Picture | None, latest: Iterable[News]) -> None:
            news.extend(latest)
            if picture is not None:
                shown[:] = [picture]
            if shown:
                live.update(Group(*lines(shown[0], news, console.width, console.height)), refresh=True)

        yield show


def lines(picture: Picture, news: Iterable[News], columns: int, rows: int) -> list[Any]:
    """The screen as lines of rich text, none wider than the terminal; the parts that can be long give way."""
    latest = [_line(f"  {each.text}", "", columns) for each in news]
    tasks = [_line(*each, columns) for each in islice(_tasks(picture), TASKS)]
    worst = [_line(*each, columns) for each in _findings(picture)]
    head = [_line(f"Pool {picture.pool}", "bold", columns), _score(picture, columns), _line("", "", columns)]
    tail = [*_titled("Tasks", tasks, columns), *_titled("Findings", worst, columns)]
    tail += _titled("Last", latest, columns)
    room = max(3, rows - len(head) - len(tail) - 1)
    hosts = [_line(*each, columns) for each in _hosts(picture, columns)]
    if len(hosts) > room:
        hosts = [*hosts[: room - 1], _line(f"  and {len(hosts) - room + 1} more hosts", "dim", columns)]
    return [*head, *hosts, *tail][: max(1, rows - 1)]


def _titled(title: str, body: list[Any], columns: int) -> list[Any]:
    return [_line("", "", columns), _line(title, "bold", columns), *body] if body else []


def _line(text: str, style: str, columns: int) -> Any:
    from rich.text import Text

    return Text(_cut(escape(text), columns), style=style, no_wrap=True, end="\n")


def _cut(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[:-1]
    return text + ">"


def _score(picture: Picture, columns: int) -> Any:
    weak = picture.readiness.weakest is not None
    return _line(picture.readiness_words, "bold red" if weak else "bold green", columns)


def _hosts(picture: Picture, columns: int) -> Iterator[tuple[str, str]]:
    from xenferry.plan.picture import by_host

    longest = min(24, max((width(escape(place.name)) for place in picture.hosts.values()), default=0))
    for ref, place in picture.hosts.items():
        guests = list(by_host(picture, ref))
        names = ", ".join(f"{guest.name} ({guest.doing[0]})" if guest.doing else guest.name for guest in guests)
        name = _cut(escape(place.name), longest)
        style = {"enabled": "", "disabled": "yellow"}.get(place.state, "bold red")
        yield f"{name}{' ' * (longest - width(name))} {_memory(place)} {len(guests):>4}  {_state(place)}{names}", style


def _state(place: Place) -> str:
    return "" if place.state == "enabled" else f"[{place.state}] "


def _memory(place: Place) -> str:
    used = place.total_bytes - place.free_bytes
    full = round(_BAR * used / place.total_bytes) if place.total_bytes else 0
    return f"|{'#' * full}{'.' * (_BAR - full)}| {gib(place.free_bytes):>9} free"


def _tasks(picture: Picture) -> Iterator[tuple[str, str]]:
    for work in picture.tasks.values():
        if work.status == "pending":
            full = _BAR * work.percent // 100
            of = f" of {', '.join(work.guests)}" if work.guests else ""
            run = f" (run {work.run})" if work.run else ""
            yield f"  |{'#' * full}{'.' * (_BAR - full)}| {work.percent:>3} %  {work.name}{of}{run}", ""


def _findings(picture: Picture) -> Iterator[tuple[str, str]]:
    ranked = sorted(picture.findings.values(), key=lambda each: _ORDER.index(each.severity.value))
    for each in ranked[:WORST]:
        yield f"  {each.code}: {each.seen}", _STYLE[each.severity.value]
    if len(ranked) > WORST:
        yield f"  and {len(ranked) - WORST} more; `xenferry check` has them all", "dim"
