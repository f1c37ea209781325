"""The list of updates could not be fetched

The coordinator copies the repositories and works out what each host lacks.

Cause: the coordinator cannot reach the repository: no way to the internet, a proxy that refuses, or a wrong date.
Tell: The coordinator's dom0: `curl -sI ADDRESS` of the repository (with the proxy, `-x`); `date -u` is right.
Fix: dom0 of the coordinator: `curl -I ADDRESS`, `date -u`; set the proxy in the pool's update settings. The log is
    /var/log/xensource.log.

Cause: what came is damaged or not complete.
Tell: A second try gives the same; xensource.log names the file or checksum.
Fix: Synchronise again; for a bundle compare its checksum with the maker's.

Cause: dom0 has no room for the copy.
Tell: The coordinator's dom0: `df -h / /var`.
Fix: `df -h /` on the coordinator.

Cause: it is running already.
Tell: `xe task-list` shows it.
Fix: `xe task-list`; wait.

Cause: the other pool, from which updates are fetched, does not answer or does not accept the connection.
Tell: From the coordinator: `curl -sk https://OTHER/` answers, and the certificate is the one that was given.
Fix: Check its address, user and certificate, and that it is synchronised itself.

Example:
    REPOSYNC_FAILED()
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "REPOSYNC_FAILED": "the repository could not be copied to the coordinator",
    "BUNDLE_SYNC_FAILED": "the bundle could not be taken over",
    "BUNDLE_UNPACK_FAILED": "the bundle could not be unpacked: {p0}",
    "INVALID_REPOMD_XML": "the repository's index (repomd.xml) is damaged",
    "INVALID_UPDATEINFO_XML": "the repository's list of updates (updateinfo.xml) is damaged",
    "CREATEREPO_FAILED": "the local copy of the repository could not be indexed",
    "REPOSITORY_CLEANUP_FAILED": "the local copy of the repository could not be removed",
    "GET_UPDATES_FAILED": "the list of updates for the pool could not be made",
    "GET_HOST_UPDATES_FAILED": "the list of updates for a host could not be made ({p0})",
    "GET_UPDATES_IN_PROGRESS": "the list of updates is being made already",
    "SYNC_UPDATES_IN_PROGRESS": "updates are being synchronised already",
    "SYNC_BUNDLE_IN_PROGRESS": "a bundle is being taken over already",
    "REPOSYNC_IN_PROGRESS": "updates are being synchronised already",
    "UPDATES_REQUIRE_SYNC": "updates must be synchronised first",
    "UPDATE_SYNCING_REMOTE_POOL_COORDINATOR_CONNECTION_FAILED": "the other pool's coordinator could not be reached",
    "UPDATE_SYNCING_REMOTE_POOL_COORDINATOR_SERVICE_FAILED": "the other pool's coordinator gave no proper answer",
}
CAUSES = ("unreachable", "damaged", "space", "in-progress", "other-pool")
ONLY = {
    "unreachable": ("REPOSYNC_FAILED", "GET_UPDATES_FAILED", "GET_HOST_UPDATES_FAILED", "UPDATES_REQUIRE_SYNC"),
    "damaged": ("BUNDLE_SYNC_FAILED", "BUNDLE_UNPACK_FAILED", "INVALID_REPOMD_XML", "INVALID_UPDATEINFO_XML"),
    "space": ("CREATEREPO_FAILED", "REPOSITORY_CLEANUP_FAILED", "REPOSYNC_FAILED", "BUNDLE_UNPACK_FAILED"),
    "in-progress": (
        "GET_UPDATES_IN_PROGRESS", "SYNC_UPDATES_IN_PROGRESS", "SYNC_BUNDLE_IN_PROGRESS", "REPOSYNC_IN_PROGRESS",
    ),
    "other-pool": (
        "UPDATE_SYNCING_REMOTE_POOL_COORDINATOR_CONNECTION_FAILED",
        "UPDATE_SYNCING_REMOTE_POOL_COORDINATOR_SERVICE_FAILED",
    ),
}  # fmt: skip


def evidence_in_progress(_reading: Reading, look: Look) -> Evidence:
    """What the pool is doing now."""
    if look.snapshot is None or not was_read(look.snapshot, "pool"):
        return UNSEEN
    going = "sync_updates" in look.snapshot.pool.current_operations.values()
    return told(going, "The pool is synchronising updates now.", "The pool is not doing that now: try again.")
