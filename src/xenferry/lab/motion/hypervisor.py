"""What the hosts' hypervisors and their toolstacks' workers share: links, places in the queue, the truth of guests."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from xenferry.lab.availability import failover
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database
from xenferry.lab.error import LabError
from xenferry.lab.history import History
from xenferry.lab.hosts import old_keys, outage
from xenferry.lab.motion.links import Links
from xenferry.lab.placement.facts import Facts

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

WORKERS = 4
"""Migrations a host sends at the same time; further ones queue (xenopsd's worker-pool-size)."""
STORAGE_MIGRATIONS_MAX = 3
"""Storage migrations per host; a fourth is refused, not queued."""
USABLE = 0.94
"""What TCP and TLS leave of a link."""
NO_NIC_MBIT = 10_000


class Hypervisor:
    """One for the whole lab. `history` tells what really happened to each guest."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.history = History()
        self.random = random.Random(str(lab.db.new_uuid()))  # noqa: S311 (waits must be the same for the same seed)
        self.storage_migrations: dict[str, int] = {}
        self.built: dict[str, str] = {}
        """Guests under way -> the host that has made room for them and built their domain."""
        self._workers: dict[str, asyncio.Semaphore] = {}
        self._released: dict[tuple[str, str], asyncio.Event] = {}

    @property
    def facts(self) -> Facts:
        """The facts of this moment."""
        return Facts.of(self._lab.db)

    @property
    def links(self) -> Links:
        """The links of the whole site: guests travel between its pools, too."""
        return self._lab.site.links

    def bandwidth(self, ref: str, network: str) -> float:
        """Bytes per second through the host's NIC on this network, or its management NIC; through a bond, one of its
        NICs: a stream never takes two."""
        db, dom0 = self._lab.db, self._lab.world.dom0.get(ref)
        pifs = {pif: db.get("PIF", pif) for pif in db.get("host", ref)["PIFs"]}
        chosen = next((pif for pif, one in pifs.items() if one["network"] == network), None)
        chosen = chosen or next((pif for pif, one in pifs.items() if one["management"]), "")
        device = pifs[chosen]["device"] if chosen else ""
        below = {one["device"] for one in pifs.values() if _carries(db, one["bond_slave_of"], chosen)} or {device}
        speeds = [nic.speed for nic in dom0.nics if nic.name in below] if dom0 else []
        return max(speeds, default=NO_NIC_MBIT) * 1e6 / 8 * USABLE

    @asynccontextmanager
    async def worker(self, ctx: Context, ref: str) -> AsyncIterator[None]:
        """A place among the host's workers; a wish to cancel is noticed in the queue, too."""
        slots = self._workers.setdefault(ref, asyncio.Semaphore(WORKERS))
        while True:
            ctx.checkpoint()
            try:
                await asyncio.wait_for(slots.acquire(), 1.0)
                break
            except TimeoutError:
                continue
        try:
            yield
        finally:
            slots.release()

    @asynccontextmanager
    async def storage_slot(self, ref: str) -> AsyncIterator[None]:
        """Raises TOO_MANY_STORAGE_MIGRATES ["3"] at once."""
        if self.storage_migrations.get(ref, 0) >= STORAGE_MIGRATIONS_MAX:
            raise LabError("TOO_MANY_STORAGE_MIGRATES", str(STORAGE_MIGRATIONS_MAX))
        self.storage_migrations[ref] = self.storage_migrations.get(ref, 0) + 1
        try:
            yield
        finally:
            self.storage_migrations[ref] -= 1

    async def wait_released(self, cls: str, ref: str, limit_s: float) -> None:
        """Until the object is released, or the time is up."""
        event = self._released.setdefault((cls, ref), asyncio.Event())
        try:
            await asyncio.wait_for(event.wait(), limit_s)
        except TimeoutError:
            return

    def release(self, cls: str, ref: str) -> None:
        """Wakes those who wait for the object."""
        event = self._released.pop((cls, ref), None)
        if event:
            event.set()

    def adopt(self) -> None:
        """Called once when the lab begins: which guests run where."""
        outage.watch(self._lab)
        failover.watch(self._lab)
        old_keys.watch(self._lab)
        for ref, vm in self._lab.db.all("VM").items():
            if vm["power_state"] in ("Running", "Paused") and vm["resident_on"] != NULL:
                self.history.begins(ref, vm["resident_on"], 0.0)


def _carries(db: Database, bond: str, pif: str) -> bool:
    return db.exists("Bond", bond) and db.get("Bond", bond)["master"] == pif
