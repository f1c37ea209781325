"""A running guest holds CPU features that the pool no longer promises.

A guest keeps the features it was started with. If the pool's level has sunk since (an older host joined, a firmware
update took features away), the guest cannot move to the weaker hosts, and each further weak host narrows its choice.

Cause: the guest was started before the pool's level sank.
Fix: At the next opportunity shut it down and start it again; a reboot from inside is not enough.

Example:
    pool p
    host xcp1 features=1fcbfbff-f7fa3223
    host xcp2 features=1fcbfbff-77fa3223
    guest web on=xcp1 features=1fcbfbff-f7fa3223   # rule: cpu-debt
    guest new on=xcp1 features=1fcbfbff-77fa3223
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.records import VM
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import cpu, guest
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import count


def find(s: Snapshot) -> Iterator[Finding]:
    """Each running guest with features beyond the pool's level."""
    for vm in s.guests:
        if vm.power_state == "Running" and (beyond := _beyond(s, vm)):
            yield Finding(
                code="cpu-debt",
                severity=Severity.RISK,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"{vm.name_label} holds {count(beyond, 'CPU feature')} that the pool no longer promises.",
                cures=(
                    f"Shut it down and start it again when you can: `xe vm-shutdown uuid={vm.uuid}`,"
                    f" `xe vm-start uuid={vm.uuid}`.",
                ),
            )


def _beyond(s: Snapshot, vm: VM) -> int:
    _, level = cpu.level(s, guest.types(s)[vm.ref])
    features = vm.last_boot_CPU_flags.get("features", "")
    return cpu.lacking(features, level) if level and features else 0
