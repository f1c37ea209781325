"""TrueNAS SCALE and Community Edition (Linux): Shares > UNIX (NFS) Shares. Directories below can always be mounted."""

from __future__ import annotations

import json

from xenferry.probe.cures._need import ACCESS, SERVICE, VERSION, Need

TITLE = "TrueNAS SCALE"


def lines(step: str, need: Need) -> tuple[str, ...]:
    if step in ACCESS:
        body = json.dumps({"ro": False, "maproot_user": "root", "maproot_group": "root", "hosts": list(need.hosts)})
        return (
            f"Shares > UNIX (NFS) Shares > {need.path or 'the share'} > Edit > Advanced Options: untick Read Only,"
            f" Maproot User root, Maproot Group root, Hosts {' '.join(need.hosts)}",
            f"or in its shell, ID from `midclt call sharing.nfs.query`: midclt call sharing.nfs.update ID '{body}'",
        )
    if step in SERVICE:
        return ("System > Services > NFS: running, and Start Automatically",)
    if step == VERSION:
        return ("""System > Services > NFS > Protocols: NFSv3 and NFSv4; in its shell:"""
                """ midclt call nfs.update '{"protocols": ["NFSV3", "NFSV4"]}'""",)  # fmt: skip
    return ()
