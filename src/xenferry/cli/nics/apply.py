"""Rename NICs in dom0, host by host, with the reboots that this needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.source import Source

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.option("--shut-down", is_flag=True, help="Guests on a host that must reboot are shut down and started again.")
@plans
def command(source: Source, how: How, shut_down: bool) -> int:
    """Rename NICs in dom0 over ssh so that every cable has one name on all hosts; each host concerned reboots."""

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.align_nics import align_nics

        return align_nics(snapshot, shut_down=shut_down)

    return fulfil(source, how, make)
