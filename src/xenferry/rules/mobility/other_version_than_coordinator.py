"""During a rolling upgrade XAPI only vouches for hosts of the coordinator's version.

Asked whether a guest can start on a host, it refuses hosts whose platform or xapi version is not the coordinator's.

Cause: the pool is being upgraded, and the host has another version than the coordinator.
Fix: Start the guest on an upgraded host, or upgrade this one first.

Example:
    pool p upgrading
    host xcp1 platform=3.5.0
    host xcp2 platform=3.4.0
    guest web halted   # rule: other-version-than-coordinator
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("boot-versions", 1),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """The hosts of another version, while the pool is being upgraded."""
    coordinator = s.host.get(s.pool.master)
    if not version.upgrading(s) or coordinator is None:
        return {}
    versions = [tuple(version.of(host, key) for key in version.UPGRADE) for host in s.hosts]
    wanted = versions[s.place[coordinator.ref]]
    others = sum(1 << at for at, each in enumerate(versions) if each != wanted)
    return {vm.ref: others for vm in guests} if others else {}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_HOST_INCOMPATIBLE_VERSION", host.ref, vm.ref)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That the versions differ."""
    seen = f"{cannot_go(vm, hosts)}: the pool is being upgraded, and the coordinator has another version."
    return Words(vm.ref, seen, (f"Upgrade {hosts[0].name_label}, or start {vm.name_label} on an upgraded host.",))
