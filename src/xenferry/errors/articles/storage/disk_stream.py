"""Reading or writing a whole disk broke off

A disk is read or written as one long stream: by a backup, a restore, an import, an export, or while it is copied to
another SR. The host's program for that (vhd-tool) ended with an error; the text says no more than that.

Cause: the other end of the stream stalled or ended: a backup client that is busy or whose storage is slower than the
    host's, a time limit on a connection without traffic (proxy, firewall, XAPI), or a network that lost it.
Fix:
- Look at how long it took: always about the same time (five minutes, four hours) means a time limit; find out whose.
- Run fewer backups or restores at once, and let the backup storage keep up: give it faster disks or another network.
- Update client and host: XenServer 7.5 gave up an export after a pause of some seconds, older clients let it starve.

Cause: the SR ran full while the disk was written.
Fix: `xe sr-list uuid=SR params=physical-size,physical-utilisation`; make room for the full size of the disk and try
    again.

Cause: the host's own program ended: the storage gave input or output errors, or dom0 was out of memory.
Fix: dom0 of the host that did it: `dmesg | tail -50`; in /var/log/daemon.log and SMlog the minute in which it ended.

Example:
    VDI_IO_ERROR(Device I/O errors)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, by_words, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading
from xenferry.errors.words import operation

CODES = ("VDI_IO_ERROR",)
CAUSES = ("stall", "full", "process")
WORDS = {"process": ("input/output error", "out of memory", "cannot allocate")}
SAID = "reading or writing {vdi} as a stream broke off ({p0})"

_STREAMS = ("backup", "import", "export", "restore", "copy")


def evidence_stall(reading: Reading, _look: Look) -> Evidence:
    """A client at the other end: the call is a backup, a restore, an import or an export."""
    asked = operation(reading)
    if not any(word in asked.lower() for word in _STREAMS):
        return UNSEEN
    return supports(f"The call, {asked}, streams the disk to or from a client.")


def evidence_full(reading: Reading, look: Look) -> Evidence:
    """The SR that the call names has no room left; or the text says so."""
    sr = look.record(reading, "SR", "sr")
    if sr is not None and 0 < sr.physical_size <= sr.physical_utilisation:
        return supports(f"The SR '{sr.name_label}' is full.")
    return by_words(" ".join(reading.params), "no space")
