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

RULES = ("host-busy", "host-cannot-be-emptied")
CODES = ("HOST_IN_USE", "HOST_EVACUATE_IN_PROGRESS")
CAUSES = ("guests", "emptied")
ONLY = {"guests": ("HOST_IN_USE",), "emptied": ("HOST_EVACUATE_IN_PROGRESS",)}
SAID = "{host} is still in use"
