"""The disks of VM.migrate_send on their way to other SRs, of this pool or another: one copied after the other.

Until the guest itself has moved, what it writes on a disk that has arrived goes to both sides (the mirror), and takes
its part of the wire. Simplification: a copy takes the space and the time of what the disk really uses.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from xenferry.lab.context import Context
from xenferry.lab.datamodel import EPOCH
from xenferry.lab.error import LabError, internal
from xenferry.lab.motion import disks
from xenferry.lab.motion.cargo import Cargo
from xenferry.lab.motion.links import Stream

SYNCED = ("config-drive",)
"""The only keys of VDI.other_config that go along."""


@dataclass
class Shipment:
    """`sent` maps every disk of the guest to what it is at its destination; `made` are those newly made there."""

    sender: str
    receiver: str
    writes: int
    """Bytes per second that the guest writes on each of its disks; 0 for one that does not run."""
    network: str = ""
    sent: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    mirrors: list[Stream] = field(default_factory=list)


@asynccontextmanager
async def shipped(ctx: Context, there: Context, cargo: Sequence[Cargo], shipment: Shipment) -> AsyncIterator[None]:
    """All disks are at their destination inside; `there` is the pool they go to. If it ends badly, none is."""
    links = ctx.lab.hypervisor.links
    try:
        await _send_all(ctx, there, cargo, shipment)
        _link_snapshots(ctx, there, shipment)
        yield
    except BaseException:
        disks.discard(there, shipment.made)
        raise
    finally:
        for stream in shipment.mirrors:
            links.close(stream)


async def _send_all(ctx: Context, there: Context, cargo: Sequence[Cargo], shipment: Shipment) -> None:
    """Progress counts all disks by their size, also those that stay."""
    total, before = sum(one.size for one in cargo), 0
    for one in cargo:
        ctx.checkpoint()
        await _plug(there, one.sr, shipment.receiver)
        if one.here:
            shipment.sent[one.vdi] = one.there
            continue
        await _send(ctx, there, one, shipment, (before / total, one.size / total))
        before += one.size
        _keep_in_step(ctx, one, shipment)


async def _plug(there: Context, sr: str, receiver: str) -> None:
    """XAPI plugs the SR on the target and on its coordinator if somebody had unplugged it there."""
    for ref in there.db.get("SR", sr)["PBDs"]:
        pbd = there.db.get("PBD", ref)
        wanted = pbd["host"] in (receiver, there.lab.coordinator) and there.db.get("host", pbd["host"])["enabled"]
        if wanted and not pbd["currently_attached"]:
            await there.lab.call("PBD.plug", ref)


async def _send(ctx: Context, there: Context, one: Cargo, shipment: Shipment, share: tuple[float, float]) -> None:
    disk, links = ctx.db.get("VDI", one.vdi), ctx.lab.hypervisor.links
    size = disks.size(disk)
    _check_arrival(there, one, shipment.receiver, size)
    made = _twin(ctx, there, one)
    shipment.made.append(made)
    shipment.sent[one.vdi] = made
    stream = links.open(shipment.sender, shipment.receiver, disks.DISK_STREAM_MAX, shipment.network)

    def step(sent: float) -> None:
        ctx.checkpoint()
        if not disks.attached(there, one.sr, shipment.receiver):
            raise LabError("MIRROR_FAILED", one.vdi)
        ctx.progress(round(share[0] + share[1] * sent / size, 3))

    try:
        await links.send(stream, size, step)
    finally:
        links.close(stream)


def _twin(ctx: Context, there: Context, one: Cargo) -> str:
    """What the storage layer knows of a disk goes along, the rest of XAPI's record does not."""
    disk = ctx.db.get("VDI", one.vdi)
    kept = ("name_label", "name_description", "virtual_size", "physical_utilisation", "type", "read_only")
    other = {key: disk["other_config"][key] for key in SYNCED if key in disk["other_config"]}
    fields = {name: disk[name] for name in kept}
    made = there.db.create("VDI", fields, SR=one.sr, managed=True, location=there.db.new_uuid(), other_config=other)
    disks.take_space(there, one.sr, disks.size(disk))
    return made


def _keep_in_step(ctx: Context, one: Cargo, shipment: Shipment) -> None:
    if one.mirrored and shipment.writes:
        links = ctx.lab.hypervisor.links
        shipment.mirrors.append(links.open(shipment.sender, shipment.receiver, shipment.writes, shipment.network))


def _link_snapshots(ctx: Context, there: Context, shipment: Shipment) -> None:
    for old, new in shipment.sent.items():
        disk = ctx.db.get("VDI", old)
        if new in shipment.made and disk["is_a_snapshot"]:
            origin = shipment.sent.get(disk["snapshot_of"], disk["snapshot_of"])
            time = disk["snapshot_time"] or EPOCH
            there.db.update("VDI", new, is_a_snapshot=True, snapshot_of=origin, snapshot_time=time)


def _check_arrival(there: Context, one: Cargo, receiver: str, size: int) -> None:
    """The SR is on the receiving host and has room; what XAPI makes of the storage layer's refusal, if not."""
    uuid = there.db.get("SR", one.sr)["uuid"]
    if not disks.attached(there, one.sr, receiver):
        raise _refusal(there, one, f"[S(No_storage_plugin_for_sr);S({uuid})]", None)
    try:
        disks.check_room(there, one.sr, size)
    except LabError as full:
        params = ";".join(f"S({param})" for param in full.params)
        raise _refusal(there, one, f"[S(Backend_error);[S({full.code});[{params}]]]", full) from None


WRAPPED_SINCE = (25, 14)
"""Since about this XAPI a refusal of the target's storage while a mirror is prepared is an internal error."""


def _refusal(there: Context, one: Cargo, cause: str, driver: LabError | None) -> LabError:
    cause = f"Storage_error ({cause})"
    wraps = one.mirrored and there.lab.hypervisor.facts.xapi >= WRAPPED_SINCE
    if driver is not None and not wraps:
        return driver
    if wraps or not one.mirrored:
        cause = f"Storage_error ([S({'Migration_preparation_failure' if wraps else 'Internal_error'});S({cause})])"
    return internal(f"Storage_error ([S(Internal_error);S({cause})])")
