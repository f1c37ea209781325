"""Carry out a plan that was kept in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, ask_and_drive
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say
from xenferry.cli.frame.source import Source, act, changes

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot
    from xenferry.xapi import Connection


@click.command()
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@click.option("-y", "--yes", is_flag=True, help="Carry it out without asking.")
@click.option("--to-pool", default="", metavar="NAME", help="The pool guests go to, if not called as in the plan.")
@changes
def command(source: Source, plan: Path, yes: bool, to_pool: str) -> int:
    """Carry out PLAN, a file written with --save, exactly as it was approved."""
    from xenferry.plan import file

    approved = file.load(plan)

    async def work(connection: Connection) -> int:
        from xenferry.cli.frame.beyond import opened
        from xenferry.pool.capture import read_pool
        from xenferry.runs.crossing.look import see

        async with opened(approved, to_pool) as beyond:
            compare(approved, await see(lambda: read_pool(connection), approved, beyond))
        return await ask_and_drive(connection, source, How(yes=yes, to_pool=to_pool), approved)

    return act(source, work)


def compare(plan: Plan, snapshot: Snapshot) -> None:
    """Say what has changed since the plan was made.

    Raises:
        Wrong: it cannot be carried out any more.
    """
    from xenferry.plan.recheck import recheck
    from xenferry.plan.words import summary

    steps = {step.key: summary(step) for step in plan.steps}
    differences = recheck(plan, snapshot)
    for found in differences:
        step = f"{steps[found.key]}: " if found.key else ""
        say(f"Since the plan was made: {step}{found.text}", style="bold red" if found.fatal else "yellow", hang=2)
    if any(found.fatal for found in differences):
        raise Wrong("The plan cannot be carried out any more: make it anew.")
