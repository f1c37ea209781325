"""VM.migrate_send: a guest goes to another host or pool and takes disks to other SRs; VDI.pool_migrate makes use of it.

The order is XAPI's: the operation is marked, everything is asked, room is kept, then the sending host does the work:
disks, then memory, then the tables.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError, internal
from xenferry.lab.guest.choice import candidates, choose
from xenferry.lab.guest.migration import check_forwarding, tell_migrated, way_of
from xenferry.lab.motion import across, cargo, destination, disks, live, mirror
from xenferry.lab.motion.destination import Destination
from xenferry.lab.placement import ha, leaving, reach
from xenferry.lab.placement.leaving import Wish
from xenferry.lab.reservation import reserved

ASK_S = 0.1
"""From the answer whether the guest may go until its memory is promised, without being counted again."""
NO_COPY = (
    "Copy mode is disallowed on intra pool storage migration, try efficient alternatives, for example, VM.copy/clone."
)


async def assert_can_migrate(ctx: Context, vm: str, dest: Mapping[str, str], wish: Wish) -> None:
    """The questions without the journey. A running guest's host has to answer, for it is asked about its GPUs."""
    facts = ctx.lab.hypervisor.facts
    leaving.check(facts, vm, lambda: destination.read(ctx.lab, dest).end(), wish)
    to = destination.read(ctx.lab, dest)
    if not to.inside:
        to.check_receiver()
        async with across.import_task(to):
            await asyncio.sleep(across.IMPORT_S)
    record = ctx.db.get("VM", vm)
    if record["power_state"] in ("Running", "Paused"):
        check_forwarding(ctx, record["resident_on"])


async def migrate_send(ctx: Context, vm: str, dest: Mapping[str, str], wish: Wish) -> str:
    """The guest's reference: the same inside the pool, a new one in another."""
    source = ctx.db.get("VM", vm)["resident_on"]
    if "host" not in dest:
        raise internal("Not_found")
    running = is_live(ctx, vm)
    inside = ctx.db.exists("host", dest["host"])
    async with locks.guest_operation(ctx, vm, "migrate_send"):
        asking = ctx.subtask("VM.assert_can_migrate")
        try:
            await assert_can_migrate(ctx, vm, dest, wish)
            await asyncio.sleep(ASK_S)
        finally:
            ctx.lab.tasks.forget(asking)
        async with _sender(ctx, vm, dest["host"], source, running=running, inside=inside) as sender:
            found = await send(ctx, vm, destination.read(ctx.lab, dest), wish, sender)
    if running and inside:
        tell_migrated(ctx, vm, source, dest["host"])
    return found


def is_live(ctx: Context, vm: str) -> bool:
    return ctx.db.get("VM", vm)["power_state"] in ("Running", "Paused")


@asynccontextmanager
async def _sender(
    ctx: Context, vm: str, target: str, source: str, *, running: bool, inside: bool
) -> AsyncIterator[str]:
    """The host that sends: the guest's own, or for one that does not run any on which it could. Room is kept."""
    keep = _nothing_kept(source)
    if running and inside:
        keep = _kept(ctx, vm, target, source)
    elif not running:
        keep = _somewhere(ctx, vm, inside=inside)
    with keep as sender:
        check_forwarding(ctx, sender)
        if ctx.task:
            ctx.lab.tasks.forward(ctx.task, sender)
        yield sender


@contextmanager
def _nothing_kept(sender: str) -> Iterator[str]:
    yield sender


@contextmanager
def _kept(ctx: Context, vm: str, host: str, sender: str) -> Iterator[str]:
    with reserved(ctx, vm, host, "vm_migrate", checked=True):
        yield sender


@contextmanager
def _somewhere(ctx: Context, vm: str, *, inside: bool) -> Iterator[str]:
    """Memory matters for the choice only while some host has it. To another pool any host that sees the SRs may send.

    Raises NO_HOSTS_AVAILABLE [].
    """
    facts = ctx.lab.hypervisor.facts
    if candidates(facts, vm, with_memory=True):
        host = choose(ctx, vm)
    elif able := candidates(facts, vm, with_memory=False):
        host = ctx.lab.hypervisor.random.choice(able)
    elif not inside and (seeing := [ref for ref in facts.all("host") if _sees(ctx, vm, ref)]):
        yield ctx.lab.hypervisor.random.choice(seeing)
        return
    else:
        raise LabError("NO_HOSTS_AVAILABLE")
    ha.check_arrival(facts, vm, host)
    with reserved(ctx, vm, host, "vm_migrate", checked=True):
        yield host


def _sees(ctx: Context, vm: str, host: str) -> bool:
    facts = ctx.lab.hypervisor.facts
    return facts.live(host) and set(reach.required_srs(facts, vm)) <= reach.plugged_srs(facts, host)


async def send(ctx: Context, vm: str, dest: Destination, wish: Wish, sender: str) -> str:
    """What the sending host does. Raises TOO_MANY_STORAGE_MIGRATES ["3"] at once, and what goes wrong on the way."""
    hypervisor = ctx.lab.hypervisor
    async with hypervisor.storage_slot(sender):
        if wish.copy and dest.inside:
            raise LabError("OPERATION_NOT_ALLOWED", NO_COPY)
        leaving.check_vdi_map(hypervisor.facts, vm, wish.vdis)
        networks = {} if dest.inside else leaving.networks(hypervisor.facts, vm, wish.vifs)
        load = cargo.load(ctx, vm, dest, wish, sender)
        _eject(ctx, vm, wish)
        there = ctx if dest.inside else Context(dest.pool(), ctx.name, dest.host)
        journey = _Journey(ctx, there, vm, dest, wish, sender)
        shipment = mirror.Shipment(sender, dest.host, journey.writes, journey.network)
        async with mirror.shipped(ctx, there, load, shipment):
            ctx.checkpoint()
            new = await (journey.inside(shipment) if dest.inside else journey.across(shipment, networks))
        if not wish.copy:
            disks.discard(ctx, [one.vdi for one in reversed(load) if not one.here])
        return new


