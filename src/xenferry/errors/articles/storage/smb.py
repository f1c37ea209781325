"""The SMB share could not be mounted or used

An SMB SR is mounted by `mount.cifs` in dom0. Its return code 1 means that it was called wrongly (often by the form of
the server), 32 that the server refused.

Cause: the server is not written as a share: `\\\\SERVER\\SHARE` is wanted, not the bare address or name; or it has no
    share or folder of that name.
Fix: `device-config:server=\\\\SERVER\\SHARE`, with a sub-folder after it if there is one; in a shell put it in single
    quotes, or write each backslash twice.

Cause: user name or password is wrong, or the user may not write to the share.
Fix: dom0: `mount.cifs '\\\\SERVER\\SHARE' /mnt -o username=USER,vers=3.0`, then `touch /mnt/x`. With a domain:
    `username=DOMAIN\\\\USER`.

Cause: server and host agree on no version of SMB: SMB 1 is off on the server, or SMB 3 is off on an old one.
Tell: dom0: `dmesg | tail` says dialect or protocol; by hand `mount.cifs ... -o vers=2.1` or `vers=3.0` works.
Fix: Switch SMB 2 or 3 on at the server; drivers of XCP-ng 8 mount SRs with version 3.0 and ISO libraries with `vers`.

Cause: the server does not answer on port 445: it is off, its address is wrong, or a firewall is between.
Tell: dom0: `nc -zv SERVER 445`.
Fix: Start the file service, allow TCP 445 from every host of the pool, use the address in the storage network.

Cause: the mount point is still there from an earlier try, or the share is still used.
Tell: dom0: `mount | grep cifs` shows the SR while its PBD is unplugged.
Fix: dom0: `mount | grep cifs`; unplug the PBD, `umount` what is left, remove the empty folder under /run/sr-mount.

Cause: the folder for the SR could not be made in the share, or is there already.
Tell: dom0: mount the share by hand and `mkdir` in it.
Fix: Give the user the right to create folders; if one with the SR's UUID is there, introduce that SR instead.

Example:
    Error code: SR_BACKEND_FAILURE_111
    Error parameters: , SMB mount error [opterr=mount failed with return code 1],
"""

from xenferry.errors.evidence import UNSEEN, Evidence, by_errno, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "SR_BACKEND_FAILURE_111": "the host could not mount the SMB share {server} ({mount})",
    "SR_BACKEND_FAILURE_112": "the host could not unmount the SMB share ({detail})",
    "SR_BACKEND_FAILURE_113": "the SMB share is mounted there already",
    "SR_BACKEND_FAILURE_114": "the mount point of the SMB share could not be removed ({detail})",
    "SR_BACKEND_FAILURE_116": "the folder of the SR could not be made in the SMB share ({detail})",
    "SR_BACKEND_FAILURE_227": "the version of SMB that was asked for is neither 1.0 nor 3.0",
}
CAUSES = ("form", "credentials", "version", "unreachable", "left-over", "folder")
ONLY = {
    "unreachable": ("SR_BACKEND_FAILURE_111",),
    "version": ("SR_BACKEND_FAILURE_111", "SR_BACKEND_FAILURE_227"),
    "left-over": ("SR_BACKEND_FAILURE_112", "SR_BACKEND_FAILURE_113", "SR_BACKEND_FAILURE_114"),
    "folder": ("SR_BACKEND_FAILURE_116",),
}
_MOUNT = "SR_BACKEND_FAILURE_111"
_WRONG_USE, _FAILED = 1, 32
_NOT_THERE, _REFUSED, _OTHER_DIALECT, _AWAY = (2, 6, 53), (1, 13, 126, 127), (22, 95, 112), (101, 110, 111, 113, 115)
"""Error numbers of mount.cifs: 112, host is down, is also what an old dialect is answered with."""


def evidence_form(reading: Reading, _look: Look) -> Evidence:
    """The server's own form where the text tells it, else mount's status for wrong use."""
    if reading.code != _MOUNT:
        return contradicts(f"The code is {reading.code}.")
    if reading.errno is not None:
        return by_errno(reading, _NOT_THERE)
    if reading.server:
        seen = f"The server is given as “{reading.server}”."
        return contradicts(seen) if reading.server.count("\\") > 1 or reading.server.count("/") > 1 else supports(seen)
    return supports("mount says that it was called wrongly.") if reading.return_code == _WRONG_USE else UNSEEN


def evidence_credentials(reading: Reading, _look: Look) -> Evidence:
    """mount's status for a refusal."""
    if reading.code != _MOUNT:
        return contradicts(f"The code is {reading.code}.")
    if reading.errno is not None:
        return by_errno(reading, _REFUSED)
    return supports("The server refused.") if reading.return_code == _FAILED else UNSEEN


def evidence_version(reading: Reading, _look: Look) -> Evidence:
    """The error numbers of dialects that do not fit."""
    return by_errno(reading, _OTHER_DIALECT)


def evidence_unreachable(reading: Reading, _look: Look) -> Evidence:
    """The error numbers of a server that does not answer."""
    return by_errno(reading, _AWAY)
