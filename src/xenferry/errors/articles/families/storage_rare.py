"""A rare answer of the storage drivers

These come from drivers or switches that are not part of an ordinary installation: OCFS on shared LUNs, and stops that
developers build into the drivers for tests.

Cause: an OCFS SR: the cluster file system on the LUN could not be made or mounted.
Tell: `xe sr-list uuid=SR params=type` is ocfs.
Fix: Use another kind of SR for shared LUNs: `lvmoiscsi` or `lvmohba`.

Cause: a test switch is on in dom0, or the garbage collection gave up a merge that the guest's writes outran.
Tell: dom0: `ls /tmp/fist_*`; SMlog says that the merge was given up.
Fix: `ls /tmp/fist_*` in dom0: remove what is there. A merge that was given up is tried again with the next scan; shut
    the guest down for it if that never succeeds.

Example:
    SR_BACKEND_FAILURE_204(, Gave up on leaf coalesce after leaf grew bigger than before snapshot taken, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_203": "the driver stopped at a test point that is switched on in dom0",
    "SR_BACKEND_FAILURE_204": "the garbage collection gave up to merge a disk that its guest writes to all the time",
    "SR_BACKEND_FAILURE_449": "a shared OCFS SR takes exactly one LUN",
    "SR_BACKEND_FAILURE_450": "the OCFS file system could not be mounted ({detail})",
    "SR_BACKEND_FAILURE_451": "the OCFS file system could not be unmounted ({detail})",
    "SR_BACKEND_FAILURE_452": "the OCFS file system could not be made ({detail})",
}
CAUSES = ("ocfs", "collection")
ONLY = {
    "ocfs": tuple(f"SR_BACKEND_FAILURE_{number}" for number in (449, 450, 451, 452)),
    "collection": ("SR_BACKEND_FAILURE_203", "SR_BACKEND_FAILURE_204"),
}
