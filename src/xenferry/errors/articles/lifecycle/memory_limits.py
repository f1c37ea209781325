"""The guest's memory limits do not fit together

A guest has four: static minimum, dynamic minimum, dynamic maximum, static maximum, in this order from small to large.
The static ones change only while it is shut down.

Cause: they are set one at a time, so that the order is broken in between.
Tell: `xe vm-param-list uuid=GUEST | grep memory-` and the value that was to be set: in between two limits change
    places.
Fix: Set all in one call: `xe vm-memory-limits-set uuid=GUEST static-min=.. dynamic-min=.. dynamic-max=..
    static-max=..`.

Cause: without a licence for dynamic memory all limits must be equal (XenServer 7.3 and later, free edition); XCP-ng has
    no such limit. Guests with a device passed through, and some kinds of guest, must have equal ones everywhere.
Tell: `xe host-license-view host-uuid=HOST` is a free edition, or a device is passed through; the text says DMC or has
    equal signs between the limits.
Fix: Set dynamic minimum, dynamic maximum and static maximum to one value, with `xe vm-memory-set uuid=GUEST memory=..`.

Cause: the memory is below what the template asks for, or below the static minimum that stays as it is.
Tell: The value asked for is below `memory-static-min` of the guest or its template.
Fix: See `xe vm-param-get uuid=GUEST param-name=recommendations`; give it more.

Cause: the guest does not give back memory in time, or ballooning is switched off for the host.
Tell: `memory-actual` stays above `memory-target` for minutes: `xe vm-param-list uuid=GUEST | grep memory`.
Fix: Install guest tools; else set the dynamic limits equal to the static maximum.

Example:
    MEMORY_CONSTRAINT_VIOLATION_MAXPIN(DMC disabled)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, by_words
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.numbers import size
from xenferry.errors.reading.value import Reading

SAYS = {
    "MEMORY_CONSTRAINT_VIOLATION_ORDER": "the memory limits are not in the order static-min, dynamic-min, dynamic-max, "
    "static-max",
    "MEMORY_CONSTRAINT_VIOLATION_MAXPIN": "here dynamic minimum, dynamic maximum and static maximum must be one ({p0})",
    "VM_MEMORY_SIZE_TOO_LOW": "{vm} has too little memory to be started",
    "BALLOONING_DISABLED": "dynamic memory is switched off here",
    "VM_MEMORY_TARGET_WAIT_TIMEOUT": "the guest did not reach the memory that it was set to in time",
}
RULES = ("memory-range-invalid", "memory-is-squeezed")
CAUSES = ("order", "licence", "too-low", "balloon")
ONLY = {
    "order": ("MEMORY_CONSTRAINT_VIOLATION_ORDER",),
    "licence": ("MEMORY_CONSTRAINT_VIOLATION_MAXPIN", "BALLOONING_DISABLED"),
    "too-low": ("VM_MEMORY_SIZE_TOO_LOW", "MEMORY_CONSTRAINT_VIOLATION_ORDER"),
    "balloon": ("VM_MEMORY_TARGET_WAIT_TIMEOUT", "BALLOONING_DISABLED"),
}


def evidence_order(reading: Reading, look: Look) -> Evidence:
    """The guest's four limits, where the text names the guest."""
    vm = look.record(reading, "VM", "vm")
    if vm is None:
        return UNSEEN
    limits = [vm.memory_static_min, vm.memory_dynamic_min, vm.memory_dynamic_max, vm.memory_static_max]
    said = f"Its limits are {', '.join(size(limit) for limit in limits)}."
    return told(limits != sorted(limits), said, said)


def evidence_licence(reading: Reading, _look: Look) -> Evidence:
    """XAPI's own words: the limits are to be one."""
    return by_words(" ".join(reading.params), "DMC", "dynamic_min = dynamic_max", "= dynamic_max")
