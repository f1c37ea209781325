"""The share with the ISO images could not be mounted

An SR for ISO images mounts `server:/path` (NFS) or `//server/share` (SMB) as it is, without a sub-directory; the server
or the network refused.

Cause: the path is not exported under that name, or this host may not mount it.
Tell: dom0: `showmount -e SERVER` lacks the path or this host.
Fix:
- dom0: `showmount -e SERVER` on every host; take the path exactly as it is printed.
- Linux: add the hosts' network to the line in /etc/exports; `exportfs -ra`. Read-only is enough for ISO images.
- TrueNAS: add the network to the share, or leave Networks and Hosts empty.
- Synology: NFS rule for the hosts' network.
- QNAP: NFS host access for the hosts.
- Windows Server: for SMB give a user with the right to read; for NFS add the hosts under NFS Sharing.

Cause: the NFS version does not fit: 3 is asked for, and the server has 4 only, or the other way round.
Fix: Create the SR with `device-config:nfsversion=4` (or 3).

Cause: for an SMB share, the user, the password or the SMB version is wrong.
Fix: Try it in dom0: `mount -t cifs //SERVER/SHARE /mnt -o username=USER,vers=3.0`; then give `device-config:vers=3.0`
    and the same user.

Cause: a firewall or the MTU lets the mount time out.
Tell: dom0: `mount -t nfs SERVER:/PATH /mnt` hangs, `ping SERVER` is answered.
Fix: Open 2049, 111 and mountd (NFS) or 445 (SMB); `ping -M do -s 8972 SERVER` with jumbo frames.

Example:
    Error code: SR_BACKEND_FAILURE_222
    Error parameters: , Could not mount the directory specified in Device Configuration [opterr=mount failed with
    return code 32],
"""

from xenferry.errors.evidence import Evidence, by_words, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_BACKEND_FAILURE_222",)
CAUSES = ("not-exported", "version", "smb-credentials", "timeout")
SAID = "the ISO share on {server} could not be mounted ({mount})"


def evidence_smb_credentials(reading: Reading, _look: Look) -> Evidence:
    """The call gave a user, or the share has the form of SMB."""
    given = " ".join((*reading.arguments, *reading.arguments.values(), *reading.params))
    return by_words(given, "cifspassword", "username", "\\\\", "cifs")


def evidence_version(reading: Reading, _look: Look) -> Evidence:
    """mount.nfs says so in its output, or a version was asked for by name."""
    found = by_words(" ".join(reading.params), "protocol not supported", "Unsupported NFS version")
    asked = reading.arguments.get("nfsversion") or reading.arguments.get("nfsVersion")
    return supports(f"NFS version {asked} was asked for.") if asked and not found.seen else found
