"""The calls that put an SR into a pool, and those that take a half-made one out again; part of `do`.

XAPI answers success to SR.create although hosts could not connect. So the connections are looked at one by one, and
when one cannot be made, nothing is left behind: no SR, no connection, no directory on the server.
"""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.plan import steps as s
from xenferry.plan.done import created, unplugged
from xenferry.plan.things import find
from xenferry.pool.records import SR, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.port import PoolPort, TaskPort
from xenferry.xapi import XapiError


async def make(step: s.CreateSR, pool: PoolPort, snapshot: Snapshot, tags: Mapping[str, str]) -> TaskPort | None:
    """Create or introduce it once; if it is there already, connect the hosts that are not connected."""
    sr = created(step, snapshot)
    kind = (step.name, "", step.kind, step.content)
    if sr is None and step.uuid:
        await pool.call("SR.introduce", step.uuid, *kind, True, {})
        return None
    if sr is None:
        host, config = find(snapshot, step.host), dict(step.device_config)
        return await pool.start("SR.create", host, config, 0, *kind, True, {}, tags=tags)
    await _connect(step, sr, pool, snapshot)
    if step.make_default:
        await pool.call("pool.set_default_SR", snapshot.pool.ref, sr.ref)
    return None


async def _connect(step: s.CreateSR, sr: SR, pool: PoolPort, snapshot: Snapshot) -> None:
    """A connection for every host that has none (of an SR that was introduced), then every plug."""
    waiting = {pbd.ref: pbd.host for pbd in unplugged(step, snapshot)}
    known = {snapshot.PBD[ref].host for ref in sr.PBDs if ref in snapshot.PBD}
    for host in snapshot.hosts if step.uuid else ():
        if host.ref not in known:
            config = {"host": host.ref, "SR": sr.ref, "device_config": dict(step.device_config), "other_config": {}}
            waiting[Ref(str(await pool.call("PBD.create", config)))] = host.ref
    for pbd, at in waiting.items():
        try:
            await pool.call("PBD.plug", pbd)
        except XapiError as refused:
            refused.add_note(f"connecting host {snapshot.name(at)}")
            raise


async def take_back(step: s.CreateSR, pool: PoolPort, snapshot: Snapshot) -> str:
    """Leave the pool as it was before the step; in words what was done, and what a person still has to remove.

    An SR with disks in it is left alone: they are somebody's. One that was only introduced is forgotten, and its
    contents stay where they are. XapiError does not escape: what cannot be taken back is said.
    """
    sr = created(step, snapshot)
    if sr is None:
        return "nothing of it was left in the pool"
    if sr.VDIs and not step.uuid and step.kind != "iso":
        return f"SR {step.name} stays, because there are disks in it"
    try:
        await _unplug(sr, pool, snapshot)
        return await _remove(step, sr, pool)
    except XapiError as error:
        return f"SR {step.name} ({sr.uuid}) could not be taken back ({error}): `xe sr-forget uuid={sr.uuid}`"


async def _unplug(sr: SR, pool: PoolPort, snapshot: Snapshot) -> None:
    for ref in sr.PBDs:
        if ref in snapshot.PBD and snapshot.PBD[ref].currently_attached:
            await pool.call("PBD.unplug", ref)


async def _remove(step: s.CreateSR, sr: SR, pool: PoolPort) -> str:
    if step.uuid or step.kind == "iso":
        await pool.call("SR.forget", sr.ref)
        return "it was taken out of the pool again; what is on the server is untouched"
    try:
        await pool.call("SR.destroy", sr.ref)
    except XapiError:  # the driver has to mount the directory before it can remove it, which may be what failed
        await pool.call("SR.forget", sr.ref)
        path = dict(step.device_config).get("serverpath", "")
        return f"it was taken out of the pool again; the empty directory {path}/{sr.uuid} is left on the server"
    return "it was taken back: no SR, no connection and no directory is left"
