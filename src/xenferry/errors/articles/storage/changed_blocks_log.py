"""Changed block tracking failed in the storage driver

With tracking on (CBT) the driver keeps a log of changed blocks beside each disk; backups ask it for the difference
between two snapshots.

Cause: the two disks are not related by tracking, were given in the wrong order, or tracking was off between them.
Fix: Ask for the difference of two snapshots of one disk, the older first. Else make a full backup, which starts a new
    chain.

Cause: the log is not consistent: the host crashed or was cut off while the disk was in use.
Tell: The host that ran the guest was restarted without a clean stop since the last backup.
Fix: Switch tracking off and on again on that disk (`xe vdi-disable-cbt uuid=DISK`, `xe vdi-enable-cbt uuid=DISK`); the
    next backup is a full one.

Cause: the SR has no room for the log, or cannot be written.
Tell: `xe sr-list uuid=SR params=physical-size,physical-utilisation`; writing any small disk fails as well.
Fix: Make room; the log takes one bit for each 64 KiB of the disk, 2 MiB for 1 TiB.

Example:
    SR_BACKEND_FAILURE_460(, Failed to calculate changed blocks for given VDIs. [opterr=Source and target VDI are
    unrelated], )
"""

SAYS = {
    "SR_BACKEND_FAILURE_457": "tracking of changed blocks could not be switched on ({detail})",
    "SR_BACKEND_FAILURE_458": "tracking of changed blocks could not be switched off ({detail})",
    "SR_BACKEND_FAILURE_459": "the log of changed blocks is not consistent",
    "SR_BACKEND_FAILURE_460": "the changed blocks between two disks could not be worked out ({detail})",
}
RULES = ("cbt-enabled",)
CAUSES = ("not-related", "inconsistent", "no-room")
ONLY = {
    "not-related": ("SR_BACKEND_FAILURE_460",),
    "inconsistent": (
        "SR_BACKEND_FAILURE_459",
        "SR_BACKEND_FAILURE_460",
        "SR_BACKEND_FAILURE_457",
        "SR_BACKEND_FAILURE_458",
    ),
    "no-room": ("SR_BACKEND_FAILURE_457", "SR_BACKEND_FAILURE_458"),
}
WORDS = {"not-related": ("unrelated",)}
