"""The records that an SR keeps of its disks cannot be read or written

LVM SRs keep names and kinds of their disks in a small volume of their own (MGT), so that the SR can be read by another
pool.

Cause: the device under the SR gives input or output errors, or is not what it was: another partition or disk came up
    under the same name.
Fix: dom0: `dmesg | tail`, `smartctl -a DEVICE`, `lsblk`; compare with `xe pbd-list sr-uuid=SR params=device-config`.
    Use names of /dev/disk/by-id.

Cause: the SR was made on a device that already held something, and only half of it was made.
Fix: If it holds nothing yet, destroy it, `wipefs -a DEVICE` in dom0, and create it again.

Cause: the volume with the records is damaged, e.g. after a loss of power.
Tell: SMlog names the MGT volume; dom0: `lvs | grep MGT`.
Fix: `lvs -a VG_XenStorage-SRUUID` must list MGT. If MGT is renamed the driver makes it anew from XAPI's records with
    the next scan; save the LUN first.

Example:
    SR_BACKEND_FAILURE_181(, Error in Metadata volume operation for SR. [opterr=Error introducing Metadata Volume:
    Input/output error], )
"""

CODES = ("SR_BACKEND_FAILURE_181",)
CAUSES = ("device", "half-made", "damaged")
WORDS = {"device": ("input/output error",), "half-made": ("introducing", "creating")}
SAID = "the SR's own records could not be read or written ({detail})"
