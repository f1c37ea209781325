"""A disk of the guest is reset at every start

Such a disk forgets all changes at the next start; XAPI does not carry its state to another host.

Cause: a disk has "on boot: reset", and such a disk can be neither suspended nor moved live.
Tell: `xe vdi-param-get uuid=DISK param-name=on-boot` is reset.
Fix: Shut the guest down, `xe vdi-param-set uuid=VDI on-boot=persist`, move it; or move it while it is shut down.

Example:
    VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION()
"""

RULES = ("disk-resets-and-caches",)
CODES = ("VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION",)
CAUSES = ("reset",)
SAID = "a disk of the guest is reset at every start"
