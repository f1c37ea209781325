"""A guest's domain comes into being, ends, or is found elsewhere: what XAPI then writes into its tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xenferry.lab.datamodel import NULL
from xenferry.lab.guest import agent, drives, firmware
from xenferry.lab.placement import cpu, memory
from xenferry.lab.placement.basics import truth
from xenferry.lab.updates import guidance

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


def begin(lab: Lab, vm: str, host: str, *, paused: bool = False) -> None:
    """The guest boots on a host: devices, state, metrics, CPU flags, in the order in which XAPI shows them."""
    db, record = lab.db, lab.db.get("VM", vm)
    facts = lab.hypervisor.facts
    attach(lab, vm, attached=True)
    flags = _cpu_flags(lab, vm)
    cards = _cards(lab, vm, host)
    db.update("VM", vm, memory_overhead=memory.overhead(record, facts.xapi), requires_reboot=False)
    db.update("VM", vm, resident_on=host)
    db.update("VM", vm, scheduled_to_be_resident_on=NULL)
    db.update("VM", vm, power_state="Paused" if paused else "Running", attached_PCIs=cards)
    lab.menus.settle()
    platform = record["platform"]
    _metrics(
        lab,
        vm,
        hvm=record["domain_type"] == "hvm",
        current_domain_type=record["domain_type"],
        memory_actual=record["memory_dynamic_max"],
        VCPUs_number=record["VCPUs_at_startup"],
        start_time=lab.date(),
        nomigrate=truth(platform.get("nomigrate", "")),
        nested_virt=truth(platform.get("nested-virt", "")),
    )
    db.update("VM", vm, memory_target=record["memory_dynamic_max"], domid=_next_domid(lab, host))
    db.update("VM", vm, last_boot_CPU_flags=flags)
    _place_gpus(lab, vm)
    guidance.restarted(db, vm)
    lab.hypervisor.history.begins(vm, host)


def end(lab: Lab, vm: str, why: str, *, state: str = "Halted", gone: bool = True, stays: bool = False) -> None:
    """The guest's domain is gone: it is Halted, or Suspended with its image on disk. `gone`: whether that is true.

    What its agent last reported stays until the next start, even of a Halted guest (recorded). With `stays` a
    suspended guest is still said to be on its host, as during a checkpoint.
    """
    if gone:
        lab.hypervisor.history.ends(vm, why)
    agent.remember(lab, vm)
    if state == "Suspended":
        lab.db.update("VM", vm, last_booted_record=_notes(lab, vm))
    lab.db.update("VM", vm, power_state=state)
    attach(lab, vm, attached=False)
    lab.menus.settle()
    if not stays:
        _leave_host(lab, vm)
    (guidance.restarted if state == "Halted" else guidance.moved)(lab.db, vm)
    if state == "Halted":
        _forget_domain(lab, vm)


def _leave_host(lab: Lab, vm: str) -> None:
    lab.db.update("VM", vm, resident_on=NULL, attached_PCIs=[])
    lab.db.update("VM", vm, scheduled_to_be_resident_on=NULL)
    lab.db.update("VM", vm, domid=-1)
    for vgpu in lab.db.get("VM", vm)["VGPUs"]:
        lab.db.update("VGPU", vgpu, resident_on=NULL, currently_attached=False)


def _notes(lab: Lab, vm: str) -> str:
    """What the hypervisor's toolstack notes of a suspended guest, to resume it by. Simplification: the gist of it."""
    record = lab.db.get("VM", vm)
    kept = {
        "uuid": record["uuid"], "domid": record["domid"], "hvm": record["domain_type"] == "hvm",
        "vcpus": record["VCPUs_at_startup"], "shadow_multiplier": record["HVM_shadow_multiplier"],
        "memory_dynamic_min": record["memory_dynamic_min"], "memory_dynamic_max": record["memory_dynamic_max"],
        "suspended": True,
    }  # fmt: skip
    return json.dumps(kept, separators=(",", ":"))


def _forget_domain(lab: Lab, vm: str) -> None:
    """What XAPI copies from a domain that is no more: nothing is left of it (recorded)."""
    vendor = lab.db.get("VM", vm)["last_boot_CPU_flags"].get("vendor")
    flags = {"vendor": vendor, "features": ""} if vendor else {}
    lab.db.update("VM", vm, memory_target=0)
    lab.db.update("VM", vm, last_boot_CPU_flags=flags)
    _metrics(lab, vm, memory_actual=0, current_domain_type="unspecified")
    _metrics(lab, vm, VCPUs_number=0, hvm=False)


