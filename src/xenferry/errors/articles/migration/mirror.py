"""The copy of a disk to its new SR broke off

While a guest runs, every write goes to both SRs until the move is over; that broke. The guest goes on with its old
disk.

Cause: the target SR ran full, or the source had no room for its snapshot.
Fix: Free space for the full size of the disk on the target, and for a snapshot on the source.

Cause: the network between the hosts, or one of the storages, stalled.
Fix: See /var/log/xensource.log and SMlog on both hosts around that minute; move fewer disks at a time.

Cause: the copying process on the source host ended (tapdisk).
Fix: Look for tapdisk in /var/log/daemon.log; try again when the guest writes less, or move it while it is shut down.

Example:
    MIRROR_FAILED(OpaqueRef:0f5b5b5c-cca5-44a2-8e7c-c930fc5f6773)
"""

CODES = ("MIRROR_FAILED", "VDI_COPY_FAILED")
CAUSES = ("full", "stall", "process")
WORDS = {"full": ("no space", "not enough space"), "stall": ("timed out", "timeout"), "process": ("tapdisk", "died")}
SAID = "copying {vdi} to its new SR broke off"
