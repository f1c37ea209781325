"""All runs, the newest first."""

from __future__ import annotations

import datetime

import click

from xenferry.cli.frame.paper import say, say_json, say_table
from xenferry.cli.frame.rundown import standing
from xenferry.cli.frame.source import Source


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> int:
    """List all runs in the journal, the newest first."""
    from xenferry.cli.frame.driving import known_runs, open_journal

    journal = open_journal(Source())
    try:
        runs = known_runs(journal)
    finally:
        journal.close()
    if as_json:
        say_json(runs)
    elif runs:
        header = ("run", "state", "when", "pool", "what")
        say_table(header, [(run.id, run.state, moment(run.created), run.pool_name, run.wish) for run in runs])
        for run in runs:
            if run.state == "abandoned":
                say(f"Run {run.id}: {standing(run)}", style="yellow", hang=2)
    else:
        say("There has been no run yet.")
    return 0


def moment(seconds: float) -> str:
    """Seconds since the epoch in local time, to the minute."""
    return datetime.datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")
