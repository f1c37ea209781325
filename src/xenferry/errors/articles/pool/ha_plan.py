"""High availability could no longer keep its promise

The pool is set to survive a number of host failures and XAPI refuses what would leave too little to restart all
protected guests.

Cause: without this host or with this guest started, fewer host failures could be survived than the pool is set to.
Tell: `xe pool-ha-compute-max-host-failures-to-tolerate` is not above ha-host-failures-to-tolerate.
Fix: Lower the number of failures for the time of the work: `xe pool-param-set uuid=POOL
    ha-host-failures-to-tolerate=0`, or switch high availability off and on again afterwards.

Cause: protected guests are not on shared storage or on networks of all hosts.
Tell: `xe diagnostic-vm-status uuid=GUEST` says which of its SRs or networks are not on all hosts.
Fix: `xe diagnostic-vm-status uuid=GUEST`; move its disks to a shared SR, give every host the network.

Example:
    HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN()
"""

RULES = ("ha-plan-breaks", "ha-overcommitted")
CODES = (
    "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN", "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED",
    "HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED",
)  # fmt: skip
CAUSES = ("no-reserve", "not-agile")
ONLY = {"no-reserve": ("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN",)}
SAID = "high availability could no longer restart all protected guests"
