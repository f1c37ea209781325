"""The server does not offer the NFS version that was asked for

Without a wish of yours the host asks for NFS 3. A server that serves NFS 4 only has no version 3, and the other way
round.

Cause: the server serves only NFS 4, and the SR is to use version 3, which is the default.
Fix:
- Create the SR with `device-config:nfsversion=4` (or 4.1); in Xen Orchestra choose the NFS version in the form.
- TrueNAS: Services, NFS: enable NFSv3 beside NFSv4.
- Synology: Control Panel, File Services, NFS: set the maximum protocol and keep NFSv3 enabled.
- Linux: in /etc/nfs.conf under [nfsd] `vers3=y`; restart nfs-server.

Cause: version 4 was asked for, and the server serves 3 only.
Fix:
- Create the SR with `nfsversion=3`, or enable version 4 on the server.
- Synology: set "Maximum NFS protocol" to NFSv4.1.
- QNAP: NFS Service: enable v4.

Cause: the host could not ask the server which versions it has: rpcbind (port 111) is blocked or not running.
Fix: dom0: `rpcinfo -s SERVER`; open port 111 to the hosts, or start rpcbind on the server.

Example:
    SR_BACKEND_FAILURE_72(, Required NFS server version unsupported [opterr=Unsupported NFS version: 3], )
"""

import re

from xenferry.errors.evidence import UNSEEN, Evidence, by_words, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_BACKEND_FAILURE_72",)
CAUSES = ("server-is-4-only", "server-is-3-only", "cannot-ask")
SAID = "{server} does not offer the NFS version that was asked for ({detail})"

_ASKED = re.compile(r"version: ['\"]?(\d)")


def _asked(reading: Reading) -> str:
    found = _ASKED.search(reading.opterr)
    return found[1] if found else reading.arguments.get("nfsversion", reading.arguments.get("nfsVersion", ""))[:1]


def evidence_server_is_4_only(reading: Reading, _look: Look) -> Evidence:
    """Version 3 was refused."""
    asked = _asked(reading)
    return supports("Version 3 was asked for.") if asked == "3" else contradicts("") if asked == "4" else UNSEEN


def evidence_server_is_3_only(reading: Reading, _look: Look) -> Evidence:
    """Version 4 was refused."""
    asked = _asked(reading)
    return supports("Version 4 was asked for.") if asked == "4" else contradicts("") if asked == "3" else UNSEEN


def evidence_cannot_ask(reading: Reading, _look: Look) -> Evidence:
    """The driver says that the question failed."""
    return by_words(reading.opterr, "Failed to read supported", "rpcinfo failed")
