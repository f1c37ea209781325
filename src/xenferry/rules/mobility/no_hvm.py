"""The host cannot run fully virtualised guests.

HVM, PVH and PV-in-PVH guests need the CPU's virtualisation extensions.

Cause: VT-x or AMD-V is switched off in the host's BIOS.
Fix: Switch it on in the BIOS and reboot the host.

Example:
    pool p
    host xcp1
    host xcp2 no-hvm
    guest web on=xcp1 hvm   # rule: no-hvm
    guest para on=xcp1 pv
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import guest
from xenferry.rules.finding import Error
from xenferry.rules.once import hosts_that
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("core", 19),)

NEEDED = ("hvm", "pvh", "pv_in_pvh")
_lacking = hosts_that(lambda host: not any("hvm" in each for each in host.capabilities))


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts none of whose capabilities speaks of hvm."""
    lacking = _lacking(s)
    types = guest.types(s)
    return {vm.ref: lacking for vm in guests if types[vm.ref] in NEEDED} if lacking else {}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_HVM_REQUIRED", vm.ref)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That the extensions are off."""
    seen = f"{cannot_go(vm, hosts)}: it needs the CPU's virtualisation extensions, which are off there."
    return Words(vm.ref, seen, (f"Switch on VT-x or AMD-V in the BIOS of {hosts[0].name_label} and reboot the host.",))
