"""Bring the guests together on as few hosts as possible, and say which hosts could be switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.learnt import model_of
from xenferry.cli.frame.source import Source
from xenferry.cli.frame.targets import Aims, aiming, targets_of
from xenferry.cli.frame.via import via

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.option(
    "--spare",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    metavar="N",
    help="Keep room for the failure of N of the hosts that stay on; HA's own number counts if it is higher.",
)
@click.option("--network", default="", metavar="NET", help="The network that the migrations use: name or subnet.")
@aiming
@plans
def command(source: Source, how: How, spare: int, network: str, aims: Aims) -> int:
    """Empty as many hosts as can be, the emptiest first; they stay disabled and could be switched off.

    The coordinator stays on, and so does a host with a guest that can go nowhere, which is named. --avoid HOST leaves a
    host as it is; --prefer HOST keeps it on rather than others.
    """

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.consolidate import consolidate

        return consolidate(
            snapshot,
            spare=spare,
            network=via(snapshot, network),
            model=model_of(source, snapshot),
            targets=targets_of(snapshot, aims),
        )

    return fulfil(source, how, make)
