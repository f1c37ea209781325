"""Take back what a run did, as far as there is a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, ask_and_drive, show
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.rundown import own_pool
from xenferry.cli.frame.source import Source, act

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot
    from xenferry.xapi import Connection


@click.command()
@click.argument("run", metavar="ID")
@click.option("-p", "--pool", default="", metavar="NAME", help="The pool, if not configured under its own name.")
@click.option("-y", "--yes", is_flag=True, help="Carry the plan out without asking.")
@click.option("--plan-only", is_flag=True, help="Show the plan and stop.")
def command(run: str, pool: str, yes: bool, plan_only: bool) -> int:
    """Take back what a run did: a plan of its steps' opposites, the last first, carried out as a run of its own.

    Steps that nothing takes back (an ejected CD, a reboot, a new SR) are named and stay.
    """
    source, how = own_pool(run, pool), How(yes=yes, plan_only=plan_only)

    async def work(connection: Connection) -> int:
        from xenferry.pool.capture import read_pool

        plan = _back(source, run, await read_pool(connection))
        return show(plan, how) if plan_only else await ask_and_drive(connection, source, how, plan)

    return act(source, work)


def _back(source: Source, run: str, snapshot: Snapshot) -> Plan:
    from xenferry.cli.frame.driving import open_journal
    from xenferry.plan.back import back

    journal = open_journal(source)
    try:
        found = journal.run(run)
        if found.pool != snapshot.pool.uuid:
            here = snapshot.pool.name_label
            raise Wrong(f"Run {found.id} belongs to pool {found.pool_name}, not to {here}: give -p NAME.")
        states = journal.steps(found.id)
        did = {key for key, state in states.items() if state.state == "done" and state.started is not None}
        return back(journal.plan(found.id), did, snapshot)
    finally:
        journal.close()
