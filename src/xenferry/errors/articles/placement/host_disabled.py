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

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("host-disabled",)
CODES = ("HOST_DISABLED",)
CAUSES = ("maintenance", "starting")
SAID = "{host} is disabled"


def evidence_maintenance(reading: Reading, look: Look) -> Evidence:
    """The mark that clients leave on the host."""
    host = look.record(reading, "host", "host")
    if host is None:
        return UNSEEN
    if host.enabled:
        return told(False, "", f"{host.name_label} is enabled now.")
    marked = "MAINTENANCE_MODE" in host.other_config
    return told(True, f"{host.name_label} is marked as in maintenance.", "") if marked else UNSEEN


def evidence_starting(reading: Reading, look: Look) -> Evidence:
    """Connections to storage that are not up, on a host that XAPI counts as alive."""
    host = look.record(reading, "host", "host")
    if host is None or look.snapshot is None:
        return UNSEEN
    if host.enabled:
        return told(False, "", f"{host.name_label} is enabled now.")
    pool = look.snapshot
    away = [pool.name(pbd.SR) for pbd in pool.PBD.values() if pbd.host == host.ref and not pbd.currently_attached]
    return told(True, f"On it are not connected: {listed(away)}.", "") if away else UNSEEN
