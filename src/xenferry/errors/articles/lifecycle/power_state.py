"""The guest is in the wrong power state for this

The parameters are the guest, the states in which the operation is allowed, and its state now. A paused guest can
neither be moved nor suspended.

Cause: it changed state meanwhile: it was shut down, or somebody paused it.
Fix: Look again; unpause (`xe vm-unpause uuid=GUEST`), start or shut it down as needed.

Cause: the host it ran on died and XAPI still has the old state.
Fix: If it surely runs nowhere: `xe vm-reset-powerstate uuid=GUEST --force`. Running twice it would destroy its disks.

Example:
    VM_BAD_POWER_STATE(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, running, paused)
"""

RULES = ("guest-not-running",)
CODES = ("VM_BAD_POWER_STATE",)
CAUSES = ("changed", "host-died")
SAID = "{vm} is {p2}, and this can be done only when it is {p1}"
