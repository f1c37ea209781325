"""Stop a run: no new steps; with --now also the running ones."""

from __future__ import annotations

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say
from xenferry.cli.frame.source import Source


@click.command()
@click.argument("run", metavar="ID")
@click.option("--now", is_flag=True, help="Cancel the running steps too, as far as XAPI still can.")
def command(run: str, now: bool) -> int:
    """Leave word for whoever drives the run to stop. Running steps end first, unless --now."""
    from xenferry.cli.frame.driving import open_journal

    journal = open_journal(Source())
    try:
        found = journal.run(run)
        if found.state in ("done", "cancelled"):
            raise Wrong(f"Run {found.id} is {found.state} already: {found.wish}.")
        journal.ask_to_stop(found.id, "tasks" if now else "finish")
        driven = journal.run(found.id).state == "running"
    finally:
        journal.close()
    asked = "was asked to stop" if driven else "is not driven by anybody, and is marked as cancelled"
    say(f"Run {found.id} {asked}. `xenferry runs show {found.id}` tells how far it came.", hang=2)
    return 0
