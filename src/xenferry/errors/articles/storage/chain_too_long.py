"""The disk's chain of snapshots is too long

A VHD disk may stand on at most 30 images. Every snapshot adds one, and deleting a snapshot frees nothing by itself: the
SR's garbage collection merges the images afterwards (coalescing), one chain at a time.

Cause: snapshots are made and deleted faster than the host can merge them, by a backup that runs too often, or by two
    programs that make snapshots of the same guests.
Tell: SMlog shows SMGC at work (`grep SMGC /var/log/SMlog | tail`), and the list of disks to coalesce gets shorter
    between backups.
Fix:
- Stop the backups and wait: `grep SMGC /var/log/SMlog` on the coordinator shows the work; `xe sr-scan uuid=SR` starts
  it again. Xen Orchestra lists the disks that are left under the SR's Advanced tab.
- Let jobs run less often, or fewer at a time.

Cause: merging does not go on at all: the SR has no free space for it, a disk is stuck, or an image is broken.
Tell: SMlog has an exception of SMGC, or the same disk is begun again and again.
Fix: See which line repeats in `grep SMGC /var/log/SMlog`; make room on the SR, and shut the guest down for a while: a
    chain of a halted guest is merged without the race against its writes.

Cause: somebody keeps many snapshots on purpose.
Tell: `xe snapshot-list snapshot-of=GUEST` is long, with names that people gave.
Fix: `xe snapshot-list snapshot-of=GUEST`; delete those that are not needed.

Example:
    SR_BACKEND_FAILURE_109(, The snapshot chain is too long, )
"""

CODES = ("SR_BACKEND_FAILURE_109",)
CAUSES = ("coalesce-behind", "stuck", "many-snapshots")
SAID = "the disk already stands on as many images as its format allows"
