"""A guest is not protected by high availability, and is left out of the plan

With high availability on, the planner places only guests that it must restart after a failure. XAPI before 26.17
reported the same as a lack of memory.

Cause: high availability is on, and the guest has no restart priority; the planner then does not move it.
Tell: `xe vm-param-get uuid=GUEST param-name=ha-restart-priority` is not restart, and ha-enabled of the pool is true.
Fix: `xe vm-param-set uuid=GUEST ha-restart-priority=restart`, or move the guest by itself first.

Example:
    HOST_EVACUATE_VM_NOT_HA_PROTECTED(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

RULES = ("ha-unprotected",)
CODES = ("HOST_EVACUATE_VM_NOT_HA_PROTECTED",)
CAUSES = ("no-priority",)
SAID = "{vm} is not protected by high availability"
