"""A disk that forgets its changes at every start and is cached on its host ties the guest to that host.

The cache and the changes since the guest's start lie on the host itself.

Cause: the disk is a desktop's, with on_boot=reset and caching in its SM configuration.
Fix: Shut the guest down and start it on the other host: what the disk would forget is lost anyway.

Example:
    pool p
    host xcp1
    host xcp2
    sr nfs nfs
    guest desk
      disk d sr=nfs on-boot=reset caching   # rule: disk-resets-and-caches
    guest web
      disk e sr=nfs
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VBD, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.guest import is_true
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle", 12),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if one of its disks does both."""
    disks = {ref for ref, disk in s.VDI.items() if disk.sm_config and _resets(disk.sm_config)}
    drives = {ref for ref, drive in s.VBD.items() if drive.VDI in disks} if disks else set()
    return {vm.ref: int(s.everywhere) for vm in guests if not drives.isdisjoint(vm.VBDs)} if drives else {}


def _resets(config: dict[str, str]) -> bool:
    return config.get("on_boot") == "reset" and is_true(config.get("caching", ""))


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION",)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Which disk."""
    drives: list[VBD] = [s.VBD[ref] for ref in vm.VBDs if ref in s.VBD]
    drive = next(each for each in drives if each.VDI in s.VDI and _resets(s.VDI[each.VDI].sm_config))
    seen = f"{cannot_move(vm)}: its disk {s.name(drive.VDI)!r} is reset at every start and cached on its host."
    return Words(drive.ref, seen, (f"Shut {vm.name_label} down and start it on the other host.",))
