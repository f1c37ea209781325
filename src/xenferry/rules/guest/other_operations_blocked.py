"""Something that maintenance may need is blocked for the guest.

The guest may move, but a clean shutdown, a suspend or a move of its disks is forbidden by its blocked_operations: the
ways out that remain when a move is not possible.

Cause: a backup or another tool blocked it while it worked, and did not take the block away.
Fix: If nothing needs it any more: `xe vm-param-remove uuid=... param-name=blocked-operations param-key=...`.

Cause: an administrator protects the guest.
Fix: Ask them; the reason is in the entry.

Example:
    pool p
    host xcp1
    guest web block=clean_shutdown:no   # rule: other-operations-blocked
    guest db block=destroy:no
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity

NEEDED = ("clean_shutdown", "suspend", "migrate_send")
"""What maintenance, or a move with disks, may ask of a running guest."""


def find(s: Snapshot) -> Iterator[Finding]:
    """Each running guest with such a block."""
    for vm in s.guests:
        blocked = [name for name in NEEDED if name in vm.blocked_operations]
        if blocked and vm.power_state == "Running":
            told = ", ".join(f"{name} ({vm.blocked_operations[name]!r})" for name in blocked)
            take = f"xe vm-param-remove uuid={vm.uuid} param-name=blocked-operations param-key={blocked[0]}"
            yield Finding(
                code="other-operations-blocked",
                severity=Severity.NOTE,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"For {vm.name_label} this is blocked: {told}.",
                cures=(f"If nothing needs the block any more, take it away: `{take}`.",),
            )
