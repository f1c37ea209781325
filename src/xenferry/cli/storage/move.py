"""Bring the disks of guests to another SR while they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Source

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("guests", nargs=-1, metavar="[GUEST]...")
@click.option("--to", "target", required=True, metavar="SR", help="Where all their disks shall be.")
@click.option("--from", "origin", default="", metavar="SR", help="Instead of naming guests: all with a disk there.")
@plans
def command(source: Source, how: How, guests: tuple[str, ...], target: str, origin: str) -> int:
    """Bring guests' disks to another SR, hot: the guests stay on their hosts and go on running.

    The plan says how many bytes move and how long it takes; at most three moves run on one host at a time. The disks
    at the target are verified before the run is called done.
    """
    if bool(guests) == bool(origin):
        raise Wrong("Name guests, or give --from SR for all that have a disk there; not both.")

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.move_storage import move_storage, of_sr

        named = [find(snapshot, typed, ["VM"])[1] for typed in guests]
        wanted = named or of_sr(snapshot, find(snapshot, origin, ["SR"])[1])
        if not wanted:
            raise Wrong(f"No guest has a disk on SR {origin}.")
        return move_storage(snapshot, wanted, find(snapshot, target, ["SR"])[1])

    return fulfil(source, how, make)
