"""The guest ended or restarted while XAPI was waiting for it

XAPI asks a guest to shut down, suspend or move, and waits for its answer; the guest did something else.

Cause: the guest's system crashed, often while its drivers handled the suspend or the move.
Tell: Its console shows a stop screen or kernel panic; dom0: /var/log/xen/guest.log or a crash dump of that minute.
Fix: Look at its console and own logs; install current guest tools, then try again. A dump is in /var/crash if it is set
    to write one.

Cause: somebody inside the guest, or its own update, shut it down or restarted it in the same moment.
Tell: The guest's own log shows an orderly shutdown; another task on it is in xensource.log.
Fix: Start it again if needed, and repeat the operation.

Cause: the guest did not answer the request to shut down: it hangs, or asks at its console whether it may.
Tell: The console waits for somebody, or updates are being installed.
Fix: Look at its console; shut it down from inside. Last resort: `xe vm-shutdown uuid=GUEST force=true`.

Example:
    VM_CRASHED(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

SAYS = {
    "VM_CRASHED": "{vm} crashed while XAPI was waiting for it",
    "VM_REBOOTED": "{vm} restarted while XAPI was waiting for it",
    "VM_HALTED": "{vm} shut down while XAPI was waiting for it",
    "VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT": "{vm} did not answer the request to shut down",
}
RULES = ("guest-without-drivers", "drivers-old")
CAUSES = ("crash", "by-itself", "no-answer")
ONLY = {
    "crash": ("VM_CRASHED", "VM_REBOOTED"),
    "by-itself": ("VM_REBOOTED", "VM_HALTED"),
    "no-answer": ("VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT",),
}
