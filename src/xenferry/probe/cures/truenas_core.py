"""TrueNAS CORE (FreeBSD): Sharing > Unix Shares (NFS), exports(5) of FreeBSD."""

from __future__ import annotations

import json

from xenferry.probe.cures._need import ACCESS, SERVICE, VERSION, Need

TITLE = "TrueNAS CORE"


def lines(step: str, need: Need) -> tuple[str, ...]:
    """`All dirs` lets directories below be mounted, and only works where the path is a whole dataset."""
    if step in ACCESS:
        wanted = {"alldirs": True, "ro": False, "maproot_user": "root", "maproot_group": "wheel"}
        body = json.dumps({**wanted, "hosts": list(need.hosts)})
        return (
            f"Sharing > Unix Shares (NFS) > {need.path or 'the share'} > Edit: tick All dirs, untick Read Only;"
            f" Advanced: Maproot User root, Maproot Group wheel, Authorized Hosts {' '.join(need.hosts)};"
            " the path must be a dataset, not a directory in one",
            f"or in its shell, ID from `midclt call sharing.nfs.query`: midclt call sharing.nfs.update ID '{body}'",
        )
    if step in SERVICE:
        return ("Services > NFS: on, and Start Automatically", "or in its shell: midclt call service.start nfs")
    if step == VERSION:
        if need.major == "4":
            return ("Services > NFS > Enable NFSv4", """or in its shell: midclt call nfs.update '{"v4": true}'""")
        return ("NFSv3 is always served while the NFS service runs: Services > NFS on",)
    return ()
