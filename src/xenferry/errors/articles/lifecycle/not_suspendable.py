"""The guest says that it cannot be suspended now

The last step of a live move suspends the guest for a moment. Windows guests can report a reason why that is
impossible; others are asked and do not answer in time. The guest goes on running where it is.

Cause: its drivers were updated and are only half active until the next restart; Windows names a device such as nvme.
Tell: The reason names a driver, or Windows asks for a restart.
Fix: Restart the guest until its device list shows the Xen drivers, then move it.

Cause: a device of the guest cannot be moved.
Tell: The reason names a PCI, USB or NVMe device.
Fix: Take the device away, or shut the guest down to move it. Force does not help here.

Cause: the guest did not answer in time: it hangs, is overloaded, has no guest tools, or waits for a person (updates
    being installed, a question on the screen).
Tell: The console is frozen or waits; the same call fails again after the same time.
Fix: Look at its console; try again when it is idle; install guest tools. Forced: `xe vm-shutdown uuid=GUEST --force`.

Example:
    VM_NON_SUSPENDABLE(OpaqueRef:2569a90e-491f-4d31-937b-42422858722d, State blocked by non-migratable device nvme)
"""

RULES = ("guest-forbids-suspend", "guest-without-drivers")
CODES = (
    "VM_NON_SUSPENDABLE",
    "VM_NOT_SUSPENDABLE",
    "VM_FAILED_SUSPEND_ACKNOWLEDGMENT",
    "VM_SUSPEND_TIMEOUT",
    "VM_SHUTDOWN_TIMEOUT",
)
CAUSES = ("drivers", "device", "no-answer")
ONLY = {
    "drivers": ("VM_NON_SUSPENDABLE", "VM_NOT_SUSPENDABLE", "VM_FAILED_SUSPEND_ACKNOWLEDGMENT", "VM_SUSPEND_TIMEOUT"),
    "device": ("VM_NON_SUSPENDABLE", "VM_NOT_SUSPENDABLE"),
    "no-answer": ("VM_FAILED_SUSPEND_ACKNOWLEDGMENT", "VM_SUSPEND_TIMEOUT", "VM_SHUTDOWN_TIMEOUT"),
}
SAID = "{vm} did not let itself be suspended ({p1})"
SAYS = {
    "VM_FAILED_SUSPEND_ACKNOWLEDGMENT": "{vm} did not answer the request to suspend itself",
    "VM_SUSPEND_TIMEOUT": "{vm} did not suspend itself in time",
    "VM_SHUTDOWN_TIMEOUT": "{vm} did not shut down in time",
}
