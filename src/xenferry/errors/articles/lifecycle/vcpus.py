"""The number of the guest's virtual CPUs is not possible

XAPI checks it when the guest is started and when the number is set.

Cause: the maximum is not a multiple of the cores per socket.
Tell: `xe vm-param-get uuid=GUEST param-name=platform` has cores-per-socket, and VCPUs-max is no multiple of it.
Fix: Shut the guest down; set `VCPUs-max` to a multiple of `platform:cores-per-socket`, or that to a divisor.

Cause: the guest has none, or more at the start than its maximum.
Tell: `VCPUs-max` is 0 or below `VCPUs-at-startup`: `xe vm-param-list uuid=GUEST | grep VCPUs`.
Fix: `xe vm-param-set uuid=GUEST VCPUs-max=N`, then `VCPUs-at-startup=N`, from 1 upward.

Cause: it has more than the hosts or this kind of guest can take.
Tell: `VCPUs-max` beside `xe host-cpu-info` and the limit of the template (`recommendations`).
Fix: Lower both numbers; a guest should not have more virtual CPUs than the host has threads.

Example:
    VCPU_MAX_NOT_CORES_PER_SOCKET_MULTIPLE(6, 4)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "VCPU_MAX_NOT_CORES_PER_SOCKET_MULTIPLE": "{p0} virtual CPUs cannot be split into sockets of {p1} cores",
    "VM_NO_VCPUS": "{vm} has no virtual CPU",
    "VM_TOO_MANY_VCPUS": "{vm} has more virtual CPUs than it can be started with",
}
RULES = ("vcpus-invalid", "not-enough-cpus")
CAUSES = ("multiple", "none", "too-many")
ONLY = {
    "multiple": ("VCPU_MAX_NOT_CORES_PER_SOCKET_MULTIPLE",),
    "none": ("VM_NO_VCPUS",),
    "too-many": ("VM_TOO_MANY_VCPUS",),
}


def evidence_none(reading: Reading, look: Look) -> Evidence:
    """The guest's own numbers."""
    vm = look.record(reading, "VM", "vm")
    if vm is None:
        return UNSEEN
    said = f"It has {vm.VCPUs_at_startup} at the start and {vm.VCPUs_max} at most."
    return told(not 0 < vm.VCPUs_at_startup <= vm.VCPUs_max, said, said)
