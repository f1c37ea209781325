"""The host is disabled

A disabled host takes no guests; those on it keep running.

Cause: somebody put it into maintenance mode, or an update did and did not finish.
Tell: other-config of the host has MAINTENANCE_MODE, or the last task on it was a disable.
Fix: When the work is done: `xe host-enable uuid=HOST`, or leave maintenance mode in the client.

Cause: it has not finished starting, or its storage could not be connected with high availability on.
Tell: `uptime` of the host is short, or a PBD of it is unplugged and HA is on.
Fix: Wait a few minutes; then `xe pbd-list host-uuid=HOST currently-attached=false`, plug what is missing, enable the
    host.

Example:
    HOST_DISABLED(OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1)
"""

RULES = ("host-disabled",)
CODES = ("HOST_DISABLED",)
CAUSES = ("maintenance", "starting")
SAID = "{host} is disabled"
