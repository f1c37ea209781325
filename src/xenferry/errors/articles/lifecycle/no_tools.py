"""The guest has not said that it can do what was asked of it

To move, a guest is suspended for a moment; to be shut down or rebooted cleanly it has to listen. A guest without
paravirtual drivers has told XAPI neither.

Cause: guest tools are not installed, or their agent does not run.
Fix: Install them in the guest (Linux: package `xe-guest-utilities` or `xen-guest-agent`; Windows: the XCP-ng or
    XenServer tools), restart it, and check that the client shows the tools.

Cause: it is still starting, so its drivers have not reported yet.
Tell: It was started less than two minutes ago, and the same call works a little later.
Fix: Wait a minute and try again.

Cause: a fully virtualised system that has no such drivers.
Tell: `PV-drivers-detected` is false although the system has run for long, and the system is one without such drivers.
Fix: Shut it down from inside to move it, or force: `xe vm-migrate uuid=GUEST host-uuid=HOST force=true`; a guest that
    does not cooperate may hang afterwards.

Example:
    VM_LACKS_FEATURE(OpaqueRef:2569a90e-491f-4d31-937b-42422858722d)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("guest-without-drivers",)
CODES = (
    "VM_LACKS_FEATURE",
    "VM_MISSING_PV_DRIVERS",
    "VM_LACKS_FEATURE_SHUTDOWN",
    "VM_LACKS_FEATURE_SUSPEND",
    "VM_LACKS_FEATURE_VCPU_HOTPLUG",
    "VM_LACKS_FEATURE_STATIC_IP_SETTING",
)
CAUSES = ("no-tools", "starting", "no-drivers")
SAID = "{vm} has not told XAPI that it can be suspended, or shut down cleanly, whichever was asked for"
SAYS = {
    "VM_LACKS_FEATURE": "{vm} has not said that it can do this",
    "VM_MISSING_PV_DRIVERS": "{vm} has no drivers for this",
    "VM_LACKS_FEATURE_SHUTDOWN": "{vm} has not said that it can shut down when asked",
    "VM_LACKS_FEATURE_SUSPEND": "{vm} has not said that it can be suspended",
    "VM_LACKS_FEATURE_VCPU_HOTPLUG": "{vm} has not said that it can take or give virtual CPUs while it runs",
    "VM_LACKS_FEATURE_STATIC_IP_SETTING": "{vm} has not said that its address can be set from outside",
}


def evidence_no_tools(reading: Reading, look: Look) -> Evidence:
    """What the guest's agent reported."""
    vm = look.record(reading, "VM", "vm")
    if vm is None or look.snapshot is None:
        return UNSEEN
    metrics = look.snapshot.VM_guest_metrics.get(vm.guest_metrics)
    if metrics is None or not metrics.PV_drivers_detected:
        return supports(f"No drivers were detected in '{vm.name_label}'.")
    return contradicts(f"Drivers were detected in '{vm.name_label}'.")
