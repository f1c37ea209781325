"""What each host sees of an NFS server, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.paper import say, say_json
from xenferry.cli.frame.source import Source, act, changes

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot
    from xenferry.probe.nfs import HostView, Step
    from xenferry.xapi import Connection

_MARKS = {"passed": ("ok", "green"), "failed": ("FAILED", "bold red"), "not looked at": ("?", "dim")}


@click.command()
@click.argument("kind", type=click.Choice(["nfs"]))
@click.argument("share", metavar="SERVER[:PATH]")
@click.option("--nfs-version", default="", metavar="V", help="3, 4 or 4.1; XAPI's driver takes 3 if nothing is said.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@changes
def command(source: Source, kind: str, share: str, nfs_version: str, as_json: bool) -> int:
    """Ask every host what it sees of an NFS server: name, port, exports, mount. Exit status 1 if a host fails."""
    from xenferry.probe.share import parse

    wanted = parse(share)

    async def work(connection: Connection) -> tuple[Snapshot, tuple[HostView, ...]]:
        from xenferry.pool.capture import read_pool
        from xenferry.probe.nfs import probe_nfs

        snapshot = await read_pool(connection)
        return snapshot, await probe_nfs(connection, snapshot, wanted, version=nfs_version)

    snapshot, views = act(source, work)
    if as_json:
        say_json(views)
    else:
        say_views(snapshot, views)
    return 1 if any(view.failed for view in views) else 0


def say_views(snapshot: Snapshot, views: tuple[HostView, ...]) -> None:
    """What each host saw, in words; exports once, since a server tells everybody the same list."""
    for view in views:
        say(f"{snapshot.name(view.host)} ({view.address})", style="bold")
        for step in view.steps:
            _say_step(step)
    for export in {export: None for view in views for export in view.exports}:
        say(f"Exported: {export.path} for {', '.join(export.clients) or 'everybody'}")


def _say_step(step: Step) -> None:
    mark, style = _MARKS[step.outcome.value]
    text = f"{mark:<7} {step.name}" + (f": {step.seen}" if step.seen else "")
    say(text, style=style, indent=2, hang=8)
