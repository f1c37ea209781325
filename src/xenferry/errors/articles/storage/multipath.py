"""The paths to a LUN are not in order

With multipathing each LUN is reached by several paths, put together by `multipathd` in dom0 into one device.

Cause: the service does not answer.
Tell: dom0: `systemctl status multipathd`, `multipathd show paths` gives no answer.
Fix: dom0: `systemctl status multipathd`, `multipathd show paths`; restart it, then plug the PBD again.

Cause: device mapper has built no map for the LUN: it is excluded, has only one path that failed, or is held by another
    program.
Tell: dom0: `multipath -ll SCSIid` is empty, `multipath -v3` says blacklisted or names the failed path.
Fix: `multipath -ll`, `multipath -v3 | tail -50`; check /etc/multipath/conf.d and the paths on the switches.

Cause: multipathing was switched on for the host while the SR was connected by a single path, or the other way round.
Tell: `xe host-param-get uuid=HOST param-name=other-config` says multipathing: true, and the SR's PBD was plugged before
    that was set.
Fix: Unplug the host's PBDs, set `xe host-param-set uuid=HOST multipathing=true`, plug them again; alike on all hosts.

Example:
    SR_BACKEND_FAILURE_432(, Device Mapper path missing, )
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "SR_BACKEND_FAILURE_430": "the multipath service of dom0 did not answer ({detail})",
    "SR_BACKEND_FAILURE_431": "multipathing failed ({detail})",
    "SR_BACKEND_FAILURE_432": "device mapper has no path to the LUN ({detail})",
    "SR_BACKEND_FAILURE_433": "device mapper's path to the LUN did not appear in time ({detail})",
    "SR_BACKEND_FAILURE_434": "the driver asked for a path without naming the LUN's SCSI identity",
}
CAUSES = ("service", "no-map", "switched")
ONLY = {"service": ("SR_BACKEND_FAILURE_430", "SR_BACKEND_FAILURE_431")}


def evidence_switched(_reading: Reading, look: Look) -> Evidence:
    """Which hosts use more than one path."""
    if look.snapshot is None:
        return UNSEEN
    on = [host.name_label for host in look.snapshot.hosts if host.multipathing]
    if not on or len(on) == len(look.snapshot.hosts):
        return UNSEEN
    return told(True, f"Multipathing is on on {listed(on)} only.", "")
