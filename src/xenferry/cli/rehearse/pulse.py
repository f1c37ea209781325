"""A sign of life while a long rehearsal runs: the twin's clock and the steps that are done, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from xenferry.cli.frame.progress import Listen
from xenferry.plan.timeline.rows import clock
from xenferry.runs.journal import Entry

WIDTH = 60


@contextmanager
def pulse(*, quiet: bool) -> Iterator[Listen | None]:
    """Something that hears the events of a run and shows how far it is; its line is gone at the end of the block."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    line = _Line()
    try:
        yield line.hear
    finally:
        line.show("")


class _Line:
    def __init__(self) -> None:
        self._first: float | None = None
        self._done = 0
        self._shown = ""

    def hear(self, entry: Entry) -> None:
        self._first = entry.time if self._first is None else self._first
        self._done += entry.kind == "step-done"
        steps = "1 step" if self._done == 1 else f"{self._done} steps"
        self.show(f"{clock(entry.time - self._first)} on the twin's clock, {steps} done")

    def show(self, text: str) -> None:
        if text == self._shown:
            return
        self._shown = text
        click.echo(f"\r{text:<{WIDTH}}" + ("" if text else "\r"), nl=False, err=True)
