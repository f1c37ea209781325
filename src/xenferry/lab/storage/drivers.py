"""Which driver serves which type of SR, and the job it is given."""

from __future__ import annotations

import ipaddress
from typing import Any, Protocol

from xenferry.lab.db import Database
from xenferry.lab.error import LabError
from xenferry.lab.network import cables, topology
from xenferry.lab.storage import dummy, file, iso, nfs, nfs_asked
from xenferry.lab.storage.job import Job
from xenferry.lab.storage.local import Local
from xenferry.lab.storage.reach import parted
from xenferry.lab.world import Dom0, World


class Driver(Protocol):
    """What a driver module offers; all raise LabError exactly as XAPI would report it."""

    async def probe(self, job: Job) -> str: ...
    async def create(self, job: Job) -> None: ...
    async def attach(self, job: Job) -> dict[str, Any]: ...
    async def detach(self, job: Job) -> None: ...
    async def scan(self, job: Job) -> dict[str, Any]: ...
    async def delete(self, job: Job) -> None: ...


class Nfs:
    """The driver of type nfs, with the world's servers or with real ones."""

    async def probe(self, job: Job) -> str:
        return await _nfs(job).probe(job)

    async def create(self, job: Job) -> None:
        await _nfs(job).create(job)

    async def attach(self, job: Job) -> dict[str, Any]:
        return await _nfs(job).attach(job)

    async def detach(self, job: Job) -> None:
        await _nfs(job).detach(job)

    async def scan(self, job: Job) -> dict[str, Any]:
        return await _nfs(job).scan(job)

    async def delete(self, job: Job) -> None:
        await _nfs(job).delete(job)


def _nfs(job: Job) -> Driver:
    return nfs if job.world.nfs_sources is None else nfs_asked


def driver(db: Database, kind: str) -> Driver:
    """The driver of this type. Raises SR_UNKNOWN_DRIVER [type] when the pool has no such SM plug-in."""
    if not db.find("SM", type=kind):
        raise LabError("SR_UNKNOWN_DRIVER", kind)
    found: dict[str, Driver] = {"nfs": Nfs(), "iso": iso, "file": file, "dummy": dummy}
    return found.get(kind) or Local(kind)


def job(db: Database, world: World, host: str, uuid: str, config: dict[str, str], sm_config: dict[str, str]) -> Job:
    """The job of a driver on a host."""
    record = db.get("host", host)
    dom0 = world.dom0.setdefault(host, Dom0(hostname=record["hostname"]))
    name = config.get("server") or parted(config.get("location", ""))[0]
    server = world.server(name)
    pif = way(db, host, server.address if server else "")
    address = db.get("PIF", pif)["IP"] if pif else record["address"]
    return Job(
        world, host, dom0, address, uuid, dict(config), dict(sm_config), neighbours=_neighbours(db),
        linked=pif is None or cables.linked(db, dom0, pif),
    )  # fmt: skip


def _neighbours(db: Database) -> frozenset[str]:
    """The hosts of the pool by all their addresses."""
    return frozenset(pif["IP"] for pif in db.all("PIF").values() if pif["IP"])


def way(db: Database, host: str, target: str) -> str | None:
    """The PIF by which a host reaches an address: the one in its subnet, else the management interface.

    Simplification: routes other than the default one are not looked at.
    """
    mine = {ref: pif for ref, pif in topology.of_host(db, host).items() if pif["IP"] and pif["currently_attached"]}
    for ref, pif in mine.items():
        network = topology.subnet(pif)
        if target and network is not None and ipaddress.ip_address(target) in network:
            return ref
    return next((ref for ref, pif in mine.items() if pif["management"]), None)
