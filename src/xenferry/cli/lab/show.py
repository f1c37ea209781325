"""A scenario's text: what is in the pool, and how one is written."""

from __future__ import annotations

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say_raw


@click.command()
@click.argument("scenario")
def command(scenario: str) -> int:
    """Show a shipped SCENARIO as it is written (docs/scenarios.md explains the language)."""
    from xenferry.lab.scenario import ScenarioError, text_of

    try:
        say_raw(text_of(scenario))
    except ScenarioError as error:
        raise Wrong(str(error)) from None
    return 0
