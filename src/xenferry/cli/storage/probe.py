"""What each host sees of an NFS server, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say, say_json
from xenferry.cli.frame.source import Source, act, changes

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot
    from xenferry.probe.nfs import HostView, Step
    from xenferry.probe.own_look import OwnLook
    from xenferry.probe.share import Share
    from xenferry.xapi import Connection

_MARKS = {
    "passed": ("ok", "green"),
    "failed": ("FAILED", "bold red"),
    "doubtful": ("DOUBT", "bold yellow"),
    "not looked at": ("?", "dim"),
}


@click.command()
@click.argument("kind", type=click.Choice(["nfs"]))
@click.argument("share", metavar="SERVER[:PATH]")
@click.option("--nfs-version", default="", metavar="V", help="3, 4 or 4.1; XAPI's driver takes 3 if nothing is said.")
@click.option("--nas", default="", metavar="MAKE", help="Whose cures to show: linux, truenas-scale, ... or `all`.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@changes
def command(source: Source, kind: str, share: str, nfs_version: str, nas: str, as_json: bool) -> int:
    """Ask every host what it sees of an NFS server: name, port, exports, mount. Exit status 1 if a host fails."""
    from xenferry.probe.share import parse

    wanted = parse(share)
    check_make(nas)

    async def work(connection: Connection) -> tuple[Snapshot, tuple[HostView, ...], OwnLook | None]:
        from xenferry.pool.capture import read_pool

        snapshot = await read_pool(connection)
        return snapshot, *await look(connection, snapshot, wanted, nfs_version, lab=bool(source.lab))

    snapshot, views, own = act(source, work)
    if as_json:
        say_json(views)
    else:
        say_views(snapshot, views)
        say_own(own)
        say_cures(wanted, nfs_version, nas, views)
    return 1 if any(view.failed for view in views) else 0


async def look(
    connection: Connection, snapshot: Snapshot, share: Share, version: str, *, lab: bool = False
) -> tuple[tuple[HostView, ...], OwnLook | None]:
    """What every host sees, with what this machine sees besides; None for it where the server is only in a lab."""
    from xenferry.probe.nfs import probe_nfs
    from xenferry.probe.own_look import combined, within_reach
    from xenferry.probe.own_look import look as look_from_here

    if lab or not within_reach([host.address for host in snapshot.hosts], share.server):
        return await probe_nfs(connection, snapshot, share, version=version), None
    own = await look_from_here(share, version or "3")
    views = await probe_nfs(connection, snapshot, share, version=version, at=own.address)
    return tuple(combined(view, own, version or "3") for view in views), own


def say_own(own: OwnLook | None) -> None:
    """What this machine sees, where it looked."""
    from xenferry.probe.own_look import in_words

    if own is not None:
        say("This machine", style="bold")
        for line in in_words(own):
            say(line, indent=2, hang=2)


USUAL, ALL = "linux", "all"


def check_make(nas: str) -> None:
    """Raises Wrong when no such make of server is known."""
    from xenferry.probe.cures import makes

    if nas not in ("", ALL, *makes()):
        raise Wrong(f"No cures are known for {nas!r}; there are {', '.join(makes())} and {ALL}.")


def say_cures(share: Share, version: str, nas: str, views: tuple[HostView, ...]) -> None:
    """What to write on the server so that the first step that failed passes, for all hosts at once."""
    from xenferry.probe.cures import Need, cures, makes

    failed = list(dict.fromkeys(view.doubtful.name for view in views if view.doubtful))
    need = Need(server=share.server, path=share.path, hosts=tuple(v.address for v in views), version=version or "3")
    for step in failed:
        found = list(cures(step, need, "" if nas == ALL else nas or USUAL))
        if found:
            say(f"So that {step}:", style="bold")
        for cure in found:
            say(f"{cure.title}:", indent=2)
            for line in cure.lines:
                say(line, indent=4, hang=2, style="green")
        if any(cure.make for cure in found) and not nas:
            say(f"For another server: --nas {', '.join(makes())} or {ALL}", indent=2, hang=2, style="dim")


def say_views(snapshot: Snapshot, views: tuple[HostView, ...]) -> None:
    """What each host saw, in words; exports once, since a server tells everybody the same list."""
    for view in views:
        say(f"{snapshot.name(view.host)} ({_way(view)})", style="bold")
        for step in view.steps:
            _say_step(step)
    for export in {export: None for view in views for export in view.exports}:
        say(f"Exported: {export.path} for {', '.join(export.clients) or 'everybody'}")


def _way(view: HostView) -> str:
    """The address the server sees, and the NIC that has it."""
    if view.way is None or not view.way.device:
        return view.address
    route = "" if view.way.direct else ", default route"
    return f"{view.address}, {view.way.device} on {view.way.network}, MTU {view.way.mtu}{route}"


def _say_step(step: Step) -> None:
    mark, style = _MARKS[step.outcome.value]
    text = f"{mark:<7} {step.name}" + (f": {step.seen}" if step.seen else "")
    say(text, style=style, indent=2, hang=8)
