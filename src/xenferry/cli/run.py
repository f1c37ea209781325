"""Carry out a plan that was kept in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, ask_and_drive
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.source import Source, act, changes

if TYPE_CHECKING:
    from xenferry.xapi import Connection


@click.command()
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@click.option("-y", "--yes", is_flag=True, help="Carry it out without asking.")
@changes
def command(source: Source, plan: Path, yes: bool) -> int:
    """Carry out PLAN, a file written with --save, exactly as it was approved."""
    from xenferry.plan import file

    approved = file.load(plan)

    async def work(connection: Connection) -> int:
        from xenferry.pool.capture import read_pool

        found = (await read_pool(connection)).pool
        if found.uuid != approved.pool.uuid:
            raise Wrong(f"{plan} is for pool {approved.pool.name} ({approved.pool.uuid}), not for {found.name_label}.")
        return await ask_and_drive(connection, source, How(yes=yes), approved)

    return act(source, work)
