"""HA is on, and a running guest is not protected by it.

While HA is enabled XAPI's own evacuation of a host leaves such guests out, and since xapi 26.17 it refuses with
HOST_EVACUATE_VM_NOT_HA_PROTECTED; older ones say HOST_NOT_ENOUGH_FREE_MEMORY though there is plenty. Single migrations
work: xenferry moves guests one by one and is not affected.

Cause: the guest's restart priority is empty or best-effort.
Fix: If it shall be protected: `xe vm-param-set uuid=... ha-restart-priority=restart`. If not, empty the host with
    `xenferry evacuate HOST`.

Example:
    pool p ha
    host xcp1
    host xcp2
    guest db ha=restart
    guest web   # rule: ha-unprotected
    guest off halted
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.ha import is_protected
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import arg


def find(s: Snapshot) -> Iterator[Finding]:
    """Each running guest without protection in a pool with HA."""
    for vm in s.guests if s.pool.ha_enabled else ():
        if vm.power_state == "Running" and not is_protected(vm):
            own = s.host.get(vm.resident_on)
            yield Finding(
                code="ha-unprotected",
                severity=Severity.NOTE,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"HA is on and does not protect {vm.name_label}: host-evacuate refuses to move it.",
                cures=(
                    f"Empty its host guest by guest: `xenferry evacuate {arg(own.name_label if own else 'HOST')}`.",
                    f"Protect it: `xe vm-param-set uuid={vm.uuid} ha-restart-priority=restart`.",
                ),
            )
