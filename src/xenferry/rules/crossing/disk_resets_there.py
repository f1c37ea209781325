"""A disk forgets everything at each boot, so the guest cannot be sent.

Such a disk is thrown away and made anew at each boot. VM.assert_can_migrate does not ask this; VM.migrate_send does.

Cause: the disk's `on-boot` is `reset`.
Fix: Set it to persist while the guest is halted: `xe vdi-param-set uuid=... on-boot=persist`.

Example:
    pool east
    host north
    guest kiosk   # rule: disk-resets-there
      disk root on-boot=reset
    guest wiki
      disk root

    pool west
    host upper
    sr store nfs default
"""

from __future__ import annotations

from xenferry.pool.records import Ref
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey, disk, disks_of
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("send", 1)


def refused(j: Journey) -> bool:
    """VM.assert_can_migrate does not ask this; VM.migrate_send does."""
    return bool(_disks(j))


def _disks(j: Journey) -> list[Ref]:
    own = (ref for ref in disks_of(j.here, j.vm) if ref in j.here.VDI)
    return [ref for ref in own if j.here.VDI[ref].on_boot == "reset"]


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION", _disks(j)[0])


def say(j: Journey) -> Words:
    """Which disk."""
    ref = _disks(j)[0]
    keep = f"xe vdi-param-set uuid={j.here.VDI[ref].uuid} on-boot=persist"
    seen = f"{j.cannot}: its disk {disk(j, ref)} is reset at each boot."
    return Words(ref, seen, (f"Shut {j.vm.name_label} down and let the disk keep what is written: `{keep}`.",))
