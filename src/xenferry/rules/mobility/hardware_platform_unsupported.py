"""The host does not offer the virtual hardware that the guest was made for.

Each guest has a hardware platform version; a host lists those it offers.

Cause: the guest was started on a newer host, and this one is older.
Fix: Upgrade the host, or use a newer one.

Example:
    pool p
    host xcp1
    host xcp2
      set virtual_hardware_platform_versions=0,1
    guest web on=xcp1 hardware=2   # rule: hardware-platform-unsupported
    guest old on=xcp1 hardware=0
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.once import once_of
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("core", 9),)


@once_of("host")
def _everywhere(s: Snapshot) -> frozenset[int]:
    """The versions that every host lists."""
    listed = [frozenset(host.virtual_hardware_platform_versions) for host in s.hosts]
    return frozenset.intersection(*listed) if listed else frozenset()


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts that do not list the guest's version."""
    versions = {vm.hardware_platform_version for vm in guests} - _everywhere(s)
    lacking = {
        each: sum(1 << at for at, host in enumerate(s.hosts) if each not in host.virtual_hardware_platform_versions)
        for each in versions
    }
    if not any(lacking.values()):
        return {}
    return {vm.ref: hosts for vm in guests if (hosts := lacking.get(vm.hardware_platform_version, 0))}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    offered = "[" + "; ".join(str(each) for each in host.virtual_hardware_platform_versions) + "]"
    code = "VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION"
    return (code, host.ref, offered, vm.ref, str(vm.hardware_platform_version))


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The version it needs."""
    needs = f"it needs virtual hardware of version {vm.hardware_platform_version}, which is not offered there"
    return Words(vm.ref, f"{cannot_go(vm, hosts)}: {needs}.", (f"Upgrade {hosts[0].name_label}.",))
