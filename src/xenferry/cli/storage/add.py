"""Add an NFS share as an SR: looked at from every host first, made once, connected on every host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, ask_and_drive, fulfil, plans, show
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say
from xenferry.cli.frame.source import Source, act
from xenferry.pool.records import Ref

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot
    from xenferry.probe.nfs import HostView
    from xenferry.probe.share import Share
    from xenferry.xapi import Connection


@click.command()
@click.argument("kind", type=click.Choice(["nfs"]))
@click.argument("share", metavar="SERVER:PATH")
@click.option("--name", required=True, help="What the SR shall be called.")
@click.option("--iso", is_flag=True, help="For installation media instead of disks.")
@click.option("--default", "make_default", is_flag=True, help="New disks go there from now on.")
@click.option("--attach", default="", metavar="UUID", help="Attach this SR of those that the share holds already.")
@click.option("--new", is_flag=True, help="Make a new SR although the share holds one already.")
@click.option("--nfs-version", default="", metavar="V", help="3, 4 or 4.1; XAPI's driver takes 3 if nothing is said.")
@plans
def command(
    source: Source, how: How, kind: str, share: str, name: str, iso: bool, make_default: bool, attach: str, new: bool,
    nfs_version: str,
) -> int:  # fmt: skip
    """Put an NFS share into the pool and connect every host.

    Every host looks at the share first, and tries it where the ssh key of every dom0 is known; if one cannot use it,
    nothing is made and the cure is told. An SR that lies in
    the share already is attached with its disks, not overwritten. If a host cannot be connected in the end, all is
    taken back. A capture holds no servers: with --capture nobody looks.
    """
    from xenferry.cli.storage.probe import check_version
    from xenferry.probe.share import parse

    wanted = parse(share)
    if not wanted.path:
        raise Wrong(f"Which directory of {wanted.server}? `xenferry storage probe nfs {wanted.server}` lists them.")
    if attach and (new or iso):
        raise Wrong("--attach takes an SR with disks that is there already; it goes with neither --new nor --iso.")
    check_version(nfs_version)
    config = wanted.device_config | ({"nfsversion": nfs_version} if nfs_version else {})

    def make(snapshot: Snapshot, uuid: str = "") -> Plan:
        from xenferry.plan.add_storage import add_nfs

        return add_nfs(snapshot, config, name, make_default=make_default, iso=iso, uuid=uuid)

    async def work(connection: Connection) -> int:
        from xenferry.cli.storage.probe import look
        from xenferry.pool.capture import read_pool

        snapshot = await read_pool(connection)
        views, _ = await look(connection, snapshot, wanted, nfs_version, lab=bool(source.lab))
        if not (how.plan_only or iso):
            views = await _tried(source, snapshot, wanted, nfs_version, views)
        if any(view.failed for view in views):
            _refuse(snapshot, wanted, nfs_version, views)
            return 1
        _say_doubts(views)
        plan = make(snapshot, "" if new or iso else attach or _found(snapshot, wanted, views))
        code = show(plan, how) if how.plan_only else await ask_and_drive(connection, source, how, plan)
        if plan.steps and code == 0 and not how.plan_only:
            _say_path(await read_pool(connection), name)
        return code

    return fulfil(source, how, make) if source.capture else act(source, work)


async def _tried(
    source: Source, snapshot: Snapshot, share: Share, version: str, views: tuple[HostView, ...]
) -> tuple[HostView, ...]:
    """The views, with what came of mounting and writing in every dom0 that ssh may enter without asking a person."""
    from xenferry.cli.frame.dom0 import of_pool
    from xenferry.cli.storage.probe import say_left, with_dom0

    dom0 = of_pool(source)
    if dom0 is None or any(view.failed for view in views):
        return views
    if not all(dom0.knows(snapshot.host[Ref(view.host)].address) for view in views):
        say(
            "Whether root may make a directory there shows only when the SR is made. To try it in every dom0 before: "
            f"xenferry storage probe nfs {share} --dom0 --try",
            hang=2,
        )
        return views
    found = await with_dom0(dom0, snapshot, share, version, views, trying=True)
    say_left(snapshot, found)
    return found


def _refuse(snapshot: Snapshot, wanted: Share, version: str, views: tuple[HostView, ...]) -> None:
    """What failed on which host, what it means, how it is cured. Nothing was changed."""
    from xenferry.cli.frame.explained import say_explained
    from xenferry.cli.storage.probe import say_cures

    told = set[str]()
    for view in views:
        if view.failed is None:
            continue
        answer = ", ".join(part for part in view.failed.error if part)
        where = f"{snapshot.name(view.host)} ({view.address})"
        say(f"{where}: not so: {view.failed.name}. {answer or view.failed.seen}", hang=2)
        if answer and answer not in told:
            told.add(answer)
            say_explained(answer, snapshot)
    say_cures(wanted, version, "", views)
    say("Nothing was made: every host of a pool has to see its shared storage.", style="bold red")


def _say_doubts(views: tuple[HostView, ...]) -> None:
    """What is likely to fail, although no host tried it: the person who is asked next should know."""
    for name, seen in dict.fromkeys((view.doubtful.name, view.doubtful.seen) for view in views if view.doubtful):
        say(f"Doubtful: {name}. From here it does not work: {seen}.", style="bold yellow", hang=2)


def _found(snapshot: Snapshot, wanted: Share, views: tuple[HostView, ...]) -> str:
    """The SR that lies in the share and is not in the pool yet; empty when there is none.

    Raises:
        Wrong: there are several.
    """
    known = {sr.uuid for sr in snapshot.SR.values()}
    strange = sorted({uuid for view in views for uuid in view.srs} - known)
    if len(strange) > 1:
        listed = ", ".join(strange)
        raise Wrong(
            f"{wanted} holds {len(strange)} SRs that this pool does not have: {listed}. Give --attach or --new."
        )
    return strange[0] if strange else ""


def _say_path(snapshot: Snapshot, name: str) -> None:
    from xenferry.plan.storage_state import path_of

    for sr in snapshot.SR.values():
        if sr.name_label == name:
            say(f"SR {name} has the UUID {sr.uuid}; dom0 of every host has it at {path_of(sr.uuid)}.")
