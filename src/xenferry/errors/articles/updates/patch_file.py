"""The patch's file is not there, is there already, or is damaged

Patches are uploaded to the coordinator, which hands them to the other hosts. This is XenServer up to 8.2; XCP-ng and
XenServer 8 use package repositories.

Cause: it was uploaded before.
Tell: `xe update-list` or `xe patch-list` has its UUID.
Fix: Nothing is lost: apply the one whose UUID the error names.

Cause: the coordinator no longer has the file: it was cleaned up, or another host has become coordinator.
Tell: The UUID is listed and the file is not in /var/patch or /var/update of the coordinator.
Fix: Upload it again: `xe patch-upload file-name=..` or `xe update-upload file-name=.. sr-uuid=SR`.

Cause: it is applied already.
Tell: `xe update-list uuid=UUID params=hosts` (older: `xe patch-list`) names the host.
Fix: Nothing is left to do; an applied patch cannot be deleted. If a client asks for it again and again, restart the
    host: it waits for that.

Cause: the file is damaged or is no patch.
Tell: Its checksum differs from the maker's.
Fix: Compare its checksum with the maker's; unpack the .zip and take the .xsupdate or .iso in it.

Cause: there is no room for the file.
Tell: `df -h /` on the coordinator.
Fix: `xe patch-pool-clean`, `xe update-pool-clean`; `df -h /` on the coordinator.

Example:
    The uploaded patch file already exists
    uuid: 78251ea4-e4e7-4d72-85bd-b22bc137e20b
"""

SAYS = {
    "PATCH_ALREADY_EXISTS": "the patch {p0} was uploaded before",
    "UPDATE_ALREADY_EXISTS": "the update {p0} was uploaded before",
    "CANNOT_FIND_PATCH": "the patch's file is not on the coordinator",
    "CANNOT_FIND_UPDATE": "the update's file is not in the pool",
    "CANNOT_FETCH_PATCH": "the patch {p0} could not be fetched from the coordinator",
    "PATCH_ALREADY_APPLIED": "the patch is applied to the host already",
    "UPDATE_ALREADY_APPLIED": "the update is applied to the host already",
    "UPDATE_ALREADY_APPLIED_IN_POOL": "the update is applied to all hosts already",
    "PATCH_IS_APPLIED": "the patch is applied and so cannot be deleted",
    "UPDATE_IS_APPLIED": "the update is applied and so cannot be deleted",
    "INVALID_PATCH": "the file is no patch, or is damaged",
    "INVALID_PATCH_WITH_LOG": "the file is no patch, or is damaged: {p0}",
    "INVALID_UPDATE": "the file is no update, or is damaged: {p0}",
    "OUT_OF_SPACE": "there is no room for the file in {p0}",
}
CAUSES = ("uploaded", "cleaned", "applied", "damaged", "space")
ONLY = {
    "uploaded": ("PATCH_ALREADY_EXISTS", "UPDATE_ALREADY_EXISTS"),
    "cleaned": ("CANNOT_FIND_PATCH", "CANNOT_FIND_UPDATE", "CANNOT_FETCH_PATCH"),
    "applied": (
        "PATCH_ALREADY_APPLIED", "UPDATE_ALREADY_APPLIED", "UPDATE_ALREADY_APPLIED_IN_POOL", "PATCH_IS_APPLIED",
        "UPDATE_IS_APPLIED",
    ),
    "damaged": ("INVALID_PATCH", "INVALID_PATCH_WITH_LOG", "INVALID_UPDATE"),
    "space": ("OUT_OF_SPACE",),
}  # fmt: skip
