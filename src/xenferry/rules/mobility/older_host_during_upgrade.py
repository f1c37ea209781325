"""During a rolling upgrade guests only move to hosts that are at least as new.

A guest that has run on a newer host may use what an older one does not have.

Cause: the pool is being upgraded, and the host has not had its turn.
Fix:
- Upgrade the host, then move the guest.
- Move the guest to an upgraded host instead.

Cause: the upgrade is over, but the pool still says that it goes on.
Fix: When all hosts have the same version: `xe pool-param-remove uuid=... param-name=other-config
    param-key=rolling_upgrade_in_progress`.

Example:
    pool p upgrading
    host xcp1 platform=3.5.0
    host xcp2 platform=3.4.0
    guest web on=xcp1   # rule: older-host-during-upgrade
    guest old on=xcp2
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("versions", 1),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """The hosts older than the guest's own, while the pool is being upgraded."""
    if not version.upgrading(s):
        return {}
    older = {
        source.ref: sum(1 << at for at, host in enumerate(s.hosts) if version.is_older(s, host, source))
        for source in s.hosts
    }
    return {vm.ref: older[vm.resident_on] for vm in guests if older.get(vm.resident_on)}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("NOT_SUPPORTED_DURING_UPGRADE",)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That the host is older."""
    seen = f"{cannot_go(vm, hosts)}: the pool is being upgraded, and it now runs on a newer host."
    return Words(vm.ref, seen, (f"Upgrade {hosts[0].name_label} first, or move {vm.name_label} to an upgraded host.",))
