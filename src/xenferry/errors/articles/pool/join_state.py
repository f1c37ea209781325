"""The joining host is not empty

What runs or is shared on a host cannot be carried into the pool with it.

Cause: guests run or are suspended on it, or something goes on with one.
Fix: Shut down or export its guests; wait for tasks to end.

Cause: it has shared SRs; an ISO share over NFS or SMB counts.
Fix: `xe sr-list shared=true` on that host: unplug their PBDs and `xe sr-forget` them; they come back from the pool.

Cause: it is a coordinator of other hosts.
Fix: A pool cannot join a pool: eject its members first.

Example:
    JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS()
"""

from xenferry.errors.evidence import Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = (
    "JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS", "JOINING_HOST_CANNOT_HAVE_RUNNING_VMS",
    "JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS", "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS",
    "JOINING_HOST_CANNOT_HAVE_RUNNING_OR_SUSPENDED_VMS",
)  # fmt: skip
CAUSES = ("guests", "shared-srs", "coordinator")
SAID = "the joining host is not empty"
SAYS = {
    "JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS": "the joining host has shared SRs of its own",
    "JOINING_HOST_CANNOT_HAVE_RUNNING_VMS": "guests run on the joining host",
    "JOINING_HOST_CANNOT_HAVE_RUNNING_OR_SUSPENDED_VMS": "guests run or are suspended on the joining host",
    "JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS": "something is going on with a guest of the joining host",
    "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS": "the joining host is the coordinator of other hosts",
}


def _among(reading: Reading, *words: str) -> Evidence:
    found = any(word in reading.code for word in words)
    return supports(f"The code is {reading.code}.") if found else contradicts("")


def evidence_guests(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return _among(reading, "VMS")


def evidence_shared_srs(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return _among(reading, "SHARED_SRS")


def evidence_coordinator(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return _among(reading, "MASTER")
