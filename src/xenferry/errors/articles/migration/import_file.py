"""The exported guest cannot be read

An export (XVA) is an archive of the guest's records and disks; a move between pools sends the records in the same form.

Cause: the file is cut off or damaged: the copy or download broke, or the disk it lies on is full.
Tell: Size or checksum of the file differs from the original's; `tar tf FILE` stops with an error.
Fix: Compare its size and checksum with the original, and export again. `tar tf FILE.xva` must list `ova.xml` first.

Cause: it names objects that are not in it or not in this pool, such as a disk on an SR that is away.
Tell: `tar xOf FILE ova.xml` names a network or SR that this pool does not have.
Fix: Import with `force=true` to go on without them, or bring the SR back.

Cause: it is no export, or one of another kind.
Tell: `tar tf FILE | head -1` is not ova.xml.
Fix: Use the import that fits: XVA here; OVA, VMDK and VHD by Xen Orchestra or XenCenter.

Cause: it was sent in pieces of unknown length, which this import does not take.
Tell: The client sent no Content-Length; `xe vm-import` with a file on disk works.
Fix: Send it with a Content-Length.

Example:
    IMPORT_ERROR_PREMATURE_EOF()
"""

SAYS = {
    "IMPORT_ERROR_PREMATURE_EOF": "the file ended before the guest was complete",
    "IMPORT_ERROR_SOME_CHECKSUMS_FAILED": "checksums in the file are wrong: some of it is damaged",
    "IMPORT_ERROR_CANNOT_HANDLE_CHUNKED": "the file was sent in pieces of unknown length",
    "IMPORT_ERROR_FAILED_TO_FIND_OBJECT": "an object that the guest needs ({p0}) was not found",
    "IMPORT_ERROR_ATTACHED_DISKS_NOT_FOUND": "disks of the guest were not found",
    "IMPORT_ERROR_UNEXPECTED_FILE": "the archive holds {p1} where {p0} should be",
}
CAUSES = ("damaged", "missing", "other-kind", "chunked")
ONLY = {
    "damaged": ("IMPORT_ERROR_PREMATURE_EOF", "IMPORT_ERROR_SOME_CHECKSUMS_FAILED", "IMPORT_ERROR_UNEXPECTED_FILE"),
    "missing": ("IMPORT_ERROR_FAILED_TO_FIND_OBJECT", "IMPORT_ERROR_ATTACHED_DISKS_NOT_FOUND"),
    "other-kind": ("IMPORT_ERROR_UNEXPECTED_FILE",),
    "chunked": ("IMPORT_ERROR_CANNOT_HANDLE_CHUNKED",),
}
