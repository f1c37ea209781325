"""Go on with a run that stopped before its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.rundown import own_pool
from xenferry.cli.frame.source import act

if TYPE_CHECKING:
    from xenferry.xapi import Connection


@click.command()
@click.argument("run", metavar="ID")
@click.option("-p", "--pool", default="", metavar="NAME", help="The pool, if not configured under its own name.")
@click.option("--to-pool", default="", metavar="NAME", help="The pool guests go to, if not called as in the plan.")
def command(run: str, pool: str, to_pool: str) -> int:
    """Go on with a run: what is done stays done, what was under way is found again in the pool."""
    source = own_pool(run, pool)

    async def work(connection: Connection) -> int:
        from xenferry.cli.frame.beyond import opened
        from xenferry.cli.frame.dom0 import of_pool
        from xenferry.cli.frame.driving import open_journal, resume
        from xenferry.pool.capture import read_pool

        journal = open_journal(source)
        try:
            found = journal.run(run)
            here = (await read_pool(connection)).pool
            if here.uuid != found.pool:
                raise Wrong(
                    f"Run {found.id} belongs to pool {found.pool_name}, not to {here.name_label}: give -p NAME."
                )
            async with opened(journal.plan(found.id), to_pool) as beyond:
                return await resume(connection, journal, found.id, of_pool(source), beyond=beyond)
        finally:
            journal.close()

    return act(source, work)
