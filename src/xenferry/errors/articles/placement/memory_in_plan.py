"""The evacuation planner found no room for a guest

With one parameter, the guest, this comes from the planner and not from a host: it could not place that guest on any of
the other enabled hosts, or left it out because of high availability.

Cause: the other enabled hosts together have no room for the guest: it needs its memory in one piece on one host.
Tell: No other enabled host has memory-free-computed above the guest's maximum.
Fix: Shut down or suspend something, enable another host, or lower dynamic minimums; `xenferry evacuate HOST
    --plan-only` shows what fits.

Cause: high availability is on and this guest is not protected by it; XAPI before 26.17 then says “memory” though
    there is enough.
Fix: Set the guest's restart priority: `xe vm-param-set uuid=GUEST ha-restart-priority=restart`, or move it by itself
    before the host is emptied.

Example:
    HOST_NOT_ENOUGH_FREE_MEMORY(OpaqueRef:da55acb9-552e-4a08-b2d6-7540db0f6b40)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.facts import free_memory, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.numbers import size
from xenferry.errors.reading.value import Reading

RULES = ("ha-unprotected", "not-enough-memory")
CODES = ("HOST_NOT_ENOUGH_FREE_MEMORY",)
WHEN = r"^\W*(OpaqueRef:|[0-9a-f]{8}-[0-9a-f]{4}-)"
CAUSES = ("no-room", "ha-unprotected")
SAID = "the planner found no host for {vm}"


def evidence_ha_unprotected(reading: Reading, look: Look) -> Evidence:
    """HA and the guest's priority are in the records."""
    if look.snapshot is None:
        return UNSEEN
    if not look.snapshot.pool.ha_enabled:
        return contradicts("High availability is off.")
    vm = look.record(reading, "VM", "vm")
    if vm is not None and vm.ha_restart_priority != "restart":
        return supports(f"High availability is on and '{vm.name_label}' is not protected.")
    return UNSEEN


def evidence_no_room(reading: Reading, look: Look) -> Evidence:
    """The guest's memory beside what is free on the other enabled hosts."""
    vm, pool = look.record(reading, "VM", "vm"), look.snapshot
    if vm is None or pool is None or not was_read(pool, "host_metrics"):
        return UNSEEN
    others = [host for host in pool.hosts if host.enabled and host.ref != vm.resident_on]
    free = {host.name_label: free_memory(pool, host) or 0 for host in others}
    most = max(free.values(), default=0)
    said = f"It needs at least {size(vm.memory_dynamic_min)}, and the other hosts have at most {size(most)} free."
    return told(most < vm.memory_dynamic_min, said, said)
