"""Joining a pool, with the times of a recorded join.

The call ends after three seconds, but the host goes on answering as a pool of its own for ten more, then restarts its
toolstack, and is a member that is enabled some twenty seconds after the call.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.hosts.outage import set_live
from xenferry.lab.joining import checks, level, reach
from xenferry.lab.joining.merge import Merge
from xenferry.lab.network import pifs, topology, vlans
from xenferry.lab.network import state as network
from xenferry.lab.site import Place
from xenferry.lab.storage.plug import try_plug
from xenferry.lab.world import Dom0

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

TALK_S, BRING_S, UNPLUG_S = 2.0, 0.4, 0.1
"""Until the host is known to the pool, until what it has is, until its own storage is unplugged."""
LIVE_S = 5.6
"""From the first to the pool counting the host as live."""
STILL_ALONE_S, SILENT_S, STARTING_S = 9.9, 2.2, 6.8
CERTIFICATES_S, PROCESSORS_S, SOFTWARE_S = 0.1, 0.3, 0.4
"""Each after the one before, from the toolstack's return."""


async def join(ctx: Context, address: str, username: str, password: str, *, force: bool) -> None:
    """The host that is asked joins the pool at the address. Raises what stands against it."""
    lab = ctx.lab
    if not lab.hypervisor.facts.licensed("pooling"):
        raise LabError("LICENCE_RESTRICTION")
    place = await reach.find(ctx, address)
    given = [username, password, "1.0", "xapi"]
    session = await place.lab.answer(place.host, "session.login_with_password", given)
    try:
        checks.check(lab, place.lab, force=force)
        await asyncio.sleep(TALK_S)
        merge = Merge(lab, place.lab)
        host = merge.host()
        place.lab.toolstacks.silent.add(host)
        place.lab.spawn(_show_live(place.lab, host))
        await asyncio.sleep(BRING_S)
        merge.rest()
    finally:
        place.lab.sessions.close(session)
    await asyncio.sleep(UNPLUG_S)
    _unplug(lab)
    lab.spawn(_restart(lab, place.lab, merge))


def _unplug(lab: Lab) -> None:
    """Its own storage is let go, as far as it can be."""
    for ref in list(lab.db.all("PBD")):
        lab.db.update("PBD", ref, currently_attached=False)


async def _show_live(lab: Lab, host: str) -> None:
    await asyncio.sleep(LIVE_S)
    if lab.db.exists("host", host):
        set_live(lab, host, live=True)


async def _restart(joiner: Lab, pool: Lab, merge: Merge) -> None:
    """The toolstack goes down as a pool of its own and comes up as a member."""
    old, new = joiner.coordinator, merge.known[joiner.coordinator]
    await asyncio.sleep(STILL_ALONE_S)
    await joiner.toolstacks.stop(old)
    await asyncio.sleep(SILENT_S)
    if not pool.db.exists("host", new):
        return
    joiner.moved[old] = Place(pool, new)
    pool.toolstacks.accept(new)
    await asyncio.sleep(STARTING_S)
    dom0 = joiner.world.dom0.pop(old) if old in joiner.world.dom0 else Dom0(joiner.db.get("host", old)["hostname"])
    pool.world.dom0[new] = dom0
    dom0.mounts.clear()
    pool.toolstacks.start(new)
    await asyncio.sleep(CERTIFICATES_S)
    merge.certificates()
    await asyncio.sleep(PROCESSORS_S)
    merge.processors()
    level.show(pool.db)
    await asyncio.sleep(SOFTWARE_S)
    merge.software()
    _connect_networks(pool, new)
    await _connect_storage(pool, new)


def _connect_networks(pool: Lab, host: str) -> None:
    """NICs come up, and what the coordinator has of VLANs is made here too, as far as there are NICs for it."""
    dom0 = pool.world.dom0[host]
    known = {nic.mac: nic for nic in dom0.nics}
    for ref, pif in list(topology.of_host(pool.db, host).items()):
        nic = known.get(pif["MAC"])
        if nic is not None and pool.db.exists("PIF_metrics", pif["metrics"]):
            pifs.show_metrics(pool.db, pif["metrics"], nic)
        network.bring_up(pool, ref)
    for vlan in list(pool.db.all("VLAN").values()):
        _copy_vlan(pool, vlan["tagged_PIF"], vlan["untagged_PIF"], vlan["tag"], host)


def _copy_vlan(pool: Lab, tagged: str, untagged: str, tag: int, host: str) -> None:
    db = pool.db
    base = db.get("PIF", tagged)
    target = db.get("PIF", untagged)["network"]
    mine = topology.on(db, base["network"], host)
    if base["host"] != pool.coordinator or not mine or topology.on(db, target, host):
        return
    _, pif = vlans.make_vlan(db, mine[0], tag, target)
    try:
        network.bring_up(pool, pif)
    except LabError:
        return  # it stays unplugged, as XAPI leaves it


async def _connect_storage(pool: Lab, host: str) -> None:
    """Shared SRs that the coordinator is connected to get a PBD like the coordinator's; then all are plugged."""
    db = pool.db
    for pbd in list(db.all("PBD").values()):
        sr = db.get("SR", pbd["SR"])
        here = any(one["host"] == host and one["SR"] == pbd["SR"] for one in db.all("PBD").values())
        if pbd["host"] == pool.coordinator and sr["shared"] and not here:
            db.create("PBD", host=host, SR=pbd["SR"], device_config=pbd["device_config"], currently_attached=False)
    mine = [ref for ref, pbd in db.all("PBD").items() if pbd["host"] == host]
    await asyncio.gather(*(try_plug(pool, ref) for ref in mine))
