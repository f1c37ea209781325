"""Updates could not be applied to a host

The packages are installed in dom0; what must be restarted afterwards (guidance) comes next. A host that is half updated
should not take guests before that is settled.

Cause: installing failed in dom0: no space, a broken package, or files changed by hand.
Tell: /var/log/yum.log and /var/log/xensource.log of that host give the package and the reason; `df -h /`.
Fix: dom0: `df -h /`, `yum check`, /var/log/yum.log; XenServer: the parameter holds the output.

Cause: updates are being applied already.
Tell: `xe task-list` shows it, or the host's current-operations says apply_updates.
Fix: `xe task-list`; wait for it.

Cause: what the hosts have and what was shown differ: newer updates came in between.
Tell: The list that was shown before differs from the one that the client shows now.
Fix: Synchronise again, look at the list, and apply then.

Cause: the restart of something that the updates ask for failed.
Tell: `xe host-param-get uuid=HOST param-name=pending-guidances` still has it; xensource.log has the reason.
Fix: Put the host into maintenance and restart it as a whole.

Cause: backup copies of an earlier try are in the way.
Tell: The text names the folder; `ls` it in dom0.
Fix: The output names them; move them away, then apply again.

Example:
    APPLY_UPDATES_FAILED(OpaqueRef:07f854df-0c34-4ffe-84bb-c748d09066f1)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "APPLY_UPDATES_FAILED": "the updates could not be applied to a host ({p0})",
    "PATCH_APPLY_FAILED": "the patch failed: {p0}",
    "UPDATE_APPLY_FAILED": "the update failed: {p0}",
    "UPDATE_POOL_APPLY_FAILED": "the update failed on these hosts: {p0}",
    "APPLY_UPDATES_IN_PROGRESS": "updates are being applied already",
    "UPDATEINFO_HASH_MISMATCH": "the list of updates has changed since it was shown",
    "UPDATE_GUIDANCE_CHANGED": "what must be done after the updates has changed since it was shown",
    "APPLY_GUIDANCE_FAILED": "what must be restarted after the updates could not be ({p0})",
    "APPLY_LIVEPATCH_FAILED": "the live patch {p0} could not be loaded",
    "CANNOT_RESTART_DEVICE_MODEL": "the emulators of paused guests on the host cannot be restarted",
    "PATCH_APPLY_FAILED_BACKUP_FILES_EXIST": "files kept by an earlier try are in the way: {p0}",
}
RULES = ("upgrade-left-on", "versions-differ")
CAUSES = ("install", "in-progress", "changed", "guidance", "backup-files")
ONLY = {
    "install": ("APPLY_UPDATES_FAILED", "PATCH_APPLY_FAILED", "UPDATE_APPLY_FAILED", "UPDATE_POOL_APPLY_FAILED"),
    "in-progress": ("APPLY_UPDATES_IN_PROGRESS",),
    "changed": ("UPDATEINFO_HASH_MISMATCH", "UPDATE_GUIDANCE_CHANGED"),
    "guidance": ("APPLY_GUIDANCE_FAILED", "APPLY_LIVEPATCH_FAILED", "CANNOT_RESTART_DEVICE_MODEL"),
    "backup-files": ("PATCH_APPLY_FAILED_BACKUP_FILES_EXIST",),
}


def evidence_in_progress(_reading: Reading, look: Look) -> Evidence:
    """What the hosts are doing now."""
    if look.snapshot is None or not look.snapshot.hosts:
        return UNSEEN
    going = [host.name_label for host in look.snapshot.hosts if "apply_updates" in host.current_operations.values()]
    return told(bool(going), f"Updates are being applied on {listed(going)}.", "No host says so now: try again.")


def evidence_guidance(_reading: Reading, look: Look) -> Evidence:
    """What the hosts still have to do after their updates."""
    if look.snapshot is None:
        return UNSEEN
    waiting = [
        f"{host.name_label} ({listed(host.pending_guidances)})"
        for host in look.snapshot.hosts
        if host.pending_guidances
    ]
    return told(True, f"Still to be done: {listed(waiting)}.", "") if waiting else UNSEEN
