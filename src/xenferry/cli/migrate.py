"""Move guests: live where the pool allows it, with their disks where they must, cold if asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Source

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("guests", nargs=-1, required=True, metavar="GUEST...")
@click.option("--to", "target", default="", metavar="HOST", help="Where to; without it the best host for each guest.")
@click.option("--sr", default="", metavar="SR", help="Where all their disks shall be afterwards.")
@click.option("--network", default="", metavar="NET", help="The network that the migrations use.")
@click.option("--cold", is_flag=True, help="Shut running guests down, move them, start them there.")
@plans
def command(source: Source, how: How, guests: tuple[str, ...], target: str, sr: str, network: str, cold: bool) -> int:
    """Move guests to another host, their disks to another SR, or both.

    Disks stay where they are unless the target cannot see them or --sr is given; the plan says how many bytes move.
    """

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.migrate import migrate

        return migrate(
            snapshot,
            [find(snapshot, typed, ["VM"])[1] for typed in guests],
            target=seek(snapshot, target, "host"),
            sr=seek(snapshot, sr, "SR"),
            network=seek(snapshot, network, "network"),
            cold=cold,
        )

    return fulfil(source, how, make)


def seek(snapshot: Snapshot, typed: str, kind: str) -> Ref | None:
    """The object of an option, None when the option was not given."""
    return find(snapshot, typed, [kind])[1] if typed else None
