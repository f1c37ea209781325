"""What each host sees of an NFS server, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say, say_json
from xenferry.cli.frame.source import Source, act, changes
from xenferry.pool.records import Ref

if TYPE_CHECKING:
    from xenferry.cli.frame.dom0 import Dom0s
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
@click.option("--dom0", "ask_dom0", is_flag=True, help="Ask each dom0 over ssh, too: name, route, MTU, its log.")
@click.option("--try", "trying", is_flag=True, help="Make a directory in the path from here, write, and remove it.")
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@changes
def command(
    source: Source, kind: str, share: str, nfs_version: str, nas: str, ask_dom0: bool, trying: bool, as_json: bool
) -> int:
    """Ask every host what it sees of an NFS server, step by step, and name the first step that fails.

    The hosts are asked through XAPI, and the server from this machine where it can be reached. With --dom0 each host's
    own tools are asked over ssh. Exit status 1 if a host fails.
    """
    from xenferry.probe.share import parse

    wanted = parse(share)
    check_make(nas)
    check_version(nfs_version)
    if trying and not wanted.path:
        raise Wrong(f"--try needs a path: {wanted}:/PATH.")
    dom0 = _dom0(source) if ask_dom0 else None

    async def work(connection: Connection) -> tuple[Snapshot, tuple[HostView, ...], OwnLook | None]:
        from xenferry.pool.capture import read_pool

        snapshot = await read_pool(connection)
        views, own = await look(connection, snapshot, wanted, nfs_version, lab=bool(source.lab), trying=trying)
        views = await _with_dom0(dom0, snapshot, wanted, nfs_version, views) if dom0 else views
        return snapshot, views, own

    snapshot, views, own = act(source, work)
    if as_json:
        say_json(views)
    else:
        say_views(snapshot, views)
        say_own(own)
        say_cures(wanted, nfs_version, nas, views)
    return 1 if any(view.failed for view in views) else 0


async def look(
    connection: Connection, snapshot: Snapshot, share: Share, version: str, *, lab: bool = False, trying: bool = False
) -> tuple[tuple[HostView, ...], OwnLook | None]:
    """What every host sees, with what this machine sees besides; None for it where the server is only in a lab."""
    from xenferry.probe.nfs import probe_nfs
    from xenferry.probe.own_look import combined, within_reach
    from xenferry.probe.own_look import look as look_from_here

    if lab or not within_reach([host.address for host in snapshot.hosts], share.server):
        return await probe_nfs(connection, snapshot, share, version=version), None
    own = await look_from_here(share, version or "3", trying=trying)
    views = await probe_nfs(connection, snapshot, share, version=version, at=own.address)
    return tuple(combined(view, own, version or "3") for view in views), own


def _dom0(source: Source) -> Dom0s:
    """Raises Wrong where there is no dom0 that ssh could reach."""
    from xenferry.cli.frame.dom0 import of_pool

    found = of_pool(source)
    if found is None:
        raise Wrong("--dom0 asks the hosts of a live pool over ssh: give -p NAME.")
    return found


async def _with_dom0(
    dom0: Dom0s, snapshot: Snapshot, share: Share, version: str, views: tuple[HostView, ...]
) -> tuple[HostView, ...]:
    """Each view with what the host's own tools say; one after the other, since a key may have to be confirmed."""
    from xenferry.plan.things import thing
    from xenferry.probe.dom0_look import look as look_from_dom0
    from xenferry.probe.dom0_told import asked_in_vain, told
    from xenferry.xapi import Unreachable

    found = []
    for view in views:
        host = snapshot.host[Ref(view.host)]
        try:
            seen = await dom0.ask(thing(snapshot, "host", host.ref), host.address, lambda at: look_from_dom0(at, share))
        except (Unreachable, ValueError) as error:
            found.append(asked_in_vain(view, str(error)))
        else:
            found.append(told(view, seen, version or "3"))
    return tuple(found)


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


def check_version(version: str) -> None:
    """Raises Wrong for a version that no driver takes."""
    if version not in ("", "3", "4", "4.0", "4.1", "4.2"):
        raise Wrong(f"--nfs-version {version!r}: XAPI's driver takes 3, 4, 4.0, 4.1 and 4.2.")


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
        for steps in _together(view.steps):
            _say_steps(steps)
    for export in {export: None for view in views for export in view.exports}:
        say(f"Exported: {export.path} for {', '.join(export.clients) or 'everybody'}")


def _together(steps: tuple[Step, ...]) -> Iterator[list[Step]]:
    """Steps in a row that nobody looked at for the same reason are told once."""
    for (outcome, _), same in groupby(steps, key=lambda step: (step.outcome.value, step.seen)):
        if outcome == "not looked at":
            yield list(same)
        else:
            yield from ([step] for step in same)


def _way(view: HostView) -> str:
    """The address the server sees, and the driver that the host has."""
    return f"{view.address}, storage manager {view.driver}" if view.driver else view.address


def _say_steps(steps: list[Step]) -> None:
    mark, style = _MARKS[steps[0].outcome.value]
    names, seen = "; ".join(step.name for step in steps), steps[0].seen
    text = f"{mark:<7} {names}" + (f": {seen}" if seen else "")
    say(text, style=style, indent=2, hang=8)
