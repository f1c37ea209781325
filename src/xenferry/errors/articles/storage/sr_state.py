"""The SR is not in the state that this needs

An SR has one connection (PBD) for each host, and what may be done depends on them.

Cause: a host could not connect to it.
Tell: `xe pbd-list sr-uuid=SR params=host-name-label,currently-attached` has false.
Fix: `xe pbd-plug uuid=PBD` on that host shows the driver's own error, which tells the reason.

Cause: it is connected on several hosts and was to be made unshared, or is not shared and is needed on all.
Tell: `xe sr-param-get uuid=SR param-name=shared`, and how many PBDs it has.
Fix: `xe pbd-list sr-uuid=SR`: for one host only, unplug and destroy the others; for all, use a kind that can be shared.

Cause: no SR is set where one is needed: the pool has no default SR, or the host no local one.
Tell: `xe pool-list params=default-SR` (for the host local-cache-sr) is empty.
Fix: `xe pool-param-set uuid=POOL default-SR=SR`; or give the SR in the call.

Cause: its data is of an old form.
Tell: The SR was made by a version of years ago: its sm-config has no use_vhd.
Fix: Upgrade it as its driver asks: `xe sr-param-list uuid=SR`, field sm-config.

Cause: disks on it are locked by another host or by the garbage collection.
Tell: SMlog: lock lines of another process or host; `grep SMGC /var/log/SMlog | tail` is at work.
Fix: Wait and try again; `grep lock /var/log/SMlog` shows who holds them.

Cause: the driver's program did not answer.
Tell: dom0: `systemctl status` of the storage service, and SMlog or daemon.log of that minute.
Fix: `systemctl status xapi-storage-script`, `xe sm-list`; restart the toolstack.

Example:
    DEFAULT_SR_NOT_FOUND(OpaqueRef:NULL)
"""

from xenferry.errors.connected import only_plugs
from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "SR_ATTACH_FAILED": "{sr} could not be connected",
    "HOST_CANNOT_SEE_SR": "the host has no connection to the SR",
    "SR_HAS_MULTIPLE_PBDS": "the SR is connected on several hosts, and so stays shared",
    "SR_NOT_SHARED": "the SR is not shared, and this needs one that is",
    "SR_ATTACHED": "the SR is connected, and this needs it to be disconnected",
    "DEFAULT_SR_NOT_FOUND": "the pool's default SR is not set or no longer exists",
    "NO_LOCAL_STORAGE": "the host has no local SR",
    "SR_REQUIRES_UPGRADE": "{sr} is of an old form and must be upgraded first",
    "SR_VDI_LOCKING_FAILED": "disks of the SR are locked by something else",
    "SM_PLUGIN_COMMUNICATION_FAILURE": "the storage driver {p0} did not answer",
}
RULES = ("pbd-unplugged", "pbd-missing", "no-shared-sr")
CAUSES = ("not-connected", "sharing", "none-set", "old-form", "locked", "driver")
ONLY = {
    "not-connected": ("SR_ATTACH_FAILED", "HOST_CANNOT_SEE_SR"),
    "sharing": ("SR_HAS_MULTIPLE_PBDS", "SR_NOT_SHARED", "SR_ATTACHED"),
    "none-set": ("DEFAULT_SR_NOT_FOUND", "NO_LOCAL_STORAGE"),
    "old-form": ("SR_REQUIRES_UPGRADE",),
    "locked": ("SR_VDI_LOCKING_FAILED",),
    "driver": ("SM_PLUGIN_COMMUNICATION_FAILURE",),
}


def evidence_not_connected(reading: Reading, look: Look) -> Evidence:
    """Where the SR is connected now."""
    return only_plugs(reading, look)


def evidence_none_set(_reading: Reading, look: Look) -> Evidence:
    """The pool's default SR."""
    pool = look.snapshot
    if pool is None or not was_read(pool, "pool", "SR"):
        return UNSEEN
    there = pool.pool.default_SR in pool.SR
    return told(not there, "The pool has no default SR.", f"It is '{pool.name(pool.pool.default_SR)}' now.")
