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
    from xenferry.probe.dom0 import Dom0
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
@click.option(
    "--try",
    "trying",
    is_flag=True,
    help="Make a directory in the path, write, and remove it: from here; with --dom0 on each host.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@changes
def command(
    source: Source, kind: str, share: str, nfs_version: str, nas: str, ask_dom0: bool, trying: bool, as_json: bool
) -> int:
    """Ask every host what it sees of an NFS server, step by step, and name the first step that fails.

    The hosts are asked through XAPI, and the server from this machine where it can be reached. With --dom0 each host's
    own tools are asked over ssh. With both --dom0 and --try each host also mounts the share below /run, makes a
    directory in it, mounts that, writes and links a file, and takes all of it away. Exit status 1 if a host fails.
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
        views = await with_dom0(dom0, snapshot, wanted, nfs_version, views, trying=trying) if dom0 else views
        return snapshot, views, own

    snapshot, views, own = act(source, work)
    if as_json:
        say_json(views)
    else:
        say_views(snapshot, views)
        say_left(snapshot, views)
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


async def with_dom0(
    dom0: Dom0s, snapshot: Snapshot, share: Share, version: str, views: tuple[HostView, ...], *, trying: bool
) -> tuple[HostView, ...]:
    """Each view with what the host's own tools say; `trying`: the share is mounted there, and written to, for a moment.

    All hosts are asked at once. What could not be taken away again is in `HostView.left`.
    """
    from xenferry.plan.things import thing
    from xenferry.probe.dom0_told import asked_in_vain
    from xenferry.xapi import Unreachable

    by_host = {snapshot.host[Ref(view.host)].address: view for view in views}

    async def ask(address: str) -> HostView:
        view = by_host[address]
        host = thing(snapshot, "host", Ref(view.host))
        try:
            return await dom0.ask(host, address, lambda at: _asked(at, share, version or "3", view, trying=trying))
        except (Unreachable, ValueError) as error:
            return asked_in_vain(view, str(error))

    return tuple(await dom0.at_once(list(by_host), ask))


async def _asked(at: Dom0, share: Share, version: str, view: HostView, *, trying: bool) -> HostView:
    from xenferry.probe.dom0_look import look as look_from_dom0
    from xenferry.probe.dom0_told import told, tried, worth_trying
    from xenferry.probe.dom0_trial import attempt

    seen = await look_from_dom0(at, share)
    known = told(view, seen, version)
    if not trying or not worth_trying(known):
        return known
    return tried(known, await attempt(at, share, version, over_ipv6=":" in seen.address))


def say_left(snapshot: Snapshot, views: tuple[HostView, ...]) -> None:
    """What a trial left behind, as commands for the host's console."""
    for view in views:
        if view.left:
            say(f"The trial left something behind on {snapshot.name(view.host)}. In its dom0, run:", style="bold red")
        for line in view.left:
            say(line, indent=2)


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
