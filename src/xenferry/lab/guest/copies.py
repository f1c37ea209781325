"""Clones, copies, snapshots and checkpoints of guests: the disks first, then a record like the original's.

Simplification: blobs and NVRAM of the copy are those of the original.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Record
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.guest import choice, records
from xenferry.lab.guest.mac import generated
from xenferry.lab.motion import disks
from xenferry.lab.placement import reach

NOT_COPIED = (
    "uuid", "allowed_operations", "current_operations", "power_state", "resident_on", "scheduled_to_be_resident_on",
    "domid", "domarch", "consoles", "VBDs", "VIFs", "VGPUs", "VTPMs", "VUSBs", "crash_dumps", "snapshots", "children",
    "metrics", "guest_metrics", "attached_PCIs", "suspend_VDI", "suspend_SR", "groups", "parent", "appliance",
    "snapshot_schedule", "protection_policy", "is_default_template", "is_a_snapshot", "snapshot_of", "snapshot_time",
    "snapshot_info", "snapshot_metadata", "blocked_operations", "ha_always_run", "start_delay", "shutdown_delay",
    "order", "version", "requires_reboot", "pending_guidances", "pending_guidances_recommended",
    "pending_guidances_full", "blobs", "transportable_snapshot_id", "is_vmss_snapshot", "is_snapshot_from_vmpp",
)  # fmt: skip
DRIVE = (
    "userdevice", "device", "bootable", "mode", "type", "unpluggable", "empty", "other_config", "qos_algorithm_type",
    "qos_algorithm_params",
)  # fmt: skip
INTERFACE = (
    "device", "network", "MTU", "locking_mode", "ipv4_allowed", "ipv6_allowed", "ipv4_configuration_mode",
    "ipv4_addresses", "ipv4_gateway", "ipv6_configuration_mode", "ipv6_addresses", "ipv6_gateway", "trunks",
    "other_config", "qos_algorithm_type", "qos_algorithm_params",
)  # fmt: skip
OWNER = "owner"
"""Key of VBD.other_config: the disk goes with the guest."""
SNAPSHOTS = ("snapshot", "checkpoint")
STRUCTS = ("name", "memory", "VCPUs", "actions", "PV", "HVM")


@dataclass(frozen=True)
class Copying:
    """`kind` is clone, copy, snapshot or checkpoint; `sr` where a copy's disks go, NULL for where they are."""

    kind: str
    name: str
    sr: str = NULL
    ignored: Collection[str] = ()
    """Disks that a snapshot leaves out."""
    state: str = ""
    """The power state that a snapshot remembers, if not the one of now."""

    @property
    def is_snapshot(self) -> bool:
        return self.kind in SNAPSHOTS


async def go_to_disks(ctx: Context, vm: str) -> None:
    """Some host that has all the guest's SRs goes on with the call. Raises NO_HOSTS_AVAILABLE []."""
    able = choice.seeing(ctx, set(reach.required_srs(ctx.lab.hypervisor.facts, vm)))
    if not able:
        raise LabError("NO_HOSTS_AVAILABLE")
    await forward(ctx, choice.any_of(ctx, able))
    ctx.permit()


async def make(ctx: Context, vm: str, copying: Copying) -> str:
    """The new guest or snapshot: its disks, its record, its devices, at last its memory.

    If one of them cannot be made, none stays behind.
    """
    vbds = [vbd for vbd in ctx.db.get("VM", vm)["VBDs"] if ctx.db.get("VBD", vbd)["VDI"] not in copying.ignored]
    made: list[str] = []
    drives: dict[str, str] = {}
    try:
        for vbd in vbds:
            ctx.checkpoint()
            drives[vbd] = await _disk(ctx, vbd, copying, made)
        return await _guest(ctx, vm, drives, copying)
    except BaseException:
        disks.discard(ctx, made)
        raise


