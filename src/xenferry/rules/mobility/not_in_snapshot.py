"""Parts of the guest are missing in this snapshot, so it cannot be judged.

A capture that was cut down, or taken by an account that may not see everything, leaves references to records that are
not there. What was not looked at is never called fine.

Cause: the capture holds only some classes, or was edited.
Fix: Capture the pool again with an account that may read everything: `xenferry capture FILE`.

Example:
    pool p
    host xcp1
    host xcp2
    guest web   # rule: not-in-snapshot
      set VBDs=OpaqueRef:unseen
    guest ok
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, of

where = (Place("core", 99),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Never: what is missing is unknown, not refused."""
    return {}


def unknown(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Every host, if a device of the guest, or the metrics of a live one, are not there."""
    lost = _lost(s, guests)
    metrics, disks, everywhere = s.VM_metrics, bool(s.VDI), int(s.everywhere)
    found: dict[Ref, int] = {}
    for vm in guests:
        blind = (vm.power_state != "Halted" and vm.metrics not in metrics) or (not disks and vm.VBDs)
        if blind or (lost and not lost.isdisjoint(_devices(vm))):
            found[vm.ref] = everywhere
    return {ref: hosts for ref, hosts in found.items() if _missing(s, s.VM[ref])}


def _devices(vm: VM) -> tuple[Ref, ...]:
    return (*vm.VBDs, *vm.VIFs, *vm.VGPUs, *vm.VUSBs)


def _lost(s: Snapshot, guests: Sequence[VM]) -> set[Ref]:
    """Devices of guests that have no record, or whose network has none."""
    there = set(chain(s.VBD, (ref for ref, vif in s.VIF.items() if vif.network in s.network), s.VGPU, s.VUSB))
    named = (chain.from_iterable(vm.VBDs for vm in guests), chain.from_iterable(vm.VIFs for vm in guests))
    rare = chain.from_iterable((*vm.VGPUs, *vm.VUSBs) for vm in guests if vm.VGPUs or vm.VUSBs)
    return set(chain(*named, rare)) - there


def _missing(s: Snapshot, vm: VM) -> str:
    gone = set(_devices(vm)) & _lost(s, (vm,))
    if not gone.isdisjoint(vm.VBDs):
        return "a disk drive"
    if not gone.isdisjoint(vm.VIFs):
        return "a network interface"
    if not s.VDI and any(not s.VBD[ref].empty for ref in vm.VBDs):
        return "its disks"
    if vm.power_state != "Halted" and vm.metrics not in s.VM_metrics:
        return "what it was started with (VM_metrics)"
    return "a GPU or USB device" if gone else ""


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI says nothing of the kind."""
    return ()


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """What is missing."""
    seen = f"Whether {vm.name_label} may go to {of(hosts)} is unknown: the snapshot lacks {_missing(s, vm)}."
    return Words(vm.ref, seen, ("Capture the pool again, with an account that may read everything.",))
