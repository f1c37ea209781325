"""The suspended guest's memory image lies on storage that the host does not reach.

A suspended guest can be resumed wherever its memory image and its disks are in reach.

Cause: the guest was suspended to an SR of its host, because the pool has no shared SR for suspend images.
Fix:
- Resume it on the host that reaches the image, then migrate it.
- For the next time, set a shared SR: `xe pool-param-set uuid=... suspend-image-SR=...`.

Cause: the connection to the SR is unplugged on the host.
Fix: Plug it: `xe pbd-plug uuid=...`.

Example:
    pool p
    host xcp1
    host xcp2
    sr "Local storage" lvm on=xcp1
    guest web on=xcp1 suspended   # rule: suspend-image-not-on-host
      disk root sr="Local storage"
    guest up on=xcp1
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import NULL, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import unreached
from xenferry.rules.facts import storage
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go, of

where = (Place("core-sr", 11),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts that do not reach the image of a suspended guest."""
    found: dict[Ref, int] = {}
    for vm in guests:
        if vm.power_state == "Suspended" and vm.suspend_VDI != NULL:
            image = s.VDI.get(vm.suspend_VDI)
            lacking = int(s.everywhere) & ~int(s.with_sr_plugged.get(image.SR, 0) if image else 0)
            if lacking:
                found[vm.ref] = lacking
    return found


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer, which is about the first of all that the guest needs."""
    return storage.first_unreachable(s, vm, host)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Where the image is, and who reaches it."""
    image = s.VDI.get(vm.suspend_VDI)
    sr = s.SR.get(image.SR) if image else None
    if sr is None:
        return unreached.missing(s, vm, hosts, vm.ref)
    seen = f"{cannot_go(vm, hosts)}: its suspended memory lies on {unreached.why(s, sr, hosts)}."
    reach = s.with_sr_plugged.get(sr.ref)
    resume = (f"Resume it on {of(s.hosts_in(reach))}, then migrate it.",) if reach else ()
    return Words(vm.ref, seen, (*unreached.plug(s, sr, hosts), *resume))