async def _guest(ctx: Context, vm: str, drives: dict[str, str], copying: Copying) -> str:
    new = _record(ctx, vm, copying)
    try:
        locks.mark(ctx, "VM", new, copying.kind)
        _devices(ctx, vm, new, drives, copying)
        image = ctx.db.get("VM", vm)["suspend_VDI"]
        if image != NULL and copying.kind != "snapshot":
            ctx.db.update("VM", new, suspend_VDI=await copy_disk(ctx, image, copying))
        locks.unmark(ctx, "VM", new)
    except BaseException:
        records.destroy(ctx, new)
        raise
    return new


async def _disk(ctx: Context, vbd: str, copying: Copying, made: list[str]) -> str:
    record = ctx.db.get("VBD", vbd)
    if record["empty"]:
        return NULL
    if record["type"] == "CD":
        return str(record["VDI"])
    new = await copy_disk(ctx, record["VDI"], copying)
    made.append(new)
    return new


async def copy_disk(ctx: Context, vdi: str, copying: Copying) -> str:
    """A disk's clone, copy or snapshot, by the disk's own call and with its refusals."""
    if copying.kind == "copy":
        sr = copying.sr if ctx.db.exists("SR", copying.sr) else ctx.db.get("VDI", vdi)["SR"]
        return str(await ctx.lab.call_within(ctx.task, "Async.VDI.copy", vdi, sr, NULL, NULL))
    label = "Async.VDI.snapshot" if copying.is_snapshot else "Async.VDI.clone"
    return str(await ctx.lab.call_within(ctx.task, label, vdi, {}))


def _record(ctx: Context, vm: str, copying: Copying) -> str:
    old = ctx.db.get("VM", vm)
    fields: dict[str, Any] = {name: value for name, value in old.items() if name not in NOT_COPIED}
    fields |= {
        "name_label": copying.name,
        "is_a_template": copying.is_snapshot or old["is_a_template"],
        "other_config": _other_config(ctx, old, copying),
        "generation_id": generation(ctx, old["generation_id"]),
    }
    if copying.is_snapshot:
        fields |= _of_snapshot(ctx, vm, copying)
    new = ctx.db.create(
        "VM", fields, power_state=_state(old["power_state"], copying), domid=-1,
        metrics=_twin(ctx, "VM_metrics", old["metrics"]),
        guest_metrics=_twin(ctx, "VM_guest_metrics", old["guest_metrics"]),
    )  # fmt: skip
    if copying.is_snapshot:
        ctx.db.hidden("VM", new)["original"] = dict(old)
        ctx.db.update("VM", vm, parent=new)
    return new


def _state(state: str, copying: Copying) -> str:
    """A snapshot is Halted; what has an image of its memory stays Suspended."""
    with_memory = ("Running", "Suspended") if copying.kind == "checkpoint" else ("Suspended",)
    return "Suspended" if copying.kind != "snapshot" and state in with_memory else "Halted"


def _of_snapshot(ctx: Context, vm: str, copying: Copying) -> dict[str, Any]:
    old = ctx.db.get("VM", vm)
    return {
        "is_a_snapshot": True,
        "snapshot_of": vm,
        "snapshot_time": ctx.lab.date(),
        "snapshot_info": {
            "disk-snapshot-type": "crash_consistent",
            "power-state-at-snapshot": copying.state or old["power_state"],
        },
        "snapshot_metadata": metadata(vm, old),
        "parent": old["parent"],
    }


def metadata(ref: str, record: Record) -> str:
    """VM.snapshot_metadata: the whole record, its fields named and ordered as in XAPI's database (recorded)."""
    columns = {_column(name): _text(value) for name, value in record.items()}
    columns |= {"_ref": ref, "recommended_guidances": "()"}
    pairs = (f"({_quoted(name)} {_quoted(columns[name])})" for name in sorted(columns, reverse=True))
    return f"({' '.join(pairs)})"


