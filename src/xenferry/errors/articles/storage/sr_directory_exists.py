"""The SR's place on the storage is taken

The directory or volume group that the new SR would use exists and is not empty.

Cause: an SR was there before and was only forgotten, not destroyed.
Tell: `xe sr-probe type=nfs ...` lists the UUID, and no SR of that UUID is in `xe sr-list`.
Fix: Do not create it again, introduce it: `xe sr-probe` shows its UUID; `xe sr-introduce uuid=UUID type=nfs
    shared=true name-label=NAME`, then a PBD for every host, then plug them. In Xen Orchestra: New SR, "Reattach SR".

Cause: another pool uses the same storage.
Tell: Files in the directory change now although this pool does not use it (`ls -lt`).
Fix: Make sure that it does not: two pools on one SR destroy each other's disks. Give this pool a directory of its own.

Example:
    SR_BACKEND_FAILURE_42(, The SR already exists, )
"""

CODES = ("SR_BACKEND_FAILURE_42", "SR_UUID_EXISTS")
CAUSES = ("forgotten", "other-pool")
SAID = "an SR exists there already"
