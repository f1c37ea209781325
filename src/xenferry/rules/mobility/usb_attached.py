"""A USB device of the host is passed through to the guest.

The device stays in its host, so the guest cannot move; not even a halted guest can be migrated with it.

Cause: a licence dongle, a modem or a stick was given to the guest.
Fix:
- Take it away from the guest: shut it down, `xe vusb-destroy uuid=...`, start it.
- Use a network USB server instead, if the guest needs the device and shall move.

Example:
    pool p
    host xcp1
      usb dongle
    host xcp2
    guest erp
      usb dongle   # rule: usb-attached
    guest web
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle", 15),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if it has any."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.VUSBs}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_HAS_VUSBS", vm.ref)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Which device."""
    vusb = s.VUSB.get(vm.VUSBs[0])
    group = s.USB_group.get(vusb.USB_group) if vusb else None
    what = f" ({group.name_label})" if group and group.name_label else ""
    uuid = vusb.uuid if vusb else "..."
    cure = f"Shut {vm.name_label} down, take the device away (`xe vusb-destroy uuid={uuid}`) and start it again."
    seen = f"{cannot_move(vm)}: a USB device of its host is passed through to it{what}."
    return Words(vm.VUSBs[0], seen, (cure,))
