"""An operation on a disk failed in the storage driver

Creating, cloning, resizing or deleting a disk runs on the SR's own storage; for a disk in use the driver first
pauses it on the host where the guest runs.

Cause: the storage is away, full or gives errors; the host lost its connection and got it back.
Fix: `xe sr-scan uuid=SR` must succeed; look at `df -h` or `vgs`, and at /var/log/SMlog of that minute on the host where
    the guest runs and on the coordinator.

Cause: the disk could not be paused: the host where it is used does not answer, or a mark `paused` was left behind by a
    call that broke off.
Fix: See `xe vdi-param-get uuid=DISK param-name=sm-config`. If `paused` is there and nothing is going on, restart the
    toolstack of the guest's host (`xe-toolstack-restart`), or start the guest anew; the driver then clears it.

Cause: the image or its chain is damaged.
Fix: Files: `vhd-util check -n FILE` (or `qemu-img check FILE`) in dom0, parents included. Restore from a backup if
    it is the disk's own image.

Cause: the SR's garbage collection works on the same chain.
Fix: Wait until it is done (`grep SMGC /var/log/SMlog` on the coordinator) and try again.

Cause: the size is not possible: below the present size, or above what the format holds (VHD: 2,040 GiB).
Tell: The size asked for beside the present one and 2,040 GiB.
Fix: A disk can only grow. For larger ones use an SR that keeps qcow2 (XCP-ng 8.3) or a raw disk.

Example:
    SR_BACKEND_FAILURE_82(, Failed to snapshot VDI [opterr=failed to pause VDI 0f5b5b5c-cca5-44a2-8e7c-c930fc5f6773], )
"""

SAYS = {
    "SR_BACKEND_FAILURE_64": "a disk's data could not be removed ({detail})",
    "SR_BACKEND_FAILURE_65": "a disk could not be read from the SR ({detail})",
    "SR_BACKEND_FAILURE_66": "the disk is of a kind that this driver does not handle ({detail})",
    "SR_BACKEND_FAILURE_78": "the disk could not be created ({detail})",
    "SR_BACKEND_FAILURE_79": "the size that was asked for is not possible ({detail})",
    "SR_BACKEND_FAILURE_80": "the disk could not be marked for deletion ({detail})",
    "SR_BACKEND_FAILURE_81": "the disk could not be cloned ({detail})",
    "SR_BACKEND_FAILURE_82": "the disk could not be snapshotted ({detail})",
    "SR_BACKEND_FAILURE_110": "the disk could not be resized ({detail})",
    "SR_BACKEND_FAILURE_43": "the disk exists already",
    "SR_BACKEND_FAILURE_144": "the disk is not in the SR ({detail})",
}
CAUSES = ("storage-away", "paused", "damaged", "collection", "size")
ONLY = {"size": ("SR_BACKEND_FAILURE_79", "SR_BACKEND_FAILURE_110", "SR_BACKEND_FAILURE_78")}
WORDS = {
    "storage-away": ("input/output error", "stale", "read-only", "no space", "MAP_DUPLICATE_KEY"),
    "paused": ("pause", "MAP_DUPLICATE_KEY"),
    "damaged": ("vhd-util", "qemu-img", "corrupt", "invalid"),
    "collection": ("coalesce", "gc"),
}
