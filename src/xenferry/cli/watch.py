"""The pool live in the terminal: hosts, guests, tasks, findings and readiness, as they change."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.paper import coloured, say, say_json_line
from xenferry.cli.frame.source import Source, act

if TYPE_CHECKING:
    from xenferry.plan.picture import News, Picture
    from xenferry.xapi import Connection

    Show = Callable[[Picture | None, Iterable[News]], None]

_STYLE = {"blocks": "red", "risk": "yellow", "unknown": "cyan"}


@click.command()
@click.option("-p", "--pool", default="", metavar="NAME", help="A pool of the configuration (`xenferry pool`).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each change (docs/json.md).")
def command(pool: str, as_json: bool) -> int:
    """Show the pool and what changes in it, until Ctrl-C.

    Hosts with their guests and free memory, running tasks, findings that appear and vanish, and whether every host
    could be emptied. Without a terminal there is one line for each change. When the connection breaks, what happened
    meanwhile is shown as soon as it is back.
    """
    with _output(as_json) as show:
        try:
            act(Source(pool=pool), lambda connection: follow(connection, show))
        except KeyboardInterrupt:
            return 0
    return 0


@contextmanager
def _output(as_json: bool) -> Iterator[Show]:
    if not as_json and coloured(sys.stdout):
        from xenferry.cli.frame.screen import screen

        with screen() as show:
            yield show
        return
    begun: list[float] = []

    def tell(picture: Picture | None, news: Iterable[News]) -> None:
        now = asyncio.get_running_loop().time()
        begun[:] = begun or [now]
        for each in news:
            (_say_json if as_json else _say_line)(now - begun[0], each)
        sys.stdout.flush()

    yield tell


def _say_line(seconds: float, each: News) -> None:
    mark = f"{each.severity} {each.code}: " if each.kind == "finding" else ""
    style = _STYLE.get(each.severity, "") if each.kind == "finding" else ""
    say(f"{seconds:7.1f} s  {mark}{each.text}", style=style, wrap=False)


def _say_json(seconds: float, each: News) -> None:
    import msgspec

    say_json_line({"seconds": round(seconds, 3), **msgspec.to_builtins(each)})


async def follow(connection: Connection, show: Show) -> None:
    """Show the pool and every change, for ever."""
    from xenferry.runs.follow import follow as follow_pool

    await follow_pool(connection, lambda view, news: show(view.picture if view else None, news))
