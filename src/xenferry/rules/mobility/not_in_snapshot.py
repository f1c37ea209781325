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

from collections.abc import Mapping, Sequence

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
    has_drive, has_card, has_metrics = s.VBD.__contains__, _cards(s).__contains__, s.VM_metrics.__contains__
    disks, everywhere = bool(s.VDI) and "PBD" not in s.not_read, int(s.everywhere)
    cables = "PIF" not in s.not_read
    doubtful = [
        vm
        for vm in guests
        if not (all(map(has_drive, vm.VBDs)) and all(map(has_card, vm.VIFs)))
        or vm.VGPUs
        or vm.VUSBs
        or not (disks or not vm.VBDs)
        or not (cables or not vm.VIFs)
        or not (vm.power_state == "Halted" or has_metrics(vm.metrics))
    ]
    return {vm.ref: everywhere for vm in doubtful if _missing(s, vm)}


def _cards(s: Snapshot) -> Mapping[Ref, object]:
    """The interfaces whose network is there."""
    if {vif.network for vif in s.VIF.values()} <= s.network.keys():
        return s.VIF
    return {ref: vif for ref, vif in s.VIF.items() if vif.network in s.network}


def _missing(s: Snapshot, vm: VM) -> str:
    if not all(ref in s.VBD for ref in vm.VBDs):
        return "a disk drive"
    if not all(ref in _cards(s) for ref in vm.VIFs):
        return "a network interface"
    if not s.VDI and any(not s.VBD[ref].empty for ref in vm.VBDs):
        return "its disks"
    if "PBD" in s.not_read and any(not s.VBD[ref].empty for ref in vm.VBDs):
        return "which hosts are connected to which storage (PBD)"
    if "PIF" in s.not_read and vm.VIFs:
        return "which hosts are on which networks (PIF)"
    if vm.power_state != "Halted" and vm.metrics not in s.VM_metrics:
        return "what it was started with (VM_metrics)"
    gone = [ref for ref in (*vm.VGPUs, *vm.VUSBs) if ref not in s.VGPU and ref not in s.VUSB]
    return "a GPU or USB device" if gone else ""


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI says nothing of the kind."""
    return ()


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """What is missing."""
    seen = f"Whether {vm.name_label} may go to {of(hosts)} is unknown: the snapshot lacks {_missing(s, vm)}."
    return Words(vm.ref, seen, ("Capture the pool again, with an account that may read everything.",))
