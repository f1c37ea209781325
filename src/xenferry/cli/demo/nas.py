"""Second scene: shared storage on the NAS, and each error on the way to it, provoked and cured."""

from __future__ import annotations

from xenferry.cli.demo.play import Astray, Play
from xenferry.cli.frame.paper import say
from xenferry.lab.lab import Lab
from xenferry.lab.world import Export, Server
from xenferry.plan.add_storage import add_nfs
from xenferry.xapi import XapiError

SERVER = "nfs-nas.localdomain"
PATH = "/mnt/store/xcpng-vm-disks"
CONFIG = {"server": SERVER, "serverpath": PATH}
NAME = "NAS"


def server(lab: Lab) -> Server:
    """The NAS."""
    return lab.world.servers[SERVER]


def export(lab: Lab) -> Export:
    """The directory it shares."""
    return server(lab).exports[PATH]


def let_in(lab: Lab) -> None:
    """A served lab's hosts have loopback addresses; the NAS knows them by these."""
    export(lab).clients = ("127.0.0.0/8",)


async def cure(play: Play) -> None:
    """Make the NAS usable, one error after the other, then put it into the pool."""
    play.scene("Shared storage: four errors, as Xen Orchestra shows them, and their cures")
    play.stage.ask(let_in)
    master = (await play.look()).pool.master
    asked = {"server": SERVER}
    await play.refused(
        "Asking what the NAS offers", "SR_BACKEND_FAILURE_140", "DNS", "SR.probe", master, asked, "nfs", {}
    )
    play.cure("the name is entered in the hosts' DNS", lambda lab: server(lab).unresolvable.clear())
    create: tuple[object, ...] = (master, CONFIG, 0, NAME, "", "nfs", "user", True, {})
    await play.refused("Creating the SR", "SR_BACKEND_FAILURE_88", "error is 13", "SR.create", *create)
    play.cure("on the NAS, root of the hosts stays root (no_root_squash)", _allow_root)
    await _without_subdirectories(play, create)
    play.scene("The NAS joins the pool")
    say(f"$ xenferry storage add nfs {SERVER}:{PATH} --name {NAME} --default", style="dim")
    await play.carry_out(add_nfs(await play.look(), CONFIG, NAME, make_default=True))


def _allow_root(lab: Lab) -> None:
    export(lab).root_squash = False


def _allow_directories(lab: Lab) -> None:
    export(lab).subdirs = True


async def _without_subdirectories(play: Play, create: tuple[object, ...]) -> None:
    """SR.create succeeds, but no host can mount the SR's own directory; and what a lost mount looks like."""
    try:
        sr = await play.pool.call("SR.create", *create)
    except XapiError as error:
        raise Astray(f"SR.create was refused with {error}") from None
    snapshot = await play.look()
    pbd = next(pbd for pbd in snapshot.PBD.values() if sr == pbd.SR and pbd.host == snapshot.pool.master)
    await play.refused("Connecting a host to it", "SR_BACKEND_FAILURE_73", "mount", "PBD.plug", pbd.ref)
    play.cure("the NAS lets sub-directories be mounted (All dirs)", _allow_directories)
    await play.pool.call("PBD.plug", pbd.ref)
    play.stage.ask(lambda lab: lab.world.dom0[snapshot.pool.master].mounts.clear())
    await play.refused("Scanning it after the mount was lost", "SR_BACKEND_FAILURE_47", "directory", "SR.scan", sr)
    say("Done: the host is disconnected and connected again (PBD.unplug, PBD.plug)", indent=2, style="bold green")
    await play.pool.call("PBD.unplug", pbd.ref)