def _column(name: str) -> str:
    struct, _, rest = name.partition("_")
    return f"{struct}__{rest}" if rest and struct in STRUCTS else name


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return f"({' '.join(f'({_quoted(str(key))} {_quoted(str(one))})' for key, one in value.items())})"
    if isinstance(value, list | tuple):
        return f"({' '.join(_quoted(str(one)) for one in value)})"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _other_config(ctx: Context, old: Record, copying: Copying) -> dict[str, str]:
    """A copy makes MAC addresses of its own, a snapshot keeps them; both remember the template they come from."""
    kept = {
        key: value
        for key, value in old["other_config"].items()
        if key not in ("default_template", "xensource_internal")
    }
    if not copying.is_snapshot:
        kept["mac_seed"] = ctx.db.new_uuid()
    if old["is_a_template"]:
        kept.setdefault("base_template_name", old["name_label"])
    return kept


def generation(ctx: Context, current: str) -> str:
    """A guest that knows generations learns that it is a copy, or not what it was a moment ago."""
    if not current:
        return current
    number = ctx.db.new_uuid().replace("-", "")
    return f"{int(number[:15], 16)}:{int(number[17:], 16)}"


def _twin(ctx: Context, cls: str, ref: str) -> str:
    if not ctx.db.exists(cls, ref):
        return NULL
    return ctx.db.create(cls, {name: value for name, value in ctx.db.get(cls, ref).items() if name != "uuid"})


def _devices(ctx: Context, vm: str, new: str, drives: dict[str, str], copying: Copying) -> None:
    old = ctx.db.get("VM", vm)
    for vbd, vdi in reversed(drives.items()):
        copy_drive(ctx, vbd, new, vdi)
    for vif in reversed(old["VIFs"]):
        copy_interface(ctx, vif, new, keep_mac=copying.is_snapshot)
    for ref in old["VGPUs"]:
        vgpu = ctx.db.get("VGPU", ref)
        kept = {name: vgpu[name] for name in ("GPU_group", "type", "device", "other_config", "extra_args")}
        ctx.db.create("VGPU", kept, VM=new)
    for ref in old["VTPMs"]:
        vtpm = ctx.db.get("VTPM", ref)
        kept = {name: vtpm[name] for name in ("is_unique", "is_protected", "persistence_backend")}
        copy_contents(ctx, ref, ctx.db.create("VTPM", kept, VM=new))


def copy_contents(ctx: Context, vtpm: str, new: str) -> None:
    """What is in the one TPM is in the other, unless it is meant to be there once only."""
    if not ctx.db.get("VTPM", vtpm)["is_unique"]:
        ctx.db.hidden("VTPM", new).update(ctx.db.hidden("VTPM", vtpm))


def copy_drive(ctx: Context, vbd: str, vm: str, vdi: str) -> str:
    """The same drive of another guest, with this disk in it."""
    record = ctx.db.get("VBD", vbd)
    other = {OWNER: "", **record["other_config"]} if record["type"] == "Disk" else record["other_config"]
    fields = {name: record[name] for name in DRIVE} | {"other_config": other}
    return ctx.db.create("VBD", fields, VM=vm, VDI=vdi, metrics=ctx.db.create("VBD_metrics"), currently_attached=False)


def copy_interface(ctx: Context, vif: str, vm: str, *, keep_mac: bool) -> str:
    """The same interface of another guest, behind the same PVS proxy. A MAC address that is kept counts as chosen."""
    record = ctx.db.get("VIF", vif)
    fields = {name: record[name] for name in INTERFACE}
    seed = ctx.db.get("VM", vm)["other_config"].get("mac_seed", "")
    mac = record["MAC"] if keep_mac else generated(seed, int(record["device"]))
    metrics = ctx.db.create("VIF_metrics")
    made = ctx.db.create("VIF", fields, VM=vm, MAC=mac, MAC_autogenerated=not keep_mac, metrics=metrics)
    for proxy in ctx.db.find("PVS_proxy", VIF=vif):
        ctx.db.create("PVS_proxy", site=ctx.db.get("PVS_proxy", proxy)["site"], VIF=made)
    return made
