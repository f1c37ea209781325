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

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("ha-plan-breaks", "ha-overcommitted")
CODES = (
    "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN", "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED",
    "HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED",
)  # fmt: skip
CAUSES = ("no-reserve", "not-agile")
ONLY = {"no-reserve": ("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN",)}
SAID = "high availability could no longer restart all protected guests"


def evidence_no_reserve(_reading: Reading, look: Look) -> Evidence:
    """How many failures are planned for, beside how many can be survived."""
    if look.snapshot is None or not look.snapshot.pool.ha_enabled:
        return UNSEEN
    pool = look.snapshot.pool
    said = f"The pool is to survive {pool.ha_host_failures_to_tolerate} failures, and could {pool.ha_plan_exists_for}."
    return told(pool.ha_plan_exists_for <= pool.ha_host_failures_to_tolerate, said, said)


def evidence_not_agile(reading: Reading, look: Look) -> Evidence:
    """Whether the SR that the error names is shared."""
    sr = look.record(reading, "SR", "sr")
    if sr is None:
        return UNSEEN
    return told(not sr.shared, f"'{sr.name_label}' is not shared.", f"'{sr.name_label}' is shared.")
