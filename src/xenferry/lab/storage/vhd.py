"""Sizes of VHD disks, as SM checks and rounds them."""

from __future__ import annotations

from xenferry.lab.storage.failure import failed

LARGEST = 2040 * 2**30
BLOCK = 2 * 2**20
OTHER = frozenset({"dummy", "iso", "udev", "hba", "rawhba", "linstor", "zfs-vol"})
"""Types of SRs whose disks are no VHDs."""
IN_FILES = frozenset({"nfs", "file", "ext", "smb", "xfs", "glusterfs", "cephfs", "moosefs", "zfs"})
"""Types of SRs whose disks are files; a raw one may have any size."""
EXTENT = 4 * 2**20
"""Raw disks elsewhere are logical volumes, of whole extents."""


def rounded_raw(kind: str, size: int) -> int:
    """The size that a disk gets which was asked for with sm_config `type` = raw."""
    if kind in OTHER or not 0 <= size <= LARGEST:
        return rounded(kind, size)
    return size if kind in IN_FILES else max(EXTENT, -(-size // EXTENT) * EXTENT)


def rounded(kind: str, size: int) -> int:
    """The size that a disk of this many bytes gets on an SR of this type (79 when there can be none)."""
    if kind == "dummy" and size < 0:
        raise failed(78, "['INTERNAL_ERROR', 'Failure(\"Int64.of_string\")']")
    if kind in OTHER:
        if size < 0:
            raise failed(79)
        return size
    if not 0 <= size <= LARGEST:
        raise failed(79, f"VDI size must be between 1 MB and {LARGEST // 2**20} MB")
    return max(BLOCK, -(-size // BLOCK) * BLOCK)
