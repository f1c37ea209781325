"""This is not possible while high availability is on

High availability and clustering rely on the state in which they were switched on.

Cause: networks, storage and membership are fixed while high availability watches them.
Tell: `xe pool-list params=ha-enabled` is true.
Fix: `xe pool-ha-disable`, do the work, `xe pool-ha-enable heartbeat-sr-uuids=SR`. The same holds for a cluster:
    CLUSTERING_ENABLED.

Example:
    HA_IS_ENABLED()
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("HA_IS_ENABLED", "CLUSTERING_ENABLED", "REDO_LOG_IS_ENABLED", "CLUSTERED_SR_DEGRADED")
CAUSES = ("on",)
SAID = "high availability or a cluster is on"


def evidence_on(reading: Reading, look: Look) -> Evidence:
    """The pool's own record."""
    if look.snapshot is None or reading.code != "HA_IS_ENABLED" or not was_read(look.snapshot, "pool"):
        return UNSEEN
    return told(look.snapshot.pool.ha_enabled, "High availability is on.", "High availability is off now.")
