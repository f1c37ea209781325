"""The guest's USB device is plugged into another host.

A halted guest with a USB device can only start where the device is.

Cause: the device given to the guest is in one host, and the guest shall start on another.
Fix:
- Start the guest on the host that has the device.
- Plug the device into the other host and give that one to the guest: `xe pusb-scan host-uuid=...`.
- Take it away from the guest: `xe vusb-destroy uuid=...`.

Example:
    pool p
    host xcp1
      usb dongle
    host xcp2
    guest erp on=xcp1 halted
      usb dongle   # rule: usb-not-on-host
    guest web on=xcp1 halted
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("core", 17),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Every host but the one with the first device of each of its groups."""
    found: dict[Ref, int] = {}
    for vm in guests:
        for vusb in vm.VUSBs:
            found[vm.ref] = found.get(vm.ref, 0) | int(s.everywhere) & ~_host(s, vusb)
    return {ref: hosts for ref, hosts in found.items() if hosts}


def _host(s: Snapshot, ref: Ref) -> int:
    vusb = s.VUSB.get(ref)
    group = s.USB_group.get(vusb.USB_group) if vusb else None
    pusb = s.PUSB.get(group.PUSBs[0]) if group and group.PUSBs else None
    return 1 << s.place[pusb.host] if pusb and pusb.host in s.place else 0


def _first(s: Snapshot, vm: VM, host: Host) -> Ref:
    return next(vusb for vusb in vm.VUSBs if not _host(s, vusb) >> s.place[host.ref] & 1)


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("OPERATION_NOT_ALLOWED", f"VUSB {_first(s, vm, host)} is not available on Host {host.ref}")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Where the device is."""
    vusb = _first(s, vm, hosts[0])
    owner = next((host.name_label for at, host in enumerate(s.hosts) if _host(s, vusb) >> at & 1), "no host")
    uuid = s.VUSB[vusb].uuid if vusb in s.VUSB else "..."
    cures = (f"Start it on {owner}.", f"Take the device away: `xe vusb-destroy uuid={uuid}`.")
    return Words(vusb, f"{cannot_go(vm, hosts)}: its USB device is in {owner}.", cures)
