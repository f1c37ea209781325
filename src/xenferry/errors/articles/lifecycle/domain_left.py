"""XAPI's record of the guest and what runs on the host differ

A running guest is a domain of Xen on one host; XAPI keeps in its database which.

Cause: a domain of the guest is still there, left over from a move or shutdown that broke off.
Tell: dom0: `xl list` shows a domain of the guest's name on a host where XAPI does not see it running.
Fix: On that host `xl list` shows it with the guest's UUID. If the guest surely runs nowhere else, `xl destroy DOMID`,
    then `xe-toolstack-restart`.

Cause: the guest runs on another host than the call was sent to; it was moved in between.
Tell: `xe vm-param-get uuid=GUEST param-name=resident-on` names another host.
Fix: `xe vm-param-get uuid=GUEST param-name=resident-on`; send it to that host.

Cause: the call was about a control domain (dom0) or a domain of the system, for which it is not meant.
Tell: `xe vm-param-get uuid=GUEST param-name=is-control-domain` is true.
Fix: Take the UUID of an ordinary guest: `xe vm-list is-control-domain=false`.

Example:
    DOMAIN_EXISTS(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, 17)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import is_set, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "DOMAIN_EXISTS": "{vm} still has a domain on the host, number {p1}",
    "VM_NOT_RESIDENT_HERE": "{vm} does not run on {host}",
    "CANNOT_RESET_CONTROL_DOMAIN": "the power state of a control domain cannot be reset",
    "NOT_SYSTEM_DOMAIN": "{vm} is not one of the system's own domains",
    "OBJECT_NOLONGER_EXISTS": "the object was there a moment ago, and is gone",
}
CAUSES = ("left-over", "elsewhere", "control-domain")
ONLY = {
    "left-over": ("DOMAIN_EXISTS",),
    "elsewhere": ("VM_NOT_RESIDENT_HERE", "OBJECT_NOLONGER_EXISTS"),
    "control-domain": ("CANNOT_RESET_CONTROL_DOMAIN", "NOT_SYSTEM_DOMAIN"),
}
RULES = ("control-domain",)


def evidence_elsewhere(reading: Reading, look: Look) -> Evidence:
    """Where the guest runs now."""
    vm, host = look.record(reading, "VM", "vm"), look.record(reading, "host", "host")
    if vm is None or host is None or look.snapshot is None or not is_set(vm.resident_on):
        return UNSEEN
    said = f"'{vm.name_label}' runs on {look.snapshot.name(vm.resident_on)}."
    return told(vm.resident_on != host.ref, said, said)


def evidence_control_domain(reading: Reading, look: Look) -> Evidence:
    """What the domain is, in the pool's records."""
    vm = look.record(reading, "VM", "vm")
    if vm is None:
        return UNSEEN
    return told(vm.is_control_domain, "It is a control domain.", f"'{vm.name_label}' is a guest.")