def _eject(ctx: Context, vm: str, wish: Wish) -> None:
    """CDs do not travel: unless they stay on their SR by the map, they are taken out; a suspended guest keeps them."""
    if ctx.db.get("VM", vm)["power_state"] == "Suspended":
        return
    for vbd in ctx.db.get("VM", vm)["VBDs"]:
        record = ctx.db.get("VBD", vbd)
        inserted = record["type"] == "CD" and ctx.db.exists("VDI", record["VDI"])
        if inserted and ctx.db.get("VDI", record["VDI"])["SR"] != wish.vdis.get(record["VDI"]):
            ctx.db.update("VBD", vbd, VDI=NULL, empty=True)


class _Journey:
    """One guest under way, its disks being at their destination already."""

    def __init__(self, ctx: Context, there: Context, vm: str, dest: Destination, wish: Wish, sender: str) -> None:
        self._ctx = ctx
        self._there = there
        self._vm = vm
        self._dest = dest
        self._wish = wish
        self._sender = sender
        self._begin = asyncio.get_running_loop().time()
        self.network = _network(there, dest)
        self.writes = ctx.lab.world.writes(vm) if is_live(ctx, vm) else 0

    async def inside(self, shipment: mirror.Shipment) -> str:
        """The guest keeps its records; its drives are pointed at the new disks."""
        ctx, vm = self._ctx, self._vm
        await self._move(shipment, None)
        self._seal()
        for one in (vm, *ctx.db.get("VM", vm)["snapshots"]):
            _remap(ctx, one, shipment.sent)
            if not _has_pbd(ctx, self._dest.host, ctx.db.get("VM", one)["suspend_SR"]):
                ctx.db.update("VM", one, suspend_SR=NULL)
        return vm

    async def across(self, shipment: mirror.Shipment, networks: Mapping[str, str]) -> str:
        """The other pool gets records of its own; those here go at the end, except those of a copy."""
        ctx, vm, wish = self._ctx, self._vm, self._wish
        family = [vm, *ctx.db.get("VM", vm)["snapshots"]] if not wish.copy else [vm]
        async with across.imported(
            ctx, self._there, self._dest, across.Baggage(family, shipment.sent, networks, wish)
        ) as new:
            self._there.db.update("VM", new, scheduled_to_be_resident_on=self._dest.host)
            await self._move(shipment, live.Beyond(self._there.lab, new))
            self._seal()
            self._there.db.update("VM", new, scheduled_to_be_resident_on=NULL)
        across.follow_up(ctx, self._there, family, new, copy=wish.copy)
        return new

    async def _move(self, shipment: mirror.Shipment, beyond: live.Beyond | None) -> None:
        """Memory, if there is any by now: a guest may shut down while its disks go."""
        ctx, vm = self._ctx, self._vm
        if not is_live(ctx, vm):
            return
        sizes = [disks.size(self._there.db.get("VDI", made)) for made in shipment.made]
        before = asyncio.get_running_loop().time() - self._begin
        compress = way_of(ctx, self._sender, self._dest.host, self._wish.options).compress
        way = live.Way(self.network, compress, before, sum(sizes), beyond)
        if beyond is None:
            _check_staying(ctx, vm, self._dest.host, shipment.sent)
        await live.migrate(ctx, vm, self._dest.host, way)

    def _seal(self) -> None:
        self._ctx.checkpoint()
        self._ctx.seal()


def _network(there: Context, dest: Destination) -> str:
    """The network whose address migrate_receive gave; "" for that of management, or none that is known."""
    pifs = [there.db.get("PIF", pif) for pif in there.db.get("host", dest.host)["PIFs"]]
    chosen = next((pif for pif in pifs if pif["IP"] == dest.address), None)
    return "" if chosen is None or chosen["management"] else str(chosen["network"])


def _has_pbd(ctx: Context, host: str, sr: str) -> bool:
    return any(ctx.db.get("PBD", pbd)["SR"] == sr for pbd in ctx.db.get("host", host)["PBDs"])


def _remap(ctx: Context, vm: str, sent: Mapping[str, str]) -> None:
    for vbd in ctx.db.get("VM", vm)["VBDs"]:
        old = ctx.db.get("VBD", vbd)["VDI"]
        if old in sent:
            ctx.db.update("VBD", vbd, VDI=sent[old])
    image = ctx.db.get("VM", vm)["suspend_VDI"]
    if image in sent:
        ctx.db.update("VM", vm, suspend_VDI=sent[image])


def _check_staying(ctx: Context, vm: str, host: str, sent: Mapping[str, str]) -> None:
    """A running guest needs its disks where it arrives; XAPI notices only there, when they are to be attached."""
    facts = ctx.lab.hypervisor.facts
    plugged = reach.plugged_srs(facts, host)
    for vdi in leaving.disks(facts, vm):
        sr = ctx.db.get("VDI", sent.get(vdi, vdi))["SR"]
        if sr not in plugged:
            cause = f"Storage_error ([S(No_storage_plugin_for_sr);S({ctx.db.get('SR', sr)['uuid']})])"
            raise internal(f"Xenops_interface.Xenopsd_error([S(Internal_error);S({cause})])")
