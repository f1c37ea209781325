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
from itertools import chain

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.once import once_of
from xenferry.rules.place import Place
from xenferry.rules.words import Words, of

where = (Place("core", 99),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Never: what is missing is unknown, not refused."""
    return {}


def unknown(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Every host, if a device of the guest, or the metrics of a live one, are not there."""
    doubtful = [vm for vm in guests if vm.VGPUs or vm.VUSBs] if _complete(s, guests) else guests
    everywhere = int(s.everywhere)
    return {vm.ref: everywhere for vm in doubtful if _missing(s, vm)}


def _complete(s: Snapshot, guests: Sequence[VM]) -> bool:
    """Is everything there that any of the guests names, besides GPUs and USB devices? Asked of all of them at once."""
    return (
        bool(s.VDI)
        and not s.not_read & {"PBD", "PIF"}
        and set(chain.from_iterable([vm.VBDs for vm in guests])) <= s.VBD.keys()
        and set(chain.from_iterable([vm.VIFs for vm in guests])) <= _cards(s).keys()
        and {vm.metrics for vm in guests if vm.power_state != "Halted"} <= s.VM_metrics.keys()
    )


@once_of("VIF", "network")
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
