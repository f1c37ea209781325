"""The host is logged in, but the LUN does not appear

After the login dom0 waits for the LUN to come up as a disk of its own.

Cause: the target maps no LUN, or another one, to this host's initiator.
Tell: dom0: `iscsiadm -m session -P 3` shows the session without attached disk, or with another size.
Fix: Map the LUN to every host's initiator under the same number; then `iscsiadm -m session --rescan` and `lsblk` in
    dom0.

Cause: with multipathing only some paths have the LUN, or device mapper has not built its map yet.
Tell: dom0: `multipath -ll` shows fewer paths than portals.
Fix: `multipath -ll` in dom0: all hosts need the same paths; `multipath -r`, then plug the PBD again.

Cause: another session or program still holds the disk, so that it cannot be taken away.
Tell: dom0: `dmsetup ls --tree`, `lsof /dev/DISK` or `fuser -v /dev/DISK` names who has it.
Fix: `iscsiadm -m session`, `dmsetup ls`; move the guests away, and restart the host if a device stays.

Example:
    SR_BACKEND_FAILURE_67(, ISCSI device failed to appear, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_67": "the host logged in to the target, and its disk did not appear in dom0",
    "SR_BACKEND_FAILURE_69": "the host could not log out from the target ({detail})",
    "SR_BACKEND_FAILURE_85": "the host could not let go of the iSCSI disk ({detail})",
    "SR_BACKEND_FAILURE_182": "the entry of the target could not be deleted from the host's list ({detail})",
}
RULES = ("pbd-unplugged",)
CAUSES = ("not-mapped", "paths", "held")
ONLY = {
    "not-mapped": ("SR_BACKEND_FAILURE_67",),
    "paths": ("SR_BACKEND_FAILURE_67", "SR_BACKEND_FAILURE_85"),
    "held": ("SR_BACKEND_FAILURE_69", "SR_BACKEND_FAILURE_85", "SR_BACKEND_FAILURE_182"),
}
