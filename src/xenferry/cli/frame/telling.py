"""Whom the configuration wants told of runs (`[[webhooks]]`), and what is said here when they cannot be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xenferry import config
from xenferry.cli.frame.paper import warn
from xenferry.runs.bell import Addressee, addressees

if TYPE_CHECKING:
    from xenferry.runs.journal import Entry


def told() -> tuple[Addressee, ...]:
    """The configured webhooks; with a wrong setting nobody is told, which is said and stops no run."""
    try:
        return addressees(config.load().webhooks)
    except config.ConfigError as error:
        complain(f"{error}; no webhook is told of this run.")
        return ()


def complain(text: str) -> None:
    """Say that somebody was not told."""
    warn(f"xenferry: {text}", style="yellow")


def both(first: Callable[[Entry], None], second: Callable[[Entry], None]) -> Callable[[Entry], None]:
    """A listener that passes every event on to two."""

    def listen(entry: Entry) -> None:
        first(entry)
        second(entry)

    return listen
