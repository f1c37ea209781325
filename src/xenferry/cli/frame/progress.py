"""A run while it runs: on a terminal one bar for each step that moves, elsewhere one line for each event."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xenferry.cli.frame.paper import coloured, say
from xenferry.plan.words import size, span
from xenferry.runs.progress import Whole
from xenferry.text import escape

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.runs.journal import Entry

Listen = Callable[["Entry"], None]

_MARKS = {
    "step-started": ("begin", ""),
    "step-done": ("done", "green"),
    "step-failed": ("FAILED", "bold red"),
    "step-person": ("WAITS FOR YOU", "bold yellow"),
    "step-waiting": ("waits", "yellow"),
    "stopping": ("stopping", "yellow"),
    "unreachable": ("no answer", "bold yellow"),
}


@contextmanager
def watcher(plan: Plan, done: Collection[str] = ()) -> Iterator[Listen]:
    """Something that shows every event of a run, in the manner that fits where the output goes.

    `done`: the keys of the steps that are done already.
    """
    if coloured(sys.stdout):
        with _bars(plan, done) as listen:
            yield listen
    else:
        yield _Lines().tell


class _Lines:
    """One line for each event; of progress only what the journal keeps, too: once in ten seconds a step."""

    def __init__(self) -> None:
        self._first: float | None = None

    def tell(self, entry: Entry) -> None:
        self._first = entry.time if self._first is None else self._first
        passed = f"{entry.time - self._first:6.0f} s"
        if entry.kind == "progress":
            if entry.seq:
                say(f"{passed}  {_progress(entry.text)}", hang=10)
        elif entry.kind in _MARKS:
            mark, style = _MARKS[entry.kind]
            say(f"{passed}  {_marked(mark, entry.text)}", style=style, hang=10)


def _marked(mark: str, text: dict[str, Any]) -> str:
    return f"{mark}: {words}" if (words := said(text)) else mark


def said(text: dict[str, Any]) -> str:
    """What an event is about and, where it is bad news, why."""
    parts = [text.get("text", ""), text.get("reason", "")]
    return ": ".join(str(part) for part in parts if part)


def _progress(text: dict[str, Any]) -> str:
    moved = f", {size(text['bytes_done'])} of {size(text['bytes_total'])}" if text["bytes_total"] else ""
    left = f", {span(text['seconds_left'])} left" if text["seconds_left"] is not None else ""
    return f"{text['name']}: {text['percent']} %{moved}{left}"


@contextmanager
def _bars(plan: Plan, done: Collection[str]) -> Iterator[Listen]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.text import Text

    console = Console()
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[more]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        whole, shown = Whole(plan, done), dict[str, Any]()
        total = progress.add_task("steps", total=len(plan.steps), completed=whole.done, more="")

        def listen(entry: Entry) -> None:
            key = entry.text.get("step", "")
            whole.hear(entry)
            progress.update(total, completed=whole.done, more=_whole(whole, len(plan.steps), entry.time))
            if entry.kind == "progress":
                _advance(progress, shown, key, entry.text)
                return
            if entry.kind in ("step-done", "step-failed", "step-person", "step-waiting") and key in shown:
                progress.remove_task(shown.pop(key))
            if entry.kind in _MARKS and entry.kind != "step-started":
                mark, style = _MARKS[entry.kind]
                console.print(Text(escape(_marked(mark, entry.text)), style=style))

        yield listen


def _whole(whole: Whole, steps: int, now: float) -> str:
    left = whole.left(now)
    return f"{whole.done} of {steps}" + (f", about {span(left)} left" if left else "")


def _advance(progress: Any, shown: dict[str, Any], key: str, text: dict[str, Any]) -> None:
    if key not in shown:
        shown[key] = progress.add_task(escape(text["name"]), total=100, more="")
    more = escape(_progress(text).partition(": ")[2])
    progress.update(shown[key], completed=text["percent"], more=more)
