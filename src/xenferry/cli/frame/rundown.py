"""How a run stands and what a person can do about it: for the list, for one run, and before something else is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xenferry import config
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import warn
from xenferry.cli.frame.source import Source

if TYPE_CHECKING:
    from xenferry.runs.journal import Journal, Run

_WAYS = "`xenferry runs resume {id}` goes on, `xenferry runs cancel {id}` lets it rest"
_STANDING = {
    "new": "It was never begun: " + _WAYS + ".",
    "running": "{owner} drives it.",
    "abandoned": "It stopped half-way: {owner} drove it and is not heard of any more. " + _WAYS + ".",
    "incomplete": "It ended before everything was done: `xenferry runs resume {id}` tries the rest again.",
    "cancelled": "It was stopped: `xenferry runs resume {id}` goes on.",
}


def standing(run: Run) -> str:
    """What to know and to do about the run; nothing for one that is done."""
    return _STANDING.get(run.state, "").format(id=run.id, owner=run.owner)


def own_pool(run: str, given: str) -> Source:
    """The pool to connect to for a run: the one named, else, of several, that which is configured under its own name.

    Raises:
        NoSuchRun: none, or several begin so.
    """
    from xenferry.cli.frame.driving import open_journal

    pools = config.load().pools
    if given or len(pools) < 2:
        return Source(pool=given)
    journal = open_journal(Source())
    try:
        name = journal.run(run).pool_name
    finally:
        journal.close()
    return Source(pool=name if name in pools else "")


def warn_of_abandoned(source: Source, pool: str) -> None:
    """Runs of this pool (its UUID) whose program died: whoever looks at the pool, or plans anew, should know them."""
    if source.lab or source.capture:
        return
    from xenferry.cli.frame.driving import known_runs, open_journal

    journal = open_journal(source)
    try:
        left = [run for run in known_runs(journal) if run.pool == pool and run.state == "abandoned"]
    finally:
        journal.close()
    for run in left:
        warn(f"Run {run.id} ({run.wish}): {standing(run)}", style="yellow", hang=2)


def newest(journal: Journal, typed: str) -> Run:
    """The run whose id begins so; without one the newest.

    Raises:
        NoSuchRun: none, or several.
        Wrong: there has been no run.
    """
    from xenferry.cli.frame.driving import known_runs

    runs = known_runs(journal)
    if typed:
        return journal.run(typed)
    if not runs:
        raise Wrong("There has been no run yet.")
    return runs[0]
