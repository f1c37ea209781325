"""The host is still in use

Something on the host would be lost or cut off by what was asked.

Cause: guests run on it, or its control domain holds a disk.
Tell: `xe vm-list resident-on=HOST power-state=running` shows more than the control domain.
Fix: `xe vm-list resident-on=HOST`; move them, and see `xe vbd-list vm-uuid=CONTROL-DOMAIN` for disks.

Cause: it is being emptied just now (HOST_EVACUATE_IN_PROGRESS), and takes no guest meanwhile.
Tell: `xe host-param-get uuid=HOST param-name=current-operations` says evacuate.
Fix: Wait, or start the guest on another host.

Example:
    HOST_IN_USE(OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1, vm, OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import guests_on, listed, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("host-busy", "host-cannot-be-emptied")
CODES = ("HOST_IN_USE", "HOST_EVACUATE_IN_PROGRESS")
CAUSES = ("guests", "emptied")
ONLY = {"guests": ("HOST_IN_USE",), "emptied": ("HOST_EVACUATE_IN_PROGRESS",)}
SAID = "{host} is still in use"


def evidence_guests(reading: Reading, look: Look) -> Evidence:
    """Who runs on the host now."""
    host = look.record(reading, "host", "host")
    if host is None or look.snapshot is None or not was_read(look.snapshot, "VM"):
        return UNSEEN
    names = [vm.name_label for vm in guests_on(look.snapshot, host)]
    return told(bool(names), f"On it run: {listed(names)}.", "No guest runs on it now.")


def evidence_emptied(reading: Reading, look: Look) -> Evidence:
    """What the host is doing now."""
    host = look.record(reading, "host", "host")
    if host is None:
        return UNSEEN
    return told("evacuate" in host.current_operations.values(), "It is being emptied now.", "That is over now.")
