"""Rename NICs in dom0, host by host, with the reboots that this needs."""

from __future__ import annotations

import click

from xenferry.cli.frame.cabling import aligned, ask_switches, switches, telling
from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.source import Source, load


@click.command()
@telling
@switches
@plans
def command(source: Source, how: How, told: tuple[str, ...], shut_down: bool, ask_dom0: bool) -> int:
    """Rename NICs in dom0 over ssh so that every cable has one name on all hosts; each host concerned reboots.

    Hosts are emptied first, one after the other, the coordinator last; VLANs, bonds and addresses are built anew.
    """
    from xenferry.pool.neighbour import with_neighbours

    found = ask_switches(source, load(source)) if ask_dom0 else {}
    return fulfil(source, how, lambda now: aligned(with_neighbours(now, found), told, shut_down=shut_down))
