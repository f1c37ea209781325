"""The host does not answer

XAPI on the coordinator could not reach the host, or counts it as not alive.

Cause: the host is off, restarting, or hangs.
Fix: See its console or remote management card; XAPI notices a dead host only after ten minutes without high
    availability.

Cause: its toolstack is not running.
Tell: dom0: `systemctl status xapi` on that host is not active, and it answers `ping`.
Fix: dom0: `xe-toolstack-restart`; guests keep running.

Cause: the management network between the hosts is broken: cable, VLAN, a changed address, or MTU.
Tell: The host runs (its console shows it) and does not answer `ping` from the coordinator.
Fix: From the coordinator `ping` and `curl -k https://HOST/`; then `xe pif-list management=true`.

Cause: the coordinator's database has no such host: it was ejected or destroyed while it was off, or the database is
    from before it joined.
Tell: `xe host-list` on the coordinator does not have its UUID; `cat /etc/xensource/pool.conf` on the host names another
    pool.
Fix: On the host: `xe host-is-in-emergency-mode`, /etc/xensource/pool.conf; if the pool has really let it go, make it a
    pool of its own (a new installation is the sure way) and join it again.

Example:
    HOST_OFFLINE(OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("host-not-live", "source-not-live")
CODES = (
    "HOST_OFFLINE",
    "HOST_NOT_LIVE",
    "CANNOT_CONTACT_HOST",
    "HOST_UNKNOWN_TO_MASTER",
    "HOST_MASTER_CANNOT_TALK_BACK",
    "HOST_HAS_NO_MANAGEMENT_IP",
)
CAUSES = ("off", "toolstack", "network", "forgotten")
ONLY = {
    "off": ("HOST_OFFLINE", "HOST_NOT_LIVE", "CANNOT_CONTACT_HOST"),
    "toolstack": ("HOST_OFFLINE", "HOST_NOT_LIVE", "CANNOT_CONTACT_HOST", "HOST_MASTER_CANNOT_TALK_BACK"),
    "network": (
        "HOST_OFFLINE", "HOST_NOT_LIVE", "CANNOT_CONTACT_HOST", "HOST_MASTER_CANNOT_TALK_BACK",
        "HOST_HAS_NO_MANAGEMENT_IP",
    ),
    "forgotten": ("HOST_UNKNOWN_TO_MASTER",),
}  # fmt: skip
SAID = "{host} does not answer"
SAYS = {
    "HOST_OFFLINE": "{host} is off or does not answer",
    "HOST_NOT_LIVE": "{host} does not answer",
    "CANNOT_CONTACT_HOST": "{host} could not be reached",
    "HOST_UNKNOWN_TO_MASTER": "the coordinator does not know {host}",
    "HOST_MASTER_CANNOT_TALK_BACK": "the coordinator cannot reach {p0}",
    "HOST_HAS_NO_MANAGEMENT_IP": "the host has no management address",
}


def evidence_off(_reading: Reading, look: Look) -> Evidence:
    """XAPI's own record of who is alive."""
    if look.snapshot is None:
        return UNSEEN
    pool = look.snapshot
    dead = [
        host.name_label
        for host in pool.hosts
        if host.metrics in pool.host_metrics and not pool.host_metrics[host.metrics].live
    ]
    return supports(f"XAPI counts {', '.join(dead)} as not alive.") if dead else UNSEEN


def evidence_toolstack(reading: Reading, _look: Look) -> Evidence:
    """`xe` in dom0 asks the toolstack of its own host."""
    if reading.form != "xe-client":
        return UNSEEN
    return supports("xe itself got no answer; in dom0 it asks the toolstack of that same host.")
