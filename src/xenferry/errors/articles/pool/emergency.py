"""A host has lost its coordinator, or is its own

A member that cannot reach its coordinator goes into emergency mode: its guests run on, but it takes no orders.

Cause: the coordinator is off, its toolstack is down, or the management network between them is broken.
Tell: The address in /etc/xensource/pool.conf does not answer `ping`, or `systemctl status xapi` there is not active.
Fix: Bring the coordinator back first: the members return by themselves within a minute or two. If it is lost for good,
    on one member: `xe pool-emergency-transition-to-master`, then `xe pool-recover-slaves`.

Cause: the coordinator's address has changed.
Tell: The address in /etc/xensource/pool.conf is not the one the coordinator has now.
Fix: On each member: `xe pool-emergency-reset-master master-address=ADDRESS`.

Cause: a host is entered as member of itself.
Tell: The address in /etc/xensource/pool.conf is this host's own.
Fix: On that host: `xe pool-emergency-transition-to-master`.

Cause: with HA: the host was cut off and should have restarted, or HA is off there while the pool has it on.
Tell: dom0: `xe host-is-in-emergency-mode` is true, and /var/log/xha.log ends with a lost state file or heartbeat.
Fix: Restart the host. Only if HA itself blocks everything: `xe host-emergency-ha-disable force=true` on that host.

Cause: another coordinator is being appointed, or the pool's secret is being renewed.
Tell: `xe task-list` on the coordinator shows it; a few minutes later it is over.
Fix: Wait until it is done; switch every host on for it.

Example:
    HOST_IN_EMERGENCY_MODE()
"""

SAYS = {
    "HOST_IN_EMERGENCY_MODE": "the host cannot reach its coordinator and is in emergency mode",
    "NOT_IN_EMERGENCY_MODE": "this is only possible in emergency mode, and the host is not in it",
    "HOST_ITS_OWN_SLAVE": "the host is entered as a member of itself",
    "HOST_BROKEN": "the host failed while it was to become coordinator, and must try again",
    "HA_SHOULD_BE_FENCED": "{host} was cut off by HA and should have restarted itself",
    "HA_ABORT_NEW_MASTER": "the host cannot become coordinator now: {p0}",
    "HA_POOL_IS_ENABLED_BUT_HOST_IS_DISABLED": "HA is on in the pool but off on this host",
    "DESIGNATE_NEW_MASTER_IN_PROGRESS": "another coordinator is just being appointed",
    "POOL_SECRET_ROTATION_PENDING": "the pool's secret is just being renewed",
}
RULES = ("host-not-live",)
CAUSES = ("coordinator-away", "address", "itself", "ha", "in-progress")
ONLY = {
    "coordinator-away": ("HOST_IN_EMERGENCY_MODE", "HOST_BROKEN", "NOT_IN_EMERGENCY_MODE"),
    "address": ("HOST_IN_EMERGENCY_MODE",),
    "itself": ("HOST_ITS_OWN_SLAVE",),
    "ha": ("HA_SHOULD_BE_FENCED", "HA_ABORT_NEW_MASTER", "HA_POOL_IS_ENABLED_BUT_HOST_IS_DISABLED", "HOST_BROKEN"),
    "in-progress": ("DESIGNATE_NEW_MASTER_IN_PROGRESS", "POOL_SECRET_ROTATION_PENDING", "HA_ABORT_NEW_MASTER"),
}
