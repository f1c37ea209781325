"""Rename NICs in dom0, host by host, with the reboots that this needs."""

from __future__ import annotations

import click

from xenferry.cli.frame.cabling import aligned, telling
from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.source import Source


@click.command()
@telling
@plans
def command(source: Source, how: How, told: tuple[str, ...], shut_down: bool) -> int:
    """Rename NICs in dom0 over ssh so that every cable has one name on all hosts; each host concerned reboots.

    Hosts are emptied first, one after the other, the coordinator last; VLANs, bonds and addresses are built anew.
    """
    return fulfil(source, how, lambda snapshot: aligned(snapshot, told, shut_down=shut_down))
