"""The host cannot be taken out of the pool or renamed like that

A pool has exactly one coordinator, and a host leaves it empty.

Cause: it is the coordinator.
Tell: `xe pool-list params=master` is this host's UUID.
Fix: `xe pool-designate-new-master host-uuid=OTHER`, then take it out.

Cause: guests still run on it by XAPI's records.
Tell: `xe vm-list resident-on=HOST` shows guests.
Fix: Move them away: `xenferry evacuate`. If the host is dead for sure: `xe vm-reset-powerstate uuid=GUEST force=true`
    for each of them.

Cause: the new name is not possible.
Tell: The name has signs that are not allowed in a host name (only letters, digits, dash, dot).
Fix: Letters, digits and dashes; not empty.

Cause: its measurements cannot be read: the host is off or its toolstack is down.
Tell: `xe host-param-get uuid=HOST param-name=host-metrics-live` is false.
Fix: `systemctl status xcp-rrdd` in its dom0; `xe-toolstack-restart`.

Example:
    HOST_HAS_RESIDENT_VMS(OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import guests_on, listed, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "HOST_CANNOT_DESTROY_SELF": "{host} is the coordinator and cannot take itself out of the pool",
    "HOST_HAS_RESIDENT_VMS": "guests still run on {host}",
    "HOST_NAME_INVALID": "this is not a name that a host can have: {p0}",
    "HOST_CANNOT_READ_METRICS": "the host's measurements could not be read",
}
RULES = ("host-not-live", "host-cannot-be-emptied")
CAUSES = ("coordinator", "guests", "name", "metrics")
ONLY = {
    "coordinator": ("HOST_CANNOT_DESTROY_SELF",),
    "guests": ("HOST_HAS_RESIDENT_VMS",),
    "name": ("HOST_NAME_INVALID",),
    "metrics": ("HOST_CANNOT_READ_METRICS",),
}


def evidence_coordinator(reading: Reading, look: Look) -> Evidence:
    """Who is the coordinator."""
    host = look.record(reading, "host", "host")
    if host is None or look.snapshot is None or not was_read(look.snapshot, "pool"):
        return UNSEEN
    said = f"The coordinator is {look.snapshot.name(look.snapshot.pool.master)}."
    return told(look.snapshot.pool.master == host.ref, said, said)


def evidence_guests(reading: Reading, look: Look) -> Evidence:
    """Who runs on the host by the records."""
    host = look.record(reading, "host", "host")
    if host is None or look.snapshot is None or not was_read(look.snapshot, "VM"):
        return UNSEEN
    names = [vm.name_label for vm in guests_on(look.snapshot, host)]
    return told(bool(names), f"On it run: {listed(names)}.", "No guest runs on it now.")
