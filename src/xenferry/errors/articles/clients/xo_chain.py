"""Disks wait to be coalesced: the backup was not made

Each snapshot leaves a link in a disk's chain, and the storage's garbage collector joins links that are no longer needed
(coalesce). Xen Orchestra skips a guest whose chain has links that should have been joined, so that chains do not grow
until no snapshot is possible. Moving the guest's disks needs a sound chain too.

Cause: the garbage collector is still at it: the last backup or snapshot was deleted a short while ago.
Tell: The SR's Advanced tab shows the disks to coalesce, fewer each time; /var/log/SMlog has `Coalescing` or
    `Running VHD coalesce` on the SR's coordinator.
Fix: Wait, and leave more time between backups of the same guest.

Cause: it cannot finish: the SR has too little free space, or the guest writes faster than the link can be joined.
Tell: SMlog has `No space left`, `leaf-coalesce failed`, or the same disk over and over.
Fix: Free space on the SR (a link may need its own size), or shut the guest down for the time: then nothing is written.
    `xenferry storage check` shows free space and what waits.

Cause: it stopped on a broken link or never starts.
Tell: SMlog has an exception after `SMGC`, or no `SMGC` line of today at all.
Fix: Paste the exception here; `xe sr-scan uuid=SR` starts it anew.

Cause: the collector thinks that the disk is open on a host that is off, and leaves it alone.
Tell: `xe vdi-param-get uuid=VDI param-name=sm-config` has a key `host_OpaqueRef:...` of a host that does not run.
Fix: Start that host, or `xe host-forget` if it is gone for good; then `xe sr-scan uuid=SR`.

Example:
    Error: unhealthy VDI chain
"""

CODES = ("XO_UNHEALTHY_VDI_CHAIN",)
CAUSES = ("under-way", "stuck", "broken", "held")
SAID = "Xen Orchestra left the guest out, because links of its disks wait to be joined"
WORDS = {"stuck": ("No space left", "leaf-coalesce failed")}
