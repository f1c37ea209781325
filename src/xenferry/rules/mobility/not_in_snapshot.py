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
    everywhere = int(s.everywhere)
    return {vm.ref: everywhere for vm in guests if _missing(s, vm)}


def _missing(s: Snapshot, vm: VM) -> str:
    drives, cards = s.VBD, s.VIF
    for ref in vm.VBDs:
        if ref not in drives:
            return "a disk drive"
    for ref in vm.VIFs:
        if ref not in cards or cards[ref].network not in s.network:
            return "a network interface"
    if not s.VDI and any(not drives[ref].empty for ref in vm.VBDs):
        return "its disks"
    if vm.power_state != "Halted" and vm.metrics not in s.VM_metrics:
        return "what it was started with (VM_metrics)"
    gone = [ref for ref in vm.VGPUs if ref not in s.VGPU] + [ref for ref in vm.VUSBs if ref not in s.VUSB]
    return "a GPU or USB device" if gone else ""


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI says nothing of the kind."""
    return ()


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """What is missing."""
    seen = f"Whether {vm.name_label} may go to {of(hosts)} is unknown: the snapshot lacks {_missing(s, vm)}."
    return Words(vm.ref, seen, ("Capture the pool again, with an account that may read everything.",))