def resume(lab: Lab, vm: str, host: str, *, paused: bool = False) -> None:
    """A suspended guest goes on where it stopped; it has not booted, so its CPU flags stay."""
    state = "Paused" if paused else "Running"
    lab.db.update("VM", vm, resident_on=host)
    lab.db.update("VM", vm, scheduled_to_be_resident_on=NULL)
    attach(lab, vm, attached=True)
    lab.db.update("VM", vm, power_state=state, domid=_next_domid(lab, host))
    agent.wake(lab, vm)
    lab.menus.settle()
    lab.db.update("VM", vm, suspend_VDI=NULL)
    _place_gpus(lab, vm)
    lab.hypervisor.history.begins(vm, host)


def arrive(lab: Lab, vm: str, host: str) -> None:
    """A migrated guest is taken over by its new host: both fields change in one step (atomic_set_resident_on)."""
    lab.db.update("VM", vm, resident_on=host, scheduled_to_be_resident_on=NULL)
    guidance.moved(lab.db, vm)
    _place_gpus(lab, vm)


def stay(lab: Lab, vm: str, host: str) -> None:
    """A guest that could not be started there is said to be there all the same, Halted (recorded)."""
    lab.db.update("VM", vm, resident_on=host)
    lab.db.update("VM", vm, scheduled_to_be_resident_on=NULL)


def leave(lab: Lab, vm: str) -> None:
    """A guest that the hypervisor knows and that did not start is nowhere, its devices unplugged."""
    if lab.db.exists("VM", vm):
        lab.db.update("VM", vm, resident_on=NULL)
        attach(lab, vm, attached=False)


def number(lab: Lab, vm: str, host: str) -> None:
    """The guest has a domain number of this host, which XAPI learns from xenopsd after it has taken the guest over."""
    lab.db.update("VM", vm, domid=_next_domid(lab, host, vm))


def attach(lab: Lab, vm: str, *, attached: bool) -> None:
    """Shows all devices as plugged or unplugged. A drive keeps the name that it had in the guest.

    Empty drives are plugged only where drives are emulated: other guests get them with their disk.
    """
    record = lab.db.get("VM", vm)
    emulated = firmware.is_hvm(record)
    for vbd in filter(lambda ref: lab.db.exists("VBD", ref), record["VBDs"]):
        drive = lab.db.get("VBD", vbd)
        named = attached and not drive["device"]
        shown = {"device": drives.shown(drive["userdevice"])} if named else {}
        if not attached or emulated or not drive["empty"]:
            lab.db.update("VBD", vbd, currently_attached=attached, **shown)
    for cls, field in (("VIF", "VIFs"), ("VUSB", "VUSBs")):
        for ref in record[field]:
            if lab.db.exists(cls, ref):
                lab.db.update(cls, ref, currently_attached=attached)


def _next_domid(lab: Lab, host: str, newcomer: str = "") -> int:
    """Domain numbers of a host only ever grow until it reboots; a newcomer's is still that of another host."""
    hidden = lab.db.hidden("host", host)
    guests = (vm for vm in lab.db.get("host", host)["resident_VMs"] if vm != newcomer)
    used = [lab.db.get("VM", vm)["domid"] for vm in guests]
    hidden["last_domid"] = max([hidden.get("last_domid", 0), *used]) + 1
    return int(hidden["last_domid"])


def _cpu_flags(lab: Lab, vm: str) -> dict[str, str]:
    """The level of the pool, by which the guest boots."""
    kind = "pv" if lab.db.get("VM", vm)["domain_type"] == "pv" else "hvm"
    hosts = [host["cpu_info"] for host in lab.db.all("host").values()]
    sets = [info[f"features_{kind}_host"] for info in hosts if info.get(f"features_{kind}_host")]
    vendor = next((info["vendor"] for info in hosts if "vendor" in info), "")
    return {"vendor": vendor, "features": cpu.level(sets)} if sets else {}


def _cards(lab: Lab, vm: str, host: str) -> list[str]:
    """The host's PCI devices that other_config["pci"] names, e.g. `0/0000:0a:00.0`; what is not there is left out."""
    wanted = {part.partition("/")[2] for part in lab.db.get("VM", vm)["other_config"].get("pci", "").split(",")}
    return [ref for ref, pci in lab.db.all("PCI").items() if pci["host"] == host and pci["pci_id"] in wanted]


def _place_gpus(lab: Lab, vm: str) -> None:
    for vgpu in lab.db.get("VM", vm)["VGPUs"]:
        place = lab.db.get("VGPU", vgpu)["scheduled_to_be_resident_on"]
        lab.db.update("VGPU", vgpu, resident_on=place, scheduled_to_be_resident_on=NULL, currently_attached=True)


def _metrics(lab: Lab, vm: str, **fields: Any) -> None:
    """Writes into the guest's metrics, making them first where there are none."""
    ref = lab.db.get("VM", vm)["metrics"]
    if lab.db.exists("VM_metrics", ref):
        lab.db.update("VM_metrics", ref, last_updated=lab.date(), **fields)
    else:
        lab.db.update("VM", vm, metrics=lab.db.create("VM_metrics", fields, last_updated=lab.date()))
