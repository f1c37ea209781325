"""A halted guest starts by itself when a host of its pool boots.

Auto power-on starts it in the middle of a rolling maintenance, on the host that has just been emptied, and takes the
memory that other guests were to come back to.

Cause: auto power-on is set for the guest and the pool.
Fix: For the time of the maintenance: `xe pool-param-set uuid=... other-config:auto_poweron=false`. If the guest shall
    stay off: `xe vm-param-set uuid=... other-config:auto_poweron=false`.

Example:
    pool p
      set other_config.auto_poweron=true
    host xcp1
    host xcp2
    guest off halted   # rule: starts-by-itself
      set other_config.auto_poweron=true
    guest cold halted
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.guest import is_true
from xenferry.rules.finding import Finding, Severity

KEY = "auto_poweron"


def find(s: Snapshot) -> Iterator[Finding]:
    """Each halted guest with auto power-on, if the pool has it too."""
    for vm in s.guests if is_true(s.pool.other_config.get(KEY, "")) else ():
        if vm.power_state == "Halted" and is_true(vm.other_config.get(KEY, "")):
            yield Finding(
                code="starts-by-itself",
                severity=Severity.NOTE,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"{vm.name_label} is halted, and starts by itself as soon as a host of the pool boots.",
                cures=(f"If it shall stay off: `xe vm-param-set uuid={vm.uuid} other-config:{KEY}=false`.",),
            )
