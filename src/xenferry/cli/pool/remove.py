"""Forget a pool; the pool itself is not touched."""

from __future__ import annotations

import click

from xenferry import config
from xenferry.cli.frame.paper import say


@click.command()
@click.argument("name")
def command(name: str) -> int:
    """Forget a configured pool. The pool itself is not touched."""
    path = config.remove_pool(name)
    say(f"Pool {name} is forgotten ({path}).")
    return 0
