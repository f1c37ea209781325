"""Add an NFS share as an SR: created once, connected on every host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.source import Source

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("kind", type=click.Choice(["nfs"]))
@click.argument("share", metavar="SERVER:PATH")
@click.option("--name", required=True, help="What the SR shall be called.")
@click.option("--iso", is_flag=True, help="For installation media instead of disks.")
@click.option("--default", "make_default", is_flag=True, help="New disks go there from now on.")
@click.option("--nfs-version", default="", metavar="V", help="3, 4 or 4.1; XAPI's driver takes 3 if nothing is said.")
@plans
def command(
    source: Source, how: How, kind: str, share: str, name: str, iso: bool, make_default: bool, nfs_version: str
) -> int:
    """Make an SR of an NFS share and connect every host; a share that is there already is only connected."""
    from xenferry.probe.share import parse

    wanted = parse(share)
    if not wanted.path:
        raise Wrong(f"Which directory of {wanted.server}? `xenferry storage probe nfs {wanted.server}` lists them.")

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.add_storage import add_nfs

        config = wanted.device_config | ({"nfsversion": nfs_version} if nfs_version else {})
        return add_nfs(snapshot, config, name, make_default=make_default, iso=iso)

    return fulfil(source, how, make)
